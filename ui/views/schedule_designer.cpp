// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/schedule_designer.h"

#include "ui/models/text.h"
#include "ui/views/notice_bar.h"
#include "ui/views/schedule_form.h"
#include "ui/views/schedule_lines.h"

#include <QtCore/QEvent>
#include <QtGui/QClipboard>
#include <QtGui/QFontDatabase>
#include <QtGui/QGuiApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QScrollArea>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr int kFormWidth = 340;
constexpr int kCodeLines = 6;  ///< one of them for the scroll bar
constexpr int kLeastPlotHeight = 200;

void copyText(const QString &text) { QGuiApplication::clipboard()->setText(text); }

}  // namespace

ScheduleDesigner::ScheduleDesigner(QWidget *parent)
    : QWidget(parent),
      m_drawing(this),
      m_scroll(new QScrollArea),
      m_form(new ScheduleForm),
      m_problem(new NoticeBar(colors::Notice::Warning)),
      m_note(new NoticeBar(colors::Notice::Information)),
      m_plot(new Plot),
      m_logarithmic(new QCheckBox(tr("Logarithmic"))),
      m_keep(new QPushButton(tr("Keep This Curve"))),
      m_forget(new QPushButton(tr("Forget Kept Curves"))),
      m_code(new QPlainTextEdit),
      m_copyCode(new QPushButton(tr("Copy PyTorch Code"))),
      m_copyOptions(new QPushButton(tr("Copy waypoint-train Options")))
{
    auto *sides = new QHBoxLayout(this);
    sides->addWidget(createFormSide());
    sides->addWidget(createPlotSide(), 1);
    connect(m_form, &ScheduleForm::changed, this, &ScheduleDesigner::designChanged);
    connect(m_form, &ScheduleForm::changed, this, &ScheduleDesigner::changed);
    draw();
    m_form->setSchedule(QStringLiteral("multistep"), {});
}

QWidget *ScheduleDesigner::createFormSide()
{
    m_scroll->setWidget(m_form);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    return m_scroll;
}

void ScheduleDesigner::fitFormSide()
{
    const int bar = m_scroll->verticalScrollBar()->sizeHint().width();
    m_scroll->setFixedWidth(std::max(kFormWidth, m_form->minimumSizeHint().width() + bar));
}

QWidget *ScheduleDesigner::createPlotSide()
{
    m_plot->setMinimumHeight(kLeastPlotHeight);
    m_code->setReadOnly(true);
    m_code->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_code->setAccessibleName(tr("PyTorch code"));
    m_code->setFixedHeight(kCodeLines * m_code->fontMetrics().lineSpacing() + 12);
    connect(m_copyCode, &QPushButton::clicked, this, [this] { copyText(pythonCode()); });
    connect(m_copyOptions, &QPushButton::clicked, this, [this] { copyText(trainOptions()); });
    auto *copies = new QHBoxLayout;
    copies->addWidget(m_copyCode);
    copies->addWidget(m_copyOptions);
    copies->addStretch();

    auto *side = new QWidget;
    auto *column = new QVBoxLayout(side);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_problem);
    column->addWidget(m_note);
    column->addWidget(m_plot, 1);
    column->addWidget(createPlotButtons());
    column->addWidget(m_code);
    column->addLayout(copies);
    return side;
}

QWidget *ScheduleDesigner::createPlotButtons()
{
    m_keep->setToolTip(tr("Leaves this curve in the plot, to compare others with it"));
    m_forget->setEnabled(false);
    connect(m_logarithmic, &QCheckBox::toggled, this, [this](bool on) { m_plot->setLogarithmic(false, on); });
    connect(m_keep, &QPushButton::clicked, this, &ScheduleDesigner::keepCurve);
    connect(m_forget, &QPushButton::clicked, this, &ScheduleDesigner::forgetKeptCurves);
    auto *buttons = new QWidget;
    auto *line = new QHBoxLayout(buttons);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_logarithmic);
    line->addStretch();
    line->addWidget(m_keep);
    line->addWidget(m_forget);
    return buttons;
}

QString ScheduleDesigner::schedulerName() const { return text::fromUtf8(m_form->design().scheduleClass->name); }
Arguments ScheduleDesigner::arguments() const { return m_form->design().arguments; }
bool ScheduleDesigner::isValid() const { return m_form->isValid(); }
void ScheduleDesigner::setSchedule(const QString &name, const Arguments &arguments)
{
    m_form->setSchedule(name, arguments);
}
void ScheduleDesigner::setLearningRate(double lr) { m_form->setLearningRate(lr); }
void ScheduleDesigner::setEpochs(int epochs) { m_form->setEpochs(epochs); }
void ScheduleDesigner::setStepsPerEpoch(int steps) { m_form->setStepsPerEpoch(steps); }
void ScheduleDesigner::setSettingVisible(bool visible) { m_form->setSettingVisible(visible); }

