// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/epoch_average_sheet.h"

#include "ui/models/text.h"
#include "ui/views/notice_bar.h"
#include "ui/views/primary_button.h"
#include "ui/views/quiet_label.h"
#include "ui/views/state_line.h"

#include <QtCore/QDir>
#include <QtCore/QFileInfo>
#include <QtCore/QLocale>
#include <QtCore/QSignalBlocker>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QHeaderView>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QTreeWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kSettle(200);
constexpr std::chrono::milliseconds kTick(100);
constexpr int kSteps = 1000;
constexpr std::size_t kMostNumbers = 4;
constexpr std::size_t kUsual = 5;  ///< checkpoints in a mean
enum FileColumn { LabelColumn, WeightColumn, FirstNumberColumn };

}  // namespace

EpochAverageSheet::EpochAverageSheet(EpochRunPtr run, std::vector<std::size_t> files, QWidget *parent)
    : QDialog(parent),
      m_run(std::move(run)),
      m_files(new QTreeWidget),
      m_weighting(new QComboBox),
      m_path(new QLineEdit),
      m_browse(new QPushButton(tr("Choose…"))),
      m_state(new StateLine),
      m_notes(new QuietLabel),
      m_result(new NoticeBar(colors::Notice::Good)),
      m_failure(new NoticeBar(colors::Notice::Danger)),
      m_progress(new QProgressBar),
      m_start(new PrimaryButton(tr("Average"))),
      m_planning(this),
      m_writing(this)
{
    setObjectName(QStringLiteral("epochAverageSheet"));
    setWindowTitle(tr("Average Epochs"));
    if (files.size() < 2) {
        files.resize(std::min(kUsual, m_run->fileCount()));
        std::iota(files.begin(), files.end(), m_run->fileCount() - files.size());
    }
    auto *layout = new QVBoxLayout(this);
    auto *what = new QLabel(tr("The mean of the ticked checkpoints' weights, as a new file: a state_dict that "
                               "load_state_dict takes. Averages of a run's last epochs often do a little better than "
                               "any one of them."));
    what->setWordWrap(true);
    layout->addWidget(what);
    layout->addWidget(createForm(), 1);
    layout->addWidget(m_failure);
    layout->addWidget(m_result);
    layout->addWidget(createProgress());
    layout->addWidget(createButtons());
    m_settle.setSingleShot(true);
    m_settle.setInterval(kSettle);
    connect(&m_settle, &QTimer::timeout, this, &EpochAverageSheet::plan);
    m_tick.setInterval(kTick);
    connect(&m_tick, &QTimer::timeout, this, &EpochAverageSheet::showProgress);
    fillFiles(files);
    filesChanged();
    resize(620, 560);
}

EpochAverageSheet::~EpochAverageSheet() { m_stop.request_stop(); }

QWidget *EpochAverageSheet::createForm()
{
    m_files->setObjectName(QStringLiteral("averageFiles"));
    m_files->setAccessibleName(tr("Checkpoints to average"));
    m_files->setRootIsDecorated(false);
    m_files->setUniformRowHeights(true);
    m_files->setAlternatingRowColors(true);
    m_files->header()->setStretchLastSection(false);
    connect(m_files, &QTreeWidget::itemChanged, this, [this](const QTreeWidgetItem *, int column) {
        if (column == LabelColumn)
            filesChanged();
    });
    m_weighting->setObjectName(QStringLiteral("averageWeighting"));
    connect(m_weighting, &QComboBox::currentIndexChanged, this, [this] {
        showWeights();
        m_settle.start();
    });
    m_path->setObjectName(QStringLiteral("averagePath"));
    m_path->setAccessibleName(tr("File for the mean"));
    connect(m_path, &QLineEdit::textChanged, this, [this] {
        m_start->setEnabled(false);
        m_settle.start();
    });
    m_browse->setAutoDefault(false);
    connect(m_browse, &QPushButton::clicked, this, &EpochAverageSheet::choosePath);
    m_notes->setWordWrap(true);
    auto *place = new QWidget;
    place->setFocusProxy(m_path);
    auto *pathLine = new QHBoxLayout(place);
    pathLine->setContentsMargins(0, 0, 0, 0);
    pathLine->addWidget(m_path, 1);
    pathLine->addWidget(m_browse);
    m_form = new QWidget;
    auto *rows = new QFormLayout;
    rows->setFieldGrowthPolicy(QFormLayout::ExpandingFieldsGrow);
    rows->addRow(tr("&Weights"), m_weighting);
    rows->addRow(tr("&Save as"), place);
    rows->addRow(QString(), m_state);
    auto *layout = new QVBoxLayout(m_form);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_files, 1);
    layout->addLayout(rows);
    layout->addWidget(m_notes);
    return m_form;
}

