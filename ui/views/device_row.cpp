// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/device_row.h"

#include "ui/models/text.h"
#include "ui/views/fact_grid.h"
#include "ui/views/memory_bar.h"
#include "ui/views/quiet_label.h"

#include <QtGui/QMouseEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QRadioButton>
#include <QtWidgets/QStyle>

#include <cmath>

namespace waypoint {

namespace {

constexpr int kLongestRun = 22;

QString joined(const QStringList &facts)
{
    QStringList known = facts;
    known.removeAll(QString());
    return known.join(QStringLiteral(" · "));
}

QString sentence(const QString &words)
{
    if (words.isEmpty())
        return words;
    const QString upper = words.front().toUpper() + words.mid(1);
    return upper.endsWith(QLatin1Char('.')) ? upper : upper + QLatin1Char('.');
}

}  // namespace

DeviceRow::DeviceRow(const QString &device, QWidget *parent)
    : QWidget(parent),
      m_name(device),
      m_button(new QRadioButton(device)),
      m_model(new ElidedLabel),
      m_bar(new MemoryBar),
      m_facts(new ElidedLabel),
      m_reason(plainLabel({}, this))
{
    m_model->setElideMode(Qt::ElideRight);
    m_facts->setElideMode(Qt::ElideRight);
    m_reason->setForegroundRole(QPalette::PlaceholderText);
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(6, 3, 6, 3);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(0);
    auto *first = new QHBoxLayout;
    first->addWidget(m_button);
    first->addWidget(m_model, 1);
    auto *second = new QHBoxLayout;
    const int indent = style()->pixelMetric(QStyle::PM_ExclusiveIndicatorWidth)
                       + style()->pixelMetric(QStyle::PM_RadioButtonLabelSpacing);
    second->setContentsMargins(indent, 0, 0, 0);
    first->setSpacing(8);
    second->setSpacing(8);
    second->addWidget(m_bar);
    second->addWidget(m_facts, 1);
    second->addWidget(m_reason, 1);
    grid->addLayout(first, 0, 0);
    grid->addLayout(second, 1, 0);
    connect(m_button, &QRadioButton::toggled, this, qOverload<>(&QWidget::update));
    setUnknown({});
}

void DeviceRow::setDevice(const TrainerDevice &device)
{
    m_usable = device.usable;
    m_button->setEnabled(m_usable);
    m_model->setFullText(text::fromUtf8(device.model));
    m_reason->setText(m_usable ? QString() : sentence(text::fromUtf8(device.reason)));
    const bool known = device.totalBytes && device.freeBytes && *device.totalBytes > 0;
    m_memory = device.totalBytes ? text::bytes({*device.totalBytes}) : QString();
    m_free = device.freeBytes ? tr("%1 free").arg(text::bytes({*device.freeBytes})) : QString();
    if (known) {
        m_memory = tr("%1 of %2 free").arg(text::bytes({*device.freeBytes}), m_memory);
        m_bar->setUsed(1 - double(*device.freeBytes) / double(*device.totalBytes));
    }
    m_bar->setVisible(m_usable && known);
    m_busy = device.utilisation ? tr("%1 % busy").arg(std::lround(*device.utilisation * 100)) : QString();
    showFacts();
}

void DeviceRow::setUnknown(const QString &text)
{
    m_usable = true;
    m_button->setEnabled(true);
    m_model->setFullText({});
    m_bar->hide();
    m_reason->clear();
    m_memory = text;
    m_free.clear();
    m_busy.clear();
    showFacts();
}

void DeviceRow::setRun(const QString &title)
{
    m_run = title;
    showFacts();
}

void DeviceRow::showFacts()
{
    // In a narrow form a run's name takes the room of the total, which the bar shows.
    const bool brief = !m_run.isEmpty() && !m_free.isEmpty();
    const QString run = m_run.isEmpty() ? QString() : tr("%1 runs here").arg(m_run);
    const QString shown =
        brief ? joined({text::elided(m_run, kLongestRun), m_busy, m_free}) : joined({m_memory, m_busy, run});
    m_facts->setFullText(shown);
    m_facts->setVisible(m_usable);  // its room stays: what is below should not move when it is told
    setToolTip(joined({m_memory, m_busy, run}));
    m_reason->setVisible(!m_usable);
    const QString model = m_model->fullText();
    m_button->setAccessibleName(model.isEmpty() ? m_name : m_name + QStringLiteral(", ") + model);
    m_button->setAccessibleDescription(m_usable ? toolTip() : m_reason->text());
}

void DeviceRow::paintEvent(QPaintEvent *)
{
    if (!m_button->isChecked())
        return;
    QColor chosen = palette().color(QPalette::Highlight);
    chosen.setAlphaF(0.14F);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(chosen);
    painter.drawRoundedRect(rect(), 4, 4);
}

void DeviceRow::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::LeftButton && rect().contains(event->position().toPoint()))
        m_button->click();
}

}  // namespace waypoint
