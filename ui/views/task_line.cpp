// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/task_line.h"

#include "ui/views/quiet_label.h"

#include <QtCore/QLocale>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QToolButton>

#include <chrono>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kBlink(250);
constexpr std::chrono::seconds kReadingTime(12);

}  // namespace

TaskLine::TaskLine(QWidget *parent) : QWidget(parent), m_label(new ElidedLabel(this)), m_cancel(new QToolButton(this))
{
    m_cancel->setText(tr("Cancel"));
    m_cancel->setAutoRaise(true);
    auto *line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_label, 1);
    line->addWidget(m_cancel);
    m_appear.setSingleShot(true);
    m_appear.setInterval(kBlink);
    m_vanish.setSingleShot(true);
    m_vanish.setInterval(kReadingTime);
    connect(&m_appear, &QTimer::timeout, this, &QWidget::show);
    connect(&m_vanish, &QTimer::timeout, this, &QWidget::hide);
    connect(m_cancel, &QToolButton::clicked, this, &TaskLine::cancel);
    hide();
}

void TaskLine::begin(const QString &doing, std::function<void()> cancel)
{
    m_doing = doing;
    m_onCancel = std::move(cancel);
    m_label->setFullText(doing);
    m_cancel->show();
    m_vanish.stop();
    m_appear.start();
}

void TaskLine::setShare(double share)
{
    m_label->setFullText(tr("%1 %2 %").arg(m_doing, QLocale().toString(share * 100, 'f', 0)));
}

void TaskLine::finish(const QString &result)
{
    m_appear.stop();
    m_onCancel = nullptr;
    m_cancel->hide();
    m_label->setFullText(result);
    show();
    m_vanish.start();
}

void TaskLine::clear()
{
    m_appear.stop();
    m_vanish.stop();
    m_onCancel = nullptr;
    m_label->setFullText({});
    hide();
}

QString TaskLine::text() const { return m_label->fullText(); }

void TaskLine::cancel()
{
    if (const auto call = std::exchange(m_onCancel, nullptr))
        call();
    clear();
}

}  // namespace waypoint
