// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epoch_tensor_list.h"

#include "ui/models/text.h"
#include "ui/views/badge_delegate.h"
#include "ui/views/plot_colors.h"
#include "ui/views/quiet_label.h"

#include <QtGui/QAction>
#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSettle(120);
constexpr int kSwatch = 10;

/// Names with the colour of their line before them, and rows as high as those with badges.
class NameDelegate final : public BadgeDelegate
{
public:
    explicit NameDelegate(QObject *parent) : BadgeDelegate(EpochTable::BadgesRole, parent, EpochTable::NoticeRole) {}

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override
    {
        BadgeDelegate::initStyleOption(option, index);
        option->textElideMode = Qt::ElideMiddle;
        const int line = index.data(EpochTable::LineRole).toInt();
        if (index.column() != EpochTable::Name || line < 0)
            return;
        QPixmap swatch(kSwatch, kSwatch);
        swatch.fill(colors::plotLine(line, option->palette));
        option->features |= QStyleOptionViewItem::HasDecoration;
        option->icon = QIcon(swatch);
        option->decorationSize = swatch.size();
    }
};

}  // namespace

EpochTensorList::EpochTensorList(EpochTable &table, QWidget *parent)
    : QWidget(parent),
      m_table(table),
      m_filter(new EpochFilter(table, this)),
      m_words(new QLineEdit),
      m_onlyParameters(new QCheckBox(tr("Only parameters"))),
      m_count(new QuietLabel),
      m_view(new QTreeView)
{
    createView();
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createTop());
    layout->addWidget(m_view, 1);
    layout->addWidget(createTools());
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, [this] { m_filter->setWords(m_words->text()); });
    m_told.setSingleShot(true);
    connect(&m_told, &QTimer::timeout, this, &EpochTensorList::tellShown);
    // Many rows come and go in one turn.
    const auto soon = [this] { m_told.start(); };
    connect(m_filter, &QAbstractItemModel::rowsInserted, this, soon);
    connect(m_filter, &QAbstractItemModel::rowsRemoved, this, soon);
    connect(m_filter, &QAbstractItemModel::layoutChanged, this, soon);
    connect(m_filter, &QAbstractItemModel::modelReset, this, soon);
}

void EpochTensorList::createView()
{
    m_view->setModel(m_filter);
    m_view->setObjectName(QStringLiteral("epochTensors"));
    m_view->setAccessibleName(tr("Tensors"));
    m_view->setRootIsDecorated(false);
    m_view->setUniformRowHeights(true);
    m_view->setAlternatingRowColors(true);
    m_view->setAllColumnsShowFocus(true);
    m_view->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_view->setFrameShape(QFrame::NoFrame);
    m_view->setItemDelegate(new NameDelegate(m_view));
    m_view->setSortingEnabled(true);
    m_view->sortByColumn(EpochTable::Name, Qt::AscendingOrder);
    m_view->installEventFilter(this);
    QHeaderView *header = m_view->header();
    header->setStretchLastSection(false);
    header->setSectionResizeMode(EpochTable::Name, QHeaderView::Stretch);
    header->setSectionResizeMode(EpochTable::Fate, QHeaderView::Fixed);
    header->setSectionResizeMode(EpochTable::Value, QHeaderView::Fixed);
    const int letter = fontMetrics().averageCharWidth();
    header->resizeSection(EpochTable::Fate, letter * 12);
    header->resizeSection(EpochTable::Value, letter * 12);
    header->setSectionsMovable(false);
    connect(m_view->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &EpochTensorList::currentChanged);
}

