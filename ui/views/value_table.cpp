// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/value_table.h"

#include "core/base/describe_error.h"
#include "core/tensor/npy_writer.h"
#include "ui/models/plane_choice.h"
#include "ui/models/tensor_place.h"
#include "ui/models/text.h"
#include "ui/views/go_to_line.h"
#include "ui/views/task_line.h"
#include "ui/views/value_grid.h"

#include <QtCore/QFileInfo>
#include <QtCore/QSettings>
#include <QtGui/QAction>
#include <QtGui/QClipboard>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QFileDialog>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

// Rows that begin at round positions are easier to count along.
constexpr std::array<std::int64_t, 12> kRoundColumns{1, 2, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100};

QString wantedName(Wanted wanted)
{
    switch (wanted) {
    case Wanted::Nan:
        return ValueTable::tr("NaN");
    case Wanted::Infinite:
        return ValueTable::tr("infinity");
    case Wanted::NotFinite:
        return ValueTable::tr("NaN or infinity");
    case Wanted::Zero:
        return ValueTable::tr("zero");
    }
    return {};
}

std::int64_t countOf(const TensorStats &stats, Wanted wanted)
{
    switch (wanted) {
    case Wanted::Nan:
        return stats.nan;
    case Wanted::Infinite:
        return stats.inf;
    case Wanted::NotFinite:
        return stats.nan + stats.inf;
    case Wanted::Zero:
        return stats.zeros;
    }
    return 0;
}

QString folderKey() { return QStringLiteral("values/folder"); }

QString sentenceOf(const Error &error) { return text::fromUtf8(describe(error)); }

}  // namespace

ValueTable::ValueTable(QWidget *parent)
    : TensorView(parent),
      m_search(this),
      m_copying(this),
      m_saving(this),
      m_tools(new ValueTools(this)),
      m_goTo(new GoToLine(this)),
      m_grid(new ValueGrid(this)),
      m_task(new TaskLine(this))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_tools);
    column->addWidget(m_goTo);
    column->addWidget(m_grid, 1);
    column->addWidget(m_task);
    setFocusProxy(m_grid);
    createActions();
    connectTools();
    applyFormat();
}

void ValueTable::setTensor(ShownTensorPtr tensor)
{
    m_search.cancel();
    m_copying.cancel();
    if (!m_saving.isRunning())
        m_task->clear();
    m_tensor = std::move(tensor);
    m_stats.reset();
    if (m_tensor) {
        m_tools->setTensor(m_tensor->numbers);
        m_plane = carriedOver(m_plane, m_tensor->numbers.ref.shape);
        m_goTo->setShape(m_tensor->numbers.ref.shape);
        m_grid->setEmptyText(
            tr("This tensor has no elements: its shape is %1.").arg(text::pythonShape(m_tensor->numbers.ref.shape)));
    }
    m_tools->setEnabled(hasElements());
    rebuild(false);
    applyTint();
}

void ValueTable::setStats(const TensorStats &stats)
{
    m_stats = stats;
    applyTint();
}

void ValueTable::setPlane(const PlaneWindow &plane)
{
    const bool sameDims = plane.rowDim == m_plane.rowDim && plane.columnDim == m_plane.columnDim;
    m_plane = plane;
    rebuild(sameDims);
}

QString ValueTable::cellText(std::int64_t row, std::int64_t column) const { return m_grid->cellText(row, column); }

QString ValueTable::message() const { return m_task->text(); }

void ValueTable::goTo(std::int64_t position)
{
    std::optional<Cell> cell = m_grid->grid().cellAt(position);
    if (!cell) {
        m_plane = planeAt(m_plane, indexOfPosition(m_tensor->numbers.ref.shape, position));
        rebuild(true);
        Q_EMIT planeWanted(m_plane);
        cell = m_grid->grid().cellAt(position);
    }
    if (cell)
        m_grid->goTo(*cell);
}

