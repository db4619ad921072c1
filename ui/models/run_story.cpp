// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_story.h"

#include "core/base/describe_error.h"
#include "ui/models/last_words.h"
#include "ui/models/run_cause.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>

#include <algorithm>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("RunStory", sentence); }

// --- where it stands ---

/// "epoch 12 of 50", counted as the log does; empty where the run has not told.
QString placeOf(const RunStatus &status)
{
    if (status.epochs <= 0 || status.epoch < 0)
        return {};
    return tr("epoch %1 of %2").arg(text::integer(status.epoch), text::integer(status.epochs));
}

/// "Crashed in epoch 12 of 50", or `alone` where the place is not known.
QString headlineAt(const RunStatus &status, const char *withPlace, const char *alone)
{
    const QString place = placeOf(status);
    return place.isEmpty() ? tr(alone) : tr(withPlace).arg(place);
}

double shareOf(const RunStatus &status)
{
    if (status.state == RunState::Finished)
        return 1;
    if (status.epochs <= 0 || status.epoch < 0)
        return -1;
    const double inEpoch =
        status.batches > 0 ? static_cast<double>(status.batch) / static_cast<double>(status.batches) : 0;
    const double share = (static_cast<double>(status.epoch) + inEpoch) / static_cast<double>(status.epochs);
    return std::clamp(share, 0.0, 1.0);
}

/// Nobody can read what it says, or it has not spoken.
bool isOtherThanMissing(const std::optional<Error> &error) { return error && error->code != ErrorCode::NotFound; }

bool isUnreadable(const RunSnapshot &snapshot)
{
    return isOtherThanMissing(snapshot.error) || isOtherThanMissing(snapshot.statusError);
}

/// What is there now was written by the process that this window started, as far as one can tell.
bool hasSpoken(const RunSnapshot &snapshot)
{
    return snapshot.launchedPid == 0 || snapshot.isHeard || snapshot.view.status.pid == snapshot.launchedPid;
}

bool isNewer(const RunSnapshot &snapshot) { return snapshot.error && snapshot.error->code == ErrorCode::Unsupported; }

// --- at work ---

void tellStarting(RunStory &story)
{
    story.condition = RunCondition::Starting;
    story.state = tr("Starting");
    story.headline = tr("Getting ready");
}

void tellQuiet(const RunSnapshot &snapshot, RunStory &story)
{
    const RunStatus &status = snapshot.view.status;
    story.condition = RunCondition::NotResponding;
    story.state = tr("Not responding");
    story.headline = headlineAt(status, QT_TRANSLATE_NOOP("RunStory", "Not responding in %1"),
                                QT_TRANSLATE_NOOP("RunStory", "Not responding"));
    if (snapshot.isDiskFull) {
        story.cause = tr("The disk is full, so it cannot say how it is.");
        story.advice = tr("Free some space.");
        return;
    }
    story.cause = tr("Its process is there, but has given no sign of life for a while.");
    story.advice = snapshot.isHere ? tr("Wait, or end its process; then resume from the last checkpoint.")
                                   : tr("It runs on %1: look there.").arg(text::fromUtf8(status.host));
}

void tellWork(const RunSnapshot &snapshot, RunStory &story)
{
    const RunStatus &status = snapshot.view.status;
    const bool paused = status.state == RunState::Paused;
    story.condition = paused ? RunCondition::Paused : RunCondition::Running;
    story.state = paused ? tr("Paused") : tr("Running");
    const QString place = placeOf(status);
    const QString capital = place.left(1).toUpper() + place.mid(1);
    if (paused)
        story.headline = place.isEmpty() ? tr("Paused") : tr("Paused in %1").arg(place);
    else
        story.headline = place.isEmpty() ? tr("Running") : capital;
    // A run that is well has no message while it works.
    story.cause = text::fromUtf8(status.message);
    if (snapshot.isDiskFull || !lineWith(status.message, "no space left on device").empty())
        story.advice = tr("Free some space on its disk; the next checkpoint tries again.");
}

// --- over ---

