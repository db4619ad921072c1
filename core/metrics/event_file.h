// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_table.h"
#include "core/metrics/growing_file.h"

#include <limits>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// The scalars of one TensorBoard event file (events.out.tfevents.*), read as far as it has been written.
class EventFile
{
public:
    explicit EventFile(std::filesystem::path path) : m_file(std::move(path)) {}

    /// Whether anything changed.
    Result<bool> update(const std::stop_token &stop);

    [[nodiscard]] const CurveTable &table() const { return m_table; }
    /// A restart in this file makes earlier files void from this step on; infinity where there was none.
    [[nodiscard]] double voidFrom() const { return m_voidFrom; }
    /// Points of this file that a restart in it made void.
    [[nodiscard]] std::size_t cut() const { return m_cut; }
    [[nodiscard]] const std::filesystem::path &path() const { return m_file.path(); }
    /// One sentence each.
    [[nodiscard]] std::vector<std::string> warnings() const;

private:
    void startAnew();
    std::size_t takeRecords(std::string_view text);
    void takeEvent(std::string_view message);

    GrowingFile m_file;
    CurveTable m_table;
    double m_voidFrom = std::numeric_limits<double>::infinity();
    std::size_t m_cut = 0;
    std::size_t m_damaged = 0;  ///< records whose checksum is wrong
    bool m_lost = false;        ///< no record begins where one should
};

}  // namespace waypoint
