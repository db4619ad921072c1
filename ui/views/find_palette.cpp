// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/find_palette.h"

#include "ui/views/quiet_label.h"
#include "ui/views/two_line_delegate.h"

#include <QtGui/QKeyEvent>
#include <QtGui/QPainter>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QListView>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr std::size_t kMost = 100;
constexpr int kWidth = 620;
constexpr int kHeight = 420;
constexpr int kDetailsRole = Qt::UserRole;

}  // namespace

FindPalette::FindPalette(QWidget *parent)
    : QFrame(parent, Qt::Popup),
      m_line(new QLineEdit),
      m_list(new QListView),
      m_model(new QStandardItemModel(this)),
      m_nothing(new QuietLabel(tr("Nothing has all of these words in its path."))),
      m_searching(this)
{
    m_line->setObjectName(QStringLiteral("findLine"));
    m_line->setPlaceholderText(tr("Find a key, a tensor, an open or recent file"));
    m_line->setClearButtonEnabled(true);
    m_line->installEventFilter(this);
    m_list->setObjectName(QStringLiteral("findings"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new TwoLineDelegate(kDetailsRole, -1, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setFocusPolicy(Qt::NoFocus);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_nothing->setAlignment(Qt::AlignCenter);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(8, 8, 8, 8);
    layout->addWidget(m_line);
    layout->addWidget(m_nothing);
    layout->addWidget(m_list, 1);
    connect(m_line, &QLineEdit::textChanged, this, &FindPalette::search);
    connect(m_list, &QListView::clicked, this, &FindPalette::choose);
}

void FindPalette::open(SearchPlaces places)
{
    m_places = std::move(places);
    m_line->clear();
    search();
    place();
    QFrame::show();
    m_line->setFocus(Qt::PopupFocusReason);
}

bool FindPalette::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() != QEvent::KeyPress)
        return QFrame::eventFilter(watched, event);
    switch (static_cast<QKeyEvent *>(event)->key()) {
    case Qt::Key_Down:
        moveCurrent(1);
        return true;
    case Qt::Key_Up:
        moveCurrent(-1);
        return true;
    case Qt::Key_PageDown:
        moveCurrent(8);
        return true;
    case Qt::Key_PageUp:
        moveCurrent(-8);
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        choose(m_list->currentIndex());
        return true;
    case Qt::Key_Escape:
        hide();
        return true;
    default:
        return QFrame::eventFilter(watched, event);
    }
}

void FindPalette::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), palette().color(QPalette::Button));
    painter.setPen(palette().color(QPalette::Highlight));
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
}

void FindPalette::search()
{
    m_searching.start([places = m_places, text = m_line->text()](
                          std::stop_token stop, Progress &) { return findAnything(places, text, kMost, stop); },
                      [this](std::vector<Finding> findings) { show(std::move(findings)); });
}

void FindPalette::show(std::vector<Finding> findings)
{
    m_findings = std::move(findings);
    m_model->clear();
    for (const Finding &finding : m_findings) {
        auto *item = new QStandardItem(finding.title);
        item->setData(finding.details, kDetailsRole);
        item->setToolTip(finding.path.isEmpty() ? finding.title : finding.path);
        m_model->appendRow(item);
    }
    m_nothing->setVisible(m_findings.empty());
    m_list->setVisible(!m_findings.empty());
    m_list->setCurrentIndex(m_model->index(0, 0));
}

void FindPalette::choose(const QModelIndex &index)
{
    if (!index.isValid() || static_cast<std::size_t>(index.row()) >= m_findings.size())
        return;
    const Finding finding = m_findings[static_cast<std::size_t>(index.row())];
    hide();
    if (finding.kind == Finding::Kind::Entry)
        Q_EMIT entryChosen(finding.entry);
    else
        Q_EMIT fileChosen(finding.path);
}

void FindPalette::moveCurrent(int rows)
{
    const int row = std::clamp(m_list->currentIndex().row() + rows, 0, std::max(0, m_model->rowCount() - 1));
    m_list->setCurrentIndex(m_model->index(row, 0));
}

void FindPalette::place()
{
    const QWidget *window = parentWidget();
    const int width = std::min(kWidth, window->width() - 40);
    resize(width, std::min(kHeight, window->height() - 80));
    move(window->mapToGlobal(QPoint((window->width() - width) / 2, 48)));
}

}  // namespace waypoint
