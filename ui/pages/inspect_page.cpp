// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/inspect_page.h"

#include "core/checkpoint/salvage/salvage.h"
#include "ui/models/resume_file.h"
#include "ui/models/text.h"
#include "ui/views/details_pane.h"
#include "ui/views/empty_state.h"
#include "ui/views/entry_view.h"
#include "ui/views/filter_bar.h"
#include "ui/views/loading_pane.h"
#include "ui/views/notice_bar.h"
#include "ui/views/overview_panel.h"
#include "ui/views/problem_pane.h"
#include "ui/views/safety_note.h"
#include "ui/views/summary_header.h"
#include "ui/views/tensor_pane.h"

#include <QtCore/QDataStream>
#include <QtCore/QIODevice>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <unordered_set>

namespace waypoint {

namespace {

constexpr qsizetype kMostWarnings = 50;

QStringList warningLines(const Checkpoint &checkpoint)
{
    QStringList lines;
    for (const Warning &warning : checkpoint.warnings) {
        if (lines.size() >= kMostWarnings) {
            lines << InspectPage::tr("… and %1 more").arg(text::count(checkpoint.warnings.size() - kMostWarnings));
            break;
        }
        lines << text::fromUtf8(warning.text);
    }
    return lines;
}

/// Rows that the filter for problems shows because of what reading the file has told.
std::size_t entriesWarnedOf(const Checkpoint &checkpoint)
{
    std::unordered_set<EntryId> entries;
    for (const Warning &warning : checkpoint.warnings)
        if (warning.entry != kNoEntry && warning.entry != kRootEntry)
            entries.insert(warning.entry);
    return entries.size();
}

}  // namespace

InspectPage::InspectPage(std::filesystem::path path, Opener opener, QWidget *parent)
    : QWidget(parent),
      m_path(std::move(path)),
      m_opener(std::move(opener)),
      m_changedBar(new NoticeBar(colors::Notice::Information)),
      m_warningBar(new NoticeBar(colors::Notice::Warning)),
      m_healthBar(new NoticeBar(colors::Notice::Danger)),
      m_salvage(m_warningBar->addButton(tr("Salvage…"))),
      m_showAiling(m_healthBar->addButton(tr("Show Problems"))),
      m_header(new SummaryHeader),
      m_safety(new SafetyNote),
      m_browser(new EntryBrowser),
      m_overview(new OverviewPanel),
      m_right(new QStackedWidget),
      m_splitter(new QSplitter),
      m_shown(createShown()),
      m_loading(new LoadingPane),
      m_problem(new ProblemPane),
      m_stopped(new EmptyState),
      m_stack(new QStackedWidget),
      m_scan(new StatsScan(this)),
      m_watch(this),
      m_reading(this)
{
    createBars();
    watchScan();
    for (QWidget *widget : std::initializer_list<QWidget *>{m_loading, m_shown, m_problem, m_stopped})
        m_stack->addWidget(widget);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_changedBar);
    layout->addWidget(m_stack, 1);
    m_stopped->setText(tr("Reading was stopped"), tr("Nothing of the file is shown."));
    connect(m_stopped->addButton(tr("Read Again")), &QAbstractButton::clicked, this, &InspectPage::load);
    connect(m_loading, &LoadingPane::becameSlow, this, [this] { m_stack->setCurrentWidget(m_loading); });
    connect(m_loading, &LoadingPane::cancelRequested, this, &InspectPage::cancel);
    connect(m_problem, &ProblemPane::retryRequested, this, &InspectPage::load);
    connect(m_problem, &ProblemPane::openOtherRequested, this, &InspectPage::openOtherRequested);
    connect(m_problem, &ProblemPane::salvageRequested, this, &InspectPage::requestSalvage);
    connect(&m_watch, &FileWatch::changed, this, &InspectPage::showChange);
}

CheckpointPtr InspectPage::checkpoint() const
{
    return m_state == State::Shown ? m_browser->tree().entryModel().content().checkpoint : nullptr;
}

