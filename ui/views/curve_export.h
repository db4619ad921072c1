// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

class QWidget;

namespace waypoint {

class CurvePlotArea;

/// Writes all plots of an area, one file each, pictures in a turn of the event loop each and numbers in the background:
/// "run.png" becomes "run-loss.png", "run-accuracy.png". Deletes itself when it is done or its dialog is closed.
class CurveExport final : public QObject
{
    Q_OBJECT

public:
    /// Requires: `area` outlives it, or is its parent.
    explicit CurveExport(CurvePlotArea *area);

    /// Asks for a name, then writes.
    void ask();
    /// Writes nothing where a file would be lost that nobody was asked about.
    void write(const QString &path);

    /// One name for each plot; `path` as it was chosen where there is one plot only.
    [[nodiscard]] static QStringList pathsFor(const QString &path, const QStringList &plotNames);

Q_SIGNALS:
    /// A sentence: what was written, or why not.
    void finished(const QString &sentence, bool succeeded);

private:
    void writeNext();
    void goOn(const QString &problem);
    void end(const QString &sentence, bool succeeded);

    CurvePlotArea &m_area;
    QStringList m_paths;
    qsizetype m_written = 0;
    Job<QString> m_csv;
};

}  // namespace waypoint
