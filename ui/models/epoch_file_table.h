// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_run.h"

#include <QtCore/QAbstractTableModel>

namespace waypoint {

/// The checkpoints of a run with the numbers they tell.
class EpochFileTable final : public QAbstractTableModel
{
    Q_OBJECT

public:
    /// Then one for each number that the files tell, and the file's name.
    enum Column { Label, Mark, FirstNumber };
    enum Role { SortRole = Qt::UserRole, BadgesRole, PathRole };
    static constexpr std::size_t kMostNumbers = 12;

    explicit EpochFileTable(QObject *parent = nullptr);

    void setRun(EpochRunPtr run);
    [[nodiscard]] int fileColumn() const { return FirstNumber + numberCount(); }
    /// Some file has a mark: it is the best, or has other names.
    [[nodiscard]] bool hasMarks() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    [[nodiscard]] int numberCount() const;
    [[nodiscard]] bool isNumber(int column) const { return column >= FirstNumber && column < fileColumn(); }
    [[nodiscard]] const EpochScalar &scalar(int column) const;
    [[nodiscard]] double number(std::size_t file, int column) const;
    [[nodiscard]] QStringList badges(std::size_t file) const;
    [[nodiscard]] QString cell(std::size_t file, int column) const;
    [[nodiscard]] QString toolTip(std::size_t file, int column) const;

    EpochRunPtr m_run;
    std::vector<std::size_t> m_scalars;  ///< of the run, in the order of columns
};

}  // namespace waypoint
