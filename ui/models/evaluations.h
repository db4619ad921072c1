// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/evaluations.h"
#include "core/run/trainer_answers.h"

#include <QtCore/QObject>
#include <QtCore/QStringList>

#include <memory>
#include <optional>

class QDateTime;

namespace waypoint {

/// Measures checkpoints with `waypoint-train evaluate`, one after the other, and keeps what came of it on disk: for
/// lists and curves. Window's thread; the disk is asked in the background.
class Evaluations final : public QObject
{
    Q_OBJECT

public:
    explicit Evaluations(QObject *parent = nullptr);
    ~Evaluations() override;

    struct Order
    {
        QStringList checkpoints;
        QString data;    ///< SPEC; empty: what the checkpoint's run was trained on
        QString model;   ///< empty: what the checkpoint tells
        QString device;  ///< empty: cpu
    };
    /// Takes the place of an order that is being worked on.
    void start(const Order &order);
    void cancel();
    [[nodiscard]] bool isRunning() const;
    /// Of the present order: done and all.
    [[nodiscard]] int done() const;
    [[nodiscard]] int total() const;
    /// The one that is being measured.
    [[nodiscard]] QString current() const;

    /// The latest measurement of a checkpoint that was looked up with load(); nothing where there is none.
    [[nodiscard]] std::optional<EvaluationLine> latest(const QString &checkpoint) const;
    /// The whole answer, where it was measured since the window opened.
    [[nodiscard]] std::optional<TrainerEvaluation> details(const QString &checkpoint) const;
    /// Reads what is kept about these, in the background.
    void load(const QStringList &checkpoints);

Q_SIGNALS:
    /// latest(), details() or how far it is.
    void changed();
    void failed(const QString &checkpoint, const QString &sentence);
    /// The order is done, or was cancelled.
    void finished();

private:
    void next();
    void take(const QString &checkpoint, TrainerEvaluation evaluation, const QDateTime &asked);
    void readFiles();

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
