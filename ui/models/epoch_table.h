// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_run.h"

#include <QtCore/QAbstractTableModel>

#include <optional>
#include <vector>

namespace waypoint {

/// The tensors of a run: what became of each, and its number at one epoch or at the last. A tick says that its line is
/// drawn.
class EpochTable final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Fate, Value, ColumnCount };
    enum Role {
        SortRole = Qt::UserRole,
        BadgesRole,
        NoticeRole,       ///< colors::Notice of the badges
        LineRole,         ///< place among the colours of lines; -1 where none is drawn
        IsParameterRole,  ///< bool
    };
    /// More lines nobody can tell apart.
    static constexpr std::size_t kMostLines = 24;

    explicit EpochTable(QObject *parent = nullptr);

    /// Null for none. Requires: `tracks` has one for each tensor of the run.
    void setRun(EpochRunPtr run, const std::vector<EpochTrackPtr> &tracks);
    void setTracks(const std::vector<EpochTrackPtr> &tracks, std::vector<std::size_t> changed);
    void setQuantity(EpochQuantity quantity);
    /// Whose numbers are shown; nothing: the last that is there.
    void setFile(std::optional<std::size_t> file);

    /// The tensors whose lines are drawn, in the order of their colours.
    [[nodiscard]] std::vector<std::size_t> drawn() const;
    [[nodiscard]] int lineOf(std::size_t tensor) const { return m_lines[tensor]; }
    void setDrawn(const std::vector<std::size_t> &tensors);
    [[nodiscard]] QString name(std::size_t tensor) const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void drawnChanged();

private:
    void drawSome();
    bool draw(std::size_t tensor, bool on);
    [[nodiscard]] double number(std::size_t tensor) const;
    [[nodiscard]] QString cell(std::size_t tensor, int column) const;
    [[nodiscard]] QVariant sortKey(std::size_t tensor, int column) const;
    [[nodiscard]] QString toolTip(std::size_t tensor, int column) const;

    EpochRunPtr m_run;
    std::vector<EpochTrackPtr> m_tracks;
    std::vector<int> m_lines;  ///< place among the colours of lines; -1: none
    EpochQuantity m_quantity = EpochQuantity::ChangeFromPrevious;
    std::optional<std::size_t> m_file;
};

}  // namespace waypoint
