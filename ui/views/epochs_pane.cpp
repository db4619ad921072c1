// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epochs_pane.h"

#include "ui/models/text.h"
#include "ui/views/empty_state.h"
#include "ui/views/epoch_average_sheet.h"
#include "ui/views/epoch_file_list.h"
#include "ui/views/epoch_map.h"
#include "ui/views/epoch_plots.h"
#include "ui/views/epoch_tensor_list.h"
#include "ui/views/loading_pane.h"
#include "ui/views/notice_bar.h"
#include "ui/views/plot.h"
#include "ui/views/quiet_label.h"
#include "ui/views/task_line.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QSplitter>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kTick(200);
constexpr std::chrono::milliseconds kPaintingRest(150);

}  // namespace

EpochsPane::EpochsPane(Opener opener, QWidget *parent)
    : QWidget(parent),
      m_scan(std::move(opener)),
      m_stack(new QStackedWidget),
      m_nothing(new EmptyState),
      m_loading(new LoadingPane),
      m_sentence(new QLabel),
      m_best(new QuietLabel),
      m_quantities(new QComboBox),
      m_logarithmic(new QCheckBox(tr("Logarithmic"))),
      m_task(new TaskLine),
      m_notes(new NoticeBar(colors::Notice::Information)),
      m_unreadable(new NoticeBar(colors::Notice::Warning)),
      m_stopped(new NoticeBar(colors::Notice::Information)),
      m_tensors(new EpochTensorList(m_table)),
      m_files(new EpochFileList),
      m_plots(new EpochPlots),
      m_painting(
          this, kPaintingRest, [this] { return painting(); },
          [this](EpochMapPicturePtr picture) { m_plots->setPicture(std::move(picture)); })
{
    m_follow = m_nothing->addButton({});
    m_follow->setObjectName(QStringLiteral("epochFollow"));
    connect(m_follow, &QAbstractButton::clicked, this, [this] { setPaths({m_offered}); });
    connect(m_nothing->addButton(tr("Choose a Folder…")), &QAbstractButton::clicked, this, &EpochsPane::chooseFolder);
    connect(m_nothing->addButton(tr("Choose Files…")), &QAbstractButton::clicked, this, &EpochsPane::chooseFiles);
    m_again = m_nothing->addButton(tr("Read Again"));
    m_openOnly = m_nothing->addButton(tr("Open It"));
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_loading);
    m_stack->addWidget(createContent());
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connectParts();
    showState();
}

EpochsPane::~EpochsPane() = default;

QWidget *EpochsPane::createContent()
{
    auto *across = new QSplitter(Qt::Horizontal);
    across->addWidget(createLists());
    across->addWidget(m_plots);
    across->setStretchFactor(0, 0);
    across->setStretchFactor(1, 1);
    across->setChildrenCollapsible(false);
    across->setSizes({360, 800});
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(createHeader());
    layout->addWidget(createNotices());
    layout->addWidget(across, 1);
    return content;
}

QWidget *EpochsPane::createHeader()
{
    m_sentence->setObjectName(QStringLiteral("epochSentence"));
    m_sentence->setWordWrap(true);
    m_sentence->setTextFormat(Qt::PlainText);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont bold = m_sentence->font();
    bold.setBold(true);
    m_sentence->setFont(bold);
    m_best->setObjectName(QStringLiteral("epochBest"));
    m_quantities->setObjectName(QStringLiteral("epochQuantity"));
    m_quantities->setAccessibleName(tr("What is followed"));
    for (const EpochQuantity quantity : kEpochQuantities) {
        m_quantities->addItem(quantityName(quantity));
        m_quantities->setItemData(m_quantities->count() - 1, quantityExplanation(quantity), Qt::ToolTipRole);
    }
    m_logarithmic->setObjectName(QStringLiteral("epochLogarithmic"));
    m_logarithmic->setToolTip(tr("Powers of ten are equally far apart, in the lines and in the colours"));
    auto *words = new QVBoxLayout;
    words->setSpacing(2);
    words->addWidget(m_sentence);
    words->addWidget(m_best);
    auto *header = new QWidget;
    auto *line = new QHBoxLayout(header);
    line->setContentsMargins(12, 8, 12, 8);
    line->setSpacing(12);
    line->addLayout(words, 1);
    line->addWidget(m_quantities);
    line->addWidget(m_logarithmic);
    auto *again = new QToolButton;
    again->setText(tr("Read Again"));
    again->setToolTip(tr("Takes up checkpoints that have been written since"));
    connect(again, &QToolButton::clicked, &m_scan, &EpochScan::readAgain);
    line->addWidget(again);
    return header;
}

