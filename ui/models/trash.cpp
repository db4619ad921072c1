// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trash.h"

#include "ui/models/home_trash.h"
#include "ui/models/text.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

namespace waypoint {

namespace {

QString nameOf(const QString &path) { return QFileInfo(path).fileName(); }

bool isThere(const QString &path)
{
    const QFileInfo info(path);
    return info.exists() || info.isSymLink();
}

/// TRASH/files/NAME has its origin written down in TRASH/info/NAME.trashinfo.
QString noteOf(const QString &inTrash)
{
    const QFileInfo info(inTrash);
    return QDir(info.path()).filePath(QStringLiteral("../info/%1.trashinfo").arg(info.fileName()));
}

QString namesOf(const std::vector<TrashOutcome::Item> &items)
{
    return items.size() == 1 ? nameOf(items.front().path) : Trash::tr("%1 things").arg(text::count(items.size()));
}

QStringList pathsOf(const std::vector<TrashOutcome::Item> &items)
{
    QStringList paths;
    for (const TrashOutcome::Item &item : items)
        paths << item.path;
    return paths;
}

/// Why it cannot go back; empty where it did.
QString moveOneBack(const TrashOutcome::Item &item)
{
    const QString name = nameOf(item.path);
    if (!isThere(item.inTrash))
        return Trash::tr("%1 is no longer in the trash.").arg(name);
    if (isThere(item.path))
        return Trash::tr("%1 stays in the trash: there is another one in its place.").arg(name);
    QDir().mkpath(QFileInfo(item.path).path());
    std::error_code error;
    std::filesystem::rename(text::toPath(item.inTrash), text::toPath(item.path), error);
    if (error)
        return Trash::tr("%1 stays in the trash: %2.").arg(name, QString::fromStdString(error.message()));
    QFile::remove(noteOf(item.inTrash));
    return {};
}

}  // namespace

TrashOutcome moveToTrash(const QStringList &paths)
{
    TrashOutcome outcome;
    for (const QString &path : paths) {
        if (!isThere(path))
            outcome.problems << Trash::tr("%1 is not there any more.").arg(nameOf(path));
        else if (const auto inTrash = throwAway(path))
            outcome.done.push_back({path, *inTrash});
        else
            outcome.problems << Trash::tr("%1 stays where it is: its disk has no trash, or the folder may not be "
                                          "changed. To remove it for good, use the file manager.")
                                    .arg(nameOf(path));
    }
    return outcome;
}

TrashOutcome moveBack(const std::vector<TrashOutcome::Item> &items)
{
    TrashOutcome outcome;
    for (const TrashOutcome::Item &item : items) {
        if (const QString problem = moveOneBack(item); problem.isEmpty())
            outcome.done.push_back(item);
        else
            outcome.problems << problem;
    }
    return outcome;
}

Trash::Trash(QObject *parent) : QObject(parent), m_job(this) {}

void Trash::move(const QStringList &paths)
{
    if (!paths.isEmpty())
        start(false, paths);
}

void Trash::undo() { start(true, {}); }

void Trash::start(bool back, const QStringList &paths)
{
    m_queue.emplace_back(back, paths);
    if (!isBusy())
        next();
}

void Trash::next()
{
    if (m_queue.empty())
        return;
    const auto [back, paths] = m_queue.front();
    m_queue.erase(m_queue.begin());
    if (back) {
        m_job.start([items = m_last](std::stop_token, Progress &) { return moveBack(items); },
                    [this](TrashOutcome outcome) { takeRestored(std::move(outcome)); });
    } else {
        m_job.start([paths](std::stop_token, Progress &) { return moveToTrash(paths); },
                    [this](TrashOutcome outcome) { takeMoved(std::move(outcome)); });
    }
}

void Trash::takeMoved(TrashOutcome outcome)
{
    m_problems = outcome.problems;
    m_sentence.clear();
    if (!outcome.done.empty()) {
        m_last = std::move(outcome.done);
        m_sentence = m_last.size() == 1 ? tr("%1 is in the trash.").arg(namesOf(m_last))
                                        : tr("%1 are in the trash.").arg(namesOf(m_last));
        Q_EMIT moved(pathsOf(m_last));
    }
    Q_EMIT changed();
    next();
}

void Trash::takeRestored(TrashOutcome outcome)
{
    m_problems = outcome.problems;
    m_sentence.clear();
    m_last.clear();
    if (!outcome.done.empty()) {
        m_sentence = outcome.done.size() == 1 ? tr("%1 is back.").arg(namesOf(outcome.done))
                                              : tr("%1 are back.").arg(namesOf(outcome.done));
        Q_EMIT restored(pathsOf(outcome.done));
    }
    Q_EMIT changed();
    next();
}

}  // namespace waypoint
