// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

class QDragEnterEvent;
class QDropEvent;
class QWidget;

namespace waypoint {

class DropOverlay;

/// Lets one file or folder be dropped on a widget, which says so while it is held over it. Owned by the widget.
class PathDrop final : public QObject
{
    Q_OBJECT

public:
    /// `text`: what dropping does, as "Drop to use this data".
    PathDrop(QWidget *target, const QString &text);

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    void dropped(const QString &path);

private:
    bool enter(QDragEnterEvent *event);
    bool drop(QDropEvent *event);

    DropOverlay *m_overlay;
};

}  // namespace waypoint