QWidget *EpochAverageSheet::createProgress()
{
    m_progressLine = new QWidget;
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress"));
    auto *stop = new QPushButton(tr("Cancel"));
    stop->setObjectName(QStringLiteral("averageCancel"));
    connect(stop, &QPushButton::clicked, this, &EpochAverageSheet::cancel);
    auto *line = new QHBoxLayout(m_progressLine);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_progress, 1);
    line->addWidget(stop);
    m_progressLine->hide();
    auto *open = m_result->addButton(tr("Open"));
    open->setObjectName(QStringLiteral("averageOpen"));
    connect(open, &QAbstractButton::clicked, this, [this] {
        Q_EMIT openRequested(m_writtenTo);
        close();
    });
    return m_progressLine;
}

QWidget *EpochAverageSheet::createButtons()
{
    m_start->setObjectName(QStringLiteral("averageStart"));
    m_start->setDefault(true);
    m_start->setEnabled(false);
    auto *away = new QPushButton(tr("Close"));
    connect(away, &QPushButton::clicked, this, &QDialog::close);
    connect(m_start, &QPushButton::clicked, this, &EpochAverageSheet::start);
    auto *buttons = new QWidget;
    auto *line = new QHBoxLayout(buttons);
    line->setContentsMargins(0, 0, 0, 0);
    line->addStretch(1);
    line->addWidget(away);
    line->addWidget(m_start);
    return buttons;
}

void EpochAverageSheet::fillFiles(const std::vector<std::size_t> &ticked)
{
    const QSignalBlocker blocker(m_files);
    std::vector<std::size_t> scalars = scalarsByWorth(*m_run);
    scalars.resize(std::min(scalars.size(), kMostNumbers));
    QStringList headers{tr("Checkpoint"), tr("Weight")};
    for (const std::size_t scalar : scalars)
        headers << text::fromUtf8(m_run->scalars[scalar].name);
    m_files->setHeaderLabels(headers);
    QList<QTreeWidgetItem *> items;
    for (std::size_t file = 0; file < m_run->fileCount(); ++file) {
        auto *item = new QTreeWidgetItem;
        item->setText(LabelColumn, m_run->label(file));
        item->setToolTip(LabelColumn, m_run->path(file));
        const bool isTicked = std::binary_search(ticked.begin(), ticked.end(), file);
        item->setCheckState(LabelColumn, isTicked ? Qt::Checked : Qt::Unchecked);
        item->setTextAlignment(WeightColumn, Qt::AlignRight | Qt::AlignVCenter);
        for (std::size_t i = 0; i < scalars.size(); ++i) {
            const double value = m_run->scalars[scalars[i]].values[file];
            const int column = FirstNumberColumn + static_cast<int>(i);
            item->setText(column, std::isnan(value) ? QString() : text::number(value));
            item->setTextAlignment(column, Qt::AlignRight | Qt::AlignVCenter);
        }
        items << item;
    }
    m_files->addTopLevelItems(items);
    for (int column = 0; column < m_files->columnCount(); ++column)
        m_files->resizeColumnToContents(column);
    m_files->setColumnWidth(WeightColumn, fontMetrics().averageCharWidth() * 12);
    // Once the list has its height.
    QTimer::singleShot(0, m_files, [this, first = static_cast<int>(ticked.empty() ? 0 : ticked.front())] {
        m_files->scrollToItem(m_files->topLevelItem(first), QTreeWidget::PositionAtTop);
    });
}

std::vector<std::size_t> EpochAverageSheet::ticked() const
{
    std::vector<std::size_t> files;
    for (int row = 0; row < m_files->topLevelItemCount(); ++row)
        if (m_files->topLevelItem(row)->checkState(LabelColumn) == Qt::Checked)
            files.push_back(static_cast<std::size_t>(row));
    return files;
}

EpochAverageOrder EpochAverageSheet::order() const
{
    const auto at = static_cast<std::size_t>(std::max(0, m_weighting->currentIndex()));
    return {m_run, ticked(), at < m_weightings.size() ? m_weightings[at] : EpochWeighting{}, path()};
}

QString EpochAverageSheet::path() const { return m_path->text(); }

void EpochAverageSheet::setPath(const QString &path) { m_path->setText(path); }

