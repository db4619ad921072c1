// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/schedule_curves.h"

#include <QtCore/QString>
#include <QtWidgets/QScrollArea>

#include <memory>
#include <vector>

class QVBoxLayout;

namespace waypoint {

/// Other files whose schedules lie over a plot: a line for each with its state, and a button that takes it away. Files
/// are read in the background.
class ScheduleOverlays final : public QScrollArea
{
    Q_OBJECT

public:
    struct File
    {
        QString path;
        QString name;     ///< of the file, for the legend
        QString problem;  ///< why nothing of it is shown
        std::vector<ScheduleStory> stories;
    };

    explicit ScheduleOverlays(QWidget *parent = nullptr);
    ~ScheduleOverlays() override;

    /// Files that are there already stay as they are.
    void addFiles(const QStringList &paths);
    void remove(const QString &path);
    /// Asks for files without blocking.
    void chooseFiles();

    /// In the order they were added; those being read have no stories yet.
    [[nodiscard]] std::vector<const File *> files() const;
    [[nodiscard]] bool isReading() const;

    [[nodiscard]] QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// Emitted when a file was added, read or removed.
    void changed();

private:
    struct Row;

    void read(Row &row);
    void showState(Row &row);

    QVBoxLayout *m_column;
    std::vector<std::unique_ptr<Row>> m_rows;
};

}  // namespace waypoint