void tellStopped(const RunStatus &status, RunStory &story)
{
    story.condition = RunCondition::Stopped;
    story.state = tr("Stopped");
    story.headline =
        headlineAt(status, QT_TRANSLATE_NOOP("RunStory", "Stopped in %1"), QT_TRANSLATE_NOOP("RunStory", "Stopped"));
    if (story.canResume)
        story.advice = tr("Resume goes on where it stopped.");
}

void tellFinished(const RunStatus &status, RunStory &story)
{
    story.condition = RunCondition::Finished;
    story.state = tr("Finished");
    const bool toTheEnd = status.epochs > 0 && status.epoch + 1 >= status.epochs;
    if (toTheEnd)
        story.headline = tr("All %1 epochs are done").arg(text::integer(status.epochs));
    else
        story.headline = headlineAt(status, QT_TRANSLATE_NOOP("RunStory", "Finished early, in %1"),
                                    QT_TRANSLATE_NOOP("RunStory", "Finished"));
}

void tellFailed(const RunSnapshot &snapshot, RunStory &story)
{
    story.condition = RunCondition::Failed;
    story.state = tr("Failed");
    story.headline = headlineAt(snapshot.view.status, QT_TRANSLATE_NOOP("RunStory", "Failed in %1"),
                                QT_TRANSLATE_NOOP("RunStory", "Failed before it began"));
    const RunCause cause = causeOfFailure(snapshot);
    story.cause = cause.sentence;
    story.advice = adviceOn(cause.kind, story.canResume);
}

void tellCrashed(const RunSnapshot &snapshot, RunStory &story)
{
    story.condition = RunCondition::Crashed;
    story.state = snapshot.isEnded ? tr("Ended") : tr("Crashed");
    story.headline = snapshot.isEnded ? headlineAt(snapshot.view.status, QT_TRANSLATE_NOOP("RunStory", "Ended in %1"),
                                                   QT_TRANSLATE_NOOP("RunStory", "Ended while it started"))
                                      : headlineAt(snapshot.view.status, QT_TRANSLATE_NOOP("RunStory", "Crashed in %1"),
                                                   QT_TRANSLATE_NOOP("RunStory", "Crashed while it started"));
    const RunCause cause = causeOfCrash(snapshot);
    story.cause = cause.sentence;
    story.advice = adviceOn(cause.kind, story.canResume);
}

void tellNeverStarted(const RunSnapshot &snapshot, RunStory &story)
{
    story.condition = RunCondition::NeverStarted;
    story.state = tr("Did not start");
    story.headline = tr("Did not start");
    story.share = -1;
    const bool isEmpty = !snapshot.exit && !snapshot.launchError && snapshot.lastWords.empty();
    if (isEmpty) {
        story.cause = tr("There is no run in this folder.");
        return;
    }
    const RunCause cause = causeOfNoStart(snapshot);
    story.cause = cause.sentence;
    story.advice = adviceOn(cause.kind, story.canResume);
}

void tellUnreadable(const RunSnapshot &snapshot, RunStory &story)
{
    story.condition = RunCondition::Unreadable;
    story.state = tr("Unreadable");
    story.share = -1;
    story.headline = snapshot.view.alive || snapshot.isLaunched ? tr("Running, but what it says cannot be read")
                                                                : tr("What it left behind cannot be read");
    if (isNewer(snapshot)) {
        story.headline = tr("Of a newer version");
        story.cause = tr("A newer version of Waypoint has written this run.");
        story.advice = tr("Open it with that version.");
        story.canResume = false;
        return;
    }
    const bool isStatus = !isOtherThanMissing(snapshot.error);
    const Error &error = isStatus ? *snapshot.statusError : *snapshot.error;
    if (error.code == ErrorCode::NoPermission)
        story.cause = tr("The system refuses access to the files of this run.");
    else if (error.code == ErrorCode::ReadFailed)
        story.cause = tr("The disk or the network does not give the files of this run.");
    else
        story.cause =
            (error.code == ErrorCode::Truncated ? tr("Its %1 breaks off in the middle.") : tr("Its %1 is damaged."))
                .arg(isStatus ? QLatin1String("status.json") : QLatin1String("run.json"));
    if (story.canResume)
        story.advice = tr("Its checkpoints may well be whole: resume from the last one.");
}

