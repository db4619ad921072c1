// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>

namespace waypoint {

class ResumeSheet;
class RunCenter;
class TrainerInfo;
struct ResumeFile;
struct TrainingOrder;

/// Resuming with a click: asks waypoint-train what would be restored; where all is clear (the newest checkpoint of one
/// of our own runs, nothing missing, nothing in conflict) it goes on at once, else the sheet opens and says why.
class ResumeFlow final : public QObject
{
    Q_OBJECT

public:
    /// Requires: all outlive it. The sheet belongs to `window`.
    ResumeFlow(RunCenter &runs, TrainerInfo &info, QWidget *window);
    ~ResumeFlow() override;

    /// A checkpoint of any kind, or a run folder for its newest. `ask`: shows the sheet in any case.
    void resume(const QString &path, bool ask = false);
    /// Asks about a model or an optimizer of several in a file; `section`: its path within, as --section takes it.
    void resumePart(const QString &path, const QString &section);
    /// Null while none is open.
    [[nodiscard]] ResumeSheet *sheet() const;
    [[nodiscard]] bool isBusy() const;

Q_SIGNALS:
    /// Handed to the run center. `restored`: what was taken over, in one sentence.
    void started(const QString &folder, const QString &restored);
    /// The run is at work already, and a person wants to see it.
    void runRequested(const QString &folder);
    /// A line for the status bar while it asks; empty once it is over.
    void statusChanged(const QString &text);

private:
    void read(const QString &path, const QString &section, bool ask);
    void takeFile(const ResumeFile &file, bool ask);
    void takePlan();
    void openSheet();
    void hand(const TrainingOrder &order, const QString &restored);

    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
