// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/process_reaper.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QProcess>
#include <QtCore/QTimer>

#include <chrono>
#include <vector>

namespace waypoint {

namespace {

constexpr std::chrono::seconds kTimeToEnd(1);

/// Kills it and leaves its object: the destructor would wait for the process. The system collects both with ours.
void abandon(QProcess *process)
{
    static auto *const abandoned = new std::vector<QProcess *>;
    process->kill();
    abandoned->push_back(process);
}

class ProcessReaper final : public QObject
{
public:
    explicit ProcessReaper(QObject *parent) : QObject(parent) {}
    ~ProcessReaper() override
    {
        for (QProcess *const process : m_dying)
            abandon(process);
    }

    void add(QProcess *process)
    {
        m_dying.push_back(process);
        // Also where it never started, of which finished() says nothing.
        connect(process, &QProcess::stateChanged, this, [this, process](QProcess::ProcessState state) {
            if (state == QProcess::NotRunning)
                bury(process);
        });
        process->terminate();
        QTimer::singleShot(kTimeToEnd, process, &QProcess::kill);
    }

private:
    void bury(QProcess *process)
    {
        std::erase(m_dying, process);
        process->setParent(this);
        process->deleteLater();
    }

    std::vector<QProcess *> m_dying;
};

/// Null once the application is gone.
ProcessReaper *reaper()
{
    static QPointer<ProcessReaper> reaper;
    if (!reaper && QCoreApplication::instance())
        reaper = new ProcessReaper(QCoreApplication::instance());
    return reaper;
}

}  // namespace

void endProcess(std::unique_ptr<QProcess> process)
{
    if (!process)
        return;
    process->disconnect();
    if (process->state() == QProcess::NotRunning) {
        process->setParent(QCoreApplication::instance());
        process.release()->deleteLater();
        return;
    }
    // Whatever it still prints is read no more.
    process->closeReadChannel(QProcess::StandardOutput);
    process->closeReadChannel(QProcess::StandardError);
    process->closeWriteChannel();
    if (ProcessReaper *const keeper = reaper())
        keeper->add(process.release());
    else
        abandon(process.release());
}

}  // namespace waypoint
