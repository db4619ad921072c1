// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_now.h"
#include "ui/models/run_readings.h"

#include <QtCore/QAbstractTableModel>

#include <optional>
#include <vector>

namespace waypoint {

/// The checkpoints of a run, to be sorted by SortRole. What is last and best is told beside the file of its epoch where
/// that is the same one (a second name of it), and has a row of its own else.
class RunCheckpointsModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Kind, Loss, Metric, Size, Written, ColumnCount };
    enum Role { SortRole = Qt::UserRole, PathRole, BadgesRole };

    struct Row
    {
        RunFile file;
        std::optional<std::int64_t> epoch;
        bool isLast = false;
        bool isBest = false;
        RunReadings::Epoch measured;

        bool operator==(const Row &) const = default;
    };

    explicit RunCheckpointsModel(QObject *parent = nullptr);

    /// Requires: readings.
    void setRun(const RunNow &now, const RunReadingsPtr &readings);
    /// How long ago things were changes by itself.
    void refreshTimes();
    [[nodiscard]] const Row &row(int row) const { return m_rows[static_cast<std::size_t>(row)]; }
    /// Why it must stay; empty where it may go.
    [[nodiscard]] QString whyKept(int row) const;
    /// Empty where no run measured any.
    [[nodiscard]] bool hasMetric() const { return !m_metricName.isEmpty(); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void setNames(const RunReadings &readings);
    void merge(std::vector<Row> rows);
    void changeRow(int at, Row row);
    [[nodiscard]] QString cell(const Row &row, int column) const;
    [[nodiscard]] static QVariant sortKey(const Row &row, int column);
    [[nodiscard]] static QString toolTip(const Row &row, int column);

    std::vector<Row> m_rows;
    std::vector<RunFile> m_files;  ///< what the rows were made of
    RunReadingsPtr m_readings;
    QString m_lossName;
    QString m_metricName;
    bool m_isActive = false;
};

}  // namespace waypoint
