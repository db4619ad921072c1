// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/epoch_file_table.h"

#include "ui/models/text.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace waypoint {

EpochFileTable::EpochFileTable(QObject *parent) : QAbstractTableModel(parent) {}

void EpochFileTable::setRun(EpochRunPtr run)
{
    beginResetModel();
    m_run = std::move(run);
    m_scalars = m_run ? scalarsByWorth(*m_run) : std::vector<std::size_t>();
    endResetModel();
}

bool EpochFileTable::hasMarks() const
{
    if (!m_run)
        return false;
    return m_run->best
           || std::any_of(m_run->files.entries.begin(), m_run->files.entries.end(),
                          [](const EpochEntry &entry) { return !entry.alsoAs.empty(); });
}

int EpochFileTable::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() || !m_run ? 0 : static_cast<int>(m_run->fileCount());
}

int EpochFileTable::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : fileColumn() + 1; }

int EpochFileTable::numberCount() const
{
    return m_run ? static_cast<int>(std::min(m_run->scalars.size(), kMostNumbers)) : 0;
}

QVariant EpochFileTable::data(const QModelIndex &index, int role) const
{
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const auto file = static_cast<std::size_t>(index.row());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return cell(file, index.column());
    case Qt::ToolTipRole:
        return toolTip(file, index.column());
    case Qt::TextAlignmentRole:
        return isNumber(index.column()) ? QVariant(static_cast<int>(Qt::AlignRight | Qt::AlignVCenter)) : QVariant();
    case SortRole:
        if (isNumber(index.column())) {
            const double value = number(file, index.column());
            return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
        }
        // Files in the order of their names are in the order of the run, as a rule; epoch_9 and epoch_10 are not.
        return index.column() == Mark ? static_cast<double>(badges(file).size()) : static_cast<double>(file);
    case BadgesRole:
        return index.column() == Mark ? badges(file) : QStringList();
    case PathRole:
        return m_run->path(file);
    default:
        return {};
    }
}

QVariant EpochFileTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || !m_run)
        return {};
    if (role == Qt::TextAlignmentRole && isNumber(section))
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    if (section == Label)
        return m_run->axisName();
    if (section == Mark)
        return tr("Mark");
    if (isNumber(section))
        return text::fromUtf8(scalar(section).name);
    return tr("File");
}

const EpochScalar &EpochFileTable::scalar(int column) const
{
    return m_run->scalars[m_scalars[static_cast<std::size_t>(column - FirstNumber)]];
}

double EpochFileTable::number(std::size_t file, int column) const { return scalar(column).values[file]; }

QStringList EpochFileTable::badges(std::size_t file) const
{
    QStringList words;
    if (m_run->best && m_run->best->entry == file)
        words << tr("best");
    for (const auto &other : m_run->files.entries[file].alsoAs)
        words << text::elided(text::fromPath(other.stem()), 16);
    words.removeDuplicates();
    return words;
}

QString EpochFileTable::cell(std::size_t file, int column) const
{
    // "Epoch" stands above it.
    if (column == Label)
        return m_run->files.axis == CurveAxis::Time ? m_run->label(file) : text::number(m_run->position(file));
    if (column == Mark)
        return badges(file).join(QStringLiteral(", "));
    if (!isNumber(column))
        return text::fromPath(m_run->files.entries[file].file.checkpoint->path.filename());
    const double value = number(file, column);
    return std::isnan(value) ? QString() : text::number(value);
}

QString EpochFileTable::toolTip(std::size_t file, int column) const
{
    if (isNumber(column)) {
        const double value = number(file, column);
        return std::isnan(value) ? tr("This file does not tell it") : text::exactNumber(value);
    }
    QStringList lines(m_run->path(file));
    if (column == Mark) {
        if (m_run->best && m_run->best->entry == file)
            lines << bestSentence(*m_run);
        for (const auto &other : m_run->files.entries[file].alsoAs)
            lines << tr("the same as %1").arg(text::fromPath(other.filename()));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace waypoint