QWidget *EpochsPane::createNotices()
{
    m_notes->setObjectName(QStringLiteral("epochNotes"));
    m_unreadable->setObjectName(QStringLiteral("epochUnreadable"));
    m_stopped->setObjectName(QStringLiteral("epochStopped"));
    m_readAll = m_notes->addButton(tr("Read All"));
    connect(m_readAll, &QAbstractButton::clicked, this, [this] { m_scan.begin(m_scan.paths(), 0); });
    connect(m_unreadable->addButton(tr("Read Again")), &QAbstractButton::clicked, &m_scan, &EpochScan::readAgain);
    connect(m_stopped->addButton(tr("Go On")), &QAbstractButton::clicked, &m_scan, &EpochScan::goOn);
    auto *notices = new QWidget;
    auto *layout = new QVBoxLayout(notices);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    for (NoticeBar *bar : {m_unreadable, m_notes, m_stopped})
        layout->addWidget(bar);
    auto *task = new QHBoxLayout;
    task->setContentsMargins(12, 0, 12, 0);
    task->addWidget(m_task);
    layout->addLayout(task);
    return notices;
}

QWidget *EpochsPane::createLists()
{
    auto *lists = new QSplitter(Qt::Vertical);
    lists->addWidget(m_tensors);
    lists->addWidget(m_files);
    lists->setStretchFactor(0, 3);
    lists->setStretchFactor(1, 2);
    lists->setChildrenCollapsible(false);
    return lists;
}

void EpochsPane::connectParts()
{
    connect(&m_scan, &EpochScan::stateChanged, this, &EpochsPane::showState);
    connect(&m_scan, &EpochScan::runChanged, this, &EpochsPane::showRun);
    connect(&m_scan, &EpochScan::arrived, this, &EpochsPane::takeArrived);
    connect(m_loading, &LoadingPane::cancelRequested, &m_scan, &EpochScan::stop);
    // All of them may have been too many.
    connect(m_again, &QAbstractButton::clicked, this, [this] { m_scan.begin(m_scan.paths()); });
    connect(m_openOnly, &QAbstractButton::clicked, this, [this] { Q_EMIT openFileRequested(m_scan.run()->path(0)); });
    connect(m_quantities, &QComboBox::currentIndexChanged, this,
            [this](int index) { setQuantity(kEpochQuantities[static_cast<std::size_t>(std::max(0, index))]); });
    connect(m_logarithmic, &QCheckBox::toggled, this, [this](bool on) {
        m_plots->setQuantity(m_quantity, on);
        m_painting.runNow();
    });
    connect(&m_table, &EpochTable::drawnChanged, this, &EpochsPane::drawLines);
    connect(m_tensors, &EpochTensorList::shownChanged, this, [this] { m_painting.runNow(); });
    connect(m_tensors, &EpochTensorList::currentChanged, this, [this] { choose(m_tensors->current(), m_file); });
    connect(m_files, &EpochFileList::currentChanged, this, [this] { choose(m_tensor, m_files->current()); });
    connect(m_files, &EpochFileList::openRequested, this, &EpochsPane::openFileRequested);
    connect(m_files, &EpochFileList::compareRequested, this, &EpochsPane::compareRequested);
    connect(m_files, &EpochFileList::averageRequested, this, &EpochsPane::average);
    connect(m_plots, &EpochPlots::chosen, this, &EpochsPane::choose);
    connect(m_plots, &EpochPlots::activated, this,
            [this](std::size_t, std::size_t file) { Q_EMIT openFileRequested(m_scan.run()->path(file)); });
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &EpochsPane::showProgress);
    setQuantity(m_quantity);
    m_logarithmic->setChecked(isUsuallyLogarithmic(m_quantity));
}

void EpochsPane::setPaths(const QStringList &paths) { m_scan.begin(paths); }

void EpochsPane::offerFolder(const QString &folder)
{
    m_offered = folder;
    m_follow->setText(tr("Follow %1").arg(QFileInfo(folder).fileName().replace(QLatin1Char('&'), QLatin1String("&&"))));
    m_follow->setToolTip(tr("Shows all checkpoints in %1").arg(QDir::toNativeSeparators(folder)));
    if (m_stack->currentWidget() == m_nothing)
        showNothing();
}

