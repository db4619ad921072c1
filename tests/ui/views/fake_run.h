// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/metrics/metrics_log.h"
#include "core/run/run_folder.h"
#include "core/run/surroundings.h"
#include "ui/models/run_now.h"
#include "ui/models/text.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>

#include <cmath>

/// A run folder written as the trainer does, without one.
namespace waypoint::test {

class FakeRun
{
public:
    explicit FakeRun(const QString &folder) : m_folder(folder)
    {
        QDir().mkpath(folder + QStringLiteral("/checkpoints"));
        m_status.state = RunState::Running;
        m_status.epoch = 0;
        m_status.epochs = 50;
        m_status.batches = 10;
        m_status.pid = 1;
        m_status.host = hostName();
        m_status.heartbeat = kStart;
        m_config.model = "resnet18";
        m_config.data = "folder:/data/photos";
        m_config.epochs = 50;
        m_config.batchSize = 64;
        m_config.optimizer = "sgd";
        m_config.lr = 0.05;
        m_config.optimizerArgs = {{"momentum", "0.9"}};
        m_config.scheduler = "cosine";
        m_config.monitor = "accuracy/val";
    }

    static constexpr double kStart = 1'700'000'000;

    [[nodiscard]] QString folder() const { return m_folder; }
    [[nodiscard]] RunPaths paths() const { return RunPaths(text::toPath(m_folder)); }
    [[nodiscard]] RunStatus &status() { return m_status; }
    [[nodiscard]] RunConfig &config() { return m_config; }

    void log(const QByteArray &lines) const { append(QStringLiteral("trainer.log"), lines); }

    /// Ten steps of an epoch, and what was measured at its end.
    bool train(std::int64_t epoch)
    {
        Result<MetricsLog> log = MetricsLog::open(paths().metrics());
        for (std::int64_t batch = 1; log && batch <= 10; ++batch) {
            const std::int64_t step = epoch * 10 + batch;
            const auto at = static_cast<double>(step);
            MetricsLine line{step, epoch, kStart + at, {{"loss/train", 2.3 / (1 + at / 40)}, {"lr", 0.05}}};
            if (batch == 10) {
                line.values.emplace_back("loss/val", 2.5 / (1 + at / 50));
                line.values.emplace_back("accuracy/val", 1 - 1 / (1 + at / 30));
            }
            if (!log->append(line))
                return false;
            m_status.step = step;
            m_status.heartbeat = line.time;
        }
        m_status.epoch = epoch;
        m_status.batch = 10;
        return bool(log);
    }

    /// epoch_NNNN.pth, and last.pth as its second name.
    void save(std::int64_t epoch, bool best = false)
    {
        const std::filesystem::path file = paths().epoch(epoch);
        write(text::fromPath(file), QByteArray(11'782 + static_cast<int>(epoch), 'x'));
        link(file, paths().last());
        if (best)
            link(file, paths().best());
        m_status.lastCheckpoint = file.filename().string();
    }

    /// As somebody who looks at the folder would find it.
    [[nodiscard]] RunSnapshotPtr snapshot() const
    {
        auto snapshot = std::make_shared<RunSnapshot>();
        snapshot->folder = m_folder;
        snapshot->exists = QFileInfo::exists(m_folder);
        snapshot->view.description.config = m_config;
        snapshot->view.description.environment = {"1.13.1", "0.1.0",         4,   4, "OpenBLAS 0.3.21 pthread",
                                                  true,     "AMD EPYC 7B13", "vm"};
        snapshot->view.status = m_status;
        for (const QFileInfo &file :
             QDir(m_folder + QStringLiteral("/checkpoints")).entryInfoList(QDir::Files, QDir::Name | QDir::Reversed))
            snapshot->checkpoints.push_back(runFile(file));
        QFile log(m_folder + QStringLiteral("/trainer.log"));
        if (log.open(QIODevice::ReadOnly))
            snapshot->lastWords = log.readAll().right(2000).toStdString();
        return snapshot;
    }

    [[nodiscard]] RunNow now(RunStory story) const
    {
        RunNow now;
        now.folder = m_folder;
        now.snapshot = snapshot();
        now.story = std::move(story);
        return now;
    }

private:
    static RunFile runFile(const QFileInfo &file)
    {
        RunFile found{text::toPath(file.filePath()),
                      RunFile::Kind::Epoch,
                      {},
                      static_cast<std::uint64_t>(file.size()),
                      file.lastModified().toMSecsSinceEpoch()};
        if (file.fileName() == QStringLiteral("last.pth"))
            found.kind = RunFile::Kind::Last;
        else if (file.fileName() == QStringLiteral("best.pth"))
            found.kind = RunFile::Kind::Best;
        else
            found.epoch = file.completeBaseName().mid(6).toLongLong();
        return found;
    }

    static void link(const std::filesystem::path &file, const std::filesystem::path &name)
    {
        std::error_code ignored;
        std::filesystem::remove(name, ignored);
        std::filesystem::create_hard_link(file, name, ignored);
    }

    static void write(const QString &path, const QByteArray &content)
    {
        QFile file(path);
        if (file.open(QIODevice::WriteOnly))
            file.write(content);
    }

    void append(const QString &name, const QByteArray &content) const
    {
        QFile file(m_folder + QLatin1Char('/') + name);
        if (file.open(QIODevice::Append))
            file.write(content);
    }

    QString m_folder;
    RunStatus m_status;
    RunConfig m_config;
};

}  // namespace waypoint::test
