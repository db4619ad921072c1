// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/entry_stats.h"

#include <QtCore/QElapsedTimer>
#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace waypoint {

class StatsWork;

/// Statistics of a file's tensors, worked out in the background while the window is used: what is asked for first comes
/// first, then the rest of the file. Lives on the window's thread, which never waits for it.
class StatsScan final : public QObject
{
    Q_OBJECT

public:
    enum class State { Idle, Running, Paused, Stopped, Finished };

    /// What is known of one entry.
    using Known = EntryStats::Known;

    explicit StatsScan(QObject *parent = nullptr);
    ~StatsScan() override;

    /// Begins anew with a file; null ends it.
    void begin(CheckpointPtr checkpoint);
    /// The rows in view, the most wanted first: they are worked out before all others.
    void prefer(const std::vector<EntryId> &entries);
    /// The selected row: it comes before the rows in view, also while paused or stopped. Replaces what was wanted
    /// before.
    void want(EntryId entry);
    /// Tensors being read are left within a block and are read again later.
    void pause();
    void stop();
    /// Goes on, also after stop().
    void resume();

    /// What is known so far, for any thread; null until the work is laid out (see ready()).
    [[nodiscard]] const EntryStatsPtr &stats() const { return m_stats; }
    /// Null while nothing is known (yet), or for what has no numbers.
    [[nodiscard]] const Known *known(EntryId entry) const { return m_stats ? m_stats->known(entry) : nullptr; }
    /// Why an entry has no statistics, where reading it failed.
    [[nodiscard]] std::optional<Error> failure(EntryId entry) const;
    /// Entries with an ailment, in the order of the tree.
    [[nodiscard]] std::vector<EntryId> ailing() const;
    /// How many entries have one of these ailments.
    [[nodiscard]] std::size_t countOf(Ailments ailments) const;
    [[nodiscard]] State state() const { return m_state; }
    /// 0 to 1, by bytes.
    [[nodiscard]] double progress() const { return m_progress; }

Q_SIGNALS:
    /// The work is laid out: stats() is there and fills from now on.
    void ready();
    /// At most 20 times a second, with all that arrived meanwhile.
    void arrived(const std::vector<waypoint::EntryId> &entries);
    void stateChanged();
    void progressed();

private:
    void take(std::shared_ptr<EntryStats> stats);
    void halt(State state);
    void collect();
    void tell(const std::vector<EntryStats::PieceId> &finished);
    void setState(State state);

    State m_state = State::Idle;
    EntryStatsPtr m_stats;
    std::shared_ptr<StatsWork> m_work;
    Job<std::shared_ptr<EntryStats>> m_planning;
    std::vector<EntryId> m_preferred;  ///< asked for before the work was laid out
    EntryId m_wanted = kNoEntry;
    std::array<std::size_t, 32> m_counts{};  ///< entries that arrived, by their Ailments
    double m_progress = 0;
    QTimer m_poll;
    QElapsedTimer m_sinceArrival;
};

}  // namespace waypoint
