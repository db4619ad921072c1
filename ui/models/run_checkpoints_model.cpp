// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_checkpoints_model.h"

#include "ui/models/text.h"

#include <QtCore/QDateTime>
#include <QtCore/QLocale>

#include <algorithm>
#include <limits>
#include <map>

namespace waypoint {

namespace {

using Row = RunCheckpointsModel::Row;

constexpr std::int64_t kFarTime =
    9'000'000'000'000;  ///< milliseconds: the year 2255, which a file may claim to be past

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

QStringList badges(const Row &row)
{
    QStringList words;
    if (row.isLast)
        words << RunCheckpointsModel::tr("last");
    if (row.isBest)
        words << RunCheckpointsModel::tr("best");
    return words;
}

QString shown(const std::optional<double> &number) { return number ? text::number(*number) : QString(); }

QString exact(const std::optional<double> &number) { return number ? text::exactNumber(*number) : QString(); }

/// What was not measured stands below all numbers.
double sortable(const std::optional<double> &number)
{
    return number.value_or(-std::numeric_limits<double>::infinity());
}

}  // namespace

RunCheckpointsModel::RunCheckpointsModel(QObject *parent) : QAbstractTableModel(parent) {}

void RunCheckpointsModel::setRun(const RunNow &now, const RunReadingsPtr &readings)
{
    static const std::vector<RunFile> none;
    const std::vector<RunFile> &files = now.snapshot ? now.snapshot->checkpoints : none;
    m_isActive = now.story.isActive;
    // Asked several times a second, and there may be thousands of files.
    if (readings == m_readings && files == m_files)
        return;
    m_files = files;
    m_readings = readings;
    setNames(*readings);
    merge(rowsOf(files, *readings));
}

void RunCheckpointsModel::refreshTimes()
{
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0, Written), index(rowCount() - 1, Written), {Qt::DisplayRole});
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
    case BadgesRole:
        return index.column() == Kind ? badges(row) : QStringList();
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
    std::map<std::filesystem::path, Row> wanted;
    for (Row &row : rows)
        wanted.emplace(row.file.path, std::move(row));
    for (int at = rowCount() - 1; at >= 0; --at) {
        if (auto found = wanted.extract(row(at).file.path)) {
            changeRow(at, std::move(found.mapped()));
            continue;
        }
        beginRemoveRows({}, at, at);
        m_rows.erase(m_rows.begin() + at);
        endRemoveRows();
    }
    if (wanted.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(wanted.size()) - 1);
    for (auto &[path, row] : wanted)
        m_rows.push_back(std::move(row));
    endInsertRows();
}

void RunCheckpointsModel::changeRow(int at, Row row)
{
    Row &present = m_rows[static_cast<std::size_t>(at)];
    if (present == row)
        return;
    present = std::move(row);
    Q_EMIT dataChanged(index(at, 0), index(at, ColumnCount - 1));
}

QString RunCheckpointsModel::cell(const Row &row, int column) const
{
    switch (column) {
    case Name:
        return row.file.kind == RunFile::Kind::Epoch ? tr("Epoch %1").arg(text::integer(row.epoch.value_or(0)))
                                                     : text::fromPath(row.file.path.filename());
    case Kind:
        return badges(row).join(QStringLiteral(", "));
    case Loss:
        return shown(row.measured.loss);
    case Metric:
        return shown(row.measured.metric);
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
        return sortable(row.measured.loss);
    case Metric:
        return sortable(row.measured.metric);
    case Size:
        return static_cast<qulonglong>(row.file.bytes);
    default:
        // Files of one millisecond: by their epochs.
        return static_cast<qlonglong>(std::clamp(row.file.modified, -kFarTime, kFarTime) * 1'000'000
                                      + std::clamp<std::int64_t>(row.epoch.value_or(0), 0, 999'999));
    }
}

QString RunCheckpointsModel::toolTip(const Row &row, int column)
{
    switch (column) {
    case Loss:
        return exact(row.measured.loss);
    case Metric:
        return exact(row.measured.metric);
    case Size:
        return text::exactBytes({row.file.bytes});
    case Written:
        return QLocale().toString(writtenAt(row), QLocale::LongFormat);
    default:
        return text::fromPath(row.file.path);
    }
}

}  // namespace waypoint
