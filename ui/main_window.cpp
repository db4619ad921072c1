// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include "ui/app_icon.h"
#include "ui/models/text.h"
#include "ui/pages/compare_page.h"
#include "ui/pages/curves_page.h"
#include "ui/pages/export_flow.h"
#include "ui/pages/inspect_page.h"
#include "ui/pages/start_page.h"
#include "ui/pages/train_page.h"
#include "ui/training_desk.h"
#include "ui/views/drop_overlay.h"
#include "ui/views/find_palette.h"
#include "ui/views/library_pane.h"
#include "ui/views/page_rail.h"
#include "ui/views/scan_status.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtGui/QActionGroup>
#include <QtGui/QCloseEvent>
#include <QtGui/QDropEvent>
#include <QtWidgets/QApplication>
#include <QtWidgets/QDockWidget>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QLabel>
#include <QtWidgets/QMenuBar>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QStatusBar>
#include <QtWidgets/QTabBar>
#include <QtWidgets/QTabWidget>
#include <QtWidgets/QToolButton>

namespace waypoint {

namespace {

constexpr int kSessionVersion = 1;
constexpr qsizetype kMostClosed = 20;

QString geometryKey() { return QStringLiteral("window/geometry"); }
QString stateKey() { return QStringLiteral("window/state"); }
QString pageLayoutKey() { return QStringLiteral("inspect/layout"); }

/// An ampersand in a menu or tab would underline the next letter.
QString literal(QString name) { return name.replace(QLatin1Char('&'), QLatin1String("&&")); }

/// What only the Curves page can show, or say what is wrong with.
bool isLog(const QString &path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    return suffix == QLatin1String("csv") || suffix == QLatin1String("jsonl")
           || isLogName(text::toPath(path).filename().string());
}

}  // namespace

MainWindow::MainWindow(Theme &theme, Opener opener, QWidget *parent)
    : QMainWindow(parent),
      m_theme(theme),
      m_opener(std::move(opener)),
      m_tabs(new QTabWidget),
      m_start(new StartPage(m_recent)),
      m_stack(new QStackedWidget),
      m_pages(new QStackedWidget),
      m_rail(new PageRail(this)),
      m_training(new TrainingDesk(m_library, this)),
      m_exporting(new ExportFlow(this)),
      m_libraryPane(new LibraryPane(m_library)),
      m_libraryDock(new QDockWidget(tr("Library"), this)),
      m_palette(new FindPalette(this)),
      m_dropOverlay(new DropOverlay(this)),
      m_status(new QLabel),
      m_scanStatus(new ScanStatus),
      m_pageActions(new QActionGroup(this))
{
    setWindowTitle(tr("Waypoint"));
    setWindowIcon(QIcon::fromTheme(QStringLiteral("org.waypoint.Waypoint"), appIcon()));
    setAcceptDrops(true);
    m_pageActions->setExclusionPolicy(QActionGroup::ExclusionPolicy::None);
    createCentre();
    createRail();
    createLibrary();
    createFileMenu();
    createViewMenu();
    createRunMenu();
    createToolsMenu();
    createHelpMenu();
    createPalette();
    createTraining();
    createExporting();
    restoreSession();
    refresh();
}

MainWindow::~MainWindow()
{
    // Tabs tell about their end; by then this is no longer a whole window.
    m_tabs->disconnect(this);
    delete m_training;
}

void MainWindow::openPaths(const QStringList &paths)
{
    for (const QString &path : paths)
        openPath(path);
}

void MainWindow::showCurves(const QStringList &paths)
{
    curves().addSources(paths);
    showPage(Curves);
}

void MainWindow::showAllRuns()
{
    showPage(Train);
    m_training->page().showAllRuns();
}

void MainWindow::showPage(Page page)
{
    if (page == Curves)
        m_pages->setCurrentWidget(&curves());
    else if (page == Compare)
        m_pages->setCurrentWidget(&comparison());
    else if (page == Train)
        m_pages->setCurrentWidget(&m_training->page());
    else
        m_pages->setCurrentWidget(m_stack);
    m_rail->setCurrent(page);
    refresh();
}

void MainWindow::showRun(const QString &folder, const QString &note)
{
    m_training->page().showRun(folder, note);
    showPage(Train);
}

void MainWindow::showNewRun()
{
    showPage(Train);
    m_training->page().showForm();
}

MainWindow::Page MainWindow::page() const { return static_cast<Page>(m_rail->current()); }

CurvesPage &MainWindow::curves()
{
    if (!m_curves) {
        m_curves = new CurvesPage;
        m_pages->addWidget(m_curves);
        connect(m_curves, &CurvesPage::openFileRequested, this, &MainWindow::openPath);
        connect(m_curves, &CurvesPage::statusChanged, this, &MainWindow::refresh);
    }
    return *m_curves;
}

ComparePage &MainWindow::comparison()
{
    if (!m_compare) {
        m_compare = new ComparePage(m_opener);
        m_pages->addWidget(m_compare);
        connect(m_compare, &ComparePage::openFileRequested, this, &MainWindow::openPath);
        connect(m_compare, &ComparePage::openEntryRequested, this, [this](const QString &path, const QString &entry) {
            openPath(path);
            if (InspectPage *page = currentPage())
                page->goTo(entry);
        });
        connect(m_compare, &ComparePage::exportRequested, m_exporting, &ExportFlow::exportFile);
        connect(m_compare, &ComparePage::salvageRequested, m_exporting, &ExportFlow::salvage);
        connect(m_compare, &ComparePage::statusChanged, this, &MainWindow::refresh);
    }
    return *m_compare;
}

void MainWindow::showComparison(const QStringList &paths)
{
    showPage(Compare);
    comparison().compare(paths);
}

InspectPage *MainWindow::currentPage() const { return pageAt(m_tabs->currentIndex()); }

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_training->mayClose()) {
        event->ignore();
        m_training->askBeforeClosing([this] { close(); });
        return;
    }
    saveSession();
    event->accept();
}

