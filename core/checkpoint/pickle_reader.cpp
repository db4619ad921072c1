// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/checkpoint/hidden_pickles.h"
#include "core/checkpoint/nested_streams.h"
#include "core/checkpoint/old_variables.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/pickle_signature.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/torch_types.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

constexpr std::size_t kMostStreams = 1'000;

/// Reads pickle.dump of anything: dicts, NumPy arrays, tensors with their storages inside.
class PickleReader final : public CheckpointReader
{
public:
    [[nodiscard]] Format format() const override { return Format::Pickle; }
    [[nodiscard]] bool recognises(const Source &source) const override { return looksLikePickle(source); }
    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override;
};

/// pickle.load reads the first pickle of a file; a program may load more, so the names of all count. The file is
/// shown as its first pickle.
void scanFollowing(ByteStream &stream, const std::string &member, const OpenOptions &options, Checkpoint &into)
{
    std::size_t count = 1;
    ByteOffset end = stream.position();
    while (stream.remaining().value > 0 && count < kMostStreams && !options.stop.stop_requested()) {
        ValueTree unused;
        PickleMachine machine(unused, {.limits = options.limits, .stop = options.stop, .progress = options.progress});
        const auto read = machine.read(stream);
        recordGlobals(machine.globals(), fmt::format("{}pickle {}", member.empty() ? "" : member + ": ", count + 1),
                      into);
        if (!read)
            break;
        end = read->end;
        ++count;
    }
    const std::uint64_t left = stream.file()->size().value - end.value;
    if (count > 1)
        into.warnings.push_back(
            {fmt::format("The file holds {} pickles one after another; the first is shown.", count), kNoEntry});
    // A line break at the end comes from an editor or from copying as text.
    if (left > 2)
        into.warnings.push_back({fmt::format("After the pickle, at byte {}, follow {} bytes that are none.", end.value,
                                             groupedDigits(left)),
                                 kNoEntry});
}

Result<ValueId> PickleReader::read(const Source &source, const OpenOptions &options, Checkpoint &into) const
{
    const std::string member = source.nesting > 0 ? source.file->name() : std::string();
    const ValueId first{static_cast<std::uint32_t>(into.values.size())};
    ByteStream stream(source.file);
    // Persistent ids that name storages are described; a plain pickle has no place for their elements.
    TorchTypes types([](Storage &) {}, options.limits);
    NestedStreams nested(source, options, into);
    nested.addTo(types.rules());
    const auto read = readPickleInto(stream, member, nullptr, options, into);
    if (!read)
        return read.error();
    types.rules().run(into.values, first, options.limits, options.stop);
    if (options.stop.stop_requested())
        return Error{.code = ErrorCode::Cancelled, .detail = {}, .at = {}, .advice = {}, .file = {}};
    resolveOldVariables(into.values, first, options.limits);
    scanPicklesInStrings(first, source.file, member, &nested, options, into);
    scanFollowing(stream, member, options, into);
    if (source.nesting == 0)
        into.container.emplace_back("pickle protocol", fmt::format("{}", read->protocol));
    return read->root;
}

}  // namespace

const CheckpointReader &pickleReader()
{
    static const PickleReader reader;
    return reader;
}

}  // namespace waypoint
