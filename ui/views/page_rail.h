// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QToolBar>

class QActionGroup;

namespace waypoint {

/// The strip at the window's edge that leads from page to page. Pages are numbered in the order they are added.
class PageRail final : public QToolBar
{
    Q_OBJECT

public:
    enum class Glyph { Inspect, Curves, Compare, Train };

    explicit PageRail(QWidget *parent = nullptr);

    /// `digit`: Ctrl and this lead there.
    QAction *addPage(Glyph glyph, int digit, const QString &name, const QString &toolTip);
    /// Shows which page is current; tells nobody.
    void setCurrent(int page);
    [[nodiscard]] int current() const;

Q_SIGNALS:
    void pageChosen(int page);

private:
    QActionGroup *m_pages;
};

}  // namespace waypoint
