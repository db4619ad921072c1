// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/curve_table.h"
#include "core/metrics/json_row.h"

#include <map>
#include <optional>
#include <string_view>

namespace waypoint {

/// What the lines of OpenMMLab's logs mean beyond their keys.
///
/// mmcv 1 (*.log.json) says {"mode": "train" or "val"} and counts iterations anew in each epoch: they are added up
/// here, through up to the last one logged of each epoch. mmengine (vis_data/scalars.json) writes {"iter", "step"} for
/// training; lines without "iter" are of validation, and their "step" is the epoch where training goes by epochs.
class OpenMmlabRows
{
public:
    struct Meaning
    {
        RecordPlace place;
        std::string_view prefix;  ///< for names that training and validation share
        bool sharedOnly = false;  ///< the prefix is for names without a "/" only
    };

    /// Nothing for a line of any other program. Lines come in the order of the file.
    std::optional<Meaning> meaningOf(const JsonRow &row, RecordPlace place);
    [[nodiscard]] bool seen() const { return m_mmcv || m_mmengine; }
    void clear() { *this = {}; }

private:
    Meaning mmcvLine(std::string_view mode, double epoch, double iteration);
    Meaning validationLine(RecordPlace place) const;

    bool m_mmcv = false;
    bool m_mmengine = false;
    double m_lastStep = 0;   ///< of training
    double m_lastEpoch = 0;  ///< of training
    double m_lastIteration = 0;
    std::map<double, double> m_before;  ///< iterations before an epoch
};

}  // namespace waypoint
