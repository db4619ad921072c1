// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_plan.h"
#include "ui/jobs/file_stamp.h"
#include "ui/jobs/job.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <filesystem>
#include <optional>

namespace waypoint {

/// What can be told of the place an export shall be written to.
struct ExportTarget
{
    QString path;
    QString problem;       ///< why it cannot be written there; empty: it can
    bool isThere = false;  ///< a file of that name would be replaced

    bool operator==(const ExportTarget &) const = default;
};

/// Planning, checking and writing one export in the background. What is asked for anew replaces what was asked before.
/// Lives on the window's thread.
class ExportWork final : public QObject
{
    Q_OBJECT

public:
    explicit ExportWork(CheckpointPtr checkpoint, QObject *parent = nullptr);
    ~ExportWork() override;

    [[nodiscard]] const CheckpointPtr &checkpoint() const { return m_checkpoint; }

    /// Plans anew, then counts what a conversion would lose.
    void plan(const ExportOptions &options);
    [[nodiscard]] bool isPlanning() const { return m_planning.isRunning(); }
    /// Null while there is none: being planned for the first time, or impossible.
    [[nodiscard]] const ExportPlanPtr &planned() const { return m_plan; }
    /// Why it cannot be done, as a sentence; empty else.
    [[nodiscard]] const QString &problem() const { return m_problem; }
    /// Nothing while it is being counted.
    [[nodiscard]] const std::optional<ConversionLoss> &loss() const { return m_loss; }

    /// Looks at a place to write to, for the plan as it is then.
    void lookAt(const QString &path);
    /// Nothing while it is being looked at.
    [[nodiscard]] const std::optional<ExportTarget> &target() const { return m_target; }

    /// Requires: there is a plan.
    void write(const QString &path);
    [[nodiscard]] bool isWriting() const { return m_writing.isRunning(); }
    /// Stops writing; nothing is left behind.
    void cancel();

Q_SIGNALS:
    void planChanged();
    void lossChanged();
    void targetChanged();
    /// 0 to 1, some times a second while it writes.
    void progressed(double share);
    void written(const waypoint::Exported &exported);
    void failed(const QString &sentence);

private:
    struct Planned
    {
        Result<ExportPlanPtr> plan;
        FileStamp source;
    };

    void takePlan(Planned planned);
    struct Written
    {
        Result<Exported> exported;
        bool sourceChanged = false;
    };

    static Written writeFrom(const FileStamp &source, const ExportPlan &plan, const std::filesystem::path &file,
                             const std::stop_token &stop, Progress &progress);
    void takeWritten(const Written &written);
    void countLoss();
    void tellProgress();

    CheckpointPtr m_checkpoint;
    ExportPlanPtr m_plan;
    QString m_problem;
    std::optional<ConversionLoss> m_loss;
    std::optional<ExportTarget> m_target;
    QString m_wantedPath;
    std::optional<FileStamp> m_source;  ///< as it was for the first plan
    Job<Planned> m_planning;
    Job<Result<ConversionLoss>> m_checking;
    Job<ExportTarget> m_looking;
    Job<Written> m_writing;
    QTimer m_poll;
};

}  // namespace waypoint
