// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_position.h"

#include "ui/models/resume_plan.h"
#include "ui/models/text.h"
#include "ui/views/fact_grid.h"
#include "ui/views/quiet_label.h"

#include <QtCore/QSignalBlocker>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QRadioButton>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QToolButton>
#include <QtWidgets/QVBoxLayout>

#include <algorithm>
#include <limits>

namespace waypoint {

namespace {

constexpr int kMost = 1'000'000'000;

int shown(std::int64_t number) { return static_cast<int>(std::clamp<std::int64_t>(number, 0, kMost)); }

void display(QSpinBox *box, std::int64_t number)
{
    const QSignalBlocker blocker(box);
    box->setValue(shown(number));
}

}  // namespace

ResumePosition::ResumePosition(QWidget *parent)
    : QWidget(parent),
      m_next(new QSpinBox),
      m_epochs(new QSpinBox),
      m_back(new QToolButton),
      m_meanings(new QWidget),
      m_finished(new QRadioButton),
      m_following(new QRadioButton),
      m_why(new QuietLabel)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(createNumbers());
    column->addWidget(createMeanings());
    connect(m_next, &QSpinBox::valueChanged, this, &ResumePosition::chooseNext);
    connect(m_epochs, &QSpinBox::valueChanged, this, [this](int epochs) {
        m_chosenEpochs = epochs;
        Q_EMIT changed();
    });
    connect(m_back, &QToolButton::clicked, this, &ResumePosition::forgetNext);
    connect(m_finished, &QRadioButton::clicked, this, [this] { chooseMeaning(QStringLiteral("finished")); });
    connect(m_following, &QRadioButton::clicked, this, [this] { chooseMeaning(QStringLiteral("next")); });
}

QWidget *ResumePosition::createNumbers()
{
    auto *row = new QWidget;
    auto *line = new QHBoxLayout(row);
    line->setContentsMargins(0, 0, 0, 0);
    m_next->setObjectName(QStringLiteral("nextEpoch"));
    m_next->setAccessibleName(tr("Epoch it goes on at"));
    m_next->setToolTip(tr("The epoch that is trained next, counted from 0"));
    m_next->setRange(0, kMost);
    m_epochs->setObjectName(QStringLiteral("epochs"));
    m_epochs->setAccessibleName(tr("Epochs in all"));
    m_epochs->setToolTip(tr("Epochs in all: the last one has the number before this one"));
    m_epochs->setRange(0, kMost);
    m_epochs->setSpecialValueText(tr("not known yet"));
    m_back->setObjectName(QStringLiteral("epochOfFile"));
    m_back->setText(tr("Reset"));
    m_back->setToolTip(tr("As in the file"));
    m_back->setVisible(false);
    line->addWidget(m_next);
    line->addWidget(new QLabel(tr("of")));
    line->addWidget(m_epochs);
    line->addWidget(m_back);
    line->addStretch(1);
    return row;
}

QWidget *ResumePosition::createMeanings()
{
    m_meanings->setObjectName(QStringLiteral("epochMeanings"));
    m_finished->setObjectName(QStringLiteral("epochFinished"));
    m_following->setObjectName(QStringLiteral("epochNext"));
    m_why->setWordWrap(true);
    auto *column = new QVBoxLayout(m_meanings);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(m_finished);
    column->addWidget(m_following);
    column->addWidget(m_why);
    m_meanings->setVisible(false);
    return m_meanings;
}

void ResumePosition::setFile(const ResumeFile &file)
{
    m_chosenNext.reset();
    m_chosenEpochs = 0;
    m_epochIs.clear();
    m_isAmbiguous = false;
    m_meanings->setVisible(false);
    m_back->setVisible(false);
    display(m_next, file.epoch ? *file.epoch + 1 : 0);
    display(m_epochs, file.config ? file.config->epochs : 0);
}

void ResumePosition::setPlan(const TrainerPlan &plan)
{
    if (!saysWhatIsRestored(plan))
        return;
    if (!m_chosenNext)
        display(m_next, plan.nextEpoch);
    if (m_chosenEpochs == 0 && plan.config.epochs > 0)
        display(m_epochs, plan.config.epochs);
    showMeanings(plan);
}

void ResumePosition::showMeanings(const TrainerPlan &plan)
{
    if (!plan.fileEpoch || m_chosenNext)
        return;
    if (m_epochIs.isEmpty()) {
        m_isAmbiguous = !plan.epochCertain;
        m_why->setText(withoutOptions(plan.epochWhy));
    }
    const QString number = text::integer(*plan.fileEpoch);
    m_finished->setText(tr("`epoch` %1 is the last finished").arg(number));
    m_following->setText(tr("`epoch` %1 is the next").arg(number));
    (plan.epochIs == "next" ? m_following : m_finished)->setChecked(true);
    m_meanings->setVisible(m_isAmbiguous);
}

void ResumePosition::fill(ResumeInput &input) const
{
    input.nextEpoch = m_chosenNext;
    input.epochs = m_chosenEpochs;
    input.epochIs = m_epochIs;
}

void ResumePosition::chooseNext(int epoch)
{
    m_chosenNext = epoch;
    m_back->setVisible(true);
    m_meanings->setVisible(false);
    Q_EMIT changed();
}

void ResumePosition::chooseMeaning(const QString &meaning)
{
    m_epochIs = meaning;
    Q_EMIT changed();
}

void ResumePosition::forgetNext()
{
    m_chosenNext.reset();
    m_back->setVisible(false);
    m_meanings->setVisible(m_isAmbiguous);
    Q_EMIT changed();
}

}  // namespace waypoint
