// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/checkpoint_model.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <array>
#include <span>
#include <utility>

namespace waypoint {

class EntryView;
class FilterBar;

/// What of the browser survives when a file is read again: by path, since numbers of rows may change.
struct BrowserState
{
    EntryQuery query;
    std::string selected;
    bool hasSelection = false;
    std::vector<std::string> expanded;
};

/// The same with the numbers of rows in one checkpoint.
struct BrowserPlace
{
    EntryId selected = kNoEntry;
    std::vector<EntryId> expanded;
};

/// Filter line and tree. Filters and sorts in the background; the newest request wins.
class EntryBrowser final : public QWidget
{
    Q_OBJECT

public:
    explicit EntryBrowser(QWidget *parent = nullptr);

    /// Shows a file. `content.order` answers query().
    void setContent(EntryContent content, const BrowserPlace &place = {});
    [[nodiscard]] BrowserState state() const;
    [[nodiscard]] EntryQuery query() const;
    /// Widths and hidden columns, once the person changed them; until then columns fit what they show.
    [[nodiscard]] QByteArray saveColumns() const;
    void restoreColumns(const QByteArray &columns);
    /// Statistics of the file that is shown, as they come in.
    void setStats(EntryStatsPtr stats);
    void refreshStats(const std::vector<EntryId> &entries);
    /// How many rows have a problem. `isFinal`: there will be no more.
    void setProblems(std::size_t count, bool isFinal);

    [[nodiscard]] EntryView &tree() const { return *m_tree; }
    [[nodiscard]] FilterBar &filterBar() const { return *m_filter; }

    /// Selects a row; a filter that hides it is cleared first.
    void goTo(EntryId id);

Q_SIGNALS:
    void currentEntryChanged(waypoint::EntryId id);
    void columnsChanged();

private:
    void createHeader();
    void startArranging();
    void takeOrder(EntryOrderPtr order);
    void showCount();
    void fitColumns();
    using Widths = std::array<int, kEntryColumns>;
    [[nodiscard]] Widths wantedWidths() const;
    /// What is left of the width of the window, negative where the columns do not fit.
    [[nodiscard]] int spareOf(const Widths &widths) const;
    /// Takes what is missing from these columns, down to so many characters each.
    void shrink(Widths &widths, std::span<const std::pair<EntryColumn, int>> least) const;
    void showColumn(EntryColumn column, bool shown);
    void columnResized(int column);
    /// The person changed them: they stay as they are.
    void keepColumns();

    FilterBar *m_filter;
    EntryView *m_tree;
    EntryId m_goal = kNoEntry;  ///< to be selected once the filter is gone
    bool m_columnsByHand = false;
    Widths m_fitted{};
    bool m_fitting = false;
    std::size_t m_problems = 0;
    bool m_allProblemsKnown = false;
    QTimer m_rearrange;  ///< problems come one by one
    Job<EntryOrderPtr> m_arranging;
};

/// Where a file that was not open before begins: the root selected, small parts open as far as they fit a window.
[[nodiscard]] BrowserPlace firstPlace(const EntryTree &entries);

/// Finds rows again by their paths. Any thread.
[[nodiscard]] BrowserPlace placeOf(const BrowserState &state, const EntryTree &entries);

}  // namespace waypoint
