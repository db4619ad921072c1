// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_progress.h"

#include "ui/models/text.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QToolButton>

#include <chrono>
#include <cmath>

namespace waypoint {

namespace {

// Most files are done before a person could read how far they are.
constexpr std::chrono::milliseconds kPatience(400);
constexpr int kSteps = 1000;

}  // namespace

CompareProgress::CompareProgress(CompareScan &scan, QWidget *parent)
    : QWidget(parent),
      m_scan(scan),
      m_label(new QLabel),
      m_bar(new QProgressBar),
      m_pause(new QToolButton),
      m_stop(new QToolButton)
{
    setObjectName(QStringLiteral("compareProgress"));
    m_pause->setObjectName(QStringLiteral("comparePause"));
    m_stop->setObjectName(QStringLiteral("compareStop"));
    m_stop->setText(tr("Stop"));
    m_stop->setToolTip(tr("Compare no more numbers; those of the selected tensor still come"));
    m_bar->setRange(0, kSteps);
    m_bar->setTextVisible(false);
    m_bar->setMaximumHeight(8);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(12, 0, 12, 4);
    layout->addWidget(m_label);
    layout->addWidget(m_bar, 1);
    for (QToolButton *button : {m_pause, m_stop}) {
        button->setAutoRaise(true);
        layout->addWidget(button);
    }
    m_patience.setSingleShot(true);
    m_patience.setInterval(kPatience);
    connect(&m_patience, &QTimer::timeout, this, [this] {
        m_takesLong = true;
        showState();
    });
    connect(m_pause, &QToolButton::clicked, this, &CompareProgress::toggle);
    connect(m_stop, &QToolButton::clicked, &m_scan, &CompareScan::stop);
    connect(&m_scan, &CompareScan::stateChanged, this, &CompareProgress::showState);
    connect(&m_scan, &CompareScan::progressed, this, &CompareProgress::showState);
    showState();
}

QString CompareProgress::text() const { return isHidden() ? QString() : m_label->text(); }

void CompareProgress::showState()
{
    const CompareScan::State state = m_scan.state();
    const bool isRunning = state == CompareScan::State::Running;
    const bool isHalted = state == CompareScan::State::Paused || state == CompareScan::State::Stopped;
    m_takesLong = isHalted || (isRunning && m_takesLong);
    if (!isRunning)
        m_patience.stop();
    else if (!m_takesLong && !m_patience.isActive())
        m_patience.start();
    setVisible(m_takesLong);
    if (!m_takesLong)
        return;
    const QString percent = QString::number(std::floor(100 * m_scan.progress()));
    QString words = isRunning                             ? tr("Comparing numbers: %1 %").arg(percent)
                    : state == CompareScan::State::Paused ? tr("Comparing is paused at %1 %").arg(percent)
                                                          : tr("Comparing was stopped at %1 %").arg(percent);
    if (const auto left = m_scan.timeLeft())
        words += tr(", %1 left").arg(waypoint::text::duration(std::chrono::round<std::chrono::seconds>(*left)));
    m_label->setText(words);
    m_bar->setValue(static_cast<int>(m_scan.progress() * kSteps));
    m_pause->setText(isRunning ? tr("Pause") : tr("Go On"));
    m_stop->setVisible(state != CompareScan::State::Stopped);
}

void CompareProgress::toggle()
{
    if (m_scan.state() == CompareScan::State::Running)
        m_scan.pause();
    else
        m_scan.resume();
}

}  // namespace waypoint
