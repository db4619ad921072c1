// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_notice.h"

#include "core/run/surroundings.h"
#include "ui/models/run_look.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QStringList>

#include <algorithm>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("runNotice", sentence); }

const RunFile *fileOf(const RunNow &now, RunFile::Kind kind)
{
    if (!now.snapshot)
        return nullptr;
    const auto &files = now.snapshot->checkpoints;
    const auto found = std::find_if(files.begin(), files.end(), [&](const RunFile &file) { return file.kind == kind; });
    return found == files.end() ? nullptr : &*found;
}

const RunFile *newestFile(const RunNow &now)
{
    if (!now.snapshot || now.snapshot->checkpoints.empty())
        return nullptr;
    const auto &files = now.snapshot->checkpoints;
    return &*std::max_element(files.begin(), files.end(),
                              [](const RunFile &a, const RunFile &b) { return a.modified < b.modified; });
}

QString sentences(std::initializer_list<QString> parts)
{
    QStringList kept(parts);
    kept.removeAll(QString());
    return kept.join(QLatin1Char(' '));
}

RunOffer resume(const RunNow &now)
{
    return {RunAction::Resume, tr("Res&ume"), tr("Goes on from the newest checkpoint of this run"),
            now.story.canResume ? QString() : tr("There is no checkpoint to go on from.")};
}

RunOffer newRun() { return {RunAction::NewRun, tr("&New Run…"), tr("Back to the form, to start another one"), {}}; }

RunOffer forget()
{
    return {RunAction::Forget, tr("Remove from &List"), tr("No longer lists it; touches no file"), {}};
}

RunOffer showFolder() { return {RunAction::OpenFolder, tr("Open Fol&der"), tr("Shows the files of the run"), {}}; }

void addOpen(const RunNow &now, RunNotice &notice)
{
    if (fileOf(now, RunFile::Kind::Best))
        notice.offers.push_back({RunAction::OpenBest, tr("Open &best.pth"), tr("What is in the best checkpoint"), {}});
    else if (fileOf(now, RunFile::Kind::Last))
        notice.offers.push_back(
            {RunAction::OpenLast, tr("Open &last.pth"), tr("What is in the newest checkpoint"), {}});
}

QString whatIsLost(const RunNow &now)
{
    const RunFile *newest = newestFile(now);
    if (!newest)
        return tr("There is no checkpoint yet: ending it loses all that was trained.");
    const QDateTime written = QDateTime::fromMSecsSinceEpoch(newest->modified);
    return tr("Ending it loses what came after %1 (%2).")
        .arg(text::fromPath(newest->path.filename()), text::ago(written, QDateTime::currentDateTime()));
}

RunOffer end(const RunNow &now)
{
    RunOffer offer{RunAction::End, tr("&End It"), tr("Ends the process at once. The checkpoints stay."), {}};
    const RunStatus *status = now.status();
    if (status && !status->host.empty() && status->host != hostName())
        offer.whyNot = tr("It runs on %1: end it there.").arg(text::fromUtf8(status->host));
    return offer;
}

QString placeText(const RunNow &now)
{
    if (now.place <= 1)
        return tr("It is next in the queue.");
    return tr("It is number %1 of %2 in the queue.").arg(now.place).arg(now.queueLength);
}

RunNotice waiting(const RunNow &now)
{
    return {runTone(now.story.condition),
            now.story.cause.isEmpty() ? placeText(now) : now.story.cause,
            sentences({now.story.cause.isEmpty() ? QString() : placeText(now), now.story.advice}),
            false,
            {{RunAction::StartNow, tr("&Start Now"), tr("Does not wait for the device"), {}},
             {RunAction::RemoveFromQueue, tr("Remove from &Queue"), tr("It will not be started"), {}}}};
}

RunNotice finished(const RunNow &now)
{
    const QString message = now.status() ? text::fromUtf8(now.status()->message) : QString();
    RunNotice notice{runTone(now.story.condition),
                     message.isEmpty() ? now.story.headline : message,
                     sentences({now.story.cause, now.story.advice}),
                     false,
                     {}};
    addOpen(now, notice);
    notice.offers.push_back({RunAction::TrainOn, tr("Trai&n On…"), tr("Goes on with more epochs"),
                             now.story.canResume ? QString() : tr("There is no checkpoint to go on from.")});
    return notice;
}

RunNotice stopped(const RunNow &now)
{
    RunNotice notice{runTone(now.story.condition),
                     now.story.cause.isEmpty() ? tr("Stopped as asked.") : now.story.cause,
                     now.story.advice,
                     false,
                     {resume(now)}};
    addOpen(now, notice);
    return notice;
}

RunNotice broken(const RunNow &now)
{
    RunNotice notice{runTone(now.story.condition),
                     now.story.cause.isEmpty() ? now.story.headline : now.story.cause,
                     now.story.advice,
                     true,
                     {}};
    if (now.story.condition != RunCondition::NeverStarted)
        notice.offers.push_back(resume(now));
    if (!now.story.canResume)
        notice.offers.push_back(newRun());
    if (now.story.condition == RunCondition::NeverStarted)
        notice.offers.push_back(forget());
    return notice;
}

RunNotice lost(const RunNow &now)
{
    RunNotice notice{runTone(now.story.condition),
                     now.story.cause.isEmpty() ? now.story.headline : now.story.cause,
                     now.story.advice,
                     false,
                     {}};
    if (now.story.canResume)
        notice.offers.push_back(resume(now));
    if (now.story.isActive)
        notice.offers.push_back(end(now));
    notice.offers.push_back({RunAction::LookAgain, tr("Look &Again"), tr("Reads the folder anew"), {}});
    if (now.story.condition == RunCondition::Unreadable)
        notice.offers.push_back(showFolder());
    if (!now.story.isActive)
        notice.offers.push_back(forget());
    return notice;
}

RunNotice silent(const RunNow &now)
{
    return {runTone(now.story.condition),
            now.story.cause.isEmpty() ? now.story.headline : now.story.cause,
            sentences({now.story.advice, whatIsLost(now)}),
            false,
            {end(now)}};
}

}  // namespace

RunNotice runNotice(const RunNow &now)
{
    switch (now.story.condition) {
    case RunCondition::Starting:
    case RunCondition::Running:
    case RunCondition::Paused:
        return {colors::Notice::Warning, now.story.cause, now.story.advice, false, {}};
    case RunCondition::Waiting:
        return waiting(now);
    case RunCondition::NotResponding:
        return silent(now);
    case RunCondition::Stopped:
        return stopped(now);
    case RunCondition::Finished:
        return finished(now);
    case RunCondition::Failed:
    case RunCondition::Crashed:
    case RunCondition::NeverStarted:
        return broken(now);
    case RunCondition::Gone:
    case RunCondition::Unreadable:
        return lost(now);
    }
    return {};
}

}  // namespace waypoint
