// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/run/run_config.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace waypoint {

enum class RunState { Starting, Running, Paused, Stopped, Finished, Failed };

/// "starting", "running", ...: the words of status.json.
[[nodiscard]] std::string_view runStateName(RunState state);
[[nodiscard]] bool isFinal(RunState state);

/// status.json.
struct RunStatus
{
    RunState state = RunState::Starting;
    std::int64_t pid = 0;
    std::string host;
    double heartbeat = 0;      ///< seconds since 1970
    std::int64_t epoch = -1;   ///< in progress, from 0
    std::int64_t epochs = 0;   ///< in all
    std::int64_t step = 0;     ///< optimizer steps done in all
    std::int64_t batch = 0;    ///< batches of the epoch done
    std::int64_t batches = 0;  ///< batches in an epoch
    double samplesPerSecond = 0;
    double secondsLeft = -1;  ///< -1: not known
    std::string message;      ///< one sentence: what went wrong, what was saved
    std::string reason;  ///< of Failed: "nan", "out_of_memory", "device", "file", "arguments", "internal"; else empty
    std::string lastCheckpoint;           ///< file name below checkpoints/, empty before the first
    std::int64_t handledSeq = -1;         ///< of the last command that was obeyed
    std::uint64_t memoryBytes = 0;        ///< of the process, resident; 0: not told
    std::uint64_t deviceMemoryBytes = 0;  ///< that LibTorch holds on a GPU; 0: none, or not told

    bool operator==(const RunStatus &) const = default;
};

[[nodiscard]] std::string statusJson(const RunStatus &status);
Result<RunStatus> parseStatus(std::string_view text);

enum class Command { Pause, Continue, Checkpoint, Stop };

/// control: what somebody asks of the trainer.
struct Control
{
    std::int64_t seq = 0;
    Command command = Command::Checkpoint;
    bool afterEpoch = false;  ///< "after":"epoch"; else after the step

    bool operator==(const Control &) const = default;
};

[[nodiscard]] std::string controlJson(const Control &control);
/// A missing "after" means after the step. Corrupt names the key that does not fit.
Result<Control> parseControl(std::string_view text);

/// Files of a run, by name.
struct RunPaths
{
    explicit RunPaths(std::filesystem::path root) : folder(std::move(root)) {}
    std::filesystem::path folder;

    [[nodiscard]] std::filesystem::path run() const { return folder / "run.json"; }
    [[nodiscard]] std::filesystem::path status() const { return folder / "status.json"; }
    [[nodiscard]] std::filesystem::path metrics() const { return folder / "metrics.jsonl"; }
    [[nodiscard]] std::filesystem::path control() const { return folder / "control"; }
    [[nodiscard]] std::filesystem::path lock() const { return folder / "alive.lock"; }
    [[nodiscard]] std::filesystem::path log() const { return folder / "trainer.log"; }
    [[nodiscard]] std::filesystem::path checkpoints() const { return folder / "checkpoints"; }
    [[nodiscard]] std::filesystem::path last() const { return checkpoints() / "last.pth"; }
    [[nodiscard]] std::filesystem::path best() const { return checkpoints() / "best.pth"; }
    /// checkpoints/epoch_0009.pth
    [[nodiscard]] std::filesystem::path epoch(std::int64_t epoch) const;
};

/// The lock that says a trainer lives: held as long as the object. Works between processes and, where the file system
/// locks at all, over the network. The system frees it when the process dies.
class RunLock
{
public:
    /// Makes the folder (and checkpoints/) where there is none. WriteFailed where another process holds it: the message
    /// has its pid and host.
    static Result<RunLock> acquire(const RunPaths &paths);
    RunLock(RunLock &&other) noexcept;
    RunLock &operator=(RunLock &&other) noexcept;
    ~RunLock();

    /// Whether some process holds it now; asks, never takes.
    [[nodiscard]] static bool isHeld(const RunPaths &paths);

private:
    explicit RunLock(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor = -1;
};

/// What a watcher learns of a run folder.
struct RunView
{
    RunDescription description;
    RunStatus status;
    bool alive = false;    ///< the lock is held
    bool crashed = false;  ///< not alive, and the state is not final
};

/// NotFound where the folder has no run.json. A status.json that is not there or half there reads as Starting.
Result<RunView> viewRun(const std::filesystem::path &folder);

/// The same without run.json, which a trainer writes only once it has its model and data: the description stays empty.
[[nodiscard]] RunView viewTrainer(const RunPaths &paths);

/// Asks the trainer for something: writes `control` with the next seq, and returns that. It is obeyed once
/// status.handledSeq is as high.
Result<std::int64_t> sendCommand(const RunPaths &paths, Command command, bool afterEpoch = false);

/// Whether a folder holds a run with a checkpoint: `start` refuses it then.
[[nodiscard]] bool hasCheckpoint(const RunPaths &paths);

/// epoch_*.pth with their epochs, ascending.
[[nodiscard]] std::vector<std::pair<std::int64_t, std::filesystem::path>> epochCheckpoints(const RunPaths &paths);

/// The newest checkpoint of a run that can be read wholly: last.pth, else the highest epoch that verifies. Names the
/// broken ones it passed over.
struct NewestCheckpoint
{
    std::filesystem::path path;
    std::vector<std::string> passedOver;  ///< one sentence each
};
/// NotFound where there is none, Corrupt where all are broken.
Result<NewestCheckpoint> newestCheckpoint(const RunPaths &paths);

/// The run folder a checkpoint lies in (DIR for DIR/checkpoints/x.pth, DIR/x.pth or DIR itself), or nothing.
[[nodiscard]] std::optional<std::filesystem::path> runFolderOf(const std::filesystem::path &checkpoint);

/// Removes files of epochs up to `newest` beyond the last `keep` of them (0: none), never one in `spare` (the one
/// resumed from, best). Only files that the run wrote (names epoch_NNNN.pth). Later epochs are of a life of the run
/// that was left; they stay. Requires: the newer ones are verified.
Result<void> removeOldCheckpoints(const RunPaths &paths, std::int64_t newest, std::int64_t keep,
                                  const std::vector<std::filesystem::path> &spare);

}  // namespace waypoint