void EpochsPane::focusFilter() { m_tensors->focusFilter(); }

QString EpochsPane::statusText() const
{
    const EpochRunPtr &run = m_scan.run();
    switch (m_scan.state()) {
    case EpochScan::State::Empty:
        return {};
    case EpochScan::State::Finding:
        return tr("Opening checkpoints");
    case EpochScan::State::Failed:
        return m_scan.problem();
    default:
        break;
    }
    const QString files = tr("%1 checkpoints").arg(text::count(run->fileCount()));
    if (m_scan.state() == EpochScan::State::Finished)
        return files + QStringLiteral(" · ") + tr("%1 tensors").arg(text::count(run->tensorCount()));
    return files + QStringLiteral(" · ")
           + tr("%1 of %2 tensors read").arg(text::count(m_scan.knownCount()), text::count(run->tensorCount()));
}

void EpochsPane::showState()
{
    const EpochScan::State state = m_scan.state();
    const bool hasSeries = m_scan.run() && m_scan.run()->series;
    if (state == EpochScan::State::Finding) {
        m_loading->begin(tr("Opening the checkpoints of the run"), [this] { return m_scan.progress(); });
        m_stack->setCurrentWidget(m_loading);
    } else {
        m_loading->end();
        if (!hasSeries)
            showNothing();
        m_stack->setCurrentIndex(hasSeries ? 2 : 0);
    }
    if (state == EpochScan::State::Reading) {
        m_task->begin(tr("Reading the tensors …"), [this] { m_scan.stop(); });
        m_tick.start();
    } else {
        m_tick.stop();
        m_task->clear();
    }
    showNotices();
    showSentence();
    // Parts that move before they were ever painted would take along what stood there.
    QTimer::singleShot(0, m_stack, qOverload<>(&QWidget::update));
    Q_EMIT statusChanged();
}

void EpochsPane::showNothing()
{
    const EpochScan::State state = m_scan.state();
    const bool isSingle = m_scan.run() && m_scan.run()->fileCount() == 1;
    m_again->setVisible(state == EpochScan::State::Failed);
    m_openOnly->setVisible(isSingle);
    m_follow->setVisible(state == EpochScan::State::Empty && !m_offered.isEmpty());
    if (isSingle) {
        QStringList lines{
            tr("%1 stands alone. To see what changes over the epochs takes two or more: choose the folder "
               "of the run, or several files.")
                .arg(m_scan.run()->label(0))};
        lines << m_scan.run()->notes << m_scan.run()->unreadable;
        m_nothing->setText(tr("Only one checkpoint"), lines.join(QLatin1Char('\n')));
    } else if (state == EpochScan::State::Failed && m_scan.nothingThere()) {
        m_nothing->setText(tr("No checkpoints there"), m_scan.problem());
    } else if (state == EpochScan::State::Failed) {
        m_nothing->setText(tr("The checkpoints could not be read"), m_scan.problem());
    } else {
        m_nothing->setText(tr("Many epochs side by side"),
                           tr("Choose the folder of a run, or several of its checkpoints, to see which layers learn, "
                              "which are frozen or dead, and how fast each of them changes."));
    }
}

void EpochsPane::showRun()
{
    const EpochRunPtr &run = m_scan.run();
    m_painting.cancel();
    m_tensor.reset();
    m_file.reset();
    {
        const QScopedValueRollback choosing(m_isChoosing, true);
        m_plots->setRun(run);
        m_table.setRun(run && run->series ? run : nullptr, m_scan.tracks());
        m_files->setRun(run && run->series ? run : nullptr);
        m_plots->setTracks(m_scan.tracks());
        m_tensors->begin();
    }
    drawLines();
    m_painting.runNow();
}

void EpochsPane::takeArrived(const std::vector<std::size_t> &tensors)
{
    m_table.setTracks(m_scan.tracks(), tensors);
    m_plots->setTracks(m_scan.tracks());
    m_painting.runSoon();
    showSentence();
    Q_EMIT statusChanged();
}

void EpochsPane::showSentence()
{
    const EpochRunPtr &run = m_scan.run();
    if (!run || !run->series)
        return;
    m_sentence->setText(epochSentence(*run, m_scan.tracks()));
    m_best->setText(bestSentence(*run));
    m_best->setVisible(run->best.has_value());
}

