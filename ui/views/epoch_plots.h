// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_run.h"
#include "ui/views/epoch_map_picture.h"

#include <QtWidgets/QScrollArea>

#include <optional>
#include <vector>

class QVBoxLayout;

namespace waypoint {

class EpochMap;
class Plot;

/// A tensor whose line is drawn.
struct EpochLine
{
    std::size_t tensor = 0;
    int colour = 0;  ///< place among the colours of lines; below zero: it is only looked at now
};

/// What tensors did over the epochs as lines and as a map, with the numbers that the files tell, over one axis with one
/// cursor and one zoom.
class EpochPlots final : public QScrollArea
{
    Q_OBJECT

public:
    explicit EpochPlots(QWidget *parent = nullptr);

    /// Null for none.
    void setRun(EpochRunPtr run);
    void setTracks(const std::vector<EpochTrackPtr> &tracks);
    void setQuantity(EpochQuantity quantity, bool logarithmic);
    void setLines(std::vector<EpochLine> lines);
    void setPicture(EpochMapPicturePtr picture);
    /// What is chosen elsewhere.
    void setCurrent(std::optional<std::size_t> tensor, std::optional<std::size_t> file);

    [[nodiscard]] EpochMap &map() const { return *m_map; }
    [[nodiscard]] Plot &linePlot() const { return *m_lines; }
    /// Losses, metrics, learning rates: those that the files tell.
    [[nodiscard]] const std::vector<Plot *> &scalarPlots() const { return m_scalars; }

Q_SIGNALS:
    void chosen(std::size_t tensor, std::size_t file);
    void activated(std::size_t tensor, std::size_t file);

protected:
    void changeEvent(QEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void addPlot(Plot *plot);
    void createScalarPlots();
    void fillScalarPlots();
    void drawLines();
    void drawMarks();
    void lineUp();
    void placeMap();
    void shareCursor(const QWidget *from, std::optional<double> x);
    void shareZoom(const Plot *from, double low, double high);
    [[nodiscard]] std::vector<Plot *> plots() const;

    EpochRunPtr m_run;
    std::vector<EpochTrackPtr> m_tracks;
    EpochQuantity m_quantity = EpochQuantity::ChangeFromPrevious;
    bool m_isLogarithmic = false;
    std::vector<EpochLine> m_drawn;
    std::optional<std::size_t> m_file;
    QVBoxLayout *m_column;
    Plot *m_lines;
    EpochMap *m_map;
    std::vector<Plot *> m_scalars;
    std::vector<CurveKind> m_kinds;  ///< of the scalar plots
    bool m_isSharing = false;        ///< a plot is being told what another one did
};

}  // namespace waypoint
