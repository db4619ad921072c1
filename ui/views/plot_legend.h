// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/views/plot.h"

#include <QtGui/QPen>
#include <QtWidgets/QListWidget>

namespace waypoint {

/// One name of a plot's legend and how its line looks.
struct LegendEntry
{
    QString name;
    QPen pen;
    bool isBar = false;
    friend bool operator==(const LegendEntry &, const LegendEntry &) = default;
};

/// Names of lines beside a plot. A click shows or hides, a double click or Alt+click shows one alone, and all again.
class PlotLegend final : public QListWidget
{
    Q_OBJECT

public:
    explicit PlotLegend(QWidget *parent = nullptr);

    void setEntries(const std::vector<LegendEntry> &entries);
    [[nodiscard]] const std::vector<LegendEntry> &entries() const { return m_entries; }
    [[nodiscard]] const QStringList &hiddenNames() const { return m_hidden; }
    void setHiddenNames(const QStringList &names);
    /// The entry that keys act on, once somebody went there by keys.
    [[nodiscard]] int keyboardRow() const { return m_byKeyboard && hasFocus() ? currentRow() : -1; }
    /// Beside the plot as one column, or below it as a few rows.
    void setBelow(bool below, int available);

    /// Beside the plot: what the names take, as far as it is available.
    [[nodiscard]] int wantedWidth() const;
    void setLeastWidth(int width);

    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return {40, 24}; }

Q_SIGNALS:
    void hiddenNamesChanged();

protected:
    void mousePressEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;

private:
    void toggle(int row);
    void solo(int row, const QStringList &hiddenBefore);
    void apply(const QStringList &hidden);
    void showChecks();

    std::vector<LegendEntry> m_entries;
    QStringList m_hidden;
    QStringList m_hiddenBeforeClick;
    int m_available = 200;
    int m_leastWidth = 0;
    bool m_below = false;
    bool m_byKeyboard = false;
};

}  // namespace waypoint
