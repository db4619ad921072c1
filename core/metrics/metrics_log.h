// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace waypoint {

/// One line of metrics.jsonl.
struct MetricsLine
{
    std::int64_t step = 0;                               ///< optimizer steps done
    std::int64_t epoch = 0;                              ///< the epoch they belong to, from 0
    double time = 0;                                     ///< seconds since 1970
    std::vector<std::pair<std::string, double>> values;  ///< "loss/train", "lr", in this order

    bool operator==(const MetricsLine &) const = default;
};

[[nodiscard]] std::string metricsJson(const MetricsLine &line);

/// Appends to metrics.jsonl. A line is written whole or not at all as far as a reader can tell (one write, ending in a
/// line break); a half line left by a crash is ended before the first new one.
class MetricsLog
{
public:
    static Result<MetricsLog> open(const std::filesystem::path &path);
    MetricsLog(MetricsLog &&other) noexcept;
    MetricsLog &operator=(MetricsLog &&other) noexcept;
    ~MetricsLog();

    /// WriteFailed with the system's reason (no space, size limit): the line is not there then, and the next one can
    /// be.
    Result<void> append(const MetricsLine &line);
    /// {"resumed_from_step":S}: earlier lines beyond S no longer count.
    Result<void> appendResumed(std::int64_t step);
    /// To disk, before a checkpoint that relies on it.
    Result<void> flush();
    /// Any other object, as one line.
    Result<void> appendText(std::string json);

private:
    MetricsLog(int descriptor, std::filesystem::path path) : m_descriptor(descriptor), m_path(std::move(path)) {}
    int m_descriptor = -1;
    std::filesystem::path m_path;
};

/// The lines that count, in order: those beyond a `resumed_from_step` that follows them are cut, half and foreign lines
/// passed over.
Result<std::vector<MetricsLine>> readMetrics(const std::filesystem::path &path);

}  // namespace waypoint
