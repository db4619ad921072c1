// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/curve_board.h"

#include <QtCore/QSet>
#include <QtWidgets/QSplitter>

#include <memory>
#include <vector>

class QScrollArea;
class QVBoxLayout;

namespace waypoint {

class Plot;

/// The plots of a board, one above the other, with one zoom and one cursor along x; learning rates stay in view below.
class CurvePlotArea final : public QSplitter
{
    Q_OBJECT

public:
    explicit CurvePlotArea(QWidget *parent = nullptr);
    ~CurvePlotArea() override;

    /// Plots that stay keep their zoom, as long as what they are drawn over stays.
    void setBoard(CurveBoard board);
    void setLogarithmic(bool logarithmic);
    /// For little room: lower plots, and learning rates scroll with the others. To be set before the first board.
    void setCompact(bool compact);
    void resetZoom();
    [[nodiscard]] bool isZoomed() const;

    /// From top to bottom.
    [[nodiscard]] std::vector<Plot *> plots() const;

    /// BoardLine::id of the lines that were switched off in the legends.
    [[nodiscard]] QStringList hidden() const;
    void setHidden(const QStringList &ids);

    /// Names for the files of the plots, in their order: "loss", "learning-rate".
    [[nodiscard]] QStringList fileNames() const;

Q_SIGNALS:
    void markActivated(const QString &path);
    void zoomChanged();
    void hiddenChanged();
    /// The colours of the window changed: the board is wanted again.
    void boardWanted();

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Slot;

    void dropOthers(const CurveBoard &board);
    Slot &slotFor(const BoardPlot &plot, int place);
    void fill(Slot &slot, BoardPlot &plot, bool reset);
    void showMarks(Slot &slot);
    void takeHidden(Slot &slot);
    void shareCursor(const Plot *from, std::optional<double> x);
    void shareZoom(const Plot *from, double low, double high);
    void connectSlot(Slot &slot);
    /// The same x at the same place in all plots.
    void lineUp();

    QScrollArea *m_scroll;
    QVBoxLayout *m_upper;
    QWidget *m_lowerPart;
    QVBoxLayout *m_lower;
    std::vector<std::unique_ptr<Slot>> m_slots;
    QSet<QString> m_hidden;
    CurveX m_x = CurveX::Step;
    TimeUnit m_unit;
    std::optional<std::pair<double, double>> m_whole;  ///< what all lines together cover of x
    bool m_isLogarithmic = false;
    bool m_isCompact = false;
    bool m_isSharing = false;  ///< a plot is being told what another one did
};

}  // namespace waypoint
