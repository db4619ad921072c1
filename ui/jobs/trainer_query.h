// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace waypoint {

/// Why waypoint-train gave no answer.
struct TrainerFault
{
    enum class Kind {
        NotInstalled,  ///< there is no waypoint-train
        NeverStarted,  ///< the system refuses to start it
        Refused,       ///< it said why, in one line
        Crashed,       ///< ended by a signal
        Silent,        ///< said nothing for too long
        NoAnswer,      ///< ended well, and what it printed is no answer: nothing, half of it, something else
        OtherVersion,  ///< of another version, whose answer lacks what this window needs
    };
    Kind kind = Kind::NoAnswer;
    QString sentence;   ///< for people: what happened and what to do
    QString lastWords;  ///< the end of what it printed to standard error

    bool operator==(const TrainerFault &) const = default;
};

struct TrainerAnswer
{
    std::string out;  ///< standard output, whole
    std::optional<TrainerFault> fault;
};

/// Asks waypoint-train one question at a time: runs it with arguments, takes what it prints, delivers it on the
/// window's thread. A newer question replaces an older one, whose process is ended; so do cancel() and destruction.
/// Never waits. Whatever the program does (garbage, half a line, no end, abort), there is one answer.
class TrainerQuery final : public QObject
{
    Q_OBJECT

public:
    using Done = std::function<void(TrainerAnswer)>;

    explicit TrainerQuery(QObject *parent = nullptr);
    ~TrainerQuery() override;

    /// `patience`: how long it may be silent.
    void ask(const QStringList &arguments, Done done, std::chrono::milliseconds patience = std::chrono::seconds(60));
    void cancel();
    [[nodiscard]] bool isAsking() const;

    /// For questions that go on answering, a JSON document a line: calls `line` for each until the question is
    /// replaced or cancelled, `done` where the program ends by itself.
    void follow(const QStringList &arguments, std::function<void(std::string)> line, Done done);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
