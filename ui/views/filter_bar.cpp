// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/filter_bar.h"

#include "ui/models/entry_icons.h"
#include "ui/models/entry_text.h"
#include "ui/models/text.h"
#include "ui/views/flow_layout.h"
#include "ui/views/quiet_label.h"

#include <QtGui/QKeyEvent>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

// Long enough to skip most keys of a fast typist, too short to notice.
constexpr std::chrono::milliseconds kSettle(60);

}  // namespace

FilterBar::FilterBar(QWidget *parent)
    : QWidget(parent),
      m_text(new QLineEdit),
      m_count(new QuietLabel),
      m_chipRow(new QWidget),
      m_chips(new FlowLayout(4, m_chipRow)),
      m_problemChip(createProblemChip())
{
    m_text->setObjectName(QStringLiteral("filter"));
    m_text->setPlaceholderText(tr("Filter by name, glob or path"));
    m_text->setToolTip(tr("Part of a name, a pattern for whole names such as *.bias or conv[12].*, or a path such as "
                          "optimizer/state.\nCtrl+F comes here, Esc clears."));
    m_text->setClearButtonEnabled(true);
    m_text->installEventFilter(this);
    m_text->setAcceptDrops(false);  // files dropped here are for the window
    auto *line = new QHBoxLayout;
    line->addWidget(m_text, 1);
    line->addWidget(m_count);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 6);
    layout->setSpacing(6);
    layout->addLayout(line);
    layout->addWidget(m_chipRow);
    setProblems(0);
    m_count->hide();
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, &FilterBar::filterChanged);
    connect(m_text, &QLineEdit::textChanged, &m_settle, qOverload<>(&QTimer::start));
}

void FilterBar::setRoles(const std::vector<Role> &roles)
{
    const EntryFilter kept = filter();
    for (const auto &[role, chip] : m_chipOf)
        delete chip;
    m_chipOf.clear();
    for (const Role role : roles)
        m_chipOf.emplace_back(role, addChip(role));
    for (const auto &[role, chip] : m_chipOf)
        chip->setChecked(std::find(kept.roles.begin(), kept.roles.end(), role) != kept.roles.end());
    // It stands last.
    m_chips->removeWidget(m_problemChip);
    m_chips->addWidget(m_problemChip);
    showChips();
}

void FilterBar::setProblems(std::size_t count)
{
    m_problems = count;
    m_problemChip->setText(count == 0 ? tr("problems") : tr("problems %1").arg(text::count(count)));
    showChips();
}

void FilterBar::showOnlyProblems() { m_problemChip->setChecked(true); }

void FilterBar::showChips()
{
    for (const auto &[role, chip] : m_chipOf)
        chip->setVisible(m_chipOf.size() > 1);
    const bool hasProblems = m_problems > 0 || m_problemChip->isChecked();
    m_problemChip->setVisible(hasProblems);
    m_chipRow->setVisible(hasProblems || m_chipOf.size() > 1);
}

void FilterBar::setFilter(const EntryFilter &filter)
{
    m_text->setText(QString::fromStdString(filter.text));
    for (const auto &[role, chip] : m_chipOf)
        chip->setChecked(std::find(filter.roles.begin(), filter.roles.end(), role) != filter.roles.end());
    m_problemChip->setChecked(filter.problems);
    m_settle.stop();
}

EntryFilter FilterBar::filter() const
{
    EntryFilter filter;
    filter.text = m_text->text().trimmed().toStdString();
    for (const auto &[role, chip] : m_chipOf)
        if (chip->isChecked())
            filter.roles.push_back(role);
    filter.problems = m_problemChip->isChecked();
    return filter;
}

void FilterBar::setCount(const QString &count)
{
    m_count->setText(count);
    m_count->setVisible(!count.isEmpty());
}

void FilterBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void FilterBar::clear()
{
    if (!filter().isActive())
        return;
    setFilter({});
    Q_EMIT filterChanged();
}

bool FilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape:
            if (filter().isActive())
                clear();
            else
                Q_EMIT leftDownwards();
            return true;
        case Qt::Key_Down:
        case Qt::Key_Return:
        case Qt::Key_Enter:
            Q_EMIT leftDownwards();
            return true;
        default:
            break;
        }
    }
    return QWidget::eventFilter(watched, event);
}

QToolButton *FilterBar::addChip(Role role)
{
    auto *chip = new QToolButton(m_chipRow);
    chip->setObjectName(QStringLiteral("chip_%1").arg(text::fromUtf8(roleName(role))));
    chip->setText(entry_text::roleWord(role));
    chip->setIcon(roleDot(role));
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    chip->setCheckable(true);
    chip->setToolTip(tr("Show only what belongs to this role"));
    m_chips->addWidget(chip);
    connect(chip, &QToolButton::toggled, this, &FilterBar::chipToggled);
    return chip;
}

QToolButton *FilterBar::createProblemChip()
{
    auto *chip = new QToolButton(m_chipRow);
    chip->setObjectName(QStringLiteral("chip_problems"));
    chip->setIcon(problemSign(colors::Notice::Warning));
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    chip->setCheckable(true);
    chip->setToolTip(tr("Show only tensors with NaN, infinite values, nothing but zeros and the like,\n"
                        "and what the warnings about this file concern"));
    m_chips->addWidget(chip);
    connect(chip, &QToolButton::toggled, this, &FilterBar::chipToggled);
    return chip;
}

void FilterBar::chipToggled()
{
    m_settle.stop();
    showChips();
    Q_EMIT filterChanged();
}

}  // namespace waypoint
