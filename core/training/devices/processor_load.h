// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace waypoint {

/// How busy all cores together are, from one look to the next.
class ProcessorLoad
{
public:
    /// `root` is where proc/ is.
    explicit ProcessorLoad(std::filesystem::path root = "/") : m_root(std::move(root)) {}

    /// 0 .. 1 since the last look; nothing at the first, and where the system does not tell.
    std::optional<double> look();

private:
    struct Times
    {
        std::int64_t busy = 0;
        std::int64_t all = 0;
    };
    [[nodiscard]] std::optional<Times> times() const;

    std::filesystem::path m_root;
    std::optional<Times> m_last;
};

}  // namespace waypoint