void InspectPage::load()
{
    if (m_state == State::Shown)
        m_kept = m_browser->state();
    const EntryQuery query = m_kept ? m_kept->query : m_browser->query();
    m_watch.stop();
    m_changedBar->setLines({});
    m_loading->begin(tr("Reading %1").arg(text::fromPath(m_path.filename())), [this] { return m_reading.progress(); });
    // What is shown stays in view until reading it again takes long.
    if (m_state != State::Shown)
        m_stack->setCurrentWidget(m_loading);
    setState(State::Loading, tr("Reading…"));
    m_reading.start(
        [path = m_path, opener = m_opener, query, kept = m_kept](std::stop_token stop, Progress &progress) {
            Loaded loaded = loadCheckpoint(path, query, opener, stop, progress);
            BrowserPlace place;
            if (loaded.opened.checkpoint)
                place = kept ? placeOf(*kept, loaded.opened.checkpoint->entries)
                             : firstPlace(loaded.opened.checkpoint->entries);
            return std::pair(std::move(loaded), std::move(place));
        },
        [this](std::pair<Loaded, BrowserPlace> result) { take(std::move(result.first), result.second); });
}

void InspectPage::cancel()
{
    if (m_state != State::Loading)
        return;
    m_reading.cancel();
    m_loading->end();
    const bool hasOlder = !m_browser->tree().entryModel().content().isEmpty();
    m_stack->setCurrentWidget(hasOlder ? m_shown : m_stopped);
    setState(hasOlder ? State::Shown : State::Stopped, tr("Reading was stopped"));
}

void InspectPage::focusFilter()
{
    if (m_state == State::Shown)
        m_browser->filterBar().focusText();
}

QByteArray InspectPage::saveLayout() const
{
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << m_splitter->saveState() << m_browser->saveColumns();
    return layout;
}

void InspectPage::restoreLayout(const QByteArray &layout)
{
    QByteArray splitter;
    QByteArray columns;
    QDataStream stream(layout);
    stream >> splitter >> columns;
    if (stream.status() != QDataStream::Ok)
        return;
    m_splitter->restoreState(splitter);
    m_browser->restoreColumns(columns);
}

QWidget *InspectPage::createShown()
{
    auto *shown = new QWidget;
    m_splitter->addWidget(m_browser);
    m_splitter->addWidget(createRightSide());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 1);
    m_splitter->setStretchFactor(1, 1);
    m_splitter->setSizes({540, 460});
    auto *layout = new QVBoxLayout(shown);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_header);
    layout->addWidget(m_warningBar);
    layout->addWidget(m_healthBar);
    layout->addWidget(m_safety);
    layout->addWidget(m_splitter, 1);
    connect(m_header, &SummaryHeader::clicked, this, [this] { m_browser->tree().selectEntry(kNoEntry); });
    connect(m_header, &SummaryHeader::resumeClicked, this,
            [this] { Q_EMIT resumeRequested(text::fromPath(m_path), false); });
    connect(m_header, &SummaryHeader::exportClicked, this, [this] { Q_EMIT exportRequested(checkpoint(), {}); });
    connect(&m_browser->tree(), &EntryView::resumeRequested, this, &InspectPage::requestResume);
    connect(&m_browser->tree(), &EntryView::exportRequested, this,
            [this](const std::vector<EntryId> &entries) { Q_EMIT exportRequested(checkpoint(), entries); });
    connect(&m_browser->tree(), &EntryView::compareRequested, this, &InspectPage::requestComparison);
    connect(m_browser, &EntryBrowser::currentEntryChanged, this, &InspectPage::showEntry);
    connect(m_splitter, &QSplitter::splitterMoved, this, &InspectPage::layoutChanged);
    connect(m_browser, &EntryBrowser::columnsChanged, this, &InspectPage::layoutChanged);
    return shown;
}

