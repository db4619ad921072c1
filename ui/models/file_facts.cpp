// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/file_facts.h"

#include "core/base/describe_error.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/summary.h"
#include "ui/models/text.h"

#include <QtCore/QDateTime>

#include <algorithm>
#include <chrono>
#include <utility>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

// Lists change a few times a second, not with each file.
constexpr auto kBatchTime = 120ms;
// Each is a row of every list to be sorted and drawn anew, in one turn.
constexpr std::size_t kMostInBatch = 50;
constexpr std::int64_t kStillWriting = 15'000;  ///< milliseconds since the last write
constexpr auto kWriteTime = 3s;

FileLook lookOf(CheckpointFacts::Kind kind)
{
    switch (kind) {
    case CheckpointFacts::Kind::Resumable:
        return FileLook::Resumable;
    case CheckpointFacts::Kind::ModelOnly:
        return FileLook::ModelOnly;
    case CheckpointFacts::Kind::Other:
        break;
    }
    return FileLook::Other;
}

bool isNoCheckpoint(const Error &error)
{
    return error.code == ErrorCode::NotACheckpoint || error.code == ErrorCode::Unsupported
           || error.code == ErrorCode::Encrypted || error.code == ErrorCode::TooLarge;
}

}  // namespace

namespace {

FileFacts openFile(const FoundFile &file, std::int64_t now, const std::stop_token &stop)
{
    FileFacts facts;
    const std::string name = file.path.filename().string();
    if (file.isLog) {
        facts.look = FileLook::Log;
        return facts;
    }
    OpenOptions options;
    options.stop = stop;
    const Opened opened = openCheckpoint(file.path, options);
    const bool isFresh = now - file.modified < kStillWriting;
    if (!opened.checkpoint) {
        const Error error = opened.error.value_or(Error{});
        facts.checkpoint = factsInName(name);
        facts.problem = text::fromUtf8(describe(error));
        facts.look = isFresh ? FileLook::BeingWritten : isNoCheckpoint(error) ? FileLook::Other : FileLook::Damaged;
        return facts;
    }
    facts.checkpoint = factsOf(*opened.checkpoint, name);
    facts.look = lookOf(facts.checkpoint.kind);
    if (const Summary summary = summarize(*opened.checkpoint); summary.missingStorages > 0) {
        facts.look = isFresh ? FileLook::BeingWritten : FileLook::Damaged;
        facts.problem =
            FileFactsReader::tr("%1 of its tensors' data is missing.").arg(text::bytes(summary.missingBytes));
    }
    return facts;
}

}  // namespace

FileFacts lookAtFile(const FoundFile &file, std::int64_t now, const std::stop_token &stop)
{
    FileFacts facts = openFile(file, now, stop);
    // Found here once: lists ask for them with every comparison.
    facts.loss = tellingLoss(facts.checkpoint);
    facts.metric = tellingMetric(facts.checkpoint);
    return facts;
}

FileFactsReader::FileFactsReader(QObject *parent) : QObject(parent), m_job(this)
{
    m_again.setSingleShot(true);
    m_again.setInterval(kWriteTime);
    connect(&m_again, &QTimer::timeout, this, &FileFactsReader::readUnfinishedAgain);
}

void FileFactsReader::setFiles(std::vector<FoundFile> files)
{
    std::erase_if(files, [this](const FoundFile &file) { return facts(file) != nullptr; });
    std::stable_sort(files.begin(), files.end(),
                     [](const FoundFile &a, const FoundFile &b) { return a.modified < b.modified; });
    m_todo = std::move(files);
    next();
}

void FileFactsReader::setReading(bool reading)
{
    m_isReading = reading;
    if (!reading)
        m_job.cancel();
    next();
}

FileFactsPtr FileFactsReader::facts(const FoundFile &file) const
{
    const auto known = m_known.constFind(text::fromPath(file.path));
    if (known == m_known.constEnd() || known->bytes != file.bytes || known->modified != file.modified)
        return nullptr;
    return known->facts;
}

void FileFactsReader::next()
{
    if (!m_isReading || m_todo.empty() || m_job.isRunning())
        return;
    const std::size_t count = std::min(m_todo.size(), kMostInBatch);
    std::vector<FoundFile> files(m_todo.end() - static_cast<std::ptrdiff_t>(count), m_todo.end());
    m_job.start(
        [files = std::move(files)](std::stop_token stop, Progress &) {
            const auto end = std::chrono::steady_clock::now() + kBatchTime;
            const std::int64_t now = QDateTime::currentMSecsSinceEpoch();
            Batch batch;
            for (auto file = files.rbegin(); file != files.rend() && !stop.stop_requested(); ++file) {
                batch.emplace_back(*file, std::make_shared<const FileFacts>(lookAtFile(*file, now, stop)));
                if (std::chrono::steady_clock::now() > end)
                    break;
            }
            return batch;
        },
        [this](const Batch &batch) { take(batch); });
}

void FileFactsReader::take(const Batch &batch)
{
    QStringList paths;
    QSet<QString> done;
    for (const auto &[file, facts] : batch) {
        const QString path = text::fromPath(file.path);
        m_known.insert(path, {file.bytes, file.modified, facts});
        paths << path;
        done.insert(path);
        if (facts->look == FileLook::BeingWritten)
            m_unfinished.push_back(file);
    }
    // Newest last, so what was read is at the end unless other files were set meanwhile.
    std::erase_if(m_todo,
                  [&](const FoundFile &file) { return done.contains(text::fromPath(file.path)) && facts(file); });
    if (!m_unfinished.empty() && !m_again.isActive())
        m_again.start();
    Q_EMIT arrived(paths);
    next();
}

void FileFactsReader::readUnfinishedAgain()
{
    for (FoundFile &file : std::exchange(m_unfinished, {}))
        m_todo.push_back(std::move(file));
    next();
}

}  // namespace waypoint
