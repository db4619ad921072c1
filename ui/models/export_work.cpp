// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/export_work.h"

#include "core/base/describe_error.h"
#include "core/io/atomic_file.h"
#include "ui/models/text.h"

#include <QtCore/QFileInfo>

#include <chrono>
#include <filesystem>
#include <utility>

namespace waypoint {

namespace {

constexpr std::chrono::milliseconds kPoll(100);

QString tr(const char *text) { return ExportWork::tr(text); }

/// What does not fit is a choice in the sheet: its own sentence says it best.
QString planProblem(const Error &error)
{
    if (error.code != ErrorCode::BadArgument || error.detail.empty())
        return text::fromUtf8(describe(error));
    QString problem = text::fromUtf8(error.detail);
    problem[0] = problem[0].toUpper();
    return error.advice.empty() ? problem + QLatin1Char('.')
                                : QStringLiteral("%1. %2").arg(problem, text::fromUtf8(error.advice));
}

/// Any thread.
ExportTarget lookAtTarget(const QString &path, const ExportPlanPtr &plan)
{
    namespace fs = std::filesystem;
    ExportTarget target;
    target.path = path;
    const fs::path file = text::toPath(path);
    const fs::path folder = file.parent_path().empty() ? fs::path(".") : file.parent_path();
    std::error_code error;
    if (path.isEmpty() || file.filename().empty())
        target.problem = tr("Give the file a name.");
    else if (!fs::is_directory(folder, error))
        target.problem = tr("There is no folder %1.").arg(text::fromPath(folder));
    else if (fs::is_directory(file, error))
        target.problem = tr("%1 is a folder.").arg(text::fromPath(file));
    else if (fs::equivalent(file, plan ? plan->checkpoint->path : fs::path(), error))
        target.problem = tr("This is the file it is read from. Choose another name.");
    else if (!QFileInfo(text::fromPath(folder)).isWritable())
        target.problem = tr("You may not write into the folder %1. Choose another one.").arg(text::fromPath(folder));
    else if (const auto space = freeSpace(folder); space && plan && *space < plan->bytes)
        target.problem = tr("It takes %1, and %2 are free there.").arg(text::bytes(plan->bytes), text::bytes(*space));
    target.isThere = target.problem.isEmpty() && fs::exists(file, error);
    return target;
}

}  // namespace

ExportWork::ExportWork(CheckpointPtr checkpoint, QObject *parent)
    : QObject(parent),
      m_checkpoint(std::move(checkpoint)),
      m_planning(this),
      m_checking(this),
      m_looking(this),
      m_writing(this)
{
    m_poll.setInterval(kPoll);
    connect(&m_poll, &QTimer::timeout, this, &ExportWork::tellProgress);
}

ExportWork::~ExportWork() = default;

void ExportWork::plan(const ExportOptions &options)
{
    m_checking.cancel();
    m_loss.reset();
    m_planning.start(
        [checkpoint = m_checkpoint, options](const std::stop_token &stop, Progress &) {
            return Planned{planExport(checkpoint, options), stampOf(checkpoint->path, stop)};
        },
        [this](Planned planned) { takePlan(std::move(planned)); });
}

void ExportWork::takePlan(Planned planned)
{
    const Result<ExportPlanPtr> &plan = planned.plan;
    if (!m_source)
        m_source = planned.source;
    m_plan = plan ? *plan : nullptr;
    m_problem = plan ? QString() : planProblem(plan.error());
    if (m_plan)
        countLoss();
    lookAt(m_wantedPath);
    Q_EMIT planChanged();
}

void ExportWork::countLoss()
{
    if (!m_plan->options.dtype) {
        m_loss = ConversionLoss();
        return;
    }
    m_checking.start(
        [plan = m_plan](std::stop_token stop, Progress &progress) { return checkConversion(*plan, stop, &progress); },
        [this](const Result<ConversionLoss> &loss) {
            // What cannot be read is told when it is written.
            m_loss = loss ? *loss : ConversionLoss();
            Q_EMIT lossChanged();
        });
}

void ExportWork::lookAt(const QString &path)
{
    m_wantedPath = path;
    m_target.reset();
    m_looking.start([path, plan = m_plan](std::stop_token, Progress &) { return lookAtTarget(path, plan); },
                    [this](const ExportTarget &target) {
                        m_target = target;
                        Q_EMIT targetChanged();
                    });
}

void ExportWork::write(const QString &path)
{
    m_checking.cancel();
    m_poll.start();
    m_writing.start(
        [plan = m_plan, source = *m_source, file = text::toPath(path)](
            const std::stop_token &stop, Progress &progress) { return writeFrom(source, *plan, file, stop, progress); },
        [this](const Written &written) { takeWritten(written); });
}

/// Any thread. A source that somebody writes anew in the same place would give its new bytes old names.
ExportWork::Written ExportWork::writeFrom(const FileStamp &source, const ExportPlan &plan,
                                          const std::filesystem::path &file, const std::stop_token &stop,
                                          Progress &progress)
{
    const auto isRewritten = [&] { return source.isRewritten(stampOf(plan.checkpoint->path, stop)); };
    if (isRewritten())
        return {Error{ErrorCode::Corrupt}, true};
    Written written{writeExport(plan, file, stop, &progress)};
    written.sourceChanged = isRewritten();
    if (!written.exported || !written.sourceChanged)
        return written;
    std::error_code ignored;
    for (const std::filesystem::path &made : written.exported->files)
        std::filesystem::remove(made, ignored);
    return {Error{ErrorCode::Corrupt}, true};
}

void ExportWork::takeWritten(const Written &written)
{
    m_poll.stop();
    if (written.exported) {
        Q_EMIT this->written(*written.exported);
        return;
    }
    const Error &error = written.exported.error();
    const bool isAboutTheSource = error.code != ErrorCode::WriteFailed && error.code != ErrorCode::NoPermission;
    if (written.sourceChanged && isAboutTheSource)
        Q_EMIT failed(tr("%1 has changed since it was opened, and what is in it now is something else. Open it again, "
                         "then export.")
                          .arg(text::fromPath(m_checkpoint->path.filename())));
    else
        Q_EMIT failed(text::fromUtf8(describe(error)));
}

void ExportWork::cancel()
{
    m_poll.stop();
    m_writing.cancel();
}

void ExportWork::tellProgress()
{
    const Progress *progress = m_writing.progress();
    const std::uint64_t total = progress ? progress->total.load() : 0;
    if (total > 0)
        Q_EMIT progressed(static_cast<double>(progress->done.load()) / static_cast<double>(total));
}

}  // namespace waypoint
