// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/wheel_guard.h"

#include <QtCore/QEvent>
#include <QtWidgets/QWidget>

namespace waypoint {

namespace {

class WheelGuard final : public QObject
{
public:
    using QObject::QObject;

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        const auto *box = qobject_cast<QWidget *>(watched);
        if (event->type() != QEvent::Wheel || !box || box->hasFocus())
            return false;
        event->ignore();
        return true;
    }
};

}  // namespace

void guardWheel(QWidget *box)
{
    box->setFocusPolicy(Qt::StrongFocus);
    box->installEventFilter(new WheelGuard(box));
}

}  // namespace waypoint
