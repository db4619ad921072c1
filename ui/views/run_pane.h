// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/run_notice.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>

namespace waypoint {

class RunCenter;

/// One run, live: what it does, how far it is, its curves, log and checkpoints, and what can be asked of it.
class RunPane final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: `runs` outlives it.
    explicit RunPane(RunCenter &runs, QWidget *parent = nullptr);
    ~RunPane() override;

    /// Empty for none.
    void setRun(const QString &folder);
    [[nodiscard]] QString run() const;

Q_SIGNALS:
    void openRequested(const QString &path);
    /// Resume from a checkpoint, or from the newest where it is the run's folder. `ask`: show the sheet in any case.
    void resumeRequested(const QString &path, bool ask);
    void curvesRequested(const QStringList &paths);
    void evaluateRequested(const QStringList &checkpoints);
    void compareRequested(const QStringList &checkpoints);
    void exportRequested(const QString &checkpoint);
    void newRunRequested();

protected:
    void hideEvent(QHideEvent *event) override;
    void showEvent(QShowEvent *event) override;

private:
    void connectRuns();
    void connectSheet();
    void follow(bool follows);
    void refresh();
    void act(RunAction action);
    void tellCenter(RunAction action);

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