void MainWindow::dragEnterEvent(QDragEnterEvent *event)
{
    if (localPaths(event->mimeData()).isEmpty())
        return;
    m_dropOverlay->cover();
    event->acceptProposedAction();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent *) { m_dropOverlay->hide(); }

void MainWindow::dropEvent(QDropEvent *event)
{
    m_dropOverlay->hide();
    openPaths(localPaths(event->mimeData()));
    event->acceptProposedAction();
}

bool MainWindow::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_tabs->tabBar() && event->type() == QEvent::MouseButtonRelease) {
        const auto *mouse = static_cast<QMouseEvent *>(event);
        const int tab = m_tabs->tabBar()->tabAt(mouse->position().toPoint());
        if (mouse->button() == Qt::MiddleButton && tab >= 0) {
            closeTab(tab);
            return true;
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

void MainWindow::createCentre()
{
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setMovable(true);
    m_tabs->setElideMode(Qt::ElideMiddle);
    m_tabs->setUsesScrollButtons(true);
    m_tabs->tabBar()->installEventFilter(this);
    m_stack->addWidget(m_start);
    m_stack->addWidget(m_tabs);
    m_pages->addWidget(m_stack);
    setCentralWidget(m_pages);
    statusBar()->addWidget(m_status, 1);
    statusBar()->addPermanentWidget(m_scanStatus);
    connect(m_tabs, &QTabWidget::currentChanged, this, &MainWindow::refresh);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &MainWindow::closeTab);
    connect(m_start, &StartPage::openRequested, this, &MainWindow::openPath);
    connect(m_start, &StartPage::openFileRequested, this, &MainWindow::chooseFiles);
    connect(m_start, &StartPage::openFolderRequested, this, &MainWindow::chooseFolder);
    connect(m_start, &StartPage::trialRequested, m_training, &TrainingDesk::tryIris);
    connect(m_start, &StartPage::newRunRequested, this, &MainWindow::showNewRun);
}

void MainWindow::createRail()
{
    m_rail->addPage(PageRail::Glyph::Inspect, 1, tr("Inspect"), tr("What is in a checkpoint"));
    m_rail->addPage(PageRail::Glyph::Curves, 2, tr("Curves"), tr("Loss, metrics and learning rate over a run"));
    m_rail->addPage(PageRail::Glyph::Compare, 3, tr("Compare"), tr("What changed between two checkpoints or many"));
    m_rail->addPage(PageRail::Glyph::Train, 4, tr("Train"), tr("Start, watch and resume runs"));
    addToolBar(Qt::LeftToolBarArea, m_rail);
    connect(m_rail, &PageRail::pageChosen, this, [this](int page) { showPage(static_cast<Page>(page)); });
}

void MainWindow::createLibrary()
{
    m_libraryDock->setObjectName(QStringLiteral("libraryDock"));
    m_libraryDock->setWidget(m_libraryPane);
    m_libraryDock->setAllowedAreas(Qt::LeftDockWidgetArea | Qt::RightDockWidgetArea);
    m_libraryDock->setFeatures(QDockWidget::DockWidgetClosable);
    // The pane has its own title line.
    m_libraryDock->setTitleBarWidget(new QWidget);
    addDockWidget(Qt::LeftDockWidgetArea, m_libraryDock);
    resizeDocks({m_libraryDock}, {184}, Qt::Horizontal);
    connect(m_libraryPane, &LibraryPane::openRequested, this, &MainWindow::openPath);
    connect(m_libraryPane, &LibraryPane::curvesRequested, this, &MainWindow::showCurves);
    connect(m_libraryPane, &LibraryPane::addFolderRequested, this, &MainWindow::chooseFolder);
    connect(m_libraryPane, &LibraryPane::runRequested, this, [this](const QString &folder) { showRun(folder); });
    connect(m_libraryPane, &LibraryPane::resumeRequested, &m_training->resuming(), &ResumeFlow::resume);
    connect(m_libraryPane, &LibraryPane::evaluateRequested, m_training, &TrainingDesk::evaluate);
    connect(m_libraryPane, &LibraryPane::compareRequested, this, &MainWindow::showComparison);
    connect(m_libraryPane, &LibraryPane::exportRequested, m_exporting, &ExportFlow::exportFile);
    connect(m_libraryPane, &LibraryPane::tableRequested, this, &MainWindow::showAllRuns);
}

void MainWindow::createPalette()
{
    auto *button = new QToolButton;
    button->setText(tr("Find anything    Ctrl+K"));
    button->setAutoRaise(true);
    button->setFocusPolicy(Qt::NoFocus);
    menuBar()->setCornerWidget(button);
    connect(button, &QToolButton::clicked, this, &MainWindow::findAnything);
    connect(m_palette, &FindPalette::fileChosen, this, &MainWindow::openPath);
    connect(m_palette, &FindPalette::entryChosen, this, [this](EntryId id) {
        if (InspectPage *page = currentPage()) {
            showPage(InspectTabs);
            page->browser().goTo(id);
        }
    });
}

void MainWindow::createTraining()
{
    connect(m_training, &TrainingDesk::pageMade, this, &MainWindow::addTrainPage);
    connect(m_training, &TrainingDesk::runStarted, this, &MainWindow::showRun);
    connect(m_training, &TrainingDesk::statusChanged, this,
            [this](const QString &text) { text.isEmpty() ? refresh() : m_status->setText(text); });
}

void MainWindow::createExporting()
{
    connect(m_exporting, &ExportFlow::openRequested, this, &MainWindow::openPath);
    connect(m_exporting, &ExportFlow::written, this, [this] { m_library.rescan(); });
    connect(m_exporting, &ExportFlow::statusChanged, this,
            [this](const QString &text) { text.isEmpty() ? refresh() : m_status->setText(text); });
}

void MainWindow::addTrainPage()
{
    TrainPage &page = m_training->page();
    m_pages->addWidget(&page);
    connect(&page, &TrainPage::openRequested, this, &MainWindow::openPath);
    connect(&page, &TrainPage::curvesRequested, this, &MainWindow::showCurves);
    connect(&page, &TrainPage::compareRequested, this, &MainWindow::showComparison);
    connect(&page, &TrainPage::exportRequested, m_exporting, &ExportFlow::exportFile);
    connect(&page, &TrainPage::addFolderRequested, this, &MainWindow::chooseFolder);
    connect(&page, &TrainPage::statusChanged, this, &MainWindow::refresh);
}

void MainWindow::resumeCurrent(bool ask)
{
    if (InspectPage *page = currentPage())
        m_training->resuming().resume(text::fromPath(page->path()), ask);
}

void MainWindow::restoreSession()
{
    const QSettings settings;
    resize(1240, 780);
    restoreGeometry(settings.value(geometryKey()).toByteArray());
    restoreState(settings.value(stateKey()).toByteArray(), kSessionVersion);
    m_pageLayout = settings.value(pageLayoutKey()).toByteArray();
    // Folders of the library are looked at once the window is there.
    QMetaObject::invokeMethod(&m_library, &LibraryModel::rescan, Qt::QueuedConnection);
}

void MainWindow::saveSession() const
{
    QSettings settings;
    settings.setValue(geometryKey(), saveGeometry());
    settings.setValue(stateKey(), saveState(kSessionVersion));
    settings.setValue(pageLayoutKey(), m_pageLayout);
}

void MainWindow::openPath(const QString &path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    if (isLog(absolute)) {
        showCurves({absolute});
        return;
    }
    InspectPage *page = pageOf(absolute);
    if (!page) {
        page = addPage(absolute);
        page->load();
    }
    m_tabs->setCurrentWidget(page);
    showPage(InspectTabs);
}

InspectPage *MainWindow::addPage(const QString &path)
{
    auto *page = new InspectPage(text::toPath(path), m_opener);
    page->restoreLayout(m_pageLayout);
    connect(page, &InspectPage::stateChanged, this, [this, page] { pageChanged(page); });
    connect(page, &InspectPage::layoutChanged, this, [this, page] { keepLayout(page); });
    connect(page, &InspectPage::openOtherRequested, this, &MainWindow::chooseFiles);
    connect(page, &InspectPage::resumeRequested, &m_training->resuming(), &ResumeFlow::resume);
    connect(page, &InspectPage::resumePartRequested, &m_training->resuming(), &ResumeFlow::resumePart);
    connect(page, &InspectPage::salvageRequested, m_exporting, &ExportFlow::salvage);
    connect(page, &InspectPage::exportRequested, m_exporting, &ExportFlow::exportCheckpoint);
    connect(page, &InspectPage::comparePartsRequested, this,
            [this](const QString &file, const QString &a, const QString &b) {
                showPage(Compare);
                comparison().compareSections(file, a, file, b);
            });
    // Not from within the page's own signal: the page goes away.
    connect(
        page, &InspectPage::foundPlainFolder, this, [this, page] { takePlainFolder(page); }, Qt::QueuedConnection);
    const int tab = m_tabs->addTab(page, literal(text::fromPath(page->path().filename())));
    m_tabs->setTabToolTip(tab, path);
    return page;
}

InspectPage *MainWindow::pageAt(int tab) const { return qobject_cast<InspectPage *>(m_tabs->widget(tab)); }

InspectPage *MainWindow::pageOf(const QString &path) const
{
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        if (m_tabs->tabToolTip(tab) == path)
            return pageAt(tab);
    return nullptr;
}

void MainWindow::closeTab(int tab)
{
    InspectPage *page = pageAt(tab);
    if (!page)
        return;
    m_closed.prepend(m_tabs->tabToolTip(tab));
    m_closed = m_closed.mid(0, kMostClosed);
    m_tabs->removeTab(tab);
    page->deleteLater();
    refresh();
}

void MainWindow::reopenClosed()
{
    if (!m_closed.isEmpty())
        openPath(m_closed.takeFirst());
}

void MainWindow::takePlainFolder(InspectPage *page)
{
    const int tab = m_tabs->indexOf(page);
    if (tab < 0)
        return;
    const QString folder = m_tabs->tabToolTip(tab);
    m_tabs->removeTab(tab);
    page->deleteLater();
    m_library.addFolder(folder);
    m_libraryDock->show();
    refresh();
}

void MainWindow::pageChanged(InspectPage *page)
{
    const int tab = m_tabs->indexOf(page);
    if (tab >= 0 && page->state() == InspectPage::State::Shown)
        m_recent.add(m_tabs->tabToolTip(tab));
    refresh();
}

void MainWindow::keepLayout(const InspectPage *page)
{
    if (page == currentPage())
        m_pageLayout = page->saveLayout();
}

void MainWindow::refresh()
{
    const InspectPage *file = currentPage();
    m_stack->setCurrentWidget(file ? static_cast<QWidget *>(m_tabs) : m_start);
    const bool inspecting = m_rail->current() == InspectTabs && file;
    m_status->setText(statusOfPage());
    setWindowTitle(inspecting ? tr("%1 — Waypoint").arg(text::fromPath(file->path().filename())) : tr("Waypoint"));
    m_scanStatus->setScan(inspecting ? &file->scan() : nullptr);
    m_pageActions->setEnabled(inspecting);
    m_filter->setEnabled(inspecting || page() == Train || page() == Compare
                         || (page() == Curves && m_curves && !m_curves->isEmpty()));
    m_reopen->setEnabled(!m_closed.isEmpty());
}

QString MainWindow::statusOfPage() const
{
    if (page() == Train)
        return m_training->page().statusText();
    if (page() == Curves)
        return m_curves->statusText();
    if (page() == Compare)
        return m_compare->statusText();
    return currentPage() ? currentPage()->statusText() : QString();
}

void MainWindow::chooseFiles()
{
    auto *dialog = new QFileDialog(this, tr("Open Checkpoints"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters({tr("Checkpoints (*.pt *.pth *.ckpt *.safetensors *.pkl *.bin *.th *.tar *.index.json)"),
                            tr("Logs (*.jsonl *.csv *.json *tfevents*)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::openPaths);
    dialog->open();
}

void MainWindow::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Open Folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    dialog->setOption(QFileDialog::ShowDirsOnly);
    connect(dialog, &QFileDialog::filesSelected, this, &MainWindow::openPaths);
    dialog->open();
}

void MainWindow::chooseDamagedFile()
{
    auto *dialog = new QFileDialog(this, tr("Salvage a Damaged File"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, m_exporting, &ExportFlow::salvage);
    dialog->open();
}

void MainWindow::focusFilter()
{
    if (page() == Curves)
        curves().focusFilter();
    else if (page() == Compare)
        comparison().focusFilter();
    else if (page() == Train)
        m_training->page().focusFilter();
    else if (InspectPage *page = currentPage())
        page->focusFilter();
}

void MainWindow::findAnything()
{
    SearchPlaces places;
    const InspectPage *page = currentPage();
    places.checkpoint = page ? page->checkpoint() : nullptr;
    for (int tab = 0; tab < m_tabs->count(); ++tab)
        if (pageAt(tab) != page)
            places.openFiles << m_tabs->tabToolTip(tab);
    places.recentFiles = m_recent.paths();
    m_palette->open(std::move(places));
}

}  // namespace waypoint
