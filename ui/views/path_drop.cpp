// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/path_drop.h"

#include "ui/views/drop_overlay.h"

#include <QtCore/QMimeData>
#include <QtGui/QDragEnterEvent>
#include <QtWidgets/QWidget>

namespace waypoint {

PathDrop::PathDrop(QWidget *target, const QString &text) : QObject(target), m_overlay(new DropOverlay(target, text))
{
    target->setAcceptDrops(true);
    target->installEventFilter(this);
}

bool PathDrop::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::DragEnter:
        return enter(static_cast<QDragEnterEvent *>(event));
    case QEvent::DragLeave:
        m_overlay->hide();
        return true;
    case QEvent::Drop:
        return drop(static_cast<QDropEvent *>(event));
    default:
        return QObject::eventFilter(watched, event);
    }
}

bool PathDrop::enter(QDragEnterEvent *event)
{
    if (localPaths(event->mimeData()).size() == 1) {
        event->acceptProposedAction();
        m_overlay->cover();
    } else {
        event->ignore();  // for what is around
    }
    return true;
}

bool PathDrop::drop(QDropEvent *event)
{
    m_overlay->hide();
    const QStringList paths = localPaths(event->mimeData());
    if (!paths.isEmpty()) {
        event->acceptProposedAction();
        Q_EMIT dropped(paths.first());
    }
    return true;
}

}  // namespace waypoint
