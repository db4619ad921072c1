// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <utility>
#include <vector>

namespace waypoint {

/// What came of moving something to the trash, or back.
struct TrashOutcome
{
    /// Where something was, and where it lies in the trash.
    struct Item
    {
        QString path;
        QString inTrash;

        bool operator==(const Item &) const = default;
    };
    std::vector<Item> done;
    QStringList problems;  ///< a sentence for each that stays where it is
};

/// Moves files and folders to the desktop's trash, and the last ones back. Nothing is ever removed for good: where
/// there is no trash, things stay. Window's thread; the disk is asked in the background, one request after the other.
class Trash final : public QObject
{
    Q_OBJECT

public:
    explicit Trash(QObject *parent = nullptr);

    void move(const QStringList &paths);
    /// Puts back what the last move() took. Nothing that came there meanwhile is written over.
    void undo();
    [[nodiscard]] bool canUndo() const { return !m_last.empty(); }
    [[nodiscard]] bool isBusy() const { return m_job.isRunning(); }

    /// What the last request came to, in a sentence: "epoch_0003.pth is in the trash."
    [[nodiscard]] QString sentence() const { return m_sentence; }
    /// Why some (or all) stay where they are.
    [[nodiscard]] QStringList problems() const { return m_problems; }

Q_SIGNALS:
    /// After each request. The paths are those that are gone, or back.
    void moved(const QStringList &paths);
    void restored(const QStringList &paths);
    /// sentence(), problems() or canUndo() is another; after moved() and restored().
    void changed();

private:
    void start(bool back, const QStringList &paths);
    void next();
    void takeMoved(TrashOutcome outcome);
    void takeRestored(TrashOutcome outcome);

    std::vector<TrashOutcome::Item> m_last;
    std::vector<std::pair<bool, QStringList>> m_queue;
    QString m_sentence;
    QStringList m_problems;
    Job<TrashOutcome> m_job;
};

/// Any thread; asks the disk.
[[nodiscard]] TrashOutcome moveToTrash(const QStringList &paths);
[[nodiscard]] TrashOutcome moveBack(const std::vector<TrashOutcome::Item> &items);

}  // namespace waypoint
