// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/stats_line.h"

#include "ui/models/colors.h"
#include "ui/models/text.h"

#include <QtCore/QEvent>

namespace waypoint {

namespace {

QString piece(const QString &name, const QString &value)
{
    return QStringLiteral("%1&nbsp;%2").arg(name.toHtmlEscaped(), value.toHtmlEscaped());
}

QString marked(const QString &html, colors::Notice notice, const QPalette &palette)
{
    return QStringLiteral("<b style='color:%1'>%2</b>").arg(colors::noticeAccent(notice, palette).name(), html);
}

QString lineOf(const TensorStats &stats, const QPalette &palette)
{
    const QString nan = piece(StatsLine::tr("NaN"), text::integer(stats.nan));
    const QString inf = piece(StatsLine::tr("Inf"), text::integer(stats.inf));
    const QStringList pieces{
        piece(StatsLine::tr("min"), text::number(stats.min)),
        piece(StatsLine::tr("max"), text::number(stats.max)),
        piece(StatsLine::tr("mean"), text::number(stats.mean)),
        piece(StatsLine::tr("std"), text::number(stats.std)),
        piece(StatsLine::tr("L2"), text::number(stats.l2)),
        piece(StatsLine::tr("zeros"), text::integer(stats.zeros)),
        stats.nan > 0 ? marked(nan, colors::Notice::Danger, palette) : nan,
        stats.inf > 0 ? marked(inf, colors::Notice::Warning, palette) : inf,
    };
    return pieces.join(QStringLiteral(" · "));
}

QString tipOf(const TensorStats &stats)
{
    const QStringList lines{
        StatsLine::tr("min %1").arg(text::exactNumber(stats.min)),
        StatsLine::tr("max %1").arg(text::exactNumber(stats.max)),
        StatsLine::tr("mean %1").arg(text::exactNumber(stats.mean)),
        StatsLine::tr("std %1 (of the population)").arg(text::exactNumber(stats.std)),
        StatsLine::tr("L2 norm %1").arg(text::exactNumber(stats.l2)),
        StatsLine::tr("%1 zeros, %2 NaN, %3 infinities among %4 elements")
            .arg(text::integer(stats.zeros), text::integer(stats.nan), text::integer(stats.inf),
                 text::integer(stats.count)),
        StatsLine::tr("NaN are left out of the other figures."),
    };
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

StatsLine::StatsLine(QWidget *parent) : QLabel(parent)
{
    setObjectName(QStringLiteral("statsLine"));
    setWordWrap(true);
    setTextInteractionFlags(Qt::TextSelectableByMouse);
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void StatsLine::setStats(const TensorStats &stats, bool ofMagnitudes)
{
    m_stats = stats;
    m_ofMagnitudes = ofMagnitudes;
    showStats();
}

void StatsLine::setPending()
{
    clearStats();
    setText(QStringLiteral("…"));
    setToolTip(tr("Statistics are being worked out."));
}

void StatsLine::setProblem(const QString &sentence)
{
    clearStats();
    setText(sentence.toHtmlEscaped());
}

void StatsLine::clearStats()
{
    m_stats.reset();
    clear();
    setToolTip({});
}

QSize StatsLine::minimumSizeHint() const { return {1, fontMetrics().height()}; }

void StatsLine::changeEvent(QEvent *event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_stats)
        showStats();
}

void StatsLine::showStats()
{
    if (m_stats->count == 0) {
        setText(tr("No elements"));
        setToolTip({});
        return;
    }
    setTextFormat(Qt::RichText);
    const QString line = lineOf(*m_stats, palette());
    setText(m_ofMagnitudes ? tr("magnitudes: %1").arg(line) : line);
    setToolTip(tipOf(*m_stats));
}

}  // namespace waypoint
