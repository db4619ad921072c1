// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "ui/jobs/job.h"
#include "ui/views/tensor_view.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <vector>

class QStackedWidget;
class QTabBar;

namespace waypoint {

class ElidedLabel;
class FactSheet;
class NoticeBar;
class PlaneSelector;
class StatsLine;
class ValueTable;

/// A tensor (or NumPy array) and the ways of looking at it: values, pictures, statistics, facts. The way chosen is kept
/// from tensor to tensor and across starts. Nothing is read but what the chosen view shows.
class TensorPane final : public QWidget
{
    Q_OBJECT

public:
    explicit TensorPane(QWidget *parent = nullptr);

    /// Requires: the entry is a tensor or an array.
    void setEntry(CheckpointPtr checkpoint, EntryId entry);
    [[nodiscard]] EntryId entry() const { return m_entry; }

    /// Statistics come from outside, by setStats(): the pane works out none itself.
    void expectStats() { m_expectsStats = true; }
    /// Ignored unless `entry` is the one shown.
    void setStats(EntryId entry, const TensorStats &stats);
    void setStatsProblem(EntryId entry, const Error &error);

    [[nodiscard]] ValueTable &values() const { return *m_values; }
    [[nodiscard]] PlaneSelector &planeSelector() const { return *m_plane; }
    /// Names of the ways there are for this tensor: "values", "histogram", "map", "filters", "details".
    [[nodiscard]] QStringList ways() const;
    [[nodiscard]] QString currentWay() const;
    void chooseWay(const QString &name);
    /// Why there are no numbers to see; empty where there are.
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] QString statsText() const;

Q_SIGNALS:
    void entryActivated(waypoint::EntryId entry);

private:
    struct Way
    {
        QString name;
        QString title;
        TensorView *view = nullptr;  ///< null: the facts
        bool (*suits)(const NumericTensor &) = nullptr;
    };

    void createWays();
    void addWay(const QString &name, const QString &title, TensorView *view, bool (*suits)(const NumericTensor &));
    void take(const Result<NumericTensor> &numbers);
    void showTensor(ShownTensorPtr tensor);
    void showWays();
    void fillTabs(const QStringList &names);
    [[nodiscard]] const Way &wayAt(int tab) const;
    void showWay(int tab);
    void workOutStats();

    CheckpointPtr m_checkpoint;
    EntryId m_entry = kNoEntry;
    ShownTensorPtr m_tensor;
    QString m_problem;
    QString m_chosen;  ///< the way a person chose, also while the tensor shown does not have it
    bool m_expectsStats = false;
    bool m_isSwitching = false;
    bool m_factsAreOld = false;
    std::optional<TensorStats> m_stats;
    QString m_statsProblem;
    std::vector<Way> m_ways;
    QTimer m_settle;
    Job<std::shared_ptr<const Result<NumericTensor>>> m_resolving;
    Job<std::shared_ptr<const Result<TensorStats>>> m_statsJob;

    NoticeBar *m_reason;
    QTabBar *m_tabs;
    PlaneSelector *m_plane;
    QStackedWidget *m_stack;
    ValueTable *m_values;
    FactSheet *m_facts;
    StatsLine *m_statsLine;
    ElidedLabel *m_status;
};

}  // namespace waypoint
