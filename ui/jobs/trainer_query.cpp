// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_query.h"

#include "ui/jobs/trainer_question.h"

#include <QtCore/QCoreApplication>

#include <utility>

namespace waypoint {

struct TrainerQuery::Parts
{
    ~Parts() { release(); }

    void begin(std::unique_ptr<TrainerQuestion> next, const QStringList &arguments)
    {
        release();
        question = std::move(next);
        question->start(arguments);
    }

    void release()
    {
        if (!question)
            return;
        question->stop();
        // Not deleted at once: this may be called from its own ending.
        question->setParent(QCoreApplication::instance());
        question.release()->deleteLater();
    }

    TrainerQuestion::Ended ending(Done done)
    {
        return [this, done = std::move(done)](std::string out, std::optional<TrainerFault> fault) {
            release();
            done({std::move(out), std::move(fault)});
        };
    }

    std::unique_ptr<TrainerQuestion> question;
};

TrainerQuery::TrainerQuery(QObject *parent) : QObject(parent), m_parts(std::make_unique<Parts>()) {}
TrainerQuery::~TrainerQuery() = default;

void TrainerQuery::ask(const QStringList &arguments, Done done, std::chrono::milliseconds patience)
{
    m_parts->begin(std::make_unique<AnswerQuestion>(patience, m_parts->ending(std::move(done))), arguments);
}

void TrainerQuery::follow(const QStringList &arguments, Line line, Done done, std::chrono::milliseconds patience)
{
    auto ending = m_parts->ending([done = std::move(done)](TrainerAnswer answer) {
        answer.out.clear();
        done(std::move(answer));
    });
    m_parts->begin(std::make_unique<LinesQuestion>(patience, std::move(line), std::move(ending)), arguments);
}

void TrainerQuery::cancel() { m_parts->release(); }

bool TrainerQuery::isAsking() const { return m_parts->question != nullptr; }

}  // namespace waypoint