void ValueTable::find(Wanted wanted, bool backwards)
{
    if (!hasElements())
        return;
    if (m_stats && countOf(*m_stats, wanted) == 0) {
        m_task->finish(tr("No %1 in this tensor.").arg(wantedName(wanted)));
        return;
    }
    m_wanted = wanted;
    m_task->begin(tr("Looking for %1…").arg(wantedName(wanted)), [this] { m_search.cancel(); });
    m_search.start(numbers(), wanted, m_grid->grid().position(m_grid->current()), backwards);
}

void ValueTable::copy(CopyFormat format)
{
    const CellRect rect = m_grid->selection();
    if (rect.isEmpty() || !hasElements())
        return;
    m_task->begin(tr("Copying…"), [this] { m_copying.cancel(); });
    const QString result = tr("Copied %1 × %2 numbers.").arg(text::integer(rect.rows), text::integer(rect.columns));
    m_copying.start(
        [numbers = numbers(), grid = m_grid->grid(), rect, format](std::stop_token stop, Progress &) {
            return std::make_shared<const Result<QString>>(copyText(*numbers, grid, rect, format, stop));
        },
        [this, result](const std::shared_ptr<const Result<QString>> &copied) {
            if (*copied)
                QGuiApplication::clipboard()->setText(**copied);
            m_task->finish(*copied ? result : sentenceOf(copied->error()));
        });
}

void ValueTable::saveAs(const std::filesystem::path &path)
{
    if (!m_tensor)
        return;
    const QString name = text::fromPath(path.filename());
    m_task->begin(tr("Saving %1…").arg(name), [this] { m_saving.cancel(); });
    m_saving.start(
        [numbers = numbers(), path](std::stop_token stop, Progress &) {
            return std::make_shared<const Result<void>>(writeNpy(*numbers, path, stop));
        },
        [this, name](const std::shared_ptr<const Result<void>> &saved) {
            m_task->finish(*saved ? tr("Saved as %1.").arg(name) : sentenceOf(saved->error()));
        });
}

void ValueTable::hideEvent(QHideEvent *event)
{
    m_search.cancel();
    if (!m_saving.isRunning())
        m_task->clear();
    TensorView::hideEvent(event);
}

void ValueTable::createActions()
{
    const auto add = [this](const QString &text, const QKeySequence &key, auto &&call) {
        auto *action = new QAction(text, this);
        action->setShortcut(key);
        action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
        action->setToolTip(key.isEmpty() ? text : tr("%1 (%2)").arg(text, key.toString(QKeySequence::NativeText)));
        connect(action, &QAction::triggered, this, call);
        addAction(action);
        return action;
    };
    QAction *copyAsText = add(tr("Copy"), QKeySequence::Copy, [this] { copy(CopyFormat::Text); });
    QAction *copyAsCsv = add(tr("Copy as CSV"), {}, [this] { copy(CopyFormat::Csv); });
    QAction *copyAsNumPy = add(tr("Copy as NumPy"), {}, [this] { copy(CopyFormat::NumPy); });
    QAction *goTo = add(tr("Go to…"), Qt::CTRL | Qt::Key_G, [this] { m_goTo->open(); });
    QAction *next = add(tr("Find next"), Qt::Key_F3, [this] { find(m_tools->wanted(), false); });
    QAction *previous = add(tr("Find previous"), Qt::SHIFT | Qt::Key_F3, [this] { find(m_tools->wanted(), true); });
    QAction *save = add(tr("Save…"), {}, [this] { chooseFile(); });
    save->setToolTip(tr("Save the whole tensor as .npy, for numpy.load"));
    // Also while the tree has the focus: only one table is in view at a time.
    for (QAction *action : {goTo, next, previous})
        action->setShortcutContext(Qt::WindowShortcut);
    const QList<QAction *> copies{copyAsText, copyAsCsv, copyAsNumPy};
    m_tools->addActions(goTo, previous, next, copies, save);
    m_grid->addActions(copies);
    m_grid->addActions({goTo, save});
    m_grid->setContextMenuPolicy(Qt::ActionsContextMenu);
}

