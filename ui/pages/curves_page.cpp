// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/curves_page.h"

#include "ui/models/text.h"
#include "ui/views/curve_export.h"
#include "ui/views/curve_options_bar.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/curve_run_list.h"
#include "ui/views/drop_overlay.h"
#include "ui/views/empty_state.h"
#include "ui/views/notice_bar.h"

#include <QtCore/QMimeData>
#include <QtCore/QSettings>
#include <QtGui/QDragEnterEvent>
#include <QtGui/QDropEvent>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr qsizetype kMostLines = 50;
constexpr qsizetype kMostHidden = 500;  // names that the settings remember

/// The first lines of a notice, and how many there are beyond.
void setNotice(NoticeBar &bar, QStringList lines)
{
    if (lines.size() > kMostLines) {
        const qsizetype beyond = lines.size() - kMostLines;
        lines = lines.mid(0, kMostLines)
                << CurvesPage::tr("… and %1 more").arg(text::count(static_cast<std::uint64_t>(beyond)));
    }
    const QString first = lines.isEmpty() ? QString() : lines.takeFirst();
    bar.setLines(first, lines);
}

QStringList droppedPaths(const QMimeData &data)
{
    QStringList paths;
    for (const QUrl &url : data.urls())
        if (url.isLocalFile())
            paths << url.toLocalFile();
    return paths;
}

}  // namespace

CurvesPage::CurvesPage(QWidget *parent)
    : QWidget(parent),
      m_runs(new CurveRunList),
      m_options(new CurveOptionsBar),
      m_plots(new CurvePlotArea),
      m_nothing(new EmptyState),
      m_empty(new EmptyState),
      m_centre(new QStackedWidget),
      m_warningBar(new NoticeBar(colors::Notice::Warning)),
      m_remarkBar(new NoticeBar(colors::Notice::Information)),
      m_splitter(new QSplitter),
      m_stack(new QStackedWidget),
      m_dropOverlay(new DropOverlay(this)),
      m_building(
          this, {}, [this] { return building(); }, [this](const auto &board) { showBoard(std::move(*board)); })
{
    setAcceptDrops(true);
    createEmptyState();
    m_stack->addWidget(m_empty);
    m_stack->addWidget(createShown());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connectParts();
    connectPlots();
    restoreSettings();
    showSources();
}

CurvesPage::~CurvesPage() { saveSettings(); }

QWidget *CurvesPage::createShown()
{
    m_runs->setMinimumWidth(170);
    m_splitter->addWidget(m_runs);
    m_splitter->addWidget(createRightSide());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 0);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({220, 900});
    return m_splitter;
}

QWidget *CurvesPage::createRightSide()
{
    m_warningBar->setObjectName(QStringLiteral("curveWarnings"));
    m_remarkBar->setObjectName(QStringLiteral("curveRemarks"));
    m_centre->addWidget(m_plots);
    m_centre->addWidget(m_nothing);
    auto *right = new QWidget;
    auto *layout = new QVBoxLayout(right);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_options);
    layout->addWidget(m_warningBar);
    layout->addWidget(m_remarkBar);
    layout->addWidget(m_centre, 1);
    return right;
}

void CurvesPage::createEmptyState()
{
    m_empty->setText(
        tr("See how runs went"),
        tr("Add run folders, logs or checkpoints, or drop them here, to see their loss, metrics and learning "
           "rate.\nWaypoint reads metrics.jsonl, TensorBoard event files, CSV files with a step or epoch "
           "column (Lightning, Ultralytics, timm), trainer_state.json (Hugging Face), metrics.json "
           "(Detectron2), curves inside checkpoints, and folders of checkpoints."));
    connect(m_empty->addButton(tr("Add Files…")), &QAbstractButton::clicked, this, &CurvesPage::addFiles);
    connect(m_empty->addButton(tr("Add Folder…")), &QAbstractButton::clicked, this, &CurvesPage::addFolder);
}

