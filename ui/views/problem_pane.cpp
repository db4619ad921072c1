// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/problem_pane.h"

#include "core/base/describe_error.h"
#include "ui/models/text.h"
#include "ui/views/fact_grid.h"
#include "ui/views/safety_note.h"

#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QStyle>
#include <QtWidgets/QVBoxLayout>

namespace waypoint {

namespace {

constexpr int kWidestText = 720;

QString headlineFor(ErrorCode code)
{
    switch (code) {
    case ErrorCode::NotFound:
        return ProblemPane::tr("This file is not there");
    case ErrorCode::NoPermission:
        return ProblemPane::tr("You may not read this file");
    case ErrorCode::ReadFailed:
        return ProblemPane::tr("This file could not be read");
    case ErrorCode::WriteFailed:
        return ProblemPane::tr("This file could not be written");
    case ErrorCode::Truncated:
        return ProblemPane::tr("This file ends too early");
    case ErrorCode::Corrupt:
        return ProblemPane::tr("This file is damaged");
    case ErrorCode::Unsupported:
        return ProblemPane::tr("Waypoint cannot read this kind of checkpoint");
    case ErrorCode::NotACheckpoint:
        return ProblemPane::tr("This is not a checkpoint");
    case ErrorCode::TooLarge:
        return ProblemPane::tr("This file describes more than memory can safely hold");
    case ErrorCode::Encrypted:
        return ProblemPane::tr("This file is encrypted");
    case ErrorCode::BadArgument:
        return ProblemPane::tr("This setting does not fit");
    case ErrorCode::NoDevice:
        return ProblemPane::tr("This device cannot be used");
    case ErrorCode::TrainingFailed:
        return ProblemPane::tr("Training could not go on");
    case ErrorCode::Cancelled:
        return ProblemPane::tr("Opening was stopped");
    }
    return {};
}

}  // namespace

ProblemPane::ProblemPane(QWidget *parent)
    : QWidget(parent),
      m_headline(new QLabel(this)),
      m_explanation(plainLabel({}, this)),
      m_facts(new FactGrid(this)),
      m_safety(new SafetyNote(this)),
      m_salvage(new QPushButton(tr("See What Can Be Saved…"), this))
{
    m_headline->setTextFormat(Qt::PlainText);
    m_headline->setWordWrap(true);
    QFont large = m_headline->font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    large.setWeight(QFont::DemiBold);
    m_headline->setFont(large);

    auto *retry = new QPushButton(tr("Try again"), this);
    auto *other = new QPushButton(tr("Open another file…"), this);
    connect(retry, &QPushButton::clicked, this, &ProblemPane::retryRequested);
    connect(m_salvage, &QPushButton::clicked, this, &ProblemPane::salvageRequested);
    connect(other, &QPushButton::clicked, this, &ProblemPane::openOtherRequested);
    auto *buttons = new QHBoxLayout;
    buttons->addWidget(retry);
    buttons->addWidget(other);
    m_salvage->setObjectName(QStringLiteral("salvageProblem"));
    buttons->insertWidget(0, m_salvage);
    buttons->addStretch();

    auto *content = new QWidget(this);
    content->setMaximumWidth(kWidestText);
    auto *column = new QVBoxLayout(content);
    column->setSpacing(12);
    column->addStretch(1);
    for (QWidget *part : {static_cast<QWidget *>(m_headline), static_cast<QWidget *>(m_explanation),
                          static_cast<QWidget *>(m_facts), static_cast<QWidget *>(m_safety)})
        column->addWidget(part);
    column->addLayout(buttons);
    column->addStretch(2);
    auto *centre = new QHBoxLayout(this);
    centre->addStretch(1);
    centre->addWidget(content, 100);
    centre->addStretch(1);
}

void ProblemPane::setProblem(const Error &error, const std::filesystem::path &path,
                             const std::vector<GlobalUse> &globals)
{
    m_headline->setText(headlineFor(error.code));
    m_explanation->setText(text::fromUtf8(describe(error)));
    m_facts->clear();
    m_facts->add(tr("File"), text::fromPath(error.file.empty() ? path : std::filesystem::path(error.file)));
    if (error.at)
        m_facts->add(tr("At byte"), text::count(error.at->value));
    m_safety->setGlobals(globals);
    m_salvage->setVisible(error.code == ErrorCode::Truncated || error.code == ErrorCode::Corrupt);
}

QString ProblemPane::headline() const { return m_headline->text(); }

}  // namespace waypoint