void EpochsPane::showNotices()
{
    const EpochRunPtr &run = m_scan.run();
    const bool isStopped = run && m_scan.state() == EpochScan::State::Stopped;
    m_stopped->setLines(!isStopped ? QString()
                        : m_scan.problem().isEmpty()
                            ? tr("Stopped: %1 of %2 tensors are read.")
                                  .arg(text::count(m_scan.knownCount()), text::count(run->tensorCount()))
                            : m_scan.problem());
    QStringList notes = run ? run->notes : QStringList();
    const QString first = notes.isEmpty() ? QString() : notes.takeFirst();
    m_notes->setLines(first, notes);
    m_readAll->setVisible(run && run->fileCount() + run->files.others.size() > EpochScan::kMost
                          && run->fileCount() <= EpochScan::kMost);
    const QStringList unreadable = run ? run->unreadable : QStringList();
    QString sentence;
    if (unreadable.size() == 1)
        sentence = tr("1 file could not be read and is left out: %1").arg(unreadable.front());
    else if (!unreadable.isEmpty())
        sentence = tr("%1 files could not be read and are left out.")
                       .arg(text::count(static_cast<std::uint64_t>(unreadable.size())));
    m_unreadable->setLines(sentence, unreadable.size() > 1 ? unreadable : QStringList());
}

void EpochsPane::showProgress()
{
    const Progress *progress = m_scan.progress();
    if (!progress || progress->total == 0)
        return;
    const auto total = static_cast<double>(progress->total.load());
    m_task->setShare(std::min(1.0, static_cast<double>(progress->done.load()) / total));
}

void EpochsPane::setQuantity(EpochQuantity quantity)
{
    m_quantity = quantity;
    m_quantities->setToolTip(quantityExplanation(quantity));
    m_table.setQuantity(quantity);
    m_plots->setQuantity(quantity, m_logarithmic->isChecked());
    // What a person chose is for numbers of its kind.
    m_logarithmic->setChecked(isUsuallyLogarithmic(quantity));
    m_painting.runNow();
}

void EpochsPane::drawLines()
{
    std::vector<EpochLine> lines;
    for (const std::size_t tensor : m_table.drawn())
        lines.push_back({tensor, m_table.lineOf(tensor)});
    if (m_tensor && m_table.lineOf(*m_tensor) < 0)
        lines.push_back({*m_tensor, -1});
    m_plots->setLines(std::move(lines));
}

void EpochsPane::choose(std::optional<std::size_t> tensor, std::optional<std::size_t> file)
{
    if (m_isChoosing)
        return;
    const QScopedValueRollback choosing(m_isChoosing, true);
    const bool isOther = tensor != m_tensor;
    m_tensor = tensor;
    m_file = file;
    m_tensors->setCurrent(tensor);
    m_files->setCurrent(file);
    m_table.setFile(file);
    m_plots->setCurrent(tensor, file);
    if (isOther)
        drawLines();
}

void EpochsPane::average(const std::vector<std::size_t> &files)
{
    auto *sheet = new EpochAverageSheet(m_scan.run(), files, window());
    sheet->setAttribute(Qt::WA_DeleteOnClose);
    sheet->setWindowModality(Qt::WindowModal);
    connect(sheet, &EpochAverageSheet::openRequested, this, &EpochsPane::openFileRequested);
    sheet->open();
}

void EpochsPane::chooseFiles()
{
    auto *dialog = new QFileDialog(this, tr("Choose Checkpoints of a Run"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, &EpochsPane::setPaths);
    dialog->open();
}

void EpochsPane::chooseFolder()
{
    auto *dialog = new QFileDialog(this, tr("Choose the Folder of a Run"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::Directory);
    connect(dialog, &QFileDialog::filesSelected, this, &EpochsPane::setPaths);
    dialog->open();
}

RationedJob<EpochMapPicturePtr>::Work EpochsPane::painting() const
{
    const std::size_t files = m_scan.run() ? m_scan.run()->fileCount() : 0;
    EpochMapRequest request{m_quantity, m_logarithmic->isChecked(), m_tensors->shown(), m_scan.tracks(), files};
    return [request = std::move(request)](std::stop_token stop, Progress &) { return paintEpochMap(request, stop); };
}

}  // namespace waypoint
