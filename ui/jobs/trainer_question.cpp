// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_question.h"

#include "ui/jobs/process_reaper.h"
#include "ui/jobs/trainer_program.h"

#include <QtCore/QProcess>

#include <string_view>
#include <utility>

namespace waypoint {

namespace {

/// Answers have some KiB; the plan of a model of very many tensors has a few MiB.
constexpr std::size_t kMostOutput = 16 << 20;
constexpr std::size_t kLongestLine = 256 << 10;
constexpr qsizetype kLastWords = 8 << 10;

/// "Permission denied" of "execve: Permission denied".
QString systemReason(const QString &error) { return error.mid(error.lastIndexOf(QLatin1String(": ")) + 1).trimmed(); }

}  // namespace

TrainerQuestion::TrainerQuestion(Input input, std::chrono::milliseconds patience, Ended ended)
    : m_process(std::make_unique<QProcess>()), m_ended(std::move(ended))
{
    if (input == Input::None)
        m_process->setStandardInputFile(QProcess::nullDevice());
    m_patience.setSingleShot(true);
    m_patience.setInterval(patience);
    listen();
}

TrainerQuestion::~TrainerQuestion() { stop(); }

void TrainerQuestion::listen()
{
    connect(&m_patience, &QTimer::timeout, this,
            [this] { end({}, faultOfSilence(m_patience.intervalAsDuration(), lastWords())); });
    connect(m_process.get(), &QProcess::readyReadStandardOutput, this, &TrainerQuestion::readOut);
    connect(m_process.get(), &QProcess::readyReadStandardError, this, &TrainerQuestion::readErrors);
    connect(m_process.get(), &QProcess::finished, this, [this](int code, QProcess::ExitStatus how) {
        finish({.signalled = how == QProcess::CrashExit, .code = code});
    });
    // Queued, since it can be emitted from within QProcess::start().
    const auto failed = [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart)
            startFailed();
    };
    connect(m_process.get(), &QProcess::errorOccurred, this, failed, Qt::QueuedConnection);
}

void TrainerQuestion::start(const QStringList &arguments)
{
    const QString program = trainerProgram();
    m_process->setProgram(program);
    m_process->setArguments(arguments);
    m_patience.start();
    if (program.isEmpty())
        QTimer::singleShot(0, this, &TrainerQuestion::startFailed);
    else
        m_process->start();
}

void TrainerQuestion::stop()
{
    m_ended = nullptr;
    m_patience.stop();
    endProcess(std::move(m_process));
}

void TrainerQuestion::readOut()
{
    if (!isOver())
        take(m_process->readAllStandardOutput());
}

void TrainerQuestion::readErrors()
{
    m_words += m_process->readAllStandardError();
    if (m_words.size() > kLastWords)
        m_words = m_words.right(kLastWords);
    beginPatience();
}

void TrainerQuestion::startFailed()
{
    if (!isOver())
        end({}, faultOfStart(m_process->program(), systemReason(m_process->errorString())));
}

void TrainerQuestion::finish(const TrainerExit &exit)
{
    readErrors();
    readOut();
    if (isOver())
        return;
    if (!exit.signalled && hasAnswered(exit.code))
        end(takeAll(), {});
    else
        end({}, faultOfEnd(exit, lastWords()));
}

void TrainerQuestion::giveUpFlood()
{
    if (!isOver())
        end({}, faultOfFlood(lastWords()));
}

void TrainerQuestion::end(std::string out, std::optional<TrainerFault> fault)
{
    const Ended ended = std::move(m_ended);
    stop();
    ended(std::move(out), std::move(fault));
}

QString TrainerQuestion::lastWords() const { return QString::fromUtf8(m_words).trimmed(); }

AnswerQuestion::AnswerQuestion(std::chrono::milliseconds patience, Ended ended)
    : TrainerQuestion(Input::None, patience, std::move(ended))
{
}

void AnswerQuestion::take(const QByteArray &piece)
{
    // Only its first word breaks the silence: an answer that has begun does not trickle.
    if (m_out.empty())
        beginPatience();
    m_out.append(piece.constData(), static_cast<std::size_t>(piece.size()));
    if (m_out.size() > kMostOutput)
        giveUpFlood();
}

bool AnswerQuestion::hasAnswered(int code) const
{
    // What a plan says of a run that would not start is a document, and its exit status that of the refusal.
    return code == 0 ? m_out.find_first_not_of(" \n") != std::string::npos : beginsAsDocument(m_out);
}

LinesQuestion::LinesQuestion(std::chrono::milliseconds patience, Line line, Ended ended)
    : TrainerQuestion(Input::Open, patience, std::move(ended)), m_line(std::move(line)), m_lines(kLongestLine)
{
}

void LinesQuestion::take(const QByteArray &piece)
{
    m_unheard += piece.size();
    for (std::string &line : m_lines.take({piece.constData(), static_cast<std::size_t>(piece.size())})) {
        m_hasHeard = true;
        m_unheard = 0;
        beginPatience();
        m_line(std::move(line));
        if (isOver())
            return;
    }
    if (m_unheard > static_cast<qsizetype>(kMostOutput))
        giveUpFlood();
}

}  // namespace waypoint
