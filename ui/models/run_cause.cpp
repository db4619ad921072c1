// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/run_cause.h"

#include "core/base/describe_error.h"
#include "core/base/printable.h"
#include "ui/models/last_words.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>

#include <csignal>
#include <optional>
#include <string>

namespace waypoint {

namespace {

using Kind = RunCause::Kind;

constexpr std::size_t kLongestQuote = 300;

QString tr(const char *sentence) { return QCoreApplication::translate("RunCause", sentence); }

QString shown(const std::string &line) { return text::fromUtf8(printable(line, kLongestQuote)); }

RunCause outOfMemory(const RunSnapshot &snapshot)
{
    const QString device = text::fromUtf8(snapshot.view.description.config.device);
    const bool isGpu = !device.isEmpty() && device != QLatin1String("cpu");
    return {Kind::Memory,
            isGpu ? tr("Out of memory on %1.").arg(device) : tr("Out of memory: the computer had no more to give.")};
}

RunCause fullDisk() { return {Kind::Disk, tr("The disk is full.")}; }

// --- what it wrote ---

/// Something that people know, in what a process wrote before it died.
std::optional<RunCause> hintIn(const RunSnapshot &snapshot, std::string_view words)
{
    for (const char *phrase : {"out of memory", "bad_alloc", "not enough memory", "cannot allocate memory"})
        if (!lineWith(words, phrase).empty())
            return outOfMemory(snapshot);
    if (!lineWith(words, "no space left on device").empty())
        return fullDisk();
    if (!lineWith(words, "quota exceeded").empty())
        return RunCause{Kind::Disk, tr("The disk quota is used up.")};
    for (const char *phrase : {"cuda error", "cudnn error", "cublas_status"})
        if (const auto line = lineWith(words, phrase); !line.empty())
            return RunCause{Kind::Device, tr("The GPU or its driver reported an error: %1").arg(shown(line))};
    if (const auto line = lineWith(words, "error while loading shared libraries"); !line.empty())
        return RunCause{Kind::Broken, tr("waypoint-train lacks a library: %1").arg(shown(line))};
    if (const auto line = lineWith(words, "permission denied"); !line.empty())
        return RunCause{Kind::File, tr("The system refused access: %1").arg(shown(line))};
    if (const auto line = lineWith(words, "assert"); !line.empty())
        return RunCause{Kind::Broken, tr("A check inside it failed: %1").arg(shown(line))};
    if (!lineWith(words, "terminate called").empty())
        return RunCause{Kind::Broken, tr("It gave up on an error inside: %1").arg(shown(lastLine(words)))};
    return std::nullopt;
}

/// Its log after the last line of progress, and what it last said of itself.
std::string finalWords(const RunSnapshot &snapshot)
{
    return snapshot.view.status.message + '\n' + std::string(afterProgress(snapshot.lastWords));
}

// --- how it ended ---

bool isFault(int signal)
{
    return signal == SIGSEGV || signal == SIGABRT || signal == SIGBUS || signal == SIGFPE || signal == SIGILL
           || signal == SIGTRAP || signal == SIGSYS;
}

RunCause causeOfSignal(int signal)
{
    switch (signal) {
    case SIGKILL:
        return {Kind::Killed,
                tr("It was killed (signal 9): mostly the system does that when memory runs out, or a person.")};
    case SIGILL:
        return {Kind::Broken,
                tr("LibTorch used an instruction that this processor does not have (signal %1).").arg(signal)};
    case SIGXFSZ:
        return {Kind::Disk,
                tr("It reached the limit that the system sets to the size of files (signal %1).").arg(signal)};
    case SIGXCPU:
        return {Kind::Killed, tr("It used up the processor time that the system grants it (signal %1).").arg(signal)};
    default:
        break;
    }
    if (isFault(signal))
        return {Kind::Broken, tr("It crashed inside LibTorch or a driver (signal %1).").arg(signal)};
    return {Kind::Killed, tr("It was ended from outside (signal %1).").arg(signal)};
}

struct StatusMeaning
{
    Kind kind = Kind::Unknown;
    const char *words = "";
};

StatusMeaning meaningOf(int status)
{
    switch (status) {
    case 1:
        return {Kind::Arguments, QT_TRANSLATE_NOOP("RunCause", "the arguments")};
    case 2:
        return {Kind::File, QT_TRANSLATE_NOOP("RunCause", "a file or folder")};
    case 3:
        return {Kind::Device, QT_TRANSLATE_NOOP("RunCause", "the device")};
    case 4:
        return {Kind::Unknown, QT_TRANSLATE_NOOP("RunCause", "the training itself")};
    default:
        return {};
    }
}

RunCause causeOfStatus(int status)
{
    if (status == 0)
        return {Kind::Unknown, tr("It ended with status 0, as if all were well, but without a last word.")};
    const StatusMeaning meaning = meaningOf(status);
    if (*meaning.words == '\0')
        return {Kind::Unknown, tr("It ended with status %1 without a word.").arg(status)};
    return {meaning.kind, tr("It ended with status %1 (%2) without a word.").arg(status).arg(tr(meaning.words))};
}

/// Of a process that has written no status.
RunCause causeOfEarlyStatus(int status)
{
    const StatusMeaning meaning = meaningOf(status);
    if (*meaning.words == '\0')
        return {Kind::Unknown, tr("It ended with status %1 before its first word.").arg(status)};
    return {meaning.kind, tr("It ended with status %1 (%2) before its first word.").arg(status).arg(tr(meaning.words))};
}

RunCause causeOfExit(const TrainerExit &exit)
{
    return exit.signalled ? causeOfSignal(exit.code) : causeOfStatus(exit.code);
}

// --- what it said ---

/// "The loss is NaN in epoch 3, at step 24.": the facts of a message stand in its brackets.
QString lossSentence(const QString &message)
{
    const auto open = message.indexOf(QLatin1String("(the loss is "));
    const auto close = message.indexOf(QLatin1Char(')'), open);
    if (open < 0 || close < 0)
        return tr("The loss is no longer a number (NaN).");
    QString facts = message.mid(open + 1, close - open - 1);
    facts.replace(QLatin1String(" nan "), QLatin1String(" NaN "));
    return facts.left(1).toUpper() + facts.mid(1) + QLatin1Char('.');
}

Kind kindOfReason(const std::string &reason)
{
    if (reason == "device")
        return Kind::Device;
    if (reason == "file")
        return Kind::File;
    if (reason == "arguments")
        return Kind::Arguments;
    return reason == "internal" ? Kind::Broken : Kind::Unknown;
}

}  // namespace

RunCause causeOfFailure(const RunSnapshot &snapshot)
{
    const RunStatus &status = snapshot.view.status;
    const QString message = shown(status.message);
    if (status.reason == "nan")
        return {Kind::Nan, lossSentence(message)};
    if (status.reason == "out_of_memory")
        return outOfMemory(snapshot);
    if (status.reason == "file" && !lineWith(status.message, "no space left on device").empty())
        return {Kind::Disk, tr("The disk is full: %1").arg(message)};
    if (message.isEmpty())
        return {kindOfReason(status.reason), tr("It failed, and did not say why.")};
    return {kindOfReason(status.reason), message};
}

RunCause causeOfCrash(const RunSnapshot &snapshot)
{
    if (snapshot.isEnded)
        return {Kind::Killed, tr("It was ended from this window.")};
    if (snapshot.hasRebooted)
        return {Kind::Restarted, tr("The computer was restarted, or lost its power, while it ran.")};
    const auto &exit = snapshot.exit;
    if (exit && exit->signalled && exit->code == SIGKILL)
        return causeOfSignal(SIGKILL);
    if (auto hint = hintIn(snapshot, finalWords(snapshot)))
        return *std::move(hint);
    if (snapshot.isDiskFull)
        return fullDisk();
    if (exit)
        return causeOfExit(*exit);
    return {Kind::Unknown, tr("It ended without a last word: it was killed, or it crashed.")};
}

RunCause causeOfNoStart(const RunSnapshot &snapshot)
{
    if (snapshot.launchError)
        return {Kind::File,
                tr("waypoint-train cannot be started. %1").arg(text::fromUtf8(describe(*snapshot.launchError)))};
    constexpr std::string_view kPrefix = "waypoint-train: ";
    constexpr std::string_view kForShells = "; see waypoint-train --help";
    std::string line = lastLine(snapshot.lastWords);
    const bool isSignalled = snapshot.exit && snapshot.exit->signalled;
    if (!isSignalled && line.starts_with(kPrefix)) {
        line.erase(0, kPrefix.size());
        if (line.ends_with(kForShells))
            line.resize(line.size() - kForShells.size());
        const Kind kind = snapshot.exit ? meaningOf(snapshot.exit->code).kind : Kind::Unknown;
        return {kind, shown(line)};
    }
    if (auto hint = hintIn(snapshot, snapshot.lastWords))
        return *std::move(hint);
    if (!snapshot.exit)
        return {Kind::Unknown, tr("It ended before its first word.")};
    return isSignalled ? causeOfSignal(snapshot.exit->code) : causeOfEarlyStatus(snapshot.exit->code);
}

QString adviceOn(Kind kind, bool canResume)
{
    switch (kind) {
    case Kind::Memory:
        return canResume ? tr("Resume with a smaller batch size, or on another device.")
                         : tr("Start it again with a smaller batch size, or on another device.");
    case Kind::Nan:
        return canResume ? tr("Resume from an earlier checkpoint with a smaller learning rate, or clip the gradients.")
                         : tr("Start it again with a smaller learning rate, or clip the gradients.");
    case Kind::Disk:
        return canResume ? tr("Free some space, then resume.") : tr("Free some space, then start it again.");
    case Kind::Device:
        return canResume ? tr("Resume, here or on another device.") : tr("Start it again on another device.");
    case Kind::File:
        return canResume ? tr("Put that right, then resume.") : tr("Put that right, then start it again.");
    case Kind::Arguments:
        return canResume ? tr("Change the settings, then resume.") : tr("Change the settings, then start it again.");
    case Kind::Killed:
    case Kind::Restarted:
    case Kind::Broken:
    case Kind::Unknown:
        break;
    }
    return canResume ? tr("Resume goes on from the last checkpoint.")
                     : tr("There is no checkpoint to go on from: start it again.");
}

}  // namespace waypoint
