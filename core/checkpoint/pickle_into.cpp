// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/pickle_into.h"

#include "core/checkpoint/attribute_uses.h"

#include <algorithm>
#include <unordered_set>

namespace waypoint {

namespace {

// A hostile file can name millions of things. Beyond this many only dangerous ones are kept, and of those as many
// again.
constexpr std::size_t kRecordedGlobals = 100'000;

PickleMachine::Options machineOptions(const OpenOptions &options)
{
    return {.limits = options.limits, .stop = options.stop, .progress = options.progress};
}

// One part's names stand together at the end of the list; several pickles of one part (a legacy stream) share them.
std::unordered_set<std::string_view> namesOf(std::string_view member, const std::vector<GlobalUse> &globals)
{
    std::unordered_set<std::string_view> names;
    for (auto use = globals.rbegin(); use != globals.rend() && use->member == member; ++use)
        names.insert(use->name);
    return names;
}

// What the pickle does with getattr decides about the name: by itself it is as dangerous as what it is used for.
void judgeAttributeUses(bool whole, ValueId first, std::string_view member, std::size_t known, Checkpoint &into)
{
    for (std::size_t i = 0; i < into.globals.size(); ++i) {
        GlobalUse &use = into.globals[i];
        if (use.member != member || !isGetattr(use.name))
            continue;
        if (!whole || !attributesAreOnlyNamed(into.values, first)) {
            const GlobalUse strict = judgeGlobal(use.name);
            use.safety = strict.safety;
            use.reason = strict.reason;
        } else if (i >= known) {
            use.safety = Safety::Unknown;
            use.reason.clear();
        }
    }
}

}  // namespace

std::size_t recordGlobals(const std::vector<GlobalSite> &sites, std::string_view member, Checkpoint &into)
{
    std::vector<GlobalUse> fresh;
    {
        const std::unordered_set<std::string_view> known = namesOf(member, into.globals);
        for (const GlobalSite &site : sites) {
            const std::size_t count = into.globals.size() + fresh.size();
            if (known.contains(site.name) || count >= 2 * kRecordedGlobals)
                continue;
            GlobalUse use = judgeGlobal(site.name);
            if (count >= kRecordedGlobals && use.safety != Safety::Dangerous)
                continue;
            use.member = member;
            use.at = site.at;
            fresh.push_back(std::move(use));
        }
    }
    std::move(fresh.begin(), fresh.end(), std::back_inserter(into.globals));
    return fresh.size();
}

Result<Unpickled> readPickleInto(ByteStream &stream, std::string_view member, const ObjectResolver *resolver,
                                 const OpenOptions &options, Checkpoint &into, Unfinished unfinished)
{
    const ValueId first{static_cast<std::uint32_t>(into.values.size())};
    PickleMachine::Options how = machineOptions(options);
    how.keepUnfinished = unfinished == Unfinished::Keep;
    PickleMachine machine(into.values, how);
    Result<Unpickled> read = machine.read(stream);
    const std::size_t known = into.globals.size();
    recordGlobals(machine.globals(), member, into);
    if (std::ranges::any_of(machine.globals(), isGetattr, &GlobalSite::name))
        judgeAttributeUses(read && !read->broken, first, member, known, into);
    if (read && resolver)
        resolver->run(into.values, first);
    return read;
}

std::size_t scanPickleInto(const FilePtr &file, std::string_view member, const OpenOptions &options, Checkpoint &into)
{
    ValueTree unused;
    PickleMachine machine(unused, machineOptions(options));
    ByteStream stream(file);
    // Several pickles may follow one another; a loader that reads on would meet the names of the later ones too.
    for (std::size_t i = 0; i <= options.limits.nestedStreams && stream.remaining().value > 0; ++i)
        if (!machine.read(stream))
            break;
    return recordGlobals(machine.globals(), member, into);
}

}  // namespace waypoint
