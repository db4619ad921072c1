// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/epoch_files.h"

#include "core/base/printable.h"
#include "core/checkpoint/optimizer_view.h"
#include "core/io/open_file_limit.h"
#include "core/metrics/checkpoint_list.h"
#include "core/metrics/entry_numbers.h"
#include "core/metrics/epoch_order.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <limits>
#include <set>
#include <system_error>
#include <thread>

namespace waypoint {

namespace fs = std::filesystem;

namespace {

/// Opening is reading a little from many places: more threads than this only fill the queue of the disk.
constexpr unsigned kMostOpeners = 4;

std::string fileName(const fs::path &path)
{
    const fs::path name = path.filename();
    return (name.empty() ? path.parent_path().filename() : name).string();
}

/// The optimizer that trains the model that is followed; the first where none is said to.
const Section *optimizerOf(const Checkpoint &checkpoint, EntryId model)
{
    const Section *first = nullptr;
    for (const Section &section : checkpoint.sections) {
        if (section.role != Role::Optimizer)
            continue;
        if (std::find(section.pairsWith.begin(), section.pairsWith.end(), model) != section.pairsWith.end())
            return &section;
        first = first ? first : &section;
    }
    return first;
}

/// `capturable` optimizers keep the rate as a tensor.
double rateInTensor(const Checkpoint &checkpoint, EntryId optimizer, std::size_t group)
{
    EntryId entry = optimizer;
    for (const std::string &label : {std::string("param_groups"), std::to_string(group), std::string("lr")})
        entry = entry == kNoEntry ? kNoEntry : checkpoint.entries.child(entry, label);
    const auto rate = entry == kNoEntry ? std::nullopt : numberAt(checkpoint, entry);
    return rate.value_or(std::numeric_limits<double>::quiet_NaN());
}

std::vector<double> ratesOf(const Checkpoint &checkpoint, EntryId model)
{
    std::vector<double> rates;
    const Section *optimizer = optimizerOf(checkpoint, model);
    const auto view = optimizer ? optimizerView(checkpoint.entries.value(optimizer->entry)) : std::nullopt;
    for (std::size_t group = 0; view && group < view->groups.size(); ++group) {
        const auto rate = view->groups[group]["lr"].number();
        rates.push_back(rate ? *rate : rateInTensor(checkpoint, optimizer->entry, group));
    }
    const bool anyKnown = std::any_of(rates.begin(), rates.end(), [](double rate) { return !std::isnan(rate); });
    return anyKnown ? rates : std::vector<double>();
}

/// What became of one listed file.
struct Outcome
{
    CheckpointPtr checkpoint;
    Error error;
};

/// Opens all of them on a few threads.
class Opening
{
public:
    Opening(const std::vector<ListedCheckpoint> &files, const EpochChoice &choice, const std::stop_token &stop,
            Progress *progress)
        : m_files(files), m_choice(choice), m_stop(stop), m_progress(progress), m_outcomes(files.size())
    {
    }

    std::vector<Outcome> run()
    {
        const unsigned cores = std::max(1u, std::thread::hardware_concurrency());
        const auto workers = std::min<std::size_t>(std::min(cores, kMostOpeners), m_files.size());
        {
            std::vector<std::jthread> threads;
            try {
                while (threads.size() + 1 < workers)
                    threads.emplace_back([this] { work(); });
            } catch (const std::system_error &) {
                // Fewer threads do the same.
            }
            work();
        }
        return std::move(m_outcomes);
    }

private:
    void work()
    {
        for (std::size_t i = m_next++; i < m_files.size() && !m_stop.stop_requested(); i = m_next++) {
            OpenOptions options;
            options.stop = m_stop;
            Opened opened =
                m_choice.open ? m_choice.open(m_files[i].path, options) : openCheckpoint(m_files[i].path, options);
            m_outcomes[i] = {std::move(opened.checkpoint), opened.error.value_or(Error{})};
            if (m_progress)
                ++m_progress->done;
        }
    }

    const std::vector<ListedCheckpoint> &m_files;
    const EpochChoice &m_choice;
    const std::stop_token &m_stop;
    Progress *m_progress;
    std::vector<Outcome> m_outcomes;
    std::atomic<std::size_t> m_next = 0;
};

/// From paths to entries.
class Finding
{
public:
    Finding(const EpochChoice &choice, const std::stop_token &stop, Progress *progress)
        : m_choice(choice), m_stop(stop), m_progress(progress)
    {
    }