QWidget *EpochTensorList::createTop()
{
    m_words->setPlaceholderText(tr("Filter by name or fate"));
    m_words->setToolTip(tr("All of these words, in the name or the fate: “conv weight”, “frozen”"));
    m_words->setClearButtonEnabled(true);
    m_words->setObjectName(QStringLiteral("epochFilter"));
    m_words->setAccessibleName(tr("Filter tensors"));
    m_words->installEventFilter(this);
    m_onlyParameters->setChecked(true);
    m_onlyParameters->setObjectName(QStringLiteral("epochOnlyParameters"));
    m_onlyParameters->setToolTip(tr("Leaves out buffers: running means, counters"));
    connect(m_words, &QLineEdit::textChanged, this, [this] { m_settle.start(); });
    connect(m_onlyParameters, &QCheckBox::toggled, m_filter, &EpochFilter::setOnlyParameters);
    auto *top = new QWidget;
    auto *layout = new QVBoxLayout(top);
    layout->setContentsMargins(8, 6, 8, 6);
    layout->setSpacing(4);
    layout->addWidget(m_words);
    auto *line = new QHBoxLayout;
    line->addWidget(m_onlyParameters);
    line->addStretch(1);
    line->addWidget(m_count);
    layout->addLayout(line);
    return top;
}

QWidget *EpochTensorList::createTools()
{
    auto *tools = new QWidget;
    auto *line = new QHBoxLayout(tools);
    line->setContentsMargins(8, 4, 8, 6);
    line->setSpacing(4);
    const auto add = [&](const QString &name, const QString &toolTip, void (EpochTensorList::*act)()) {
        auto *action = new QAction(name, this);
        action->setToolTip(toolTip);
        connect(action, &QAction::triggered, this, act);
        auto *button = new QToolButton;
        button->setDefaultAction(action);
        line->addWidget(button);
        m_view->addAction(action);
        return action;
    };
    m_view->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_drawSelected = add(tr("Draw Only Selected"), tr("Lines of the selected tensors, and no others"),
                         &EpochTensorList::drawSelected);
    m_drawNone = add(tr("Draw None"), tr("Takes all lines away"), &EpochTensorList::drawNone);
    line->addStretch(1);
    return tools;
}

void EpochTensorList::begin()
{
    m_view->sortByColumn(EpochTable::Name, Qt::AscendingOrder);
    tellShown();
}

void EpochTensorList::focusFilter()
{
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

std::optional<std::size_t> EpochTensorList::current() const
{
    const QModelIndex index = m_filter->mapToSource(m_view->currentIndex());
    return index.isValid() ? std::optional(static_cast<std::size_t>(index.row())) : std::nullopt;
}

void EpochTensorList::setCurrent(std::optional<std::size_t> tensor)
{
    if (tensor == current())
        return;
    const QModelIndex index =
        tensor ? m_filter->mapFromSource(m_table.index(static_cast<int>(*tensor), 0)) : QModelIndex();
    m_view->setCurrentIndex(index);
}

std::vector<std::size_t> EpochTensorList::selected() const
{
    std::vector<std::size_t> tensors;
    for (const QModelIndex &row : m_view->selectionModel()->selectedRows())
        tensors.push_back(static_cast<std::size_t>(m_filter->mapToSource(row).row()));
    std::sort(tensors.begin(), tensors.end());
    return tensors;
}

void EpochTensorList::drawSelected() { m_table.setDrawn(selected()); }

void EpochTensorList::drawNone() { m_table.setDrawn({}); }

void EpochTensorList::toggleSelected()
{
    const std::vector<std::size_t> tensors = selected();
    const bool all =
        std::all_of(tensors.begin(), tensors.end(), [this](std::size_t tensor) { return m_table.lineOf(tensor) >= 0; });
    std::vector<std::size_t> drawn = m_table.drawn();
    for (const std::size_t tensor : tensors) {
        std::erase(drawn, tensor);
        if (!all)
            drawn.push_back(tensor);
    }
    m_table.setDrawn(drawn);
}

void EpochTensorList::tellShown()
{
    showCount();
    Q_EMIT shownChanged();
}

void EpochTensorList::showCount()
{
    const int shown = m_filter->rowCount();
    const int all = m_table.rowCount();
    m_count->setText(shown == all ? text::integer(all) : tr("%1 of %2").arg(text::integer(shown), text::integer(all)));
}

bool EpochTensorList::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        if (watched == m_words && (key == Qt::Key_Down || key == Qt::Key_Return || key == Qt::Key_Enter)) {
            m_view->setFocus(Qt::TabFocusReason);
            return true;
        }
        if (watched == m_view && key == Qt::Key_Space) {
            toggleSelected();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

}  // namespace waypoint