void CurvesPage::connectParts()
{
    connect(m_runs, &CurveRunList::shownChanged, this, [this](const QString &path, bool shown) {
        m_sources.setShown(path, shown);
        build();
    });
    connect(m_runs, &CurveRunList::removeRequested, this, &CurvesPage::removeSource);
    connect(m_runs, &CurveRunList::retryRequested, &m_sources, &CurveSources::retry);
    connect(m_runs, &CurveRunList::addFilesRequested, this, &CurvesPage::addFiles);
    connect(m_runs, &CurveRunList::addFolderRequested, this, &CurvesPage::addFolder);
    connect(&m_sources, &CurveSources::changed, this, &CurvesPage::showSources);
    connect(&m_sources, &CurveSources::changed, this, [this] { m_building.runSoon(); });
}

void CurvesPage::connectPlots()
{
    connect(m_options, &CurveOptionsBar::optionsChanged, this, &CurvesPage::build);
    connect(m_options, &CurveOptionsBar::logarithmicChanged, this,
            [this] { m_plots->setLogarithmic(m_options->isLogarithmic()); });
    connect(m_options, &CurveOptionsBar::zoomResetRequested, m_plots, &CurvePlotArea::resetZoom);
    connect(m_options, &CurveOptionsBar::exportRequested, this, &CurvesPage::exportAll);
    connect(m_plots, &CurvePlotArea::zoomChanged, this, [this] { m_options->setZoomed(m_plots->isZoomed()); });
    connect(m_plots, &CurvePlotArea::boardWanted, this, &CurvesPage::build);
    connect(m_plots, &CurvePlotArea::markActivated, this, &CurvesPage::openFileRequested);
}

void CurvesPage::saveSettings() const
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("curves"));
    m_options->save(settings);
    settings.setValue(QStringLiteral("hidden"), m_plots->hidden().mid(0, kMostHidden));
    settings.setValue(QStringLiteral("splitter"), m_splitter->saveState());
    settings.setValue(QStringLiteral("plots"), m_plots->saveState());
}

void CurvesPage::restoreSettings()
{
    QSettings settings;
    settings.beginGroup(QStringLiteral("curves"));
    m_options->restore(settings);
    m_plots->setLogarithmic(m_options->isLogarithmic());
    m_plots->setHidden(settings.value(QStringLiteral("hidden")).toStringList());
    m_splitter->restoreState(settings.value(QStringLiteral("splitter")).toByteArray());
    m_plots->restoreState(settings.value(QStringLiteral("plots")).toByteArray());
}

void CurvesPage::addSources(const QStringList &paths)
{
    m_sources.add(paths);
    build();
    Q_EMIT sourcesChanged();
}

void CurvesPage::removeSource(const QString &path)
{
    m_sources.remove(path);
    build();
    Q_EMIT sourcesChanged();
}

void CurvesPage::focusFilter() { m_options->focusFilter(); }