    Result<EpochFiles> find(const std::vector<fs::path> &paths)
    {
        auto listed = listCheckpoints(paths);
        if (!listed)
            return listed.error();
        for (const ListedCheckpoint &file : *listed)
            m_found.insert(file.path);
        std::vector<ListedCheckpoint> files = choose(*std::move(listed));
        if (Result<void> room = ensureOpenFiles(files.size()); !room)
            return room.error();
        if (m_progress)
            m_progress->total = files.size();
        const std::vector<Outcome> outcomes = Opening(files, m_choice, m_stop, m_progress).run();
        if (m_stop.stop_requested())
            return Error{.code = ErrorCode::Cancelled};
        for (std::size_t i = 0; i < files.size(); ++i)
            take(files[i], outcomes[i]);
        if (m_opened.empty())
            return m_firstError.value_or(Error{});
        return finish();
    }

private:
    std::vector<ListedCheckpoint> choose(std::vector<ListedCheckpoint> files)
    {
        const bool fits = m_choice.every <= 1 && (m_choice.most == 0 || files.size() <= m_choice.most);
        if (m_choice.asNamed || fits)
            return files;
        sortByName(files);
        std::vector<ListedCheckpoint> chosen;
        for (const std::size_t i : evenlyChosen(files.size(), m_choice.every, m_choice.most))
            chosen.push_back(files[i]);
        m_notes.push_back(fmt::format("{} of {} checkpoints are taken, evenly spread.", groupedDigits(chosen.size()),
                                      groupedDigits(files.size())));
        return chosen;
    }

    void take(const ListedCheckpoint &file, const Outcome &outcome)
    {
        if (!outcome.checkpoint) {
            leaveOut(file.path, outcome.error);
            return;
        }
        const Checkpoint &checkpoint = *outcome.checkpoint;
        const Result<EntryId> model = modelToFollow(checkpoint, m_choice.section);
        if (!model) {
            m_firstError = m_firstError ? m_firstError : model.error();
            if (file.named)
                m_unreadable.emplace_back(file.path, model.error());
            else
                m_withoutModel.push_back(file.path);
            return;
        }
        OpenedEpoch opened;
        opened.entry.file = {.checkpoint = outcome.checkpoint, .model = *model};
        opened.entry.facts = factsOf(checkpoint, fileName(file.path));
        opened.entry.rates = ratesOf(checkpoint, *model);
        opened.named = file.named;
        opened.request = file.request;
        m_opened.push_back(std::move(opened));
    }

    void leaveOut(const fs::path &path, Error error)
    {
        error.file = error.file.empty() ? path.string() : error.file;
        m_firstError = m_firstError ? m_firstError : error;
        m_unreadable.emplace_back(path, std::move(error));
    }

    EpochFiles finish()
    {
        if (!m_withoutModel.empty())
            m_notes.push_back(fmt::format(
                "{} {} {} and {} left out.", someNames(m_withoutModel), m_withoutModel.size() == 1 ? "holds" : "hold",
                m_choice.section.empty() ? "no model" : fmt::format("no part '{}'", printable(m_choice.section)),
                m_withoutModel.size() == 1 ? "is" : "are"));
        noteOtherModels();
        EpochFiles made;
        if (m_choice.asNamed) {
            made = inOrderOfRequests(std::move(m_opened));
        } else {
            dropOtherModels(m_opened, m_notes);
            made = inOrder(std::move(m_opened));
        }
        for (const EpochEntry &entry : made.entries)
            m_found.erase(entry.file.checkpoint->path);
        made.others.assign(m_found.begin(), m_found.end());
        made.unreadable = std::move(m_unreadable);
        made.notes.insert(made.notes.begin(), m_notes.begin(), m_notes.end());
        return made;
    }

    /// Which of several models in each file is followed.
    void noteOtherModels()
    {
        const EpochFile &file = m_opened.front().entry.file;
        const auto models = std::count_if(
            file.checkpoint->sections.begin(), file.checkpoint->sections.end(),
            [](const Section &section) { return section.role == Role::Model || section.role == Role::Module; });
        if (m_choice.section.empty() && models > 1)
            m_notes.push_back(fmt::format("The files hold {} models; '{}' is followed.", models,
                                          printable(file.checkpoint->entries.pathText(file.model))));
    }

    const EpochChoice &m_choice;
    const std::stop_token &m_stop;
    Progress *m_progress;
    std::set<fs::path> m_found;
    std::vector<OpenedEpoch> m_opened;
    std::vector<std::string> m_notes;
    std::vector<fs::path> m_withoutModel;
    std::vector<std::pair<fs::path, Error>> m_unreadable;
    std::optional<Error> m_firstError;
};

}  // namespace

std::vector<EpochFile> EpochFiles::files() const
{
    std::vector<EpochFile> files;
    for (const EpochEntry &entry : entries)
        files.push_back(entry.file);
    return files;
}

Result<EpochFiles> epochFilesIn(const std::vector<fs::path> &paths, const EpochChoice &choice,
                                const std::stop_token &stop, Progress *progress)
{
    return Finding(choice, stop, progress).find(paths);
}

}  // namespace waypoint
