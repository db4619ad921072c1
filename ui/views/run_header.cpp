// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/run_header.h"

#include "ui/models/text.h"
#include "ui/views/quiet_label.h"
#include "ui/views/run_badge.h"
#include "ui/views/run_facts_line.h"

#include <QtCore/QDir>
#include <QtCore/QLocale>
#include <QtWidgets/QHBoxLayout>
#include <QtWidgets/QLabel>
#include <QtWidgets/QProgressBar>
#include <QtWidgets/QVBoxLayout>

#include <cmath>

namespace waypoint {

namespace {

constexpr int kParts = 1000;  // of the bar
constexpr int kBarHeight = 8;

/// Requires: a status. Not the last words of what ended before the trainer that is starting.
bool isSaidNow(const RunNow &now)
{
    return now.story.isActive
           && (now.story.condition != RunCondition::Starting || now.status()->state == RunState::Starting);
}

/// The folder, where it is called otherwise than the run, and what the trainer says, where the notice below does not.
QString asideOf(const RunNow &now)
{
    QStringList parts;
    if (const QString name = QDir(now.folder).dirName(); name != now.title())
        parts << name;
    const QString message = now.status() ? text::fromUtf8(now.status()->message) : QString();
    if (!message.isEmpty() && message != now.story.cause && isSaidNow(now))
        parts << message;
    return parts.join(QStringLiteral(" · "));
}

}  // namespace

RunHeader::RunHeader(QWidget *parent)
    : QWidget(parent),
      m_title(new QLabel),
      m_badge(new RunBadge),
      m_headline(new QLabel),
      m_aside(new ElidedLabel),
      m_bar(new QProgressBar),
      m_percent(new QLabel),
      m_facts(new RunFactsLine)
{
    QFont strong = font();
    strong.setPointSizeF(strong.pointSizeF() * 1.15);
    strong.setWeight(QFont::DemiBold);
    m_title->setFont(strong);
    m_title->setWordWrap(true);
    m_title->setObjectName(QStringLiteral("runTitle"));
    m_badge->setObjectName(QStringLiteral("runBadge"));
    m_headline->setObjectName(QStringLiteral("runHeadline"));
    for (QLabel *label : {m_title, m_headline})
        label->setTextFormat(Qt::PlainText);
    m_aside->setElideMode(Qt::ElideRight);
    m_aside->setObjectName(QStringLiteral("runAside"));
    m_bar->setRange(0, kParts);
    m_bar->setTextVisible(false);
    m_bar->setFixedHeight(kBarHeight);
    m_percent->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    m_percent->setFixedWidth(fontMetrics().horizontalAdvance(QStringLiteral("100 %")) + 2);

    auto *top = new QHBoxLayout;
    top->addWidget(m_title, 1);
    top->addWidget(m_badge, 0, Qt::AlignTop);
    auto *said = new QHBoxLayout;
    said->setSpacing(12);
    said->addWidget(m_headline);
    said->addWidget(m_aside, 1);
    auto *progress = new QHBoxLayout;
    progress->addWidget(m_bar, 1);
    progress->addWidget(m_percent);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(14, 10, 14, 6);
    layout->setSpacing(6);
    layout->addLayout(top);
    layout->addLayout(said);
    layout->addLayout(progress);
    layout->addWidget(m_facts);
}

void RunHeader::setRun(const RunNow &now, const RunReadings &readings)
{
    if (now.folder != m_folder) {
        m_folder = now.folder;
        m_facts->forgetWidths();
    }
    m_title->setText(now.title());
    m_title->setToolTip(QDir::toNativeSeparators(now.folder).toHtmlEscaped());
    m_badge->setState(now.story.condition, now.story.state);
    m_headline->setText(now.story.headline);
    m_aside->setFullText(asideOf(now));
    showProgress(now.story.share);
    const std::vector<RunFact> facts = runFacts(now, readings);
    m_facts->setFacts(facts);
    m_facts->setVisible(!facts.empty());
    m_oneLine = runInOneLine(now, facts);
    if (accessibleDescription() != m_oneLine)
        setAccessibleDescription(m_oneLine);
}

void RunHeader::showProgress(double share)
{
    const bool isKnown = share >= 0;
    m_bar->setVisible(isKnown);
    m_percent->setVisible(isKnown);
    m_bar->setValue(isKnown ? static_cast<int>(std::lround(share * kParts)) : 0);
    // Only what is wholly done is 100 %.
    const QString percent = QLocale().toString(std::floor(share * 100), 'f', 0) + tr(" %");
    m_percent->setText(percent);
    m_bar->setAccessibleName(tr("Done: %1").arg(percent));
}

}  // namespace waypoint
