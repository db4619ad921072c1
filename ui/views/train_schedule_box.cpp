// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_schedule_box.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"
#include "ui/views/fact_grid.h"
#include "ui/views/quiet_label.h"
#include "ui/views/schedule_designer.h"
#include "ui/views/schedule_field.h"
#include "ui/views/schedule_form.h"
#include "ui/views/schedule_lines.h"
#include "ui/views/train_field.h"

#include <QtCore/QEvent>
#include <QtCore/QScopedValueRollback>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QFormLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>

namespace waypoint {

namespace {

constexpr int kPlotHeight = 150;
constexpr QSize kDesignerSize(1000, 640);

}  // namespace

TrainScheduleBox::TrainScheduleBox(QWidget *parent)
    : QWidget(parent),
      m_drawing(this),
      m_form(new ScheduleForm),
      m_problem(plainLabel({}, this)),
      m_note(new QuietLabel),
      m_plot(new Plot),
      m_open(new QPushButton(tr("&Compare Schedules…")))
{
    setObjectName(QStringLiteral("train-scheduler"));
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_form);
    column->addWidget(m_problem);
    column->addWidget(m_note);
    column->addWidget(m_plot);
    column->addWidget(m_open, 0, Qt::AlignLeft);
    m_note->setWordWrap(true);
    m_plot->setFixedHeight(kPlotHeight);
    m_plot->setAccessibleName(tr("Learning rate over the training"));
    m_open->setToolTip(tr("Opens the schedule beside others, with a larger curve and its PyTorch code"));
    m_form->setSettingVisible(false);
    if (auto *classes = m_form->findChild<QComboBox *>()) {
        // As wide as there is room, not as the longest name.
        classes->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        classes->setMinimumContentsLength(10);
    }
    connect(m_form, &ScheduleForm::changed, this, &TrainScheduleBox::formChanged);
    connect(m_open, &QPushButton::clicked, this, &TrainScheduleBox::openDesigner);
    setToldProblem({});
    showDesign();
}

void TrainScheduleBox::fill(const RunConfig &config)
{
    {
        const QScopedValueRollback filling(m_filling, true);
        m_form->setSchedule(text::fromUtf8(config.scheduler.empty() ? "none" : config.scheduler), config.schedulerArgs);
    }
    m_unknown = {};
    for (const auto &[key, value] : config.schedulerArgs.items())
        if (!m_form->field(text::fromUtf8(key)))
            m_unknown.set(key, value);
    showDesign();
    Q_EMIT changed();
}

void TrainScheduleBox::read(RunConfig &config) const
{
    const ScheduleDesign design = m_form->design();
    config.scheduler = design.scheduleClass->name;
    config.schedulerArgs = design.arguments;
    for (const auto &[key, value] : m_unknown.items())
        config.schedulerArgs.set(key, value);
}

void TrainScheduleBox::setSetting(double lr, std::int64_t epochs, std::int64_t stepsPerEpoch)
{
    const auto bounded = [](std::int64_t count) {
        return static_cast<int>(std::clamp<std::int64_t>(count, 1, std::numeric_limits<int>::max()));
    };
    {
        const QScopedValueRollback filling(m_filling, true);
        m_form->setLearningRate(lr);
        m_form->setEpochs(bounded(epochs));
        m_form->setStepsPerEpoch(bounded(stepsPerEpoch));
    }
    showDesign();
}

QString TrainScheduleBox::problem() const
{
    if (m_form->isValid())
        return {};
    const auto fields = m_form->findChildren<ScheduleField *>();
    for (const ScheduleField *field : fields)
        if (const QString problem = field->problem(); !problem.isEmpty())
            return QStringLiteral("%1: %2").arg(text::fromUtf8(field->parameter().name), problem);
    return m_form->problem().isEmpty() ? tr("a parameter does not fit") : m_form->problem();
}

void TrainScheduleBox::setToldProblem(const QString &problem)
{
    showProblem(problem.isEmpty() ? m_form->problem() : problem);
}

