// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/schedule_pane.h"

#include "ui/views/drop_overlay.h"
#include "ui/views/empty_state.h"
#include "ui/views/fact_grid.h"
#include "ui/views/flow_layout.h"
#include "ui/views/notice_bar.h"
#include "ui/views/schedule_lines.h"
#include "ui/views/schedule_overlays.h"

#include <QtCore/QEvent>
#include <QtGui/QDropEvent>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kMostSteps = 1'000'000;
constexpr int kLeastPlotHeight = 140;

std::vector<ScheduleStory> storiesAt(const Checkpoint &checkpoint, EntryId entry, std::optional<std::int64_t> steps,
                                     std::stop_token stop)
{
    auto stories = scheduleStories(checkpoint, steps, std::move(stop));
    std::erase_if(stories,
                  [&](const ScheduleStory &story) { return story.entry != entry && story.optimizer != entry; });
    return stories;
}

}  // namespace

SchedulePane::SchedulePane(QWidget *parent)
    : QWidget(parent),
      m_reading(this),
      m_settings(plainLabel({}, this)),
      m_warning(new NoticeBar(colors::Notice::Warning)),
      m_note(new NoticeBar(colors::Notice::Information)),
      m_stack(new QStackedWidget),
      m_plot(new Plot),
      m_empty(new EmptyState),
      m_logarithmic(new QCheckBox(tr("Logarithmic"))),
      m_shown(new QWidget),
      m_unit(new QLabel),
      m_steps(new QSpinBox),
      m_overlays(new ScheduleOverlays),
      m_drop(new DropOverlay(this, tr("Drop to lay its schedule over this one")))
{
    setAcceptDrops(true);
    m_stack->addWidget(m_plot);
    m_stack->addWidget(m_empty);
    m_stack->setMinimumHeight(kLeastPlotHeight);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_settings);
    column->addWidget(m_warning);
    column->addWidget(m_note);
    column->addWidget(m_stack, 1);
    column->addWidget(createControls());
    column->addWidget(m_overlays);
    connect(m_overlays, &ScheduleOverlays::changed, this, [this] { draw(false); });
}

QWidget *SchedulePane::createControls()
{
    m_steps->setRange(0, kMostSteps);
    m_steps->setSpecialValueText(tr("all"));
    m_steps->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
    m_steps->setKeyboardTracking(false);
    m_steps->setToolTip(tr("How many steps of the scheduler are drawn"));
    m_unit->setBuddy(m_steps);
    auto *overlay = new QPushButton(tr("Overlay Files…"));
    overlay->setToolTip(
        tr("Draws the schedules of other checkpoints over this one; files can be dropped here as well"));
    connect(m_logarithmic, &QCheckBox::toggled, this, [this](bool on) { m_plot->setLogarithmic(false, on); });
    connect(m_steps, &QSpinBox::valueChanged, this, &SchedulePane::read);
    connect(overlay, &QPushButton::clicked, m_overlays, &ScheduleOverlays::chooseFiles);

    auto *pair = new QHBoxLayout(m_shown);
    pair->setContentsMargins(0, 0, 0, 0);
    pair->addWidget(m_unit);
    pair->addWidget(m_steps);
    auto *controls = new QWidget;
    auto *line = new FlowLayout(10, controls);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_logarithmic);
    line->addWidget(m_shown);
    line->addWidget(overlay);
    return controls;
}

bool SchedulePane::hasSchedule(const Checkpoint &checkpoint, EntryId entry)
{
    return std::ranges::any_of(checkpoint.sections, [&](const Section &one) {
        return one.role == Role::Scheduler && (one.entry == entry || scheduledOptimizer(checkpoint, one) == entry);
    });
}

void SchedulePane::setEntry(CheckpointPtr checkpoint, EntryId entry)
{
    clear();
    m_checkpoint = std::move(checkpoint);
    m_entry = entry;
    read();
}

void SchedulePane::clear()
{
    m_reading.cancel();
    m_checkpoint.reset();
    take({});
}

void SchedulePane::addOverlays(const QStringList &paths) { m_overlays->addFiles(paths); }

bool SchedulePane::isReading() const { return m_reading.isRunning() || m_overlays->isReading(); }

