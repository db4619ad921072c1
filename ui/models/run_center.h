// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_folder.h"
#include "ui/models/run_story.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <memory>
#include <string>
#include <vector>

namespace waypoint {

/// A training to be started.
struct TrainingOrder
{
    QString folder;                      ///< run folder, absolute
    QString device;                      ///< "cpu", "cuda:0": one run at a time on each
    std::vector<std::string> arguments;  ///< what follows `waypoint-train`
    bool evenIfBusy = false;             ///< does not wait for the device

    bool operator==(const TrainingOrder &) const = default;
};

/// The runs this person has: started here, found in folders, alive or over. Starts them detached, one per device with
/// a queue for more, steers them by their run folders, and looks at them again and again, often while they are active.
/// What it knows survives the window (settings of the program); the queue, too. Window's thread; asks the disk and
/// starts processes in the background.
class RunCenter final : public QObject
{
    Q_OBJECT

public:
    explicit RunCenter(QObject *parent = nullptr);
    ~RunCenter() override;

    /// Absolute, newest first: waiting and active ones on top.
    [[nodiscard]] QStringList folders() const;
    /// Null until it was looked at.
    [[nodiscard]] RunSnapshotPtr snapshot(const QString &folder) const;
    [[nodiscard]] RunStory story(const QString &folder) const;
    /// Those with a process at work.
    [[nodiscard]] QStringList active() const;
    [[nodiscard]] QStringList waiting() const;
    /// The active run on a device; empty where it is free.
    [[nodiscard]] QString runOn(const QString &device) const;

    /// Knows this run from now on; looks at it soon.
    void add(const QString &folder);
    /// No longer lists it; touches no file. Not for active ones.
    void forget(const QString &folder);
    void look(const QString &folder);
    /// A view shows it: it is looked at several times a second while it is active.
    void setFollowed(const QString &folder, bool followed);

    /// Starts it, or puts it into the queue where its device is busy.
    void start(const TrainingOrder &order);
    /// Takes it from the queue.
    void cancelWaiting(const QString &folder);
    void startWaitingNow(const QString &folder);
    /// While held, nothing in the queue begins by itself.
    void holdQueue(bool held);
    void send(const QString &folder, Command command, bool afterEpoch = false);
    /// Ends a process that does not respond. Requires: it runs on this host.
    void kill(const QString &folder);
    /// A command was sent and has not been obeyed yet.
    [[nodiscard]] bool isPending(const QString &folder) const;

Q_SIGNALS:
    /// Another snapshot or story of one run.
    void changed(const QString &folder);
    /// Runs came, went, or changed places.
    void listChanged();
    /// A command could not be given; the sentence says why.
    void failed(const QString &folder, const QString &sentence);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
