// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/run/checkpoint_saver.h"

#include "core/checkpoint/torch_writer.h"
#include "core/io/atomic_file.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

/// Asked before anything is written: a disk that fills up half-way would take the log and the metrics with it.
Result<void> checkSpace(const std::filesystem::path &file, const Snapshot &snapshot, ValueId root)
{
    const auto space = freeSpace(file.parent_path());
    const ByteCount needed = torchFileBytes(snapshot.tree(), root);
    if (!space || *space >= needed)
        return {};
    constexpr double kMiB = 1024.0 * 1024.0;
    return Error{.code = ErrorCode::WriteFailed,
                 .detail =
                     fmt::format("a checkpoint takes {:.1f} MiB and {:.1f} MiB are free",
                                 static_cast<double>(needed.value) / kMiB, static_cast<double>(space->value) / kMiB),
                 .advice = "Free some space; the next checkpoint is tried as planned.",
                 .file = file.string()};
}

}  // namespace

CheckpointSaver::CheckpointSaver(RunPaths paths, std::int64_t keepLast, std::vector<std::filesystem::path> spare,
                                 std::function<void()> before)
    : m_paths(std::move(paths)),
      m_keepLast(keepLast),
      m_spare(std::move(spare)),
      m_before(std::move(before)),
      m_thread([this](const std::stop_token &stop) { work(stop); })
{
}

CheckpointSaver::~CheckpointSaver() { finish(); }

std::shared_ptr<SnapshotBuffer> CheckpointSaver::buffer()
{
    const auto began = std::chrono::steady_clock::now();
    finish();
    m_waited += std::chrono::steady_clock::now() - began;
    return m_buffer;
}

void CheckpointSaver::save(CheckpointJob job)
{
    const std::lock_guard lock(m_mutex);
    m_job = std::move(job);
    m_changed.notify_all();
}

std::vector<CheckpointOutcome> CheckpointSaver::outcomes()
{
    const std::lock_guard lock(m_mutex);
    return std::exchange(m_outcomes, {});
}

void CheckpointSaver::finish()
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return !m_job; });
}

void CheckpointSaver::work(const std::stop_token &stop)
{
    std::unique_lock lock(m_mutex);
    while (m_changed.wait(lock, stop, [this] { return m_job.has_value(); })) {
        lock.unlock();
        CheckpointOutcome outcome = write(*m_job);  // only this thread touches it until it is reset
        lock.lock();
        m_outcomes.push_back(std::move(outcome));
        m_job.reset();
        m_changed.notify_all();
    }
}

CheckpointOutcome CheckpointSaver::write(CheckpointJob &job) const
{
    m_before();
    CheckpointOutcome outcome{job.targets.front(), {}};
    Result<void> done = checkSpace(outcome.file, *job.snapshot, job.root);
    if (done)
        done = writeTorchFile(outcome.file, job.snapshot->tree(), job.root);
    for (std::size_t i = 1; done && i < job.targets.size(); ++i)
        if (done = replaceByLink(outcome.file, job.targets[i]); !done)
            outcome.file = job.targets[i];
    if (done && job.trim && m_keepLast > 0)
        done = removeOldCheckpoints(m_paths, *job.trim, m_keepLast, m_spare);
    if (!done)
        outcome.error = done.error();
    return outcome;
}

}  // namespace waypoint