void SchedulePane::read()
{
    if (!m_checkpoint)
        return;
    const auto steps = m_steps->value() > 0 ? std::optional<std::int64_t>(m_steps->value()) : std::nullopt;
    m_reading.start(
        [checkpoint = m_checkpoint, entry = m_entry, steps](std::stop_token stop, Progress &) {
            return storiesAt(*checkpoint, entry, steps, std::move(stop));
        },
        [this](std::vector<ScheduleStory> stories) { take(std::move(stories)); });
}

void SchedulePane::take(std::vector<ScheduleStory> stories)
{
    m_stories = std::move(stories);
    showWords();
    draw(true);
}

void SchedulePane::showWords()
{
    QStringList lines;
    QStringList warnings;
    QStringList notes;
    for (const ScheduleStory &story : m_stories) {
        lines << (m_stories.size() == 1 ? story.settings : tr("%1: %2").arg(story.className, story.settings));
        lines << story.now();
        warnings << story.warnings;
        notes << story.note;
    }
    lines.removeAll(QString());
    notes.removeAll(QString());
    m_settings->setText(lines.join(QLatin1Char('\n')));
    m_settings->setVisible(!lines.isEmpty());
    m_warning->setLines(warnings.value(0), warnings.mid(1));
    const bool drawn = std::ranges::any_of(m_stories, &ScheduleStory::hasCurve);
    m_note->setLines(drawn ? notes.value(0) : QString(), notes.mid(1));
    m_empty->setText(tr("No curve can be drawn"), notes.join(QLatin1Char('\n')));
    const bool perBatch = std::ranges::any_of(m_stories, &ScheduleStory::perBatch);
    m_unit->setText(perBatch ? tr("Steps shown:") : tr("Epochs shown:"));
}

QString SchedulePane::legendPrefix(const ScheduleStory &story) const
{
    return m_stories.size() > 1 ? tr("%1 · ").arg(story.className) : QString();
}

std::vector<PlotLine> SchedulePane::lines() const
{
    std::vector<PlotLine> lines;
    int colour = 0;
    const auto add = [&](const ScheduleStory &story, const QString &prefix) {
        for (PlotLine &line : scheduleLines(story, prefix, colour, palette()))
            lines.push_back(std::move(line));
    };
    for (const ScheduleStory &story : m_stories)
        add(story, legendPrefix(story));
    for (const ScheduleOverlays::File *file : m_overlays->files())
        for (const ScheduleStory &story : file->stories)
            add(story, tr("%1 · %2 · ").arg(file->name, story.className));
    return lines;
}

std::vector<PlotMark> SchedulePane::marks() const
{
    std::vector<PlotMark> marks;
    for (const ScheduleStory &story : m_stories)
        for (PlotMark &mark : schedulePlotMarks(story))
            marks.push_back(std::move(mark));
    return marks;
}

void SchedulePane::draw(bool reset)
{
    const auto files = m_overlays->files();
    const bool drawn = std::ranges::any_of(m_stories, &ScheduleStory::hasCurve)
                       || std::ranges::any_of(files, [](const auto *file) { return !file->stories.empty(); });
    const bool waiting = m_stories.empty();
    const bool plots = drawn || waiting;
    m_stack->setCurrentWidget(plots ? static_cast<QWidget *>(m_plot) : m_empty);
    m_logarithmic->setVisible(plots);
    m_shown->setVisible(plots);
    const bool perBatch = std::ranges::any_of(m_stories, &ScheduleStory::perBatch);
    m_plot->setText({.title = {},
                     .x = {.label = scheduleAxis(perBatch), .numbers = PlotNumbers::Integer},
                     .y = {.label = tr("Learning rate"), .logarithmic = m_logarithmic->isChecked()},
                     .empty = tr("Working out the learning rates…")});
    m_plot->setLines(lines(), reset);
    m_plot->setMarks(marks());
}

void SchedulePane::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && !m_stories.empty())
        draw(false);
    QWidget::changeEvent(event);
}

void SchedulePane::dragEnterEvent(QDragEnterEvent *event)
{
    if (localPaths(event->mimeData()).isEmpty())
        return;
    m_drop->cover();
    event->acceptProposedAction();
}

void SchedulePane::dragLeaveEvent(QDragLeaveEvent *) { m_drop->hide(); }

void SchedulePane::dropEvent(QDropEvent *event)
{
    m_drop->hide();
    addOverlays(localPaths(event->mimeData()));
    event->acceptProposedAction();
}

}  // namespace waypoint
