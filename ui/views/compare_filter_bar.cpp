// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/compare_filter_bar.h"

#include "ui/models/compare_text.h"
#include "ui/models/text.h"
#include "ui/views/flow_layout.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QSettings>
#include <QtCore/QSignalBlocker>
#include <QtGui/QKeyEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

// Long enough to skip most keys of a fast typist, too short to notice.
constexpr std::chrono::milliseconds kSettle(60);

constexpr std::array kOrder{DiffStatus::Changed, DiffStatus::Retyped, DiffStatus::Reshaped,
                            DiffStatus::Added,   DiffStatus::Removed, DiffStatus::Same};

}  // namespace

CompareFilterBar::CompareFilterBar(QWidget *parent)
    : QWidget(parent),
      m_text(new QLineEdit),
      m_count(new QuietLabel),
      m_onlyDifferences(new QCheckBox(tr("Only &differences"))),
      m_chipRow(new QWidget),
      m_chipFlow(new FlowLayout(4, m_chipRow))
{
    m_text->setObjectName(QStringLiteral("compareFilter"));
    m_text->setPlaceholderText(tr("Filter by name or glob"));
    m_text->setToolTip(tr("Words, each a part of the name, or patterns for whole names such as *.bias or conv[12].*\n"
                          "Ctrl+F comes here, Esc clears."));
    m_text->setClearButtonEnabled(true);
    m_text->installEventFilter(this);
    m_text->setAcceptDrops(false);  // files dropped here are for the page
    m_onlyDifferences->setObjectName(QStringLiteral("onlyDifferences"));
    m_onlyDifferences->setToolTip(tr("Leave out what is the same on both sides"));
    m_onlyDifferences->setChecked(true);
    auto *line = new QHBoxLayout;
    line->addWidget(m_text, 1);
    line->addWidget(m_count);
    line->addWidget(m_onlyDifferences);
    for (const DiffStatus status : kOrder) {
        QToolButton *chip = addChip(QStringLiteral("chip_%1").arg(text::fromUtf8(diffStatusName(status))),
                                    compare_text::statusWord(status), compare_text::statusTip(status));
        chip->hide();
        m_chips[static_cast<std::size_t>(status)] = chip;
    }
    m_chipRow->hide();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 6);
    layout->setSpacing(6);
    layout->addLayout(line);
    layout->addWidget(m_chipRow);
    m_count->hide();
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, &CompareFilterBar::filterChanged);
    connect(m_text, &QLineEdit::textChanged, &m_settle, qOverload<>(&QTimer::start));
    connect(m_onlyDifferences, &QCheckBox::toggled, this, &CompareFilterBar::changeNow);
}

QToolButton *CompareFilterBar::addChip(const QString &name, const QString &text, const QString &toolTip)
{
    auto *chip = new QToolButton(m_chipRow);
    chip->setObjectName(name);
    chip->setText(text);
    chip->setToolTip(toolTip);
    chip->setCheckable(true);
    m_chipFlow->addWidget(chip);
    connect(chip, &QToolButton::toggled, this, &CompareFilterBar::changeNow);
    return chip;
}

void CompareFilterBar::setParts(const std::vector<ComparePart> &parts)
{
    qDeleteAll(m_partChips);
    m_partChips.clear();
    if (parts.size() > 1)
        for (const ComparePart &part : parts)
            m_partChips.push_back(addChip(QStringLiteral("part_%1").arg(part.name),
                                          QStringLiteral("%1 %2").arg(part.name, text::count(part.tensors)),
                                          tr("Show only what belongs to this part")));
    showChips();
}

CompareFilter CompareFilterBar::filter() const
{
    CompareFilter filter;
    filter.text = m_text->text().trimmed().toStdString();
    filter.onlyDifferences = m_onlyDifferences->isChecked();
    for (const DiffStatus status : kOrder)
        if (m_chips[static_cast<std::size_t>(status)]->isChecked())
            filter.statuses.push_back(status);
    for (std::size_t part = 0; part < m_partChips.size(); ++part)
        if (m_partChips[part]->isChecked())
            filter.parts.push_back(part);
    return filter;
}

void CompareFilterBar::setFilter(const CompareFilter &filter)
{
    const QSignalBlocker quiet(this);
    m_text->setText(QString::fromStdString(filter.text));
    m_onlyDifferences->setChecked(filter.onlyDifferences);
    for (const DiffStatus status : kOrder)
        m_chips[static_cast<std::size_t>(status)]->setChecked(
            std::find(filter.statuses.begin(), filter.statuses.end(), status) != filter.statuses.end());
    for (std::size_t part = 0; part < m_partChips.size(); ++part)
        m_partChips[part]->setChecked(std::find(filter.parts.begin(), filter.parts.end(), part) != filter.parts.end());
    m_settle.stop();
}

void CompareFilterBar::setTally(const CompareTally &tally)
{
    m_chipsShown = 0;
    for (const DiffStatus status : kOrder) {
        QToolButton *chip = m_chips[static_cast<std::size_t>(status)];
        const std::size_t count = tally.count(status);
        chip->setText(QStringLiteral("%1 %2").arg(compare_text::statusWord(status), text::count(count)));
        const bool isShown = count > 0 || chip->isChecked();
        chip->setVisible(isShown);
        m_chipsShown += isShown ? 1 : 0;
    }
    showChips();
}

void CompareFilterBar::setChipsShown(bool shown)
{
    m_wantsChips = shown;
    showChips();
}

void CompareFilterBar::showChips()
{
    m_chipRow->setVisible(m_wantsChips && (m_chipsShown > 0 || !m_partChips.empty()));
}

void CompareFilterBar::setCount(const QString &count)
{
    m_count->setText(count);
    m_count->setVisible(!count.isEmpty());
}

void CompareFilterBar::focusText()
{
    m_text->setFocus(Qt::ShortcutFocusReason);
    m_text->selectAll();
}

void CompareFilterBar::clear(bool all)
{
    CompareFilter none;
    none.onlyDifferences = m_onlyDifferences->isChecked() && !all;
    if (filter() == none)
        return;
    setFilter(none);
    Q_EMIT filterChanged();
}

bool CompareFilterBar::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Escape:
            if (filter().isActive())
                clear(false);
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

void CompareFilterBar::changeNow()
{
    m_settle.stop();
    Q_EMIT filterChanged();
}

}  // namespace waypoint
