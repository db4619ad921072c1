// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/evaluations.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/reader.h"
#include "core/metrics/checkpoint_facts.h"
#include "ui/jobs/job.h"
#include "ui/jobs/trainer_query.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDateTime>
#include <QtCore/QFileInfo>
#include <QtCore/QHash>
#include <QtCore/QStandardPaths>

#include <algorithm>
#include <chrono>
#include <map>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

// A large model on a slow disk says nothing until it is done.
constexpr auto kPatience = 1h;

std::filesystem::path elsewhere()
{
    return text::toPath(QStandardPaths::writableLocation(QStandardPaths::AppDataLocation)) / "evaluations";
}

/// By path of the checkpoint.
using Lines = QHash<QString, EvaluationLine>;

/// Lines about files that have changed since speak of other ones.
void addLine(Lines &lines, const QString &path, const std::vector<EvaluationLine> &kept)
{
    const QFileInfo info(path);
    const std::string name = info.fileName().toStdString();
    const std::int64_t modified = info.lastModified().toMSecsSinceEpoch();
    const auto found = std::find_if(kept.rbegin(), kept.rend(), [&](const EvaluationLine &line) {
        return line.checkpoint == name && (line.modified == 0 || line.modified == modified);
    });
    if (found != kept.rend())
        lines.insert(path, *found);
}

Lines linesOf(const QStringList &checkpoints, const std::stop_token &stop)
{
    Lines lines;
    // The checkpoints of a folder share a file.
    std::map<std::filesystem::path, std::filesystem::path> fileOf;
    std::map<std::filesystem::path, std::vector<EvaluationLine>> read;
    for (const QString &path : checkpoints) {
        if (stop.stop_requested())
            break;
        const std::filesystem::path checkpoint = text::toPath(path);
        const auto [place, isNew] = fileOf.try_emplace(checkpoint.parent_path());
        if (isNew)
            place->second = evaluationsFile(checkpoint, elsewhere());
        const auto [kept, isUnread] = read.try_emplace(place->second);
        if (isUnread)
            if (auto found = readEvaluations(place->second))
                kept->second = std::move(*found);
        if (!kept->second.empty())
            addLine(lines, path, kept->second);
    }
    return lines;
}

/// Writes down what was measured; the sentence says why it could not. `asked`: when it was asked for; a file that was
/// written since is another one, as last.pth of a run at work is.
QString keep(const QString &checkpoint, const TrainerEvaluation &evaluation, const QDateTime &asked)
{
    if (QFileInfo(checkpoint).lastModified() > asked)
        return QCoreApplication::translate("Evaluations", "the file was replaced meanwhile. Measure it again.");
    const std::filesystem::path path = text::toPath(checkpoint);
    EvaluationLine line;
    line.checkpoint = path.filename().string();
    if (const Opened opened = openCheckpoint(path); opened.checkpoint) {
        const CheckpointFacts facts = factsOf(*opened.checkpoint, line.checkpoint);
        line.epoch = facts.epoch;
        line.step = facts.step;
    }
    line.time = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000;
    line.modified = QFileInfo(checkpoint).lastModified().toMSecsSinceEpoch();
    line.data = evaluation.data;
    line.part = evaluation.part;
    line.samples = evaluation.samples;
    line.loss = evaluation.loss;
    line.accuracy = evaluation.accuracy;
    const Result<void> written = appendEvaluation(evaluationsFile(path, elsewhere()), line);
    return written ? QString() : text::fromUtf8(describe(written.error()));
}

QStringList commandOf(const QString &checkpoint, const Evaluations::Order &order)
{
    QStringList command{QStringLiteral("evaluate"), checkpoint, QStringLiteral("--json")};
    const std::initializer_list<std::pair<const char *, QString>> options{
        {"--data", order.data}, {"--model", order.model}, {"--device", order.device}};
    for (const auto &[name, value] : options)
        if (!value.isEmpty())
            command << QLatin1String(name) << value;
    return command;
}

}  // namespace

