// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

class QMimeData;

namespace waypoint {

/// Files and folders of this machine that are being dragged.
[[nodiscard]] QStringList localPaths(const QMimeData *mime);

/// Says over a whole widget that what is being dragged can be dropped here.
class DropOverlay final : public QWidget
{
    Q_OBJECT

public:
    /// "Drop to open" where no other text is given.
    explicit DropOverlay(QWidget *parent, const QString &text = {});

    void cover();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
};

}  // namespace waypoint