void ValueTable::connectTools()
{
    connect(m_tools, &ValueTools::formatChanged, this, &ValueTable::applyFormat);
    connect(m_tools, &ValueTools::tintChanged, this, &ValueTable::applyTint);
    connect(m_tools, &ValueTools::wrapChanged, this, &ValueTable::refit);
    connect(m_grid, &ValueGrid::resized, this, &ValueTable::refit);
    connect(m_grid, &ValueGrid::readOutChanged, this, &TensorView::statusChanged);
    connect(m_grid, &ValueGrid::failed, m_task, &TaskLine::finish);
    connect(m_goTo, &GoToLine::wanted, this, &ValueTable::goTo);
    connect(m_goTo, &GoToLine::closed, m_grid, qOverload<>(&QWidget::setFocus));
    connect(&m_search, &ElementSearch::progressed, m_task, &TaskLine::setShare);
    connect(&m_search, &ElementSearch::failed, m_task, &TaskLine::finish);
    connect(&m_search, &ElementSearch::found, this, [this](std::int64_t position) {
        m_task->clear();
        goTo(position);
    });
    connect(&m_search, &ElementSearch::foundNothing, this,
            [this] { m_task->finish(tr("No %1 in this tensor.").arg(wantedName(m_wanted))); });
}

void ValueTable::rebuild(bool keepPlace)
{
    if (!hasElements()) {
        m_grid->setContent(nullptr, {}, false);
        return;
    }
    const SmallDims &shape = m_tensor->numbers.ref.shape;
    m_grid->setContent(numbers(),
                       shape.size() < 2 ? TensorGrid::wrapped(shape, columnsToWrapAt())
                                        : TensorGrid::ofPlane(shape, m_plane),
                       keepPlace);
}

std::int64_t ValueTable::columnsToWrapAt() const
{
    if (const int chosen = m_tools->wrapAt(); chosen > 0)
        return chosen;
    const std::int64_t fit = m_grid->columnsThatFit();
    return *std::prev(std::ranges::upper_bound(kRoundColumns, std::max<std::int64_t>(1, fit)));
}

void ValueTable::refit()
{
    const TensorGrid &shown = m_grid->grid();
    if (!shown.isWrapped()
        || TensorGrid::wrapped(m_tensor->numbers.ref.shape, columnsToWrapAt()).columns() == shown.columns())
        return;
    const std::int64_t position = shown.position(m_grid->current());
    rebuild(false);
    if (position > 0)
        goTo(position);
}

void ValueTable::applyFormat() { m_grid->setFormat(m_tools->format()); }

void ValueTable::applyTint()
{
    double largest = 0;
    if (m_tools->isTinted() && m_stats)
        for (const double end : {m_stats->min, m_stats->max})
            if (std::isfinite(end))
                largest = std::max(largest, std::abs(end));
    m_grid->setTint(largest);
}

void ValueTable::chooseFile()
{
    if (m_dialog || !m_tensor)
        return;
    QString name = m_tensor->name;
    name.replace(QLatin1Char('/'), QLatin1Char('.'));
    m_dialog = new QFileDialog(this, tr("Save %1").arg(m_tensor->name), QSettings().value(folderKey()).toString(),
                               tr("NumPy arrays (*.npy)"));
    m_dialog->selectFile(name + QStringLiteral(".npy"));
    m_dialog->setAttribute(Qt::WA_DeleteOnClose);
    m_dialog->setAcceptMode(QFileDialog::AcceptSave);
    m_dialog->setDefaultSuffix(QStringLiteral("npy"));
    connect(m_dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        QSettings().setValue(folderKey(), QFileInfo(path).path());
        saveAs(text::toPath(path));
    });
    m_dialog->open();
}

NumericTensorPtr ValueTable::numbers() const { return {m_tensor, &m_tensor->numbers}; }

bool ValueTable::hasElements() const { return m_tensor && m_tensor->numbers.ref.elementCount().value_or(0) > 0; }

}  // namespace waypoint