void TrainScheduleBox::showProblem(const QString &problem)
{
    m_problem->setText(problem.isEmpty() ? QString() : QStringLiteral("⚠ ") + problem);
    m_problem->setVisible(!problem.isEmpty());
    QPalette inked = palette();
    inked.setColor(QPalette::WindowText, colors::noticeAccent(colors::Notice::Danger, palette()));
    m_problem->setPalette(inked);
}

void TrainScheduleBox::formChanged()
{
    if (m_filling)
        return;
    // Another class takes other arguments.
    m_unknown = {};
    showDesign();
    Q_EMIT changed();
}

void TrainScheduleBox::showDesign()
{
    const ScheduleDesign design = m_form->design();
    const bool valid = m_form->isValid();
    const bool constant = design.scheduleClass->className.empty() && design.arguments.empty();
    const QString note = valid ? designNote(design) : QString();
    alignNames();
    setToldProblem({});
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
    m_plot->setVisible(!constant && note.isEmpty());
    if (!valid || constant) {
        m_drawing.cancel();
        return;
    }
    const double steps = design.isPerBatch() ? static_cast<double>(design.stepsPerEpoch) : 1;
    m_drawing.start([design](std::stop_token, Progress &) { return designStory(design); },
                    [this, steps](ScheduleStory story) {
                        m_story = std::move(story);
                        m_stepsPerEpoch = steps;
                        draw();
                    });
}

/// The form around has its names in a column of this width.
void TrainScheduleBox::alignNames()
{
    auto *rows = static_cast<QFormLayout *>(m_form->layout());
    rows->setHorizontalSpacing(8);
    for (int row = 0; row < rows->rowCount(); ++row)
        if (QLayoutItem *name = rows->itemAt(row, QFormLayout::LabelRole); name && name->widget())
            name->widget()->setMinimumWidth(kTrainLabelWidth);
}

void TrainScheduleBox::draw()
{
    m_plot->setText({.title = {},
                     .x = {.label = scheduleAxis(false), .numbers = PlotNumbers::Integer},
                     .y = {.label = tr("lr")},
                     .empty = tr("The curve appears here once each field fits")});
    int colour = 0;
    std::vector<PlotLine> lines =
        m_story.hasCurve() ? scheduleLines(m_story, {}, colour, palette()) : std::vector<PlotLine>();
    for (PlotLine &line : lines) {
        line.name.clear();  // there is but one
        for (double &x : line.x)
            x /= m_stepsPerEpoch;
    }
    m_plot->setLines(std::move(lines), true);
}

void TrainScheduleBox::openDesigner()
{
    if (!m_designer) {
        m_designer = new ScheduleDesigner(this);
        m_designer->setWindowFlag(Qt::Window);
        m_designer->setWindowTitle(tr("Learning-Rate Schedule of the New Run"));
        m_designer->resize(kDesignerSize);
        connect(m_designer, &ScheduleDesigner::changed, this, &TrainScheduleBox::takeDesign);
    }
    const ScheduleDesign design = m_form->design();
    {
        const QSignalBlocker quiet(m_designer);
        m_designer->setLearningRate(design.lr);
        m_designer->setEpochs(static_cast<int>(design.epochs));
        m_designer->setStepsPerEpoch(static_cast<int>(design.stepsPerEpoch));
        m_designer->setSettingVisible(false);
        m_designer->setSchedule(text::fromUtf8(design.scheduleClass->name), design.arguments);
    }
    m_designer->show();
    m_designer->raise();
    m_designer->activateWindow();
}

void TrainScheduleBox::takeDesign()
{
    if (m_designer->isValid())
        m_form->setSchedule(m_designer->schedulerName(), m_designer->arguments());
}

void TrainScheduleBox::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && m_story.hasCurve())
        draw();
    QWidget::changeEvent(event);
}

}  // namespace waypoint