void tellGone(const RunSnapshot &snapshot, RunStory &story)
{
    story.condition = RunCondition::Gone;
    story.state = tr("Gone");
    story.headline = tr("Its folder is no longer there");
    story.isActive = snapshot.isLaunched;
    story.cause = snapshot.isLaunched ? tr("The folder was removed while the run is at work: what it does is lost.")
                                      : tr("The folder was removed or renamed, or its disk is not connected.");
    story.advice = snapshot.isLaunched ? tr("End its process.") : QString();
}

void tellActive(const RunSnapshot &snapshot, RunStory &story)
{
    story.isActive = true;
    story.canResume = false;
    const bool begins = snapshot.isLaunched && !hasSpoken(snapshot);
    if (isUnreadable(snapshot))
        return tellUnreadable(snapshot, story);
    if (snapshot.isQuiet)
        return tellQuiet(snapshot, story);
    if (begins || snapshot.view.status.state == RunState::Starting) {
        story.share = -1;
        return tellStarting(story);
    }
    tellWork(snapshot, story);
}

void tellEnded(const RunSnapshot &snapshot, RunStory &story)
{
    const RunStatus &status = snapshot.view.status;
    const bool unheard = snapshot.launchError || (!hasSpoken(snapshot) && !isUnreadable(snapshot));
    const bool nothingWritten = snapshot.statusError && snapshot.statusError->code == ErrorCode::NotFound;
    if (unheard || (nothingWritten && !isUnreadable(snapshot)))
        return tellNeverStarted(snapshot, story);
    if (isUnreadable(snapshot))
        return tellUnreadable(snapshot, story);
    switch (status.state) {
    case RunState::Stopped:
        return tellStopped(status, story);
    case RunState::Finished:
        return tellFinished(status, story);
    case RunState::Failed:
        return tellFailed(snapshot, story);
    case RunState::Starting:
    case RunState::Running:
    case RunState::Paused:
        break;
    }
    tellCrashed(snapshot, story);
}

/// "photos" of "folder:/data/photos", "iris" of "iris", "resnet18" of "resnet18:2".
QString shortName(const std::string &specification)
{
    const QString whole = text::fromUtf8(specification);
    const auto colon = whole.indexOf(QLatin1Char(':'));
    const QString kind = whole.left(colon);
    static const QStringList kOfPaths{QStringLiteral("script"), QStringLiteral("module"),  QStringLiteral("csv"),
                                      QStringLiteral("mnist"),  QStringLiteral("cifar10"), QStringLiteral("folder"),
                                      QStringLiteral("tensors")};
    if (colon < 0 || kind == QLatin1String("mlp"))
        return whole;
    // "resnet18:2" has its number of classes there.
    if (!kOfPaths.contains(kind))
        return kind;
    const QString path = whole.mid(colon + 1);
    const QString name = QFileInfo(path.endsWith(QLatin1Char('/')) ? path.chopped(1) : path).completeBaseName();
    return name.isEmpty() ? whole : name;
}

}  // namespace

RunStory tellRun(const RunSnapshot &snapshot)
{
    RunStory story;
    const bool atWork = snapshot.view.alive || snapshot.isLaunched;
    story.canResume = !atWork && snapshot.exists && !snapshot.checkpoints.empty();
    story.share = shareOf(snapshot.view.status);
    if (!snapshot.exists && !snapshot.launchError)
        tellGone(snapshot, story);
    else if (atWork)
        tellActive(snapshot, story);
    else
        tellEnded(snapshot, story);
    return story;
}

QString runTitle(const RunSnapshot &snapshot)
{
    const RunConfig &config = snapshot.view.description.config;
    if (snapshot.error || config.model.empty())
        return QFileInfo(snapshot.folder).fileName();
    const QString model = shortName(config.model);
    const QString data = shortName(config.data);
    return model == data ? model : tr("%1 on %2").arg(model, data);
}

}  // namespace waypoint
