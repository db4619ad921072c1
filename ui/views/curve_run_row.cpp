// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_run_row.h"

#include "ui/models/colors.h"
#include "ui/views/plot_colors.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QEvent>
#include <QtCore/QSignalBlocker>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

namespace waypoint {

namespace {

constexpr QSize kSwatch(14, 14);

QPixmap swatch(const QColor &colour, qreal ratio)
{
    QPixmap pixmap(kSwatch * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour);
    painter.drawRoundedRect(QRectF({1, 4}, QSizeF(kSwatch.width() - 2, kSwatch.height() - 8)), 2, 2);
    return pixmap;
}

}  // namespace

CurveRunRow::CurveRunRow(QWidget *parent)
    : QFrame(parent),
      m_shown(new QCheckBox),
      m_swatch(new QLabel),
      m_title(new ElidedLabel),
      m_details(new ElidedLabel),
      m_problem(new QLabel),
      m_retry(new QPushButton(tr("Try Again"))),
      m_remove(new QToolButton)
{
    m_title->setForegroundRole(QPalette::Text);
    m_problem->setWordWrap(true);
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_remove->setText(QStringLiteral("✕"));
    m_remove->setAutoRaise(true);
    m_remove->setToolTip(tr("Remove from this page; nothing is deleted"));
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins(10, 5, 6, 5);
    layout->setHorizontalSpacing(6);
    layout->setVerticalSpacing(1);
    layout->setColumnStretch(2, 1);
    layout->addWidget(m_shown, 0, 0);
    layout->addWidget(m_swatch, 0, 1);
    layout->addWidget(m_title, 0, 2);
    layout->addWidget(m_remove, 0, 3);
    layout->addWidget(m_details, 1, 2, 1, 2);
    layout->addWidget(m_problem, 2, 2, 1, 2);
    layout->addWidget(m_retry, 3, 2, 1, 2, Qt::AlignLeft);
    connect(m_shown, &QCheckBox::toggled, this, [this](bool on) { Q_EMIT shownChanged(m_state.path, on); });
    connect(m_remove, &QToolButton::clicked, this, [this] { Q_EMIT removeRequested(m_state.path); });
    connect(m_retry, &QPushButton::clicked, this, [this] { Q_EMIT retryRequested(m_state.path); });
}

void CurveRunRow::setState(const CurveSourceState &state)
{
    m_state = state;
    {
        const QSignalBlocker quiet(m_shown);
        m_shown->setChecked(state.shown);
    }
    m_shown->setEnabled(state.problem.isEmpty() || !state.details.isEmpty());
    m_shown->setAccessibleName(tr("Show %1").arg(state.title));
    m_remove->setAccessibleName(tr("Remove %1").arg(state.title));
    m_title->setFullText(state.title);
    m_details->setFullText(state.details);
    m_details->setVisible(!state.details.isEmpty());
    m_problem->setText(state.problem);
    m_problem->setVisible(!state.problem.isEmpty());
    m_retry->setVisible(!state.problem.isEmpty());
    setToolTip(state.toolTip);
    applyColours();
}

void CurveRunRow::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        applyColours();
    QFrame::changeEvent(event);
}

void CurveRunRow::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Delete)
        Q_EMIT removeRequested(m_state.path);
    else
        QFrame::keyPressEvent(event);
}

void CurveRunRow::applyColours()
{
    const QColor colour =
        m_state.colour < 0 || !m_state.shown ? QColor(Qt::transparent) : colors::plotLine(m_state.colour, palette());
    m_swatch->setPixmap(swatch(colour, devicePixelRatioF()));
    m_swatch->setVisible(m_state.colour >= 0);
    QPalette warned = palette();
    warned.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Danger, palette()));
    m_problem->setPalette(warned);
}

}  // namespace waypoint
