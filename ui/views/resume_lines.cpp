// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/resume_lines.h"

#include "ui/models/colors.h"
#include "ui/views/fact_grid.h"

#include <QtGui/QPainter>
#include <QtGui/QPainterPath>
#include <QtWidgets/QGridLayout>
#include <QtWidgets/QLabel>

namespace waypoint {

namespace {

constexpr int kSign = 16;

/// A tick, a ring, a triangle with its exclamation mark, or a dot.
class SignMark final : public QWidget
{
public:
    SignMark(ResumeSign sign, QWidget *parent) : QWidget(parent), m_sign(sign) { setFixedSize(kSign, kSign); }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(color(), 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        switch (m_sign) {
        case ResumeSign::Restored:
            painter.drawPolyline(QPolygonF({{3, 8.5}, {6.5, 12}, {13, 4.5}}));
            break;
        case ResumeSign::Fresh:
            painter.drawEllipse(QRectF(4, 4, 8, 8));
            break;
        case ResumeSign::Conflict:
            painter.drawPolygon(QPolygonF({{8, 2}, {14.5, 14}, {1.5, 14}}));
            painter.drawLine(QPointF(8, 7), QPointF(8, 9.5));
            painter.drawPoint(QPointF(8, 12));
            break;
        case ResumeSign::Held:
            painter.setBrush(color());
            painter.drawEllipse(QRectF(7, 7, 2, 2));
            break;
        }
    }

private:
    [[nodiscard]] QColor color() const
    {
        switch (m_sign) {
        case ResumeSign::Restored:
            return colors::noticeAccent(colors::Notice::Good, palette());
        case ResumeSign::Conflict:
            return colors::noticeAccent(colors::Notice::Warning, palette());
        default:
            return colors::quietText(palette());
        }
    }

    ResumeSign m_sign;
};

QString spoken(ResumeSign sign)
{
    switch (sign) {
    case ResumeSign::Restored:
        return ResumeLines::tr("Restored");
    case ResumeSign::Fresh:
        return ResumeLines::tr("Begins anew");
    case ResumeSign::Conflict:
        return ResumeLines::tr("Mind");
    case ResumeSign::Held:
        return ResumeLines::tr("In the file");
    }
    return {};
}

}  // namespace

ResumeLines::ResumeLines(QWidget *parent) : QWidget(parent)
{
    setObjectName(QStringLiteral("resumeLines"));
    auto *grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(8);
    grid->setVerticalSpacing(4);
    grid->setColumnStretch(1, 1);
}

void ResumeLines::setLines(const std::vector<ResumeLine> &lines)
{
    if (lines == m_lines)
        return;
    m_lines = lines;
    qDeleteAll(findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    auto *grid = static_cast<QGridLayout *>(layout());
    int row = 0;
    for (const ResumeLine &line : lines) {
        auto *mark = new SignMark(line.sign, this);
        mark->setToolTip(spoken(line.sign));
        QLabel *label = plainLabel(line.text, this);
        label->setAccessibleName(QStringLiteral("%1: %2").arg(spoken(line.sign), line.text));
        grid->addWidget(mark, row, 0, Qt::AlignTop);
        grid->addWidget(label, row, 1);
        ++row;
    }
}

}  // namespace waypoint
