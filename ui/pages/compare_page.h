// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/load_checkpoint.h"

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

namespace waypoint {

/// What changed: two checkpoints side by side, or many epochs of a run along an axis.
class ComparePage final : public QWidget
{
    Q_OBJECT

public:
    /// `opener` reads files, on other threads.
    explicit ComparePage(Opener opener = diskOpener(), QWidget *parent = nullptr);
    ~ComparePage() override;

    /// Two files side by side; more, or a folder of checkpoints: as epochs. One file: it becomes A, and the page asks
    /// for B.
    void compare(const QStringList &paths);
    /// Two sections of files (the same or others): "model" with "ema".
    void compareSections(const QString &a, const QString &sectionA, const QString &b, const QString &sectionB);

    /// One line for the window's status bar.
    [[nodiscard]] QString statusText() const;
    void focusFilter();

Q_SIGNALS:
    void statusChanged();
    void openFileRequested(const QString &path);
    void exportRequested(const QString &path);
};

}  // namespace waypoint
