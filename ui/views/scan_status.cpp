// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/scan_status.h"

#include "ui/models/painted_icon.h"

#include <QtGui/QGuiApplication>
#include <QtGui/QPainter>
#include <QtGui/QPalette>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QToolButton>

#include <chrono>
#include <cmath>

namespace waypoint {

namespace {

// Most files are done before a person could read how far they are.
constexpr std::chrono::milliseconds kPatience(400);

enum class Sign { Pause, Resume, Stop };

QIcon signIcon(Sign sign)
{
    return paintedIcon(16, [sign](QPainter &painter, QIcon::Mode) {
        const QColor color = QGuiApplication::palette().color(QPalette::ButtonText);
        painter.setPen(QPen(color, 1.6, Qt::SolidLine, Qt::RoundCap));
        switch (sign) {
        case Sign::Pause:
            painter.fillRect(QRectF(4.5, 4, 2.5, 8), color);
            painter.fillRect(QRectF(9, 4, 2.5, 8), color);
            break;
        case Sign::Resume:
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawPolygon(QPolygonF{{5, 3.5}, {12.5, 8}, {5, 12.5}});
            break;
        case Sign::Stop:
            painter.drawLine(QPointF(4.5, 4.5), QPointF(11.5, 11.5));
            painter.drawLine(QPointF(11.5, 4.5), QPointF(4.5, 11.5));
            break;
        }
    });
}

}  // namespace

ScanStatus::ScanStatus(QWidget *parent)
    : QWidget(parent),
      m_label(new QLabel),
      m_pause(addButton(QStringLiteral("pauseScan"))),
      m_stop(addButton(QStringLiteral("stopScan")))
{
    setObjectName(QStringLiteral("scanStatus"));
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addWidget(m_label);
    layout->addWidget(m_pause);
    layout->addWidget(m_stop);
    m_stop->setIcon(signIcon(Sign::Stop));
    m_stop->setToolTip(tr("Stop working out statistics; those of the selected tensor still come"));
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_takesLong = true;
        showState();
    });
    connect(m_pause, &QToolButton::clicked, this, &ScanStatus::toggle);
    connect(m_stop, &QToolButton::clicked, this, [this] {
        if (m_scan)
            m_scan->stop();
    });
    showState();
}

void ScanStatus::setScan(StatsScan *scan)
{
    if (scan == m_scan)
        return;
    if (m_scan)
        disconnect(m_scan, nullptr, this, nullptr);
    m_scan = scan;
    m_patience.stop();
    m_takesLong = false;
    if (scan) {
        connect(scan, &StatsScan::stateChanged, this, &ScanStatus::showState);
        connect(scan, &StatsScan::progressed, this, &ScanStatus::showState);
        connect(scan, &QObject::destroyed, this, &ScanStatus::showState);
    }
    showState();
}

QString ScanStatus::text() const { return isHidden() ? QString() : m_label->text(); }

QToolButton *ScanStatus::addButton(const QString &name)
{
    auto *button = new QToolButton(this);
    button->setObjectName(name);
    button->setAutoRaise(true);
    return button;
}

void ScanStatus::showState()
{
    const StatsScan::State state = m_scan ? m_scan->state() : StatsScan::State::Idle;
    const bool isRunning = state == StatsScan::State::Running;
    const bool isHalted = state == StatsScan::State::Paused || state == StatsScan::State::Stopped;
    m_takesLong = isHalted || (isRunning && m_takesLong);
    if (!isRunning)
        m_patience.stop();
    else if (!m_takesLong && !m_patience.isActive())
        m_patience.start();
    setVisible(m_takesLong);
    if (!m_takesLong)
        return;
    const QString percent = QString::number(std::floor(100 * m_scan->progress()));
    m_label->setText(isRunning                           ? tr("statistics %1 %").arg(percent)
                     : state == StatsScan::State::Paused ? tr("statistics %1 % · paused").arg(percent)
                                                         : tr("statistics stopped at %1 %").arg(percent));
    m_pause->setIcon(signIcon(isRunning ? Sign::Pause : Sign::Resume));
    m_pause->setToolTip(isRunning ? tr("Pause working out statistics") : tr("Go on working out statistics"));
    m_stop->setVisible(state != StatsScan::State::Stopped);
}

void ScanStatus::toggle()
{
    if (!m_scan)
        return;
    if (m_scan->state() == StatsScan::State::Running)
        m_scan->pause();
    else
        m_scan->resume();
}

}  // namespace waypoint
