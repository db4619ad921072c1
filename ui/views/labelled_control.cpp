// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/labelled_control.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>

namespace waypoint {

QWidget *labelledControl(const QString &label, QWidget *control)
{
    auto *both = new QWidget;
    auto *text = new QLabel(label);
    text->setBuddy(control);
    control->setAccessibleName(QString(label).remove(QLatin1Char('&')).remove(QLatin1Char(':')));
    auto *layout = new QHBoxLayout(both);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(text);
    layout->addWidget(control);
    return both;
}

}  // namespace waypoint
