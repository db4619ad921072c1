// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/tensor_health.h"
#include "core/tensor/tensor_stats.h"

#include <QtCore/QObject>

#include <memory>
#include <vector>

namespace waypoint {

/// Statistics of a file's tensors, worked out in the background while the window is used: what is asked for first comes
/// first, then the rest of the file. Lives on the window's thread.
class StatsScan final : public QObject
{
    Q_OBJECT

public:
    enum class State { Idle, Running, Paused, Stopped, Finished };

    /// What is known of one entry.
    struct Known
    {
        TensorStats stats;
        Ailments ailments = 0;
    };

    explicit StatsScan(QObject *parent = nullptr);
    ~StatsScan() override;

    /// Begins anew with a file; null ends it.
    void begin(CheckpointPtr checkpoint);
    /// The rows in view, the most wanted first: they are worked out before all others, also while paused or stopped
    /// when `urgent` (the selected one).
    void prefer(const std::vector<EntryId> &entries);
    void want(EntryId entry);
    void pause();
    void resume();
    void stop();

    /// Null while nothing is known (yet), or for what has no numbers.
    [[nodiscard]] const Known *known(EntryId entry) const;
    /// Entries with an ailment, in the order of the tree.
    [[nodiscard]] std::vector<EntryId> ailing() const;
    [[nodiscard]] State state() const;
    /// 0 to 1, by bytes.
    [[nodiscard]] double progress() const;

Q_SIGNALS:
    /// At most 20 times a second, with all that arrived meanwhile.
    void arrived(const std::vector<waypoint::EntryId> &entries);
    void stateChanged();
    void progressed();

private:
    struct Worker;
    std::unique_ptr<Worker> m_worker;
};

}  // namespace waypoint