QWidget *InspectPage::createRightSide()
{
    m_right->addWidget(m_overview);
    m_right->setMinimumWidth(260);
    connect(m_overview, &OverviewPanel::entryActivated, m_browser, &EntryBrowser::goTo);
    return m_right;
}

DetailsPane &InspectPage::details()
{
    if (!m_details) {
        m_details = new DetailsPane(m_right);
        m_right->addWidget(m_details);
        connect(m_details, &DetailsPane::entryActivated, m_browser, &EntryBrowser::goTo);
        m_details->tensorPane().expectStats();
    }
    return *m_details;
}

void InspectPage::createBars()
{
    m_changedBar->setObjectName(QStringLiteral("changedBar"));
    m_warningBar->setObjectName(QStringLiteral("warningBar"));
    m_healthBar->setObjectName(QStringLiteral("healthBar"));
    m_salvage->setObjectName(QStringLiteral("salvageWarned"));
    connect(m_salvage, &QAbstractButton::clicked, this, &InspectPage::requestSalvage);
    m_showAiling->setObjectName(QStringLiteral("showAiling"));
    connect(m_showAiling, &QAbstractButton::clicked, &m_browser->filterBar(), &FilterBar::showOnlyProblems);
    QAbstractButton *reload = m_changedBar->addButton(tr("Reload"));
    reload->setObjectName(QStringLiteral("reloadChanged"));
    connect(reload, &QAbstractButton::clicked, this, &InspectPage::load);
    connect(m_changedBar->addButton(tr("Ignore")), &QAbstractButton::clicked, this,
            [this] { m_changedBar->setLines({}); });
}

void InspectPage::watchScan()
{
    connect(m_scan, &StatsScan::ready, this, [this] { m_browser->setStats(m_scan->stats()); });
    connect(m_scan, &StatsScan::arrived, this, &InspectPage::takeStats);
    connect(m_scan, &StatsScan::stateChanged, this, &InspectPage::showProblems);
    connect(&m_browser->tree(), &EntryView::viewMoved, this,
            [this] { m_scan->prefer(m_browser->tree().entriesInView()); });
    connect(&m_browser->filterBar(), &FilterBar::filterChanged, this, &InspectPage::showProblems);
}

void InspectPage::takeStats(const std::vector<EntryId> &entries)
{
    m_browser->refreshStats(entries);
    showProblems();
    showTensorStats();
}

void InspectPage::showTensorStats()
{
    if (!m_details)
        return;
    TensorPane &pane = m_details->tensorPane();
    // What the pane shows may be of the file as it was before a reload.
    if (pane.entry() == kNoEntry || pane.entry() != m_browser->tree().currentEntry())
        return;
    if (const StatsScan::Known *known = m_scan->known(pane.entry()))
        pane.setStats(pane.entry(), known->stats);
    else if (const std::optional<Error> failure = m_scan->failure(pane.entry()))
        pane.setStatsProblem(pane.entry(), *failure);
}

void InspectPage::showProblems()
{
    if (m_state != State::Shown)
        return;
    const std::size_t notFinite =
        m_scan->countOf(static_cast<Ailments>(Ailment::Nan) | static_cast<Ailments>(Ailment::Inf));
    QString sentence;
    if (notFinite > 0)
        sentence = notFinite == 1 ? tr("1 tensor holds NaN or infinite values.")
                                  : tr("%1 tensors hold NaN or infinite values.").arg(text::count(notFinite));
    m_healthBar->setLines(sentence);
    m_showAiling->setVisible(!m_browser->query().filter.problems);
    m_browser->setProblems(m_scan->countOf(kAllAilments) + m_warned, m_scan->state() == StatsScan::State::Finished);
}

void InspectPage::take(Loaded loaded, const BrowserPlace &place)
{
    m_loading->end();
    if (loaded.isPlainFolder) {
        Q_EMIT foundPlainFolder();
        return;
    }
    if (loaded.content.isEmpty())
        showFailure(loaded);
    else
        showCheckpoint(loaded, place);
    m_watch.watch(m_path, loaded.stamp);
}

