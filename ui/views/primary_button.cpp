// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/primary_button.h"

#include "ui/models/painted_icon.h"

#include <QtCore/QEvent>
#include <QtCore/QScopedValueRollback>
#include <QtGui/QPainter>
#include <QtWidgets/QApplication>

namespace waypoint {

PrimaryButton::PrimaryButton(const QString &text, QWidget *parent) : QPushButton(text, parent) { applyColors(); }

void PrimaryButton::changeEvent(QEvent *event)
{
    const bool another = event->type() == QEvent::PaletteChange || event->type() == QEvent::EnabledChange;
    if (another && !m_applying)
        applyColors();
    QPushButton::changeEvent(event);
}

void PrimaryButton::applyColors()
{
    const QScopedValueRollback applying(m_applying, true);
    const QPalette usual = QApplication::palette();
    QPalette colours;
    // While it cannot be pressed it looks like any other that cannot.
    if (isEnabled()) {
        colours.setColor(QPalette::Button, usual.color(QPalette::Active, QPalette::Highlight));
        colours.setColor(QPalette::ButtonText, usual.color(QPalette::Active, QPalette::HighlightedText));
    }
    setPalette(colours);
}

QIcon goOnIcon()
{
    return paintedIcon(16, [](QPainter &painter, QIcon::Mode mode) {
        const QPalette palette = QApplication::palette();
        painter.setPen(Qt::NoPen);
        painter.setBrush(mode == QIcon::Disabled ? palette.color(QPalette::Disabled, QPalette::ButtonText)
                                                 : palette.color(QPalette::Active, QPalette::HighlightedText));
        painter.drawPolygon(QPolygonF({{4, 2.5}, {13.5, 8}, {4, 13.5}}));
    });
}

}  // namespace waypoint