QString ScheduleDesigner::pythonCode() const
{
    const ScheduleDesign design = m_form->design();
    return isValid() ? text::fromUtf8(schedulePythonCode(*design.scheduleClass, design.arguments, design.setting()))
                     : QString();
}

QString ScheduleDesigner::trainOptions() const
{
    const ScheduleDesign design = m_form->design();
    return isValid() ? text::fromUtf8(scheduleTrainOptions(*design.scheduleClass, design.arguments)) : QString();
}

void ScheduleDesigner::designChanged()
{
    const ScheduleDesign design = m_form->design();
    const bool valid = isValid();
    m_problem->setLines(m_form->problem());
    m_note->setLines(valid ? designNote(design) : QString());
    m_code->setPlainText(pythonCode());
    for (QPushButton *button : {m_copyCode, m_copyOptions})
        button->setEnabled(valid);
    m_copyOptions->setToolTip(trainOptions());
    fitFormSide();
    redraw(design);
}

void ScheduleDesigner::redraw(const ScheduleDesign &design)
{
    m_keep->setEnabled(false);
    if (!isValid()) {
        m_drawing.cancel();  // what was drawn last stays while one types
        return;
    }
    const double stepsPerEpoch = design.isPerBatch() ? static_cast<double>(design.stepsPerEpoch) : 1;
    m_drawing.start([design](std::stop_token, Progress &) { return designStory(design); },
                    [this, stepsPerEpoch](ScheduleStory story) {
                        if (std::exchange(m_hasPresent, true))
                            m_drawn.front() = {std::move(story), stepsPerEpoch};
                        else
                            m_drawn.insert(m_drawn.begin(), {std::move(story), stepsPerEpoch});
                        m_keep->setEnabled(m_drawn.front().story.hasCurve());
                        draw();
                    });
}

void ScheduleDesigner::keepCurve()
{
    if (!m_hasPresent || !m_drawn.front().story.hasCurve())
        return;
    m_drawn.push_back(m_drawn.front());
    m_drawn.back().story.marks.clear();
    draw();
}

void ScheduleDesigner::forgetKeptCurves()
{
    m_drawn.resize(m_hasPresent ? 1 : 0);
    draw();
}

bool ScheduleDesigner::drawsEpochs() const
{
    return std::ranges::any_of(m_drawn, [](const Drawn &drawn) { return !drawn.story.perBatch; });
}

QString ScheduleDesigner::legendName(const Drawn &drawn) const
{
    const auto alike =
        std::ranges::count(m_drawn, drawn.story.className, [](const Drawn &other) { return other.story.className; });
    const QString name = alike > 1 ? drawn.story.curves.front().name : drawn.story.className;
    return &drawn == &m_drawn.front() && m_hasPresent ? name : tr("kept: %1").arg(name);
}

std::vector<PlotLine> ScheduleDesigner::lines() const
{
    std::vector<PlotLine> lines;
    int colour = 0;
    for (const Drawn &drawn : m_drawn) {
        if (!drawn.story.hasCurve())
            continue;
        const double scale = drawsEpochs() ? drawn.stepsPerEpoch : 1;
        for (PlotLine &line : scheduleLines(drawn.story, {}, colour, palette())) {
            line.name = legendName(drawn);
            if (scale != 1)
                for (double &x : line.x)
                    x /= scale;
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

void ScheduleDesigner::draw()
{
    m_forget->setEnabled(m_drawn.size() > 1);
    m_plot->setText({.title = {},
                     .x = {.label = scheduleAxis(!drawsEpochs()), .numbers = PlotNumbers::Integer},
                     .y = {.label = tr("Learning rate"), .logarithmic = m_logarithmic->isChecked()},
                     .empty = m_hasPresent ? tr("This scheduler has no curve before the training")
                                           : tr("The curve appears here once each field fits")});
    m_plot->setLines(lines(), true);
    std::vector<PlotMark> marks = m_hasPresent ? schedulePlotMarks(m_drawn.front().story) : std::vector<PlotMark>();
    for (PlotMark &mark : marks)
        mark.x /= drawsEpochs() ? m_drawn.front().stepsPerEpoch : 1;
    m_plot->setMarks(std::move(marks));
}

void ScheduleDesigner::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange && !m_drawn.empty())
        draw();
    QWidget::changeEvent(event);
}

void showScheduleDesigner(QWidget *parent)
{
    constexpr QSize kSize(1000, 640);
    auto *designer = parent ? parent->findChild<ScheduleDesigner *>(QString(), Qt::FindDirectChildrenOnly) : nullptr;
    if (!designer) {
        designer = new ScheduleDesigner(parent);
        designer->setWindowFlag(Qt::Window);
        designer->setAttribute(Qt::WA_DeleteOnClose);
        designer->setWindowTitle(ScheduleDesigner::tr("Learning-Rate Schedules"));
        designer->resize(kSize);
    }
    designer->show();
    designer->raise();
    designer->activateWindow();
}

}  // namespace waypoint
