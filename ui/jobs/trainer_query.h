// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/trainer_fault.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace waypoint {

struct TrainerAnswer
{
    std::string out;  ///< standard output, whole; of follow() nothing
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
    using Line = std::function<void(std::string)>;

    explicit TrainerQuery(QObject *parent = nullptr);
    ~TrainerQuery() override;

    /// `patience`: how long it may be silent. `done` may ask anew or destroy the query; it is never called from within
    /// ask(). A refusal that is a JSON document, as of `plan --json`, is an answer.
    void ask(const QStringList &arguments, Done done, std::chrono::milliseconds patience = std::chrono::seconds(60));
    void cancel();
    [[nodiscard]] bool isAsking() const;

    /// For questions that go on answering, a JSON document a line: calls `line` for each until the question is
    /// replaced or cancelled, `done` where the program ends by itself or is silent for too long. Half lines are kept
    /// until they are whole, lines of more than 256 KiB dropped.
    void follow(const QStringList &arguments, Line line, Done done,
                std::chrono::milliseconds patience = std::chrono::seconds(60));

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