void CurvesPage::addFiles()
{
    auto *dialog = new QFileDialog(this, tr("Add Runs"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    dialog->setNameFilters(
        {tr("Logs and checkpoints (*.jsonl *.csv *.json *tfevents* *.pt *.pth *.ckpt *.tar)"), tr("All files (*)")});
    connect(dialog, &QFileDialog::filesSelected, this, &CurvesPage::addSources);
    dialog->open();
}

void CurvesPage::addFolder()
{
    auto *dialog = new QFileDialog(this, tr("Add a Run Folder"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::filesSelected, this, &CurvesPage::addSources);
    dialog->open();
}

void CurvesPage::dragEnterEvent(QDragEnterEvent *event)
{
    if (droppedPaths(*event->mimeData()).isEmpty())
        return;
    event->acceptProposedAction();
    m_dropOverlay->cover();
}

void CurvesPage::dragLeaveEvent(QDragLeaveEvent *) { m_dropOverlay->hide(); }

void CurvesPage::dropEvent(QDropEvent *event)
{
    m_dropOverlay->hide();
    event->acceptProposedAction();
    addSources(droppedPaths(*event->mimeData()));
}

void CurvesPage::hideEvent(QHideEvent *event)
{
    m_sources.setFollowing(false);
    saveSettings();
    QWidget::hideEvent(event);
}

void CurvesPage::showEvent(QShowEvent *event)
{
    m_sources.setFollowing(true);
    QWidget::showEvent(event);
}

void CurvesPage::showSources()
{
    m_stack->setCurrentWidget(m_sources.isEmpty() ? static_cast<QWidget *>(m_empty) : m_splitter);
    m_runs->setSources(m_sources.states());
    // Only what is new: a bar that was unfolded stays so.
    if (const QStringList warnings = m_sources.warnings(); warnings != m_warnings) {
        m_warnings = warnings;
        setNotice(*m_warningBar, warnings);
    }
}

void CurvesPage::build() { m_building.runNow(); }

Job<std::shared_ptr<CurveBoard>>::Work CurvesPage::building() const
{
    return [runs = m_sources.shownRuns(), options = m_options->options()](const std::stop_token &stop, Progress &) {
        return std::make_shared<CurveBoard>(buildBoard(runs, options, stop));
    };
}

void CurvesPage::showBoard(CurveBoard board)
{
    m_options->setAxes(board.available, board.x);
    m_options->setExportable(!board.plots.empty());
    showRemarks(board);
    showStatus(board);
    if (board.plots.empty())
        showNothing();
    m_centre->setCurrentWidget(board.plots.empty() ? static_cast<QWidget *>(m_nothing) : m_plots);
    m_plots->setBoard(std::move(board));
}

void CurvesPage::showNothing()
{
    if (m_sources.isReading())
        m_nothing->setText(tr("Reading…"), {});
    else if (m_sources.shownRuns().empty())
        m_nothing->setText(tr("No run is shown"), tr("Tick a run in the list, or add another one."));
    else if (!m_options->options().filter.isEmpty())
        m_nothing->setText(tr("No curve has such a name"), tr("Names are compared without regard to case; all words of "
                                                              "the filter have to be in them."));
    else
        m_nothing->setText(tr("No points yet"), tr("Curves appear here as soon as the run writes some."));
}

void CurvesPage::showRemarks(const CurveBoard &board)
{
    QStringList remarks;
    if (!board.leftOut.isEmpty())
        remarks << tr("Not drawn over “%1”, which they do not tell: %2")
                       .arg(curveXName(board.x), board.leftOut.join(QStringLiteral(", ")));
    if (board.surplusPlots > 0)
        remarks << tr("%1 more plots are left out. Filter the names to see them.").arg(text::count(board.surplusPlots));
    if (remarks == m_remarks)
        return;
    m_remarks = remarks;
    setNotice(*m_remarkBar, remarks);
}

void CurvesPage::showStatus(const CurveBoard &board)
{
    if (m_sources.isEmpty()) {
        setStatus({});
        return;
    }
    const std::size_t runs = m_sources.shownRuns().size();
    const QStringList parts{runs == 1 ? tr("1 run") : tr("%1 runs").arg(text::count(runs)),
                            board.curves == 1 ? tr("1 curve") : tr("%1 curves").arg(text::count(board.curves)),
                            tr("%1 points").arg(text::count(board.points))};
    setStatus(parts.join(QStringLiteral(" · ")));
}

void CurvesPage::setStatus(const QString &status)
{
    if (status == m_status)
        return;
    m_status = status;
    Q_EMIT statusChanged(status);
}

void CurvesPage::exportAll()
{
    auto *work = new CurveExport(m_plots);
    connect(work, &CurveExport::finished, this, [this](const QString &sentence) { setStatus(sentence); });
    work->ask();
}

}  // namespace waypoint
