// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "ui/jobs/job.h"
#include "ui/jobs/trainer_query.h"

#include <QtCore/QStringList>

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

namespace waypoint {

/// An answer of waypoint-train, read; or why there is none.
template<typename T>
struct TrainerReply
{
    std::optional<T> value;
    std::optional<TrainerFault> fault;
};

/// One of the parsers of core/run/trainer_answers.h.
template<typename T>
using TrainerParser = Result<T> (*)(std::string_view);

template<typename T>
[[nodiscard]] TrainerReply<T> readReply(std::string_view out, TrainerParser<T> parse)
{
    Result<T> value = parse(out);
    if (!value)
        return {.fault = faultOfAnswer(out, value.error())};
    return {.value = *std::move(value)};
}

/// A TrainerQuery whose answers are read in the background. A newer question replaces an older one, whichever of the
/// two it is at. Lives on its receiver's thread.
template<typename T>
class ParsedQuery final
{
public:
    using Done = std::function<void(TrainerReply<T>)>;

    /// Requires: `receiver` outlives the query or is what owns it.
    ParsedQuery(QObject *receiver, TrainerParser<T> parse) : m_parse(parse), m_reading(receiver) {}

    void ask(const QStringList &arguments, Done done, std::chrono::milliseconds patience = std::chrono::seconds(60))
    {
        cancel();
        m_query.ask(
            arguments, [this, done = std::move(done)](TrainerAnswer answer) { read(std::move(answer), done); },
            patience);
    }

    void cancel()
    {
        m_query.cancel();
        m_reading.cancel();
    }

    [[nodiscard]] bool isAsking() const { return m_query.isAsking() || m_reading.isRunning(); }

private:
    void read(TrainerAnswer answer, Done done)
    {
        if (answer.fault)
            return done({.fault = std::move(answer.fault)});
        m_reading.start([out = std::move(answer.out), parse = m_parse](const std::stop_token &,
                                                                       Progress &) { return readReply<T>(out, parse); },
                        std::move(done));
    }

    TrainerParser<T> m_parse;
    TrainerQuery m_query;
    Job<TrainerReply<T>> m_reading;
};

}  // namespace waypoint
