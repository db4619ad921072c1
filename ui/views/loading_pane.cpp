// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/loading_pane.h"

#include "ui/models/text.h"
#include "ui/views/quiet_label.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kTick(80);
// Most files are read before anybody could see a bar; it would only flicker.
constexpr std::chrono::milliseconds kQuiet(150);
constexpr int kBarWidth = 420;
constexpr int kSteps = 1000;

}  // namespace

LoadingPane::LoadingPane(QWidget *parent)
    : QWidget(parent), m_content(new QWidget), m_what(new QLabel), m_bar(new QProgressBar), m_time(new QuietLabel)
{
    auto *cancel = new QPushButton(tr("Cancel"));
    cancel->setObjectName(QStringLiteral("cancelLoading"));
    m_what->setAlignment(Qt::AlignCenter);
    m_what->setWordWrap(true);
    m_what->setTextFormat(Qt::PlainText);
    m_bar->setTextVisible(false);
    auto *below = new QHBoxLayout;
    below->addWidget(m_time, 1);
    below->addWidget(cancel);
    auto *column = new QVBoxLayout(m_content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(10);
    column->addWidget(m_what);
    column->addWidget(m_bar);
    column->addLayout(below);
    m_content->setFixedWidth(kBarWidth);
    auto *layout = new QVBoxLayout(this);
    layout->addStretch(2);
    layout->addWidget(m_content, 0, Qt::AlignHCenter);
    layout->addStretch(3);
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &LoadingPane::update);
    connect(cancel, &QPushButton::clicked, this, &LoadingPane::cancelRequested);
}

void LoadingPane::begin(const QString &what, std::function<const Progress *()> sample)
{
    m_what->setText(what);
    m_sample = std::move(sample);
    m_elapsed.start();
    m_content->hide();
    m_tick.start();
}

void LoadingPane::end()
{
    m_tick.stop();
    m_sample = {};
}

void LoadingPane::update()
{
    const std::chrono::milliseconds elapsed(m_elapsed.elapsed());
    if (elapsed >= kQuiet && m_content->isHidden()) {
        m_content->show();
        Q_EMIT becameSlow();
    }
    const Progress *progress = m_sample ? m_sample() : nullptr;
    const std::uint64_t total = progress ? progress->total.load() : 0;
    const std::uint64_t done = progress ? std::min(progress->done.load(), total) : 0;
    m_bar->setRange(0, total > 0 ? kSteps : 0);
    m_bar->setValue(total > 0 ? static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * kSteps) : 0);
    const QString percent =
        total > 0
            ? QStringLiteral("%1 % · ").arg(100 * (static_cast<double>(done) / static_cast<double>(total)), 0, 'f', 0)
            : QString();
    m_time->setText(percent + text::duration(elapsed));
}

}  // namespace waypoint
