// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/salvage/salvage.h"
#include "ui/jobs/job.h"

#include <QtCore/QAbstractTableModel>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QTimer>

#include <memory>
#include <optional>

namespace waypoint {

using SalvagePlanPtr = std::shared_ptr<const SalvagePlan>;

/// "31 of 38 tensors can be saved, 120 MB of 140 MB."
[[nodiscard]] QString salvageSentence(const SalvagePlan &plan);
/// How sure it is, and what there is besides tensors.
[[nodiscard]] QString salvageRemark(const SalvagePlan &plan);

/// What of a damaged file is lost, and why.
class SalvageLostModel final : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { Name, Size, Reason, ColumnCount };

    using QAbstractTableModel::QAbstractTableModel;

    void setPlan(SalvagePlanPtr plan);

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    SalvagePlanPtr m_plan;
};

/// Looking at a damaged file, and writing what can be saved of it, in the background. Lives on the window's thread.
class SalvageLook final : public QObject
{
    Q_OBJECT

public:
    explicit SalvageLook(const QString &path, QObject *parent = nullptr);
    ~SalvageLook() override;

    [[nodiscard]] const QString &path() const { return m_path; }
    /// What to call the copy; empty until planChanged().
    [[nodiscard]] const QString &suggested() const { return m_suggested; }

    /// Reads the whole file.
    void look();
    [[nodiscard]] bool isLooking() const { return m_looking.isRunning(); }
    /// Null while it looks, and where nothing can be saved.
    [[nodiscard]] const SalvagePlanPtr &plan() const { return m_plan; }
    /// Why nothing can be saved, as a sentence; empty else.
    [[nodiscard]] const QString &problem() const { return m_problem; }

    /// Looks whether `target` can be written; targetChanged() tells.
    void check(const QString &target);
    /// Why it cannot be written there; nothing while that is being looked at.
    [[nodiscard]] const std::optional<QString> &targetProblem() const { return m_targetProblem; }
    /// A file of that name would be replaced.
    [[nodiscard]] bool replaces() const { return m_replaces; }

    /// Requires: there is a plan.
    void write(const QString &target);
    [[nodiscard]] bool isWriting() const { return m_writing.isRunning(); }
    /// Stops writing; nothing is left behind.
    void stopWriting();

Q_SIGNALS:
    void planChanged();
    void targetChanged();
    /// 0 to 1, some times a second while it looks or writes.
    void progressed(double share);
    void written(const QString &target);
    void failed(const QString &sentence);

private:
    struct Looked
    {
        SalvagePlanPtr plan;
        QString problem;
        QString suggested;
    };
    struct Target
    {
        QString problem;
        bool replaces = false;
    };

    static Looked lookAt(const QString &path, const std::stop_token &stop, Progress &progress);
    static Target checkTarget(const QString &target, const QString &source, ByteCount bytes);
    void tellProgress();

    QString m_path;
    QString m_suggested;
    SalvagePlanPtr m_plan;
    QString m_problem;
    std::optional<QString> m_targetProblem;
    bool m_replaces = false;
    Job<Looked> m_looking;
    Job<Target> m_checking;
    Job<Result<void>> m_writing;
    QTimer m_poll;
};

}  // namespace waypoint
