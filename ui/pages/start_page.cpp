// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/start_page.h"

#include "ui/models/recent_files.h"
#include "ui/models/text.h"
#include "ui/views/quiet_label.h"
#include "ui/views/two_line_delegate.h"

#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtGui/QStandardItemModel>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QListView>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr int kColumnWidth = 620;
constexpr int kDetailsRole = Qt::UserRole;
constexpr int kPathRole = Qt::UserRole + 1;

QLabel *heading(const QString &text, double size, QFont::Weight weight)
{
    auto *label = new QLabel(text);
    QFont font = label->font();
    font.setPointSizeF(font.pointSizeF() * size);
    font.setWeight(weight);
    label->setFont(font);
    return label;
}

}  // namespace

StartPage::StartPage(RecentFiles &recent, QWidget *parent)
    : QWidget(parent),
      m_recent(recent),
      m_model(new QStandardItemModel(this)),
      m_list(new QListView),
      m_noRecent(new QuietLabel(tr("Files you open will be listed here."))),
      m_checking(this)
{
    m_list->setObjectName(QStringLiteral("recent"));
    m_list->setAccessibleName(tr("Recent files"));
    m_list->setModel(m_model);
    m_list->setItemDelegate(new TwoLineDelegate(kDetailsRole, -1, m_list));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setContextMenuPolicy(Qt::CustomContextMenu);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->viewport()->setAutoFillBackground(false);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(32, 32, 32, 16);
    layout->addStretch(1);
    layout->addWidget(createColumn(), 100);
    layout->addStretch(1);
    const auto open = [this](const QModelIndex &index) { Q_EMIT openRequested(index.data(kPathRole).toString()); };
    connect(m_list, &QListView::clicked, this, open);
    connect(m_list, &QListView::activated, this, open);
    connect(m_list, &QWidget::customContextMenuRequested, this, &StartPage::showMenu);
    connect(&m_recent, &RecentFiles::changed, this, &StartPage::refresh);
    refresh();
}

QLayout *StartPage::createOpening()
{
    auto *open = new QPushButton(tr("Open File…"));
    open->setDefault(true);
    open->setToolTip(tr("Ctrl+O"));
    auto *folder = new QPushButton(tr("Open Folder…"));
    connect(open, &QPushButton::clicked, this, &StartPage::openFileRequested);
    connect(folder, &QPushButton::clicked, this, &StartPage::openFolderRequested);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(open);
    buttons->addWidget(folder);
    buttons->addStretch(1);
    return buttons;
}

QLayout *StartPage::createTraining()
{
    auto *trial = new QPushButton(tr("Try It: Train Iris"));
    trial->setObjectName(QStringLiteral("tryIris"));
    auto *newRun = new QPushButton(tr("New Run…"));
    newRun->setToolTip(tr("Choose model, data and device (Ctrl+N)"));
    connect(trial, &QPushButton::clicked, this, &StartPage::trialRequested);
    connect(newRun, &QPushButton::clicked, this, &StartPage::newRunRequested);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(trial);
    buttons->addWidget(newRun);
    buttons->addStretch(1);
    return buttons;
}

QWidget *StartPage::createColumn()
{
    auto *hint = new QuietLabel(tr("Drop a .pt, .pth, .ckpt, .safetensors or .pkl file on this window, or a folder of "
                                   "them. Files are read, never run: opening one is safe."));
    hint->setWordWrap(true);
    auto *promise =
        new QuietLabel(tr("The trial trains for a few seconds, saves checkpoints and stops half-way; Resume "
                          "goes on from there. Runs outlive this window, and can be resumed after a crash."));
    promise->setWordWrap(true);

    auto *column = new QWidget;
    column->setMaximumWidth(kColumnWidth);
    auto *layout = new QVBoxLayout(column);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(10);
    layout->addStretch(1);
    layout->addWidget(heading(tr("Open a checkpoint and see what is in it"), 1.7, QFont::DemiBold));
    layout->addWidget(hint);
    layout->addSpacing(4);
    layout->addLayout(createOpening());
    layout->addSpacing(18);
    layout->addWidget(heading(tr("Or train a model"), 1.25, QFont::DemiBold));
    layout->addWidget(promise);
    layout->addLayout(createTraining());
    layout->addSpacing(18);
    layout->addWidget(heading(tr("Recent"), 1.0, QFont::Bold));
    layout->addWidget(m_noRecent);
    layout->addWidget(m_list, 6);
    layout->addStretch(1);
    return column;
}

void StartPage::refresh()
{
    std::vector<Standing> unknown;
    for (const QString &path : m_recent.paths())
        unknown.push_back({path, true, {}});
    show(unknown);
    m_checking.start(
        [paths = m_recent.paths()](std::stop_token stop, Progress &) {
            std::vector<Standing> standings;
            const QDateTime now = QDateTime::currentDateTime();
            for (const QString &path : paths) {
                if (stop.stop_requested())
                    break;
                const QFileInfo file(path);
                const bool exists = file.exists();
                const QString size =
                    file.isDir() ? tr("folder") : text::bytes({static_cast<std::uint64_t>(file.size())});
                standings.push_back({path, exists,
                                     exists ? size + QStringLiteral(" · ") + text::ago(file.lastModified(), now)
                                            : tr("no longer there")});
            }
            return standings;
        },
        [this](const std::vector<Standing> &standings) { show(standings); });
}

void StartPage::show(const std::vector<Standing> &standings)
{
    m_model->clear();
    for (const Standing &standing : standings) {
        const qsizetype slash = standing.path.lastIndexOf(QLatin1Char('/'));
        auto *item = new QStandardItem(standing.path.mid(slash + 1));
        const QString folder = standing.path.left(std::max<qsizetype>(slash, 1));
        item->setData(standing.details.isEmpty() ? folder : standing.details + QStringLiteral(" · ") + folder,
                      kDetailsRole);
        item->setData(standing.path, kPathRole);
        item->setToolTip(standing.path);
        item->setEnabled(standing.exists);
        m_model->appendRow(item);
    }
    m_noRecent->setVisible(standings.empty());
    m_list->setVisible(!standings.empty());
}

void StartPage::showMenu(const QPoint &position)
{
    const QModelIndex index = m_list->indexAt(position);
    if (!index.isValid())
        return;
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const QString path = index.data(kPathRole).toString();
    menu->addAction(tr("Remove from This List"), this, [this, path] { m_recent.remove(path); });
    menu->addAction(tr("Clear This List"), this, [this] { m_recent.clear(); });
    menu->popup(m_list->viewport()->mapToGlobal(position));
}

}  // namespace waypoint
