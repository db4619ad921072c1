// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_export.h"

#include "ui/views/plot_save.h"

#include <QtCore/QFileInfo>
#include <QtCore/QRegularExpression>
#include <QtCore/QSaveFile>
#include <QtGui/QImageWriter>
#include <QtGui/QPdfWriter>
#include <QtSvg/QSvgGenerator>

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

constexpr int kScale = 2;
constexpr int kMargin = 8;
constexpr int kSwatch = 24;
constexpr QSize kSmallest{480, 300};
/// Narrower pictures have their legend below.
constexpr int kRoomBeside = 520;

}  // namespace

PlotPicture::PlotPicture(PlotCanvas &canvas, std::vector<LegendEntry> legend, const QSize &size)
    : m_legend(std::move(legend)), m_size(size.expandedTo(kSmallest))
{
    m_canvas.setFont(canvas.font());
    m_canvas.setTheme(PlotTheme::paper());
    m_canvas.setBufferDevicePixelRatio(kScale);
    m_canvas.resize(m_size);
    m_canvas.copyFrom(canvas);
    for (LegendEntry &entry : m_legend) {
        QColor colour = m_canvas.theme().readable(entry.pen.color());
        colour.setAlphaF(entry.pen.color().alphaF());
        entry.pen.setColor(colour);
    }
}

QImage PlotPicture::image()
{
    QImage image(m_size * kScale, QImage::Format_RGB32);
    image.setDevicePixelRatio(kScale);
    const int dotsPerMetre = static_cast<int>(std::lround(m_canvas.logicalDpiX() / 0.0254));
    // Fonts are measured for the screen, so they are painted for it; programs that place the picture learn its density.
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    {
        QCPPainter painter(&image);
        paint(painter);
    }
    image.setDotsPerMeterX(kScale * dotsPerMetre);
    image.setDotsPerMeterY(kScale * dotsPerMetre);
    return image;
}

QString PlotPicture::write(const QString &path)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == QLatin1String("png"))
        return savePlot(path, [this](QSaveFile &file) { return QImageWriter(&file, "png").write(image()); });
    if (suffix == QLatin1String("svg"))
        return savePlot(path, [this](QSaveFile &file) { return writeSvg(file); });
    if (suffix == QLatin1String("pdf"))
        return savePlot(path, [this](QSaveFile &file) { return writePdf(file); });
    return PlotCanvas::tr("%1 was not written: a plot is exported as .png, .svg, .pdf or .csv.").arg(path);
}

bool PlotPicture::writeSvg(QIODevice &file)
{
    QSvgGenerator svg;
    svg.setOutputDevice(&file);
    svg.setResolution(m_canvas.logicalDpiX());
    svg.setSize(m_size);
    svg.setViewBox(QRect(QPoint(0, 0), m_size));
    // QSvgGenerator of Qt 6.4 writes it as it is.
    static const QRegularExpression kMarkup(QStringLiteral("[<>&]"));
    if (!m_canvas.text().title.contains(kMarkup))
        svg.setTitle(m_canvas.text().title);
    QCPPainter painter;
    if (!painter.begin(&svg))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    paint(painter);
    return painter.end();
}

bool PlotPicture::writePdf(QIODevice &file)
{
    QPdfWriter pdf(&file);
    pdf.setTitle(m_canvas.text().title);
    pdf.setResolution(m_canvas.logicalDpiX());
    pdf.setPageMargins({});
    pdf.setPageSize(
        QPageSize(QSizeF(m_size) * 72.0 / m_canvas.logicalDpiX(), QPageSize::Point, {}, QPageSize::ExactMatch));
    QCPPainter painter;
    if (!painter.begin(&pdf))
        return false;
    painter.setMode(QCPPainter::pmVectorized);
    paint(painter);
    return painter.end();
}

void PlotPicture::paint(QCPPainter &painter)
{
    painter.fillRect(QRect(QPoint(0, 0), m_size), Qt::white);
    const int top = paintTitle(painter);
    const QRect legend = legendPlace(top);
    QSize room = m_size - QSize(0, top);
    if (legend.top() > top)
        room.setHeight(legend.top() - top);
    else if (!legend.isEmpty())
        room.setWidth(legend.left());
    painter.save();
    painter.translate(0, top);
    m_canvas.toPainter(&painter, room.width(), room.height());
    painter.restore();
    paintLegend(painter, legend);
}

int PlotPicture::paintTitle(QCPPainter &painter) const
{
    const QString title = m_canvas.text().title;
    if (title.isEmpty())
        return kMargin / 2;
    QFont font = m_canvas.font();
    font.setBold(true);
    painter.setFont(font);
    painter.setPen(Qt::black);
    const QRect room(kMargin, kMargin, m_size.width() - 2 * kMargin, m_size.height() / 4);
    const int flags = Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap;
    const QRect taken = QFontMetrics(font).boundingRect(room, flags, title);
    painter.drawText(room, flags, title);
    return std::min(taken.bottom(), room.bottom()) + kMargin / 2;
}

QRect PlotPicture::legendPlace(int top) const
{
    if (m_legend.empty())
        return {};
    const QFontMetrics metrics(m_canvas.font());
    const int line = metrics.height() + 4;
    if (m_size.width() < kRoomBeside) {
        const int height = std::min<int>(static_cast<int>(m_legend.size()) * line, m_size.height() / 3);
        return {kMargin, m_size.height() - height - kMargin, m_size.width() - 2 * kMargin, height};
    }
    int widest = 0;
    for (const LegendEntry &entry : m_legend)
        widest = std::max(widest, metrics.horizontalAdvance(entry.name) + kSwatch + 8);
    widest = std::min(widest, m_size.width() * 2 / 5);
    return {m_size.width() - widest - kMargin, top, widest, m_size.height() - top - kMargin};
}

void PlotPicture::paintLegend(QCPPainter &painter, const QRect &place) const
{
    const QFontMetrics metrics(m_canvas.font());
    const int line = metrics.height() + 4;
    const auto room = static_cast<std::size_t>(std::max(1, place.height() / line));
    const std::size_t shown = m_legend.size() <= room ? m_legend.size() : room - 1;
    painter.setFont(m_canvas.font());
    painter.setAntialiasing(true);
    QRect row(place.left(), place.top() + 4, place.width(), line);
    for (std::size_t i = 0; i < shown; ++i, row.translate(0, line)) {
        QPen pen = m_legend[i].pen;
        const QPointF left(row.left(), row.center().y() + 0.5);
        if (m_legend[i].isBar)
            pen = QPen(pen.color(), 10, Qt::SolidLine, Qt::FlatCap);
        painter.setPen(pen);
        if (pen.capStyle() == Qt::RoundCap)  // of dots
            painter.drawPoint(left + QPointF(kSwatch / 2.0, 0));
        else
            painter.drawLine(left, left + QPointF(kSwatch, 0));
        painter.setPen(Qt::black);
        const QRect words = row.adjusted(kSwatch + 6, 0, 0, 0);
        painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter,
                         metrics.elidedText(m_legend[i].name, Qt::ElideMiddle, words.width()));
    }
    if (shown < m_legend.size()) {
        painter.setPen(Qt::black);
        painter.drawText(row, Qt::AlignLeft | Qt::AlignVCenter,
                         PlotCanvas::tr("and %1 more").arg(m_legend.size() - shown));
    }
}

}  // namespace waypoint
