// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/help.h"
#include "ui/main_window.h"
#include "ui/models/text.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/export_flow.h"
#include "ui/pages/inspect_page.h"
#include "ui/training_desk.h"
#include "ui/views/entry_view.h"
#include "ui/views/schedule_designer.h"

#include <QtGui/QActionGroup>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QMenuBar>

namespace waypoint {

namespace {

/// An ampersand in a menu or tab would underline the next letter.
QString literal(QString name) { return name.replace(QLatin1Char('&'), QLatin1String("&&")); }

}  // namespace

void MainWindow::createFileMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&File"));
    menu->addAction(tr("&Open File…"), QKeySequence::Open, this, &MainWindow::chooseFiles);
    menu->addAction(tr("Open &Folder…"), tr("Ctrl+Shift+O"), this, &MainWindow::chooseFolder);
    m_recentMenu = menu->addMenu(tr("Open &Recent"));
    menu->addSeparator();
    QAction *reload = menu->addAction(tr("Re&load"), this, [this] {
        if (InspectPage *page = currentPage())
            page->load();
    });
    reload->setShortcuts({QKeySequence(Qt::Key_F5), QKeySequence(Qt::CTRL | Qt::Key_R)});
    m_pageActions->addAction(menu->addAction(tr("&Export…"), tr("Ctrl+E"), this, [this] {
        if (InspectPage *page = currentPage())
            m_exporting->exportCheckpoint(page->checkpoint());
    }));
    QAction *close =
        menu->addAction(tr("&Close Tab"), QKeySequence::Close, this, [this] { closeTab(m_tabs->currentIndex()); });
    m_reopen = menu->addAction(tr("Reopen Closed &Tab"), tr("Ctrl+Shift+T"), this, &MainWindow::reopenClosed);
    menu->addSeparator();
    menu->addAction(tr("&Quit"), QKeySequence::Quit, this, &QWidget::close);
    m_pageActions->addAction(reload);
    m_pageActions->addAction(close);
    connect(&m_recent, &RecentFiles::changed, this, &MainWindow::refreshRecentMenu);
    refreshRecentMenu();
}

void MainWindow::createViewMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&View"));
    menu->addAction(tr("Find &Anything…"), tr("Ctrl+K"), this, &MainWindow::findAnything);
    m_filter = menu->addAction(tr("&Filter"), QKeySequence::Find, this, &MainWindow::focusFilter);
    menu->addSeparator();
    for (const int level : {1, 2, 3})
        m_pageActions->addAction(
            menu->addAction(tr("Expand to Level &%1").arg(level), QKeySequence(Qt::ALT | (Qt::Key_0 + level)), this,
                            [this, level] { onTree([level](EntryView &t) { t.expandToLevel(level); }); }));
    m_pageActions->addAction(menu->addAction(tr("&Expand All"), tr("Alt+9"), this,
                                             [this] { onTree([](EntryView &tree) { tree.expandAllRows(); }); }));
    m_pageActions->addAction(menu->addAction(tr("&Collapse All"), tr("Alt+0"), this,
                                             [this] { onTree([](EntryView &tree) { tree.collapseAllRows(); }); }));
    menu->addSeparator();
    QAction *library = m_libraryDock->toggleViewAction();
    library->setText(tr("&Library"));
    library->setShortcut(tr("Ctrl+B"));
    menu->addAction(library);
    createThemeMenu(menu);
}

void MainWindow::createThemeMenu(QMenu *view)
{
    QMenu *menu = view->addMenu(tr("&Theme"));
    auto *group = new QActionGroup(menu);
    const std::pair<QString, Theme::Mode> modes[] = {{tr("As the &System"), Theme::Mode::System},
                                                     {tr("&Light"), Theme::Mode::Light},
                                                     {tr("&Dark"), Theme::Mode::Dark}};
    for (const auto &[name, mode] : modes) {
        QAction *action = menu->addAction(name, this, [this, chosen = mode] { m_theme.setMode(chosen); });
        action->setCheckable(true);
        action->setChecked(m_theme.mode() == mode);
        group->addAction(action);
    }
}

void MainWindow::createRunMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Run"));
    menu->addAction(tr("&New Run…"), QKeySequence::New, this, &MainWindow::showNewRun);
    menu->addAction(tr("&All Runs"), this, &MainWindow::showAllRuns);
    menu->addSeparator();
    m_pageActions->addAction(menu->addAction(tr("&Resume from This File"), this, [this] { resumeCurrent(false); }));
    m_pageActions->addAction(menu->addAction(tr("Resume from This File &with Options…"), tr("Ctrl+Shift+R"), this,
                                             [this] { resumeCurrent(true); }));
    m_pageActions->addAction(menu->addAction(tr("&Evaluate This File…"), this, [this] {
        if (InspectPage *page = currentPage())
            m_training->evaluate({text::fromPath(page->path())});
    }));
    menu->addSeparator();
    menu->addAction(tr("&Try It: Train Iris"), m_training, &TrainingDesk::tryIris);
    menu->addSeparator();
    QAction *ask = menu->addAction(tr("As&k When Closing over Runs"));
    ask->setObjectName(QStringLiteral("askWhenClosing"));
    ask->setCheckable(true);
    connect(ask, &QAction::triggered, this, &TrainingDesk::setAsksWhenClosing);
    connect(menu, &QMenu::aboutToShow, ask, [ask] { ask->setChecked(TrainingDesk::asksWhenClosing()); });
}

void MainWindow::createToolsMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Tools"));
    m_pageActions->addAction(menu->addAction(tr("&Compare This File with…"), this, [this] {
        if (InspectPage *page = currentPage())
            showComparison({text::fromPath(page->path())});
    }));
    menu->addAction(tr("Sal&vage a Damaged File…"), this, &MainWindow::chooseDamagedFile);
    menu->addSeparator();
    menu->addAction(tr("&Schedule Designer…"), this, [this] { showScheduleDesigner(this); })
        ->setToolTip(tr("Choose a learning-rate schedule and see its curve"));
}

void MainWindow::createHelpMenu()
{
    QMenu *menu = menuBar()->addMenu(tr("&Help"));
    menu->addAction(tr("What a File's &Safety Means"), this, [this] { showSafetyHelp(this); });
    menu->addSeparator();
    menu->addAction(tr("&About Waypoint"), this, [this] { showAbout(this); });
}

void MainWindow::refreshRecentMenu()
{
    m_recentMenu->clear();
    for (const QString &path : m_recent.paths()) {
        QAction *action =
            m_recentMenu->addAction(literal(text::elided(path, 70)), this, [this, path] { openPath(path); });
        action->setToolTip(path);
    }
    m_recentMenu->setEnabled(!m_recentMenu->isEmpty());
    if (m_recentMenu->isEmpty())
        return;
    m_recentMenu->addSeparator();
    m_recentMenu->addAction(tr("Clear This List"), this, [this] { m_recent.clear(); });
}

template<typename Act>
void MainWindow::onTree(Act act)
{
    if (InspectPage *page = currentPage(); page && page->checkpoint())
        act(page->browser().tree());
}

}  // namespace waypoint
