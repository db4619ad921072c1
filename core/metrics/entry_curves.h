// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/metrics/curve_table.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Keys that only hold what follows: the curves below them are known by their own names ("train/loss").
[[nodiscard]] bool isMereContainer(std::string_view label);

/// Turns one record over time, in any of the forms in which programs keep it, into curves.
class EntryCurves
{
public:
    /// Requires: both outlive this.
    EntryCurves(const Checkpoint &checkpoint, CurveTable &into);

    /// Takes the entry apart; false where it is no such record. `name` is the curve's, or the first part of those of
    /// several; empty for a record whose columns are known by their own names.
    ///  - [0.5, 0.4], an array or a tensor: over the number of the item
    ///  - [(1, 0.5), (2, 0.4)]: over the first
    ///  - [{"epoch": 1, "loss": 0.5}, ...]: as the lines of a log
    ///  - {"epoch": [1, 2], "loss": [0.5, 0.4]}: columns
    ///  - {1: 0.5, 2: 0.4} and {1: {"loss": 0.5}, ...}: over the key
    ///  - mmengine's HistoryBuffer, or a dict of them
    bool add(EntryId entry, const std::string &name);
    /// {"epoch=3.ckpt": 0.21} (Lightning's best_k_models) and [(0.21, "model_3.pt")] (ignite's _saved).
    bool addScoredFiles(EntryId entry, const std::string &name);

private:
    bool addList(EntryId entry, const std::string &name);
    bool addRecords(EntryId entry, const std::string &name);
    bool addColumns(EntryId entry, const std::string &name);
    bool addByKey(EntryId entry, const std::string &name);
    bool addHistoryBuffer(EntryId entry, const std::string &name);
    void addRecord(EntryId record, const std::string &prefix, RecordPlace place);
    void addNumbered(const std::string &name, const std::vector<double> &y);
    [[nodiscard]] RecordPlace placeOfRecord(EntryId record, RecordPlace place) const;
    [[nodiscard]] std::optional<double> lonelyNumber(Role role) const;

    const Checkpoint &m_checkpoint;
    CurveTable &m_table;
    std::optional<double> m_epoch;  ///< that the checkpoint was saved at
    std::optional<double> m_step;
};

}  // namespace waypoint
