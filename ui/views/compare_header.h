// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_files.h"

#include <QtWidgets/QWidget>

class QToolButton;

namespace waypoint {

class CompareSideBox;

/// Chooses what is compared with what: A at the left, B at the right, and a button that swaps them.
class CompareHeader final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareHeader(QWidget *parent = nullptr);

    void showFiles(const CompareFiles &files);
    [[nodiscard]] CompareSideBox &side(CompareFiles::Side side) const { return *m_sides[side]; }

Q_SIGNALS:
    void pathChosen(int side, const QString &path);
    void sectionChosen(int side, const QString &path);
    void swapRequested();

private:
    std::array<CompareSideBox *, 2> m_sides;
    QToolButton *m_swap;
};

}  // namespace waypoint