struct Evaluations::Parts
{
    explicit Parts(Evaluations *owner) : reading(owner), keeping(owner) {}

    Order order;
    int done = 0;
    bool isRunning = false;
    Lines lines;
    QHash<QString, TrainerEvaluation> details;
    QStringList wanted;
    TrainerQuery query;
    Job<Lines> reading;
    Job<QString> keeping;
};

Evaluations::Evaluations(QObject *parent) : QObject(parent), m_parts(std::make_unique<Parts>(this)) {}
Evaluations::~Evaluations() = default;

void Evaluations::start(const Order &order)
{
    cancel();
    m_parts->order = order;
    for (const QString &checkpoint : order.checkpoints)
        m_parts->details.remove(checkpoint);
    m_parts->done = 0;
    m_parts->isRunning = !order.checkpoints.isEmpty();
    next();
}

void Evaluations::cancel()
{
    m_parts->query.cancel();
    m_parts->keeping.cancel();  // it is written down all the same
    if (!std::exchange(m_parts->isRunning, false))
        return;
    Q_EMIT changed();
    Q_EMIT finished();
}

bool Evaluations::isRunning() const { return m_parts->isRunning; }
int Evaluations::done() const { return m_parts->done; }
int Evaluations::total() const { return static_cast<int>(m_parts->order.checkpoints.size()); }
QString Evaluations::current() const { return isRunning() ? m_parts->order.checkpoints.value(done()) : QString(); }

std::optional<EvaluationLine> Evaluations::latest(const QString &checkpoint) const
{
    const auto found = m_parts->lines.constFind(checkpoint);
    return found == m_parts->lines.constEnd() ? std::nullopt : std::optional(*found);
}

std::optional<TrainerEvaluation> Evaluations::details(const QString &checkpoint) const
{
    const auto found = m_parts->details.constFind(checkpoint);
    return found == m_parts->details.constEnd() ? std::nullopt : std::optional(*found);
}

void Evaluations::load(const QStringList &checkpoints)
{
    if (checkpoints == m_parts->wanted)
        return;
    m_parts->wanted = checkpoints;
    readFiles();
}

void Evaluations::readFiles()
{
    m_parts->reading.start([paths = m_parts->wanted](std::stop_token stop, Progress &) { return linesOf(paths, stop); },
                           [this](Lines lines) {
                               if (lines == m_parts->lines)
                                   return;
                               m_parts->lines = std::move(lines);
                               Q_EMIT changed();
                           });
}

void Evaluations::next()
{
    if (!isRunning())
        return;
    Q_EMIT changed();
    if (done() >= total()) {
        m_parts->isRunning = false;
        Q_EMIT changed();
        Q_EMIT finished();
        return;
    }
    const QString checkpoint = current();
    m_parts->query.ask(
        commandOf(checkpoint, m_parts->order),
        [this, checkpoint, asked = QDateTime::currentDateTime()](const TrainerAnswer &answer) {
            const auto evaluation = parseEvaluation(answer.out);
            if (answer.fault || !evaluation) {
                ++m_parts->done;
                Q_EMIT failed(checkpoint,
                              answer.fault ? answer.fault->sentence : text::fromUtf8(describe(evaluation.error())));
                next();
                return;
            }
            take(checkpoint, *evaluation, asked);
        },
        kPatience);
}

void Evaluations::take(const QString &checkpoint, TrainerEvaluation evaluation, const QDateTime &asked)
{
    m_parts->details.insert(checkpoint, evaluation);
    m_parts->keeping.start([checkpoint, evaluation = std::move(evaluation),
                            asked](std::stop_token, Progress &) { return keep(checkpoint, evaluation, asked); },
                           [this, checkpoint](const QString &problem) {
                               ++m_parts->done;
                               if (!m_parts->wanted.contains(checkpoint))
                                   m_parts->wanted << checkpoint;
                               if (!problem.isEmpty())
                                   Q_EMIT failed(checkpoint, tr("Measured, and not kept: %1").arg(problem));
                               readFiles();
                               next();
                           });
}

}  // namespace waypoint
