// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_fault.h"

#include <QtCore/QByteArray>
#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtCore/QJsonDocument>
#include <QtCore/QStringList>

#include <algorithm>
#include <csignal>
#include <cstring>

namespace waypoint {

namespace {

using Kind = TrainerFault::Kind;

/// What the system's loader ends a program with whose libraries are not there.
constexpr int kNotLoaded = 127;
/// The exit statuses that waypoint-train knows, with one line on standard error each.
constexpr int kLastRefusal = 4;

QString tr(const char *sentence) { return QCoreApplication::translate("TrainerFault", sentence); }

QStringList linesOf(const QString &words)
{
    QStringList lines;
    for (const QString &line : words.split(QLatin1Char('\n')))
        if (!line.trimmed().isEmpty())
            lines.push_back(line.trimmed());
    return lines;
}

/// The line that it ends on, without what is for a shell.
QString refusalOf(const QString &lastWords)
{
    static const QString kName = QStringLiteral("waypoint-train: ");
    static const QString kHelp = QStringLiteral("; see waypoint-train --help");
    const QStringList lines = linesOf(lastWords);
    const auto own =
        std::find_if(lines.rbegin(), lines.rend(), [](const QString &line) { return line.startsWith(kName); });
    QString refusal = own == lines.rend() ? lines.value(lines.size() - 1) : own->mid(kName.size());
    if (refusal.endsWith(kHelp))
        refusal.chop(kHelp.size());
    return refusal;
}

bool isWholeJson(std::string_view text)
{
    const auto bytes = QByteArray::fromRawData(text.data(), static_cast<qsizetype>(text.size()));
    return !QJsonDocument::fromJson(bytes).isNull();
}

QString crashSentence(int signal)
{
    if (signal == SIGKILL)
        return tr("waypoint-train was killed (SIGKILL), most often because memory ran out. Close other programs and "
                  "try again.");
    if (signal == SIGILL)
        return tr("waypoint-train crashed (SIGILL): it or its LibTorch is built for another processor. Build it on "
                  "this machine, with tools/setup and tools/build.");
    return tr("waypoint-train crashed (%1). Try again; where it crashes each time, report it with its last words.")
        .arg(signalName(signal));
}

TrainerFault notLoaded(const QString &lastWords)
{
    // "waypoint-train: error while loading shared libraries: libtorch.so: cannot open shared object file"
    const QString reason = linesOf(lastWords).value(0).section(QStringLiteral("shared libraries: "), -1);
    return {Kind::NeverStarted,
            tr("waypoint-train cannot be loaded (%1). Install what it lacks, or build it again with tools/build.")
                .arg(reason.isEmpty() ? tr("a library is missing") : reason),
            lastWords};
}

TrainerFault silentRefusal(int code, const QString &lastWords)
{
    return {Kind::NoAnswer,
            tr("waypoint-train ended with status %1 and did not say why. Run it in a terminal to see more.").arg(code),
            lastWords};
}

TrainerFault saidNothing(const QString &lastWords)
{
    return {Kind::NoAnswer,
            tr("waypoint-train ended without an answer. Try again; if it stays so, install or build it anew."),
            lastWords};
}

}  // namespace

bool beginsAsDocument(std::string_view out)
{
    const std::size_t at = out.find_first_not_of(" \t\r\n");
    return at != std::string_view::npos && out[at] == '{';
}

QString signalName(int signal)
{
    const char *const name = ::sigabbrev_np(signal);
    return name ? QStringLiteral("SIG") + QString::fromLatin1(name) : tr("signal %1").arg(signal);
}

TrainerFault faultOfStart(const QString &program, const QString &reason)
{
    if (program.isEmpty())
        return {
            Kind::NotInstalled,
            tr("Training needs waypoint-train, which is not installed. Put it beside this program or on the PATH, or "
               "build it with tools/setup and tools/build."),
            {}};
    if (!QFileInfo::exists(program))
        return {Kind::NotInstalled,
                tr("There is no waypoint-train at %1. Install it again, or correct WAYPOINT_TRAINER where that is set.")
                    .arg(program),
                {}};
    return {
        Kind::NeverStarted,
        tr("The system does not start %1 (%2). See that it is a program and that you may run it.").arg(program, reason),
        {}};
}

TrainerFault faultOfSilence(std::chrono::milliseconds patience, const QString &lastWords)
{
    const auto seconds = std::max<qint64>(1, std::chrono::round<std::chrono::seconds>(patience).count());
    return {Kind::Silent,
            seconds == 1
                ? tr("waypoint-train said nothing for a second and was ended. Try again.")
                : tr("waypoint-train said nothing for %1 seconds and was ended. Try again; a disk or a GPU that "
                     "does not answer can be why.")
                      .arg(seconds),
            lastWords};
}

TrainerFault faultOfFlood(const QString &lastWords)
{
    return {Kind::NoAnswer,
            tr("waypoint-train printed far more than an answer and was ended. Install or build it anew."), lastWords};
}

TrainerFault faultOfEnd(const TrainerExit &exit, const QString &lastWords)
{
    if (exit.signalled)
        return {Kind::Crashed, crashSentence(exit.code), lastWords};
    if (exit.code == kNotLoaded)
        return notLoaded(lastWords);
    if (exit.code == 0)
        return saidNothing(lastWords);
    const QString refusal = exit.code <= kLastRefusal ? refusalOf(lastWords) : QString();
    return refusal.isEmpty() ? silentRefusal(exit.code, lastWords) : TrainerFault{Kind::Refused, refusal, lastWords};
}

TrainerFault faultOfAnswer(std::string_view out, const Error &error)
{
    const QString detail = QString::fromStdString(error.detail);
    if (isWholeJson(out))
        return {Kind::OtherVersion,
                tr("waypoint-train answered what this window cannot read (%1): it is of another version. Install both "
                   "of the same.")
                    .arg(detail),
                {}};
    if (beginsAsDocument(out))
        return {Kind::NoAnswer, tr("waypoint-train stopped in the middle of its answer. Try again."), {}};
    return {Kind::NoAnswer,
            tr("What waypoint-train printed is no answer. See that it is Waypoint's own, or install it anew."),
            {}};
}

std::optional<TrainerFault> faultOfVersion(std::string_view version)
{
    if (version.empty() || version == WAYPOINT_VERSION)
        return std::nullopt;
    const QString other = QString::fromUtf8(version.data(), static_cast<qsizetype>(version.size()));
    return TrainerFault{
        Kind::OtherVersion,
        tr("waypoint-train is version %1, and this window is %2. Install both of the same version; until "
           "then, what you see may be incomplete.")
            .arg(other, QStringLiteral(WAYPOINT_VERSION)),
        {}};
}

}  // namespace waypoint