void EpochAverageSheet::filesChanged()
{
    fillWeightings();
    showWeights();
    if (m_path->text() == m_suggested) {
        m_suggested = averagePath(*m_run, ticked());
        m_path->setText(m_suggested);
    }
    m_start->setEnabled(false);
    m_settle.start();
}

void EpochAverageSheet::fillWeightings()
{
    const EpochWeighting chosen = order().weighting;
    auto fitting = weightingsFor(*m_run, ticked());
    if (fitting == m_weightings)
        return;
    m_weightings = std::move(fitting);
    const QSignalBlocker blocker(m_weighting);
    m_weighting->clear();
    for (const EpochWeighting &weighting : m_weightings)
        m_weighting->addItem(weightingName(*m_run, weighting));
    const auto found = std::find(m_weightings.begin(), m_weightings.end(), chosen);
    m_weighting->setCurrentIndex(found == m_weightings.end() ? 0 : static_cast<int>(found - m_weightings.begin()));
}

void EpochAverageSheet::showWeights()
{
    const QSignalBlocker blocker(m_files);
    const EpochAverageOrder now = order();
    const std::vector<double> weights = weightsOf(*m_run, now.files, now.weighting);
    for (int row = 0; row < m_files->topLevelItemCount(); ++row)
        m_files->topLevelItem(row)->setText(WeightColumn, {});
    for (std::size_t i = 0; i < now.files.size(); ++i)
        m_files->topLevelItem(static_cast<int>(now.files[i]))
            ->setText(WeightColumn, QLocale().toString(weights[i] * 100, 'f', 2) + QStringLiteral(" %"));
}

void EpochAverageSheet::choosePath()
{
    auto *dialog = new QFileDialog(this, tr("Save the Mean"), QFileInfo(path()).path(), tr("PyTorch (*.pth *.pt)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("pth"));
    dialog->selectFile(QFileInfo(path()).fileName());
    connect(dialog, &QFileDialog::fileSelected, this, &EpochAverageSheet::setPath);
    dialog->open();
}

void EpochAverageSheet::plan()
{
    if (m_writing.isRunning())
        return;
    m_planning.start([order = order()](std::stop_token stop, Progress &) { return planAverage(order, stop); },
                     [this](const EpochAveragePlan &made) { takePlan(made); });
}

void EpochAverageSheet::takePlan(const EpochAveragePlan &plan)
{
    m_notes->setText(plan.notes.join(QLatin1Char('\n')));
    m_notes->setVisible(!plan.notes.isEmpty());
    if (!plan.problem.isEmpty())
        m_state->setProblem(plan.problem);
    else
        m_state->setQuiet(plan.isTaken ? tr("A file of this name is there and will be replaced.") : QString());
    m_start->setEnabled(plan.problem.isEmpty());
}

void EpochAverageSheet::start()
{
    m_settle.stop();
    m_planning.cancel();
    m_failure->setLines({});
    m_result->setLines({});
    m_writtenTo = path();
    m_stop = std::stop_source();
    m_writing.start([order = order(), stop = m_stop.get_token()](
                        std::stop_token, Progress &progress) { return writeAverage(order, stop, progress); },
                    [this](const EpochAverageDone &done) { take(done); });
    setWriting(true);
}

void EpochAverageSheet::cancel()
{
    // What came of it is told by the worker: it may just have finished.
    m_stop.request_stop();
}

void EpochAverageSheet::take(const EpochAverageDone &done)
{
    setWriting(false);
    if (done.isCancelled) {
        m_state->setQuiet(done.problem);
        return;
    }
    if (!done.problem.isEmpty()) {
        m_failure->setLines(done.problem);
        return;
    }
    m_result->setLines(
        tr("The mean of %1 checkpoints is in %2, %3.")
            .arg(text::count(ticked().size()), QDir::toNativeSeparators(m_writtenTo), text::bytes({done.bytes})));
}

void EpochAverageSheet::showProgress()
{
    const Progress *progress = m_writing.progress();
    const std::uint64_t total = progress ? progress->total.load() : 0;
    const std::uint64_t done = progress ? std::min(progress->done.load(), total) : 0;
    m_progress->setRange(0, total > 0 ? kSteps : 0);
    if (total > 0)
        m_progress->setValue(static_cast<int>(static_cast<double>(done) / static_cast<double>(total) * kSteps));
}

void EpochAverageSheet::setWriting(bool writing)
{
    m_form->setEnabled(!writing);
    m_start->setEnabled(!writing);
    m_progressLine->setVisible(writing);
    if (writing) {
        showProgress();
        m_tick.start();
    } else {
        m_tick.stop();
    }
}

}  // namespace waypoint
