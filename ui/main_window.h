// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/library_model.h"
#include "ui/models/load_checkpoint.h"
#include "ui/models/recent_files.h"
#include "ui/theme.h"

#include <QtWidgets/QMainWindow>

class QActionGroup;
class QDockWidget;
class QLabel;
class QMenu;
class QStackedWidget;
class QTabWidget;

namespace waypoint {

class ComparePage;
class CurvesPage;
class DropOverlay;
class ExportFlow;
class FindPalette;
class InspectPage;
class LibraryPane;
class PageRail;
class ScanStatus;
class StartPage;
class TrainingDesk;

/// Puts the parts together: menus, library, pages, tabs. Holds no logic of its own beyond which tab is which.
class MainWindow final : public QMainWindow
{
    Q_OBJECT

public:
    /// Requires: `theme` outlives it. `opener` reads files, on other threads.
    explicit MainWindow(Theme &theme, Opener opener = diskOpener(), QWidget *parent = nullptr);
    ~MainWindow() override;

    enum Page { InspectTabs, Curves, Compare, Train };

    /// Opens files in tabs, logs as curves; folders that are no checkpoint themselves go to the library. Touches no
    /// disk.
    void openPaths(const QStringList &paths);

    /// Draws what these files and folders hold.
    void showCurves(const QStringList &paths);
    void showPage(Page page);
    [[nodiscard]] Page page() const;
    /// Made when it is first wanted.
    [[nodiscard]] CurvesPage &curves();
    /// Made when it is first wanted.
    [[nodiscard]] ComparePage &comparison();
    /// What changed between two files, or over many.
    void showComparison(const QStringList &paths);
    [[nodiscard]] ExportFlow &exporting() const { return *m_exporting; }
    [[nodiscard]] TrainingDesk &training() const { return *m_training; }
    /// Shows a run live, with a sentence above it where there is something to say.
    void showRun(const QString &folder, const QString &note = {});
    void showNewRun();
    void showAllRuns();

    [[nodiscard]] QTabWidget &tabs() const { return *m_tabs; }
    /// Null on the start page.
    [[nodiscard]] InspectPage *currentPage() const;
    [[nodiscard]] StartPage &startPage() const { return *m_start; }
    [[nodiscard]] LibraryPane &library() const { return *m_libraryPane; }
    [[nodiscard]] FindPalette &findPalette() const { return *m_palette; }
    [[nodiscard]] RecentFiles &recentFiles() { return m_recent; }

protected:
    void closeEvent(QCloseEvent *event) override;
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createCentre();
    void createRail();
    void createLibrary();
    void createFileMenu();
    void createViewMenu();
    void createThemeMenu(QMenu *view);
    void createRunMenu();
    void createToolsMenu();
    void createHelpMenu();
    void createPalette();
    void createTraining();
    void createExporting();
    void addTrainPage();
    void restoreSession();
    void saveSession() const;

    void openPath(const QString &path);
    InspectPage *addPage(const QString &path);
    [[nodiscard]] InspectPage *pageAt(int tab) const;
    [[nodiscard]] InspectPage *pageOf(const QString &path) const;
    void closeTab(int tab);
    void reopenClosed();
    void takePlainFolder(InspectPage *page);
    void pageChanged(InspectPage *page);
    void keepLayout(const InspectPage *page);
    void refresh();
    [[nodiscard]] QString statusOfPage() const;
    void refreshRecentMenu();
    void resumeCurrent(bool ask);
    void chooseFiles();
    void chooseFolder();
    void chooseDamagedFile();
    void focusFilter();
    void findAnything();
    /// Runs `act` on the tree of the current page, where there is one.
    template<typename Act>
    void onTree(Act act);

    Theme &m_theme;
    Opener m_opener;
    RecentFiles m_recent;
    LibraryModel m_library;
    QStringList m_closed;
    QByteArray m_pageLayout;

    QTabWidget *m_tabs;
    StartPage *m_start;
    QStackedWidget *m_stack;  ///< start page or tabs
    QStackedWidget *m_pages;  ///< one for each button of the rail
    PageRail *m_rail;
    CurvesPage *m_curves = nullptr;
    ComparePage *m_compare = nullptr;
    TrainingDesk *m_training;
    ExportFlow *m_exporting;
    LibraryPane *m_libraryPane;
    QDockWidget *m_libraryDock;
    FindPalette *m_palette;
    DropOverlay *m_dropOverlay;
    QLabel *m_status;
    ScanStatus *m_scanStatus;
    QMenu *m_recentMenu = nullptr;
    QActionGroup *m_pageActions;  ///< make sense only with a page
    QAction *m_filter = nullptr;
    QAction *m_reopen = nullptr;
};

}  // namespace waypoint
