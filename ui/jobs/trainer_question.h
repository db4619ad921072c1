// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_process.h"
#include "ui/jobs/trainer_fault.h"
#include "ui/jobs/whole_lines.h"

#include <QtCore/QByteArray>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

class QProcess;

namespace waypoint {

/// One process of waypoint-train and what it prints, from its start to its end: the inside of TrainerQuery.
/// Window's thread.
class TrainerQuestion : public QObject
{
    Q_OBJECT

public:
    /// Called once, when there is an answer or none will come; the question has stopped then.
    using Ended = std::function<void(std::string out, std::optional<TrainerFault> fault)>;

    ~TrainerQuestion() override;

    /// Nothing is called from within.
    void start(const QStringList &arguments);
    /// Nothing is called any more; the process is ended behind the scenes.
    void stop();

protected:
    enum class Input { None, Open };

    TrainerQuestion(Input input, std::chrono::milliseconds patience, Ended ended);

    /// A piece of standard output.
    virtual void take(const QByteArray &piece) = 0;
    /// Whether what it printed may be an answer, now that it has ended with exit status `code`.
    [[nodiscard]] virtual bool hasAnswered(int code) const = 0;
    /// Standard output as far as it was kept, once there is no more.
    [[nodiscard]] virtual std::string takeAll() = 0;

    [[nodiscard]] bool isOver() const { return m_ended == nullptr; }
    /// It is not silent: patience begins anew.
    void beginPatience() { m_patience.start(); }
    void giveUpFlood();

private:
    void listen();
    void readOut();
    void readErrors();
    void startFailed();
    void finish(const TrainerExit &exit);
    void end(std::string out, std::optional<TrainerFault> fault);
    [[nodiscard]] QString lastWords() const;

    std::unique_ptr<QProcess> m_process;
    QTimer m_patience;
    QByteArray m_words;
    Ended m_ended;
};

/// A question with one answer, which is what it prints as a whole.
class AnswerQuestion final : public TrainerQuestion
{
    Q_OBJECT

public:
    AnswerQuestion(std::chrono::milliseconds patience, Ended ended);

private:
    void take(const QByteArray &piece) override;
    [[nodiscard]] bool hasAnswered(int code) const override;
    [[nodiscard]] std::string takeAll() override { return std::move(m_out); }

    std::string m_out;
};

/// A question that is answered by line after line.
class LinesQuestion final : public TrainerQuestion
{
    Q_OBJECT

public:
    using Line = std::function<void(std::string)>;

    LinesQuestion(std::chrono::milliseconds patience, Line line, Ended ended);

private:
    void take(const QByteArray &piece) override;
    [[nodiscard]] bool hasAnswered(int code) const override { return code == 0 && m_hasHeard; }
    [[nodiscard]] std::string takeAll() override { return {}; }

    Line m_line;
    WholeLines m_lines;
    bool m_hasHeard = false;
    qsizetype m_unheard = 0;  ///< bytes since the last line that was whole
};

}  // namespace waypoint
