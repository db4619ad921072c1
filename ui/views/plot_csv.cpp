// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_csv.h"

#include "ui/views/plot_save.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QSaveFile>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace waypoint {

namespace {

constexpr qsizetype kChunk = 1 << 20;

QString tr(const char *word) { return QCoreApplication::translate("PlotCsv", word); }

void append(QByteArray &row, double value)
{
    if (std::isnan(value)) {
        row += "nan";
        return;
    }
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    row.append(digits.data(), end.ptr - digits.data());
}

/// Quoted as RFC 4180 asks for.
QByteArray cell(QString text)
{
    static const QString kSpecial = QStringLiteral(",\"\r\n");
    const bool quoted = std::any_of(text.begin(), text.end(), [](QChar c) { return kSpecial.contains(c); });
    if (quoted)
        text = QLatin1Char('"') + text.replace(QLatin1Char('"'), QLatin1String("\"\"")) + QLatin1Char('"');
    return text.toUtf8();
}

QString columnName(const std::vector<const PlotLine *> &lines, const PlotLine &line, const PlotAxis &y)
{
    const QString name = line.name.isEmpty() ? (y.label.isEmpty() ? QStringLiteral("y") : y.label) : line.name;
    const bool alone =
        std::count_if(lines.begin(), lines.end(), [&](const PlotLine *other) { return other->name == line.name; }) == 1;
    if (alone || line.style == PlotLine::Style::Solid)
        return name;
    switch (line.style) {
    case PlotLine::Style::Faint:
        return tr("%1 (raw)").arg(name);
    case PlotLine::Style::Dashed:
        return tr("%1 (dashed)").arg(name);
    default:
        return tr("%1 (points)").arg(name);
    }
}

/// Writes in pieces: millions of points are not held as text.
class Rows final
{
public:
    Rows(QSaveFile &file, const std::stop_token &stop) : m_file(file), m_stop(stop) {}

    QByteArray &row() { return m_text; }
    /// False when there is no use in going on.
    bool end()
    {
        m_text += '\n';
        return m_text.size() < kChunk || flush();
    }
    bool flush()
    {
        const bool written = m_file.write(m_text) == m_text.size();
        m_text.clear();
        return written && !m_stop.stop_requested();
    }

private:
    QSaveFile &m_file;
    const std::stop_token &m_stop;
    QByteArray m_text;
};

bool writeLines(Rows &rows, const std::vector<const PlotLine *> &lines, const PlotText &text)
{
    rows.row() += cell(text.x.label.isEmpty() ? QStringLiteral("x") : text.x.label);
    for (const PlotLine *line : lines)
        rows.row() += ',' + cell(columnName(lines, *line, text.y));
    if (!rows.end())
        return false;
    std::vector<std::size_t> next(lines.size(), 0);
    const auto isLeft = [&](std::size_t i) { return next[i] < std::min(lines[i]->x.size(), lines[i]->y.size()); };
    while (true) {
        double x = std::numeric_limits<double>::infinity();
        bool any = false;
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (isLeft(i) && (!any || lines[i]->x[next[i]] < x)) {
                x = lines[i]->x[next[i]];
                any = true;
            }
        }
        if (!any)
            return rows.flush();
        append(rows.row(), x);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            rows.row() += ',';
            if (isLeft(i) && (lines[i]->x[next[i]] == x || std::isnan(x)))
                append(rows.row(), lines[i]->y[next[i]++]);
        }
        if (!rows.end())
            return false;
    }
}

bool writeNamedBars(Rows &rows, const PlotBars &bars, const QStringList &names, const QByteArray &head)
{
    rows.row() += head;
    bool good = rows.end();
    for (std::size_t i = 0; good && i < bars.heights.size(); ++i) {
        rows.row() += cell(names.value(static_cast<qsizetype>(i))) + ',';
        append(rows.row(), bars.heights[i]);
        good = rows.end();
    }
    return good && rows.flush();
}

bool writeBars(Rows &rows, const PlotBars &bars, const PlotText &text)
{
    const QString x = text.x.label.isEmpty() ? QStringLiteral("x") : text.x.label;
    const QString name = bars.name.isEmpty() ? text.y.label : bars.name;
    if (text.x.numbers == PlotNumbers::Names)
        return writeNamedBars(rows, bars, text.x.names, cell(x) + ',' + cell(name));
    rows.row() += cell(tr("%1 from").arg(x)) + ',' + cell(tr("%1 to").arg(x)) + ',' + cell(name);
    bool good = rows.end();
    for (std::size_t i = 0; good && i < bars.heights.size() && i + 1 < bars.edges.size(); ++i) {
        append(rows.row(), bars.edges[i]);
        rows.row() += ',';
        append(rows.row(), bars.edges[i + 1]);
        rows.row() += ',';
        append(rows.row(), bars.heights[i]);
        good = rows.end();
    }
    return good && rows.flush();
}

}  // namespace

QString PlotNumbersFile::write(const QString &path, const std::stop_token &stop) const
{
    return savePlot(path, [&](QSaveFile &file) {
        Rows rows(file, stop);
        std::vector<const PlotLine *> lines;
        for (const PlotLine &line : *data.lines()) {
            if (data.isShown(line.name))
                lines.push_back(&line);
        }
        bool good = true;
        for (const PlotBars &bars : data.bars())
            good = good && (!data.isShown(bars.name) || writeBars(rows, bars, text));
        return good && (lines.empty() || writeLines(rows, lines, text));
    });
}

}  // namespace waypoint
