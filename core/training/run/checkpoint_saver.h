// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/run/run_folder.h"
#include "core/training/tensors/snapshot.h"

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace waypoint {

/// A checkpoint on its way to disk.
struct CheckpointJob
{
    std::unique_ptr<Snapshot> snapshot;
    ValueId root;
    std::vector<std::filesystem::path> targets;  ///< the first is written, the others are further names for it
    std::optional<std::int64_t> trim;            ///< once it is verified, files of epochs well before this one go
};

/// What became of it.
struct CheckpointOutcome
{
    std::filesystem::path file;  ///< the first target
    std::optional<Error> error;  ///< nothing was replaced then
};

/// Writes checkpoints on a thread of its own, one after the other, so that training goes on meanwhile. A file takes its
/// name only after it was flushed, read back and verified; older ones are removed only after that.
class CheckpointSaver
{
public:
    /// `before` runs on the writing thread ahead of each file: what a checkpoint relies on (metrics) must be on disk
    /// before it is.
    CheckpointSaver(RunPaths paths, std::int64_t keepLast, std::vector<std::filesystem::path> spare,
                    std::function<void()> before);
    /// Waits for the last one.
    ~CheckpointSaver();
    CheckpointSaver(const CheckpointSaver &) = delete;
    CheckpointSaver &operator=(const CheckpointSaver &) = delete;

    /// Memory for the next snapshot; waits while the last one is still being written.
    std::shared_ptr<SnapshotBuffer> buffer();
    /// Starts writing. Requires: buffer() came before.
    void save(CheckpointJob job);
    /// What finished since the last call, in order.
    std::vector<CheckpointOutcome> outcomes();
    /// Waits until everything is written.
    void finish();
    /// How long buffer() has waited in all: what checkpoints cost training, beside the copying.
    [[nodiscard]] std::chrono::nanoseconds waited() const { return m_waited; }

private:
    void work(const std::stop_token &stop);
    [[nodiscard]] CheckpointOutcome write(CheckpointJob &job) const;

    RunPaths m_paths;
    std::int64_t m_keepLast;
    std::vector<std::filesystem::path> m_spare;
    std::function<void()> m_before;
    std::shared_ptr<SnapshotBuffer> m_buffer = std::make_shared<SnapshotBuffer>();
    std::chrono::nanoseconds m_waited{0};

    std::mutex m_mutex;
    std::condition_variable_any m_changed;
    std::optional<CheckpointJob> m_job;  ///< waiting or being written
    std::vector<CheckpointOutcome> m_outcomes;
    std::jthread m_thread;
};

}  // namespace waypoint