void InspectPage::showCheckpoint(const Loaded &loaded, const BrowserPlace &place)
{
    const CheckpointPtr &checkpoint = loaded.content.checkpoint;
    m_header->setText(loaded.sentence, loaded.details);
    m_header->setResumable(holdsModel(*checkpoint));
    m_header->setExportable(true);
    m_safety->setGlobals(checkpoint->globals);
    showWarnings(*checkpoint);
    m_overview->setCheckpoint(checkpoint);
    m_browser->setContent(loaded.content, place);
    m_warned = entriesWarnedOf(*checkpoint);
    m_scan->begin(checkpoint);
    m_scan->prefer(m_browser->tree().entriesInView());
    showEntry(m_browser->tree().currentEntry());
    m_stack->setCurrentWidget(m_shown);
    m_kept.reset();
    m_browser->tree().setFocus();
    setState(State::Shown, tr("Opened in %1").arg(text::duration(loaded.took)));
    goTo(std::exchange(m_goal, {}));
    showProblems();
}

void InspectPage::showWarnings(const Checkpoint &checkpoint)
{
    QStringList lines = warningLines(checkpoint);
    const QString first = lines.isEmpty() ? QString() : lines.takeFirst();
    m_warningBar->setLines(
        lines.isEmpty() ? first : tr("%1 · and %2 more").arg(first).arg(checkpoint.warnings.size() - 1), lines);
    m_salvage->setVisible(looksDamaged(checkpoint));
}

void InspectPage::showFailure(const Loaded &loaded)
{
    const Error error =
        loaded.opened.error.value_or(Error{ErrorCode::Corrupt, tr("the file holds nothing").toStdString(), {}, {}, {}});
    m_problem->setProblem(error, m_path, loaded.opened.globals);
    m_stack->setCurrentWidget(m_problem);
    setState(State::Failed, tr("Could not be opened"));
}

void InspectPage::goTo(const QString &entry)
{
    if (entry.isEmpty())
        return;
    const CheckpointPtr shown = checkpoint();
    if (m_state != State::Shown || !shown) {
        m_goal = entry;
        return;
    }
    m_browser->goTo(shown->entries.find(entry.toStdString()));
    m_browser->tree().setFocus();
}

void InspectPage::showEntry(EntryId id)
{
    if (id == kNoEntry || id == kRootEntry) {
        m_right->setCurrentWidget(m_overview);
        return;
    }
    m_scan->want(id);
    details().setEntry(m_browser->tree().entryModel().content().checkpoint, id);
    m_right->setCurrentWidget(m_details);
    showTensorStats();
}

void InspectPage::requestResume(EntryId id)
{
    const CheckpointPtr shown = checkpoint();
    if (!shown)
        return;
    if (id == kRootEntry)
        Q_EMIT resumeRequested(text::fromPath(m_path), true);
    else
        Q_EMIT resumePartRequested(text::fromPath(m_path), text::fromUtf8(shown->entries.pathText(id)));
}

void InspectPage::requestSalvage() { Q_EMIT salvageRequested(text::fromPath(m_path)); }

void InspectPage::requestComparison(EntryId a, EntryId b)
{
    if (const CheckpointPtr shown = checkpoint())
        Q_EMIT comparePartsRequested(text::fromPath(m_path), text::fromUtf8(shown->entries.pathText(a)),
                                     text::fromUtf8(shown->entries.pathText(b)));
}

void InspectPage::showChange(const FileStamp &stamp)
{
    if (m_state == State::Failed && stamp.exists) {
        load();
        return;
    }
    m_changedBar->setLines(stamp.exists ? tr("This file changed on disk.")
                                        : tr("This file is gone from the disk. What is shown was read before."));
}

void InspectPage::setState(State state, const QString &status)
{
    m_state = state;
    m_status = status;
    Q_EMIT stateChanged();
}

}  // namespace waypoint
