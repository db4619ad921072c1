// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/checkpoint_facts.h"
#include "ui/jobs/job.h"
#include "ui/models/folder_scan.h"

#include <QtCore/QHash>
#include <QtCore/QObject>
#include <QtCore/QStringList>
#include <QtCore/QTimer>

#include <memory>
#include <stop_token>
#include <vector>

namespace waypoint {

/// What a file of the library is, at a glance.
enum class FileLook {
    Unknown,       ///< not looked at yet
    Resumable,     ///< weights and an optimizer
    ModelOnly,     ///< weights
    Other,         ///< something else, or no checkpoint at all
    Damaged,       ///< cannot be read, or not wholly
    BeingWritten,  ///< cannot be read yet
    Log,           ///< curves
};

/// What a list says of a file after it was opened.
struct FileFacts
{
    FileLook look = FileLook::Unknown;
    CheckpointFacts checkpoint;
    std::optional<std::pair<std::string, double>> loss;    ///< the one that tells most, with its name
    std::optional<std::pair<std::string, double>> metric;  ///< likewise
    QString problem;                                       ///< why it is damaged, or no checkpoint; a sentence
};
using FileFactsPtr = std::shared_ptr<const FileFacts>;

/// Opens it. Any thread; reads headers and values, no tensors. `now`: milliseconds since 1970.
[[nodiscard]] FileFacts lookAtFile(const FoundFile &file, std::int64_t now, const std::stop_token &stop = {});

/// Opens files in the background to tell what they are: newest first, a few at a time, each once for as long as it is
/// the same file. Window's thread.
class FileFactsReader final : public QObject
{
    Q_OBJECT

public:
    explicit FileFactsReader(QObject *parent = nullptr);

    /// All that are wanted; known ones are not read again unless their size or time changed.
    void setFiles(std::vector<FoundFile> files);
    /// Begins stopped: nobody looks.
    void setReading(bool reading);
    [[nodiscard]] bool isDone() const { return m_todo.empty(); }
    /// Null until it was read.
    [[nodiscard]] FileFactsPtr facts(const FoundFile &file) const;

Q_SIGNALS:
    void arrived(const QStringList &paths);

private:
    struct Known
    {
        std::uint64_t bytes = 0;
        std::int64_t modified = 0;
        FileFactsPtr facts;
    };
    using Batch = std::vector<std::pair<FoundFile, FileFactsPtr>>;

    void next();
    void take(const Batch &batch);
    void readUnfinishedAgain();

    QHash<QString, Known> m_known;
    std::vector<FoundFile> m_todo;  ///< the newest last
    std::vector<FoundFile> m_unfinished;
    bool m_isReading = false;
    QTimer m_again;
    Job<Batch> m_job;
};

}  // namespace waypoint
