// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringList>
#include <QtGui/QColor>
#include <QtWidgets/QWidget>

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <utility>
#include <vector>

class QMenu;

namespace waypoint {

/// A line of a plot. Several lines of one name share an entry of the legend and are shown and hidden together: the raw
/// line behind a smoothed one, the past and future of a schedule.
struct PlotLine
{
    enum class Style { Solid, Dashed, Faint, Points };
    QString name;  ///< of the legend
    QColor colour;
    Style style = Style::Solid;
    bool steps = false;     ///< holds its value until the next point: a learning rate
    std::vector<double> x;  ///< rising
    std::vector<double> y;  ///< as many; NaN leaves a gap
};

/// Bars between edges: a histogram.
struct PlotBars
{
    QString name;
    QColor colour;
    std::vector<double> edges;  ///< one more than heights, rising
    std::vector<double> heights;
};

/// A place worth seeing: a vertical line over the whole plot, or a dot where `y` is given.
struct PlotMark
{
    enum class Kind { Now, Milestone, Checkpoint, Problem };
    Kind kind = Kind::Milestone;
    double x = 0;
    std::optional<double> y;
    QString label;    ///< short, on the plot
    QString toolTip;  ///< the whole story
};

/// How numbers of an axis are written.
enum class PlotNumbers { Plain, Integer, Time, SymmetricLog, Names };

struct PlotAxis
{
    QString label;  ///< with its unit: "Epoch", "Learning rate", "Time (h)"
    PlotNumbers numbers = PlotNumbers::Plain;
    bool logarithmic = false;
    double linear = 0;  ///< symmetric log: where its straight part ends; 0: at 1
    QStringList names;  ///< Names: of the bars between 0 and 1, 1 and 2, ...
};

struct PlotText
{
    QString title;
    PlotAxis x;
    PlotAxis y;
    QString empty;  ///< what stands there while there is nothing to draw
};

/// A plot with title, axes, a legend outside the data that toggles lines, a read-out under the cursor, zoom by wheel
/// and rectangle, reset by double click, and exports in its context menu. Lines are decimated for the screen, so a
/// million points stay fluid. Follows light and dark. The only door to QCustomPlot. Window's thread.
class Plot final : public QWidget
{
    Q_OBJECT

public:
    explicit Plot(QWidget *parent = nullptr);
    ~Plot() override;

    void setText(const PlotText &text);
    [[nodiscard]] const PlotText &text() const;
    /// Replaces the data; what was hidden in the legend stays hidden by name, a zoom stays unless `reset`. A plot that
    /// is not zoomed follows growing data.
    void setLines(std::vector<PlotLine> lines, bool reset = false);
    void setBars(std::vector<PlotBars> bars);
    void setMarks(std::vector<PlotMark> marks);
    void setLogarithmic(bool x, bool y);

    /// Names the person switched off in the legend.
    [[nodiscard]] QStringList hiddenNames() const;
    void setHiddenNames(const QStringList &names);

    [[nodiscard]] std::pair<double, double> visibleX() const;
    [[nodiscard]] std::pair<double, double> visibleY() const;
    void setVisibleX(double low, double high);
    void resetZoom();
    [[nodiscard]] bool isZoomed() const;

    /// What an axis that is not zoomed shows at least, whatever the data covers: of plots over one axis.
    void setWholeX(std::optional<std::pair<double, double>> range);
    /// Least room left of the data and for the legend beside it, so that plots above each other line up.
    void setSides(int left, int legend);
    /// Room the legend takes beside the data by itself; 0 where it has none.
    [[nodiscard]] int legendWidth() const;
    /// Where the data is drawn, in the plot's coordinates: for what stands above or below it over the same axis.
    [[nodiscard]] QRectF dataArea() const;

    /// A cursor set from outside, so that plots over one axis share it; nothing hides it.
    void setCursor(std::optional<double> x);
    /// What the read-out says now; empty without a cursor. One line for each visible name.
    [[nodiscard]] QStringList readOut() const;

    /// Points QCustomPlot has to draw now, all lines together. Tests.
    [[nodiscard]] std::size_t drawnPoints() const;

    /// Writes .png (twice the screen's size), .svg, .pdf or .csv (all points of the visible lines, undecimated), by the
    /// suffix. An empty string, or why it could not be written.
    [[nodiscard]] QString exportTo(const QString &path) const;
    /// The same for a .csv of what is shown now, as work for any thread: millions of numbers take a while to write.
    [[nodiscard]] std::function<QString(const std::stop_token &)> csvExport(const QString &path) const;
    /// Adds the exports and zoom commands to a menu.
    void addActions(QMenu &menu);

Q_SIGNALS:
    void cursorMoved(std::optional<double> x);
    void visibleXChanged(double low, double high);
    void hiddenNamesChanged();
    void markActivated(int index);
    /// The data is drawn elsewhere, or another part of x is.
    void dataAreaChanged();
    /// A bar was clicked, or the place above it.
    void barActivated(int index);

protected:
    void changeEvent(QEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
