// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_checkpoints_model.h"

#include "ui/models/text.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace waypoint {

namespace {

using Row = RunCheckpointsModel::Row;

/// A hard link has its first name's time and size; a copy has not.
bool isSameFile(const RunFile &a, const RunFile &b) { return a.modified == b.modified && a.bytes == b.bytes; }

std::optional<std::int64_t> epochOf(const RunFile &file, const RunReadings &readings)
{
    if (file.epoch)
        return file.epoch;
    const auto found = readings.epochOfFile.find(file.path.filename().string());
    return found == readings.epochOfFile.end() ? std::nullopt : std::optional(found->second);
}

Row rowOf(const RunFile &file, const RunReadings &readings)
{
    Row row{file, epochOf(file, readings), file.kind == RunFile::Kind::Last, file.kind == RunFile::Kind::Best, {}};
    if (row.epoch)
        if (const auto found = readings.of.find(*row.epoch); found != readings.of.end())
            row.measured = found->second;
    return row;
}

/// The row of the epoch that `file` is a second name of.
Row *twinOf(const RunFile &file, std::vector<Row> &rows)
{
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Row &row) {
        return row.file.kind == RunFile::Kind::Epoch && isSameFile(row.file, file);
    });
    return found == rows.end() ? nullptr : &*found;
}

std::vector<Row> rowsOf(const std::vector<RunFile> &files, const RunReadings &readings)
{
    std::vector<Row> rows;
    for (const RunFile &file : files)
        if (file.kind == RunFile::Kind::Epoch)
            rows.push_back(rowOf(file, readings));
    for (const RunFile &file : files) {
        if (file.kind == RunFile::Kind::Epoch)
            continue;
        if (Row *twin = twinOf(file, rows))
            (file.kind == RunFile::Kind::Last ? twin->isLast : twin->isBest) = true;
        else
            rows.push_back(rowOf(file, readings));
    }
    return rows;
}

QDateTime writtenAt(const Row &row) { return QDateTime::fromMSecsSinceEpoch(row.file.modified); }

QString numberOr(double number) { return std::isfinite(number) ? text::number(number) : QString(); }

}  // namespace

RunCheckpointsModel::RunCheckpointsModel(QObject *parent) : QAbstractTableModel(parent) {}

void RunCheckpointsModel::setRun(const RunNow &now, const RunReadings &readings)
{
    m_isActive = now.story.isActive;
    setNames(readings);
    merge(now.snapshot ? rowsOf(now.snapshot->checkpoints, readings) : std::vector<Row>());
}

void RunCheckpointsModel::clear()
{
    beginResetModel();
    m_rows.clear();
    endResetModel();
}

QString RunCheckpointsModel::whyKept(int row) const
{
    if (m_isActive && m_rows[static_cast<std::size_t>(row)].file.kind == RunFile::Kind::Last)
        return tr("last.pth stays as long as the run is active: it goes on from there.");
    return {};
}

int RunCheckpointsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

int RunCheckpointsModel::columnCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant RunCheckpointsModel::data(const QModelIndex &index, int role) const
{
    if (!hasIndex(index.row(), index.column(), index.parent()))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return cell(row, index.column());
    case Qt::ToolTipRole:
        return toolTip(row, index.column());
    case Qt::TextAlignmentRole:
        if (index.column() == Loss || index.column() == Metric || index.column() == Size)
            return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case SortRole:
        return sortKey(row, index.column());
    case PathRole:
        return text::fromPath(row.file.path);
    default:
        return {};
    }
}

QVariant RunCheckpointsModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole && (section == Loss || section == Metric || section == Size))
        return static_cast<int>(Qt::AlignRight | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    const QString names[ColumnCount] = {tr("Checkpoint"), tr("Mark"), m_lossName,
                                        m_metricName,     tr("Size"), tr("Written")};
    return section < ColumnCount ? names[section] : QString();
}

void RunCheckpointsModel::setNames(const RunReadings &readings)
{
    const QString loss = readings.lossName.empty() ? tr("Loss") : text::fromUtf8(readings.lossName);
    const QString metric = text::fromUtf8(readings.metricName);
    if (loss == m_lossName && metric == m_metricName)
        return;
    m_lossName = loss;
    m_metricName = metric;
    Q_EMIT headerDataChanged(Qt::Horizontal, Loss, Metric);
}

void RunCheckpointsModel::merge(std::vector<Row> rows)
{
    const auto find = [](std::vector<Row> &list, const Row &row) {
        return std::find_if(list.begin(), list.end(), [&](const Row &one) { return one.file.path == row.file.path; });
    };
    for (int at = rowCount() - 1; at >= 0; --at) {
        const auto found = find(rows, row(at));
        if (found != rows.end()) {
            m_rows[static_cast<std::size_t>(at)] = std::move(*found);
            rows.erase(found);
            continue;
        }
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
    }
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
    if (rows.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(rows.size()) - 1);
    std::move(rows.begin(), rows.end(), std::back_inserter(m_rows));
    endInsertRows();
}

QString RunCheckpointsModel::cell(const Row &row, int column) const
{
    switch (column) {
    case Name:
        return row.file.kind == RunFile::Kind::Epoch ? tr("Epoch %1").arg(text::integer(row.epoch.value_or(0)))
                                                     : text::fromPath(row.file.path.filename());
    case Kind:
        if (row.isLast && row.isBest)
            return tr("last, best");
        return row.isLast ? tr("last") : row.isBest ? tr("best") : QString();
    case Loss:
        return numberOr(row.measured.loss);
    case Metric:
        return numberOr(row.measured.metric);
    case Size:
        return text::bytes({row.file.bytes});
    case Written:
        return text::ago(writtenAt(row), QDateTime::currentDateTime());
    default:
        return {};
    }
}

QVariant RunCheckpointsModel::sortKey(const Row &row, int column)
{
    switch (column) {
    case Name:
        return static_cast<qlonglong>(row.epoch.value_or(-1));
    case Kind:
        return (row.isLast ? 2 : 0) + (row.isBest ? 1 : 0);
    case Loss:
        return row.measured.loss;
    case Metric:
        return row.measured.metric;
    case Size:
        return static_cast<qulonglong>(row.file.bytes);
    default:
        // Files of one millisecond: by their epochs.
        return static_cast<qlonglong>(row.file.modified * 1'000'000
                                      + std::clamp<std::int64_t>(row.epoch.value_or(0), 0, 999'999));
    }
}

QString RunCheckpointsModel::toolTip(const Row &row, int column)
{
    switch (column) {
    case Loss:
        return std::isfinite(row.measured.loss) ? text::exactNumber(row.measured.loss) : QString();
    case Metric:
        return std::isfinite(row.measured.metric) ? text::exactNumber(row.measured.metric) : QString();
    case Size:
        return text::exactBytes({row.file.bytes});
    case Written:
        return QLocale().toString(writtenAt(row), QLocale::LongFormat);
    default:
        return text::fromPath(row.file.path);
    }
}

}  // namespace waypoint
