// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace waypoint {

/// What a run says of its progress.
struct ProgressLine
{
    std::int64_t epoch = 0;
    std::int64_t epochs = 0;
    std::int64_t batch = 0;  ///< done in this epoch
    std::int64_t batches = 0;
    double lr = 0;
    double loss = 0;
    std::optional<double> accuracy;     ///< 0 .. 1
    std::optional<double> valLoss;      ///< after an epoch
    std::optional<double> valAccuracy;  ///< 0 .. 1
    double samplesPerSecond = 0;
    double secondsLeft = -1;  ///< negative: not known
};

/// "Epoch[004/050] Iteration[010/128] LR: 1.0e-02 Loss: 0.4312 Acc: 87.50%", after an epoch also "Val: 0.5120 85.00%";
/// epochs count from 0, as the files do.
[[nodiscard]] std::string progressText(const ProgressLine &line);

/// "1 h 02 min", "4 min 10 s", "12 s".
[[nodiscard]] std::string durationText(double seconds);

/// What the trainer says: to trainer.log and to standard output. Neither failing stops a run.
class RunLog
{
public:
    /// Appends to the file.
    explicit RunLog(const std::filesystem::path &file);
    ~RunLog();
    RunLog(const RunLog &) = delete;
    RunLog &operator=(const RunLog &) = delete;

    /// A line to both.
    void say(std::string_view text);
    /// What ended the run. The program says it on standard error too; where that leads into the file, once is enough.
    void sayFailed(std::string_view text);
    /// progressText() to the file; on a terminal one line that rewrites itself, with rate and time left; else the plain
    /// line.
    void progress(const ProgressLine &line);

private:
    void toFile(std::string_view text);
    void toScreen(std::string_view text);
    void endProgress(const std::string &line);
    [[nodiscard]] bool standardErrorIsFile() const;

    int m_file = -1;
    bool m_terminal = false;
    bool m_lineOpen = false;  ///< a progress line stands on the terminal without its end
};

}  // namespace waypoint
