// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/tensor_grid.h"

#include <QtCore/QObject>
#include <QtCore/QTimer>

#include <optional>

namespace waypoint {

/// Looks for the next (or previous) NaN, infinity or zero of a tensor, in the background. Lives on the window's thread.
class ElementSearch final : public QObject
{
    Q_OBJECT

public:
    explicit ElementSearch(QObject *parent = nullptr);

    /// A newer search replaces the older. `from` is a row-major position; -1 with `backwards` false finds the first.
    void start(NumericTensorPtr tensor, Wanted wanted, std::int64_t from, bool backwards);
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_job.isRunning(); }

Q_SIGNALS:
    /// From 0 to 1, now and then while it takes long.
    void progressed(double share);
    void found(std::int64_t position);
    void foundNothing();
    void failed(const QString &sentence);

private:
    void take(const Result<std::optional<std::int64_t>> &position);

    QTimer m_sample;
    Job<std::shared_ptr<const Result<std::optional<std::int64_t>>>> m_job;
};

}  // namespace waypoint
