// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/load_checkpoint.h"

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

namespace waypoint {

/// Many checkpoints of a run: what each layer did over the epochs, as lines and as a map of layers and epochs, with
/// loss, metrics and learning rate beside them; and the mean of chosen epochs as a new file.
class EpochsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit EpochsPane(Opener opener, QWidget *parent = nullptr);
    ~EpochsPane() override;

    /// Files, or folders with all checkpoints they hold.
    void setPaths(const QStringList &paths);
    [[nodiscard]] QString statusText() const;
    void focusFilter();

Q_SIGNALS:
    void statusChanged();
    void openFileRequested(const QString &path);
    /// Two of the epochs, to be put side by side.
    void compareRequested(const QString &a, const QString &b);
};

}  // namespace waypoint
