// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/salvage/storage_check.h"

#include "core/base/printable.h"
#include "core/checkpoint/salvage/byte_sum.h"
#include "core/checkpoint/salvage/parallel_for.h"
#include "core/io/written_end.h"
#include "core/tensor/opened_storage.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <utility>

namespace waypoint {

namespace {

/// Storages of more than this are read by all threads together, smaller ones by one thread each.
constexpr std::uint64_t kLarge = 16u << 20;

/// Members that overlap, or unpack to much more than they are, would keep a reader busy without end.
constexpr std::uint64_t kMostReading = 64;
constexpr std::uint64_t kFreeReading = 1u << 30;

class Check
{
public:
    Check(Checkpoint &checkpoint, const Losses &losses, const std::stop_token &stop, Progress *progress)
        : m_checkpoint(checkpoint),
          m_losses(losses),
          m_stop(stop),
          m_progress(progress),
          m_budget(static_cast<std::int64_t>(
              std::min<std::uint64_t>(checkpoint.fileBytes.value, 1u << 30) * kMostReading + kFreeReading)),
          m_states(checkpoint.values.storages().size())
    {
    }

    Result<std::vector<StorageState>> run();

private:
    [[nodiscard]] const Storage &storage(std::size_t i) const { return m_checkpoint.values.storages()[i]; }
    void examine(std::size_t i, unsigned threads);
    StorageState judge(std::size_t i, const StorageEvidence &evidence, unsigned threads);
    bool look(std::size_t i, unsigned threads);
    void takeFrom(std::size_t i, FilePtr bytes);
    [[nodiscard]] std::string reasonOf(std::size_t i) const;

    Checkpoint &m_checkpoint;
    const Losses &m_losses;
    const std::stop_token &m_stop;
    Progress *m_progress;
    std::atomic<std::int64_t> m_budget;
    std::vector<StorageState> m_states;
};

Result<std::vector<StorageState>> Check::run()
{
    std::vector<std::size_t> large;
    std::vector<std::size_t> small;
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < m_states.size(); ++i) {
        if (storage(i).bytes.value == 0 || !storage(i).source) {
            m_states[i].reason = reasonOf(i);
            continue;
        }
        total += std::min(storage(i).bytes.value, m_checkpoint.fileBytes.value);
        (storage(i).bytes.value > kLarge ? large : small).push_back(i);
    }
    if (m_progress)
        m_progress->total = total;
    for (const std::size_t i : large)
        examine(i, 0);
    parallelFor(small.size(), 0, [&](std::size_t k) { examine(small[k], 1); });
    if (m_stop.stop_requested())
        return Error{ErrorCode::Cancelled, "stopped"};
    return std::move(m_states);
}

std::string Check::reasonOf(std::size_t i) const
{
    const auto known = m_losses.storageReasons.find(static_cast<StorageIndex>(i));
    return known != m_losses.storageReasons.end() ? known->second : "its data is not in the file";
}

void Check::examine(std::size_t i, unsigned threads)
{
    if (m_stop.stop_requested())
        return;
    StorageState &state = m_states[i];
    const auto evidence = storage(i).source->evidence(storage(i).record, false);
    if (evidence.empty())
        state.reason = reasonOf(i);
    else
        state = judge(i, evidence.front(), threads);
    const bool isGuessed = !evidence.empty() && evidence.front().endGuessed;
    const bool isElsewhere = (isGuessed || state.there < storage(i).bytes) && look(i, threads);
    // What is there may be more than the container would open.
    if (!isElsewhere && isGuessed && state.there == storage(i).bytes)
        takeFrom(i, fileWindow(evidence.front().bytes, {{}, storage(i).bytes}, evidence.front().bytes->name()));
    if (m_progress)
        m_progress->done += std::min(storage(i).bytes.value, m_checkpoint.fileBytes.value);
}

StorageState Check::judge(std::size_t i, const StorageEvidence &evidence, unsigned threads)
{
    const ByteCount bytes = storage(i).bytes;
    // PyTorch can be told to leave the sums out: they are zero then.
    const bool hasSum = std::any_of(evidence.sums.begin(), evidence.sums.end(), [](auto sum) { return sum != 0; });
    const ByteCount length = hasSum ? evidence.bytes->size() : std::min(bytes, evidence.bytes->size());
    if (m_budget.fetch_sub(static_cast<std::int64_t>(std::min(length.value, kFreeReading * kMostReading))) < 0)
        return {.there = {}, .reason = "too many parts of the file lie over each other to read them all"};
    const ByteSum sum = sumOf(*evidence.bytes, length, threads, m_stop);
    if (sum.error)
        return {.there = {}, .reason = "the disk cannot read it"};
    if (hasSum) {
        const auto &sums = evidence.sums;
        if (sum.length < length || std::find(sums.begin(), sums.end(), sum.crc) == sums.end())
            return {.there = {}, .reason = "its checksum is wrong"};
        return {.there = std::min(bytes, sum.length), .checked = true, .reason = "the file has fewer bytes of it"};
    }
    if (evidence.endGuessed && sum.zeros >= kZeroTail)
        return {.there = {sum.length.value - sum.zeros},
                .reason = fmt::format("from byte {} on it is all zeros, as a crash leaves them",
                                      groupedDigits(sum.length.value - sum.zeros))};
    return {.there = sum.length, .reason = "the file ends before its end"};
}

/// Each thread changes its own storage, and nobody the list of them.
void Check::takeFrom(std::size_t i, FilePtr bytes)
{
    m_checkpoint.values.storage(static_cast<StorageIndex>(i)).source =
        std::make_shared<OpenedStorage>(std::move(bytes));
}

/// Looks for the storage elsewhere; what is found has a checksum that is right.
bool Check::look(std::size_t i, unsigned threads)
{
    for (const StorageEvidence &evidence : storage(i).source->evidence(storage(i).record, true)) {
        if (evidence.sums.empty() || evidence.bytes->size() < storage(i).bytes)
            continue;
        StorageState state = judge(i, evidence, threads);
        if (!state.checked || state.there < storage(i).bytes)
            continue;
        state.found = true;
        m_states[i] = std::move(state);
        takeFrom(i, evidence.bytes);
        return true;
    }
    return false;
}

}  // namespace

Result<std::vector<StorageState>> checkStorages(Checkpoint &checkpoint, const Losses &losses,
                                                const std::stop_token &stop, Progress *progress)
{
    return Check(checkpoint, losses, stop, progress).run();
}

}  // namespace waypoint
