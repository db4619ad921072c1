// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "ui/jobs/job.h"
#include "ui/models/curve_board.h"

#include <QtWidgets/QWidget>

#include <vector>

namespace waypoint {

class Plot;

/// The curves that are kept at and below an entry of a checkpoint: a list of losses, a history, a trainer's log. Hidden
/// while there are none.
class CurvePreview final : public QWidget
{
    Q_OBJECT

public:
    explicit CurvePreview(QWidget *parent = nullptr);

    /// Looks for curves in the background and shows itself where there are some.
    void setEntry(CheckpointPtr checkpoint, EntryId entry);
    void clear();
    [[nodiscard]] const std::vector<Plot *> &plots() const { return m_plots; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void take(CurveBoard board);
    void draw();

    CurveBoard m_board;
    std::vector<Plot *> m_plots;  ///< as many as are shown at most
    Job<CurveBoard> m_reading;
};

}  // namespace waypoint
