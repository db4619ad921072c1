// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/reader.h"
#include "ui/jobs/job.h"

#include <QtCore/QObject>
#include <QtCore/QPointer>
#include <QtCore/QString>

#include <vector>

class QWidget;

namespace waypoint {

class ExportSheet;
class SalvageSheet;

/// Exporting and salvaging, from wherever in the window they are asked for: one sheet at a time.
class ExportFlow final : public QObject
{
    Q_OBJECT

public:
    /// Requires: `window` owns it.
    explicit ExportFlow(QWidget *window);
    ~ExportFlow() override;

    /// Shows the sheet for a checkpoint that is open, with these entries chosen (none: everything).
    void exportCheckpoint(const CheckpointPtr &checkpoint, const std::vector<EntryId> &entries = {});
    /// The same for a file that has to be read first.
    void exportFile(const QString &path);
    /// Shows what can be saved of a damaged file.
    void salvage(const QString &path);
    /// Null while none is open.
    [[nodiscard]] ExportSheet *sheet() const;
    [[nodiscard]] SalvageSheet *salvageSheet() const;

Q_SIGNALS:
    /// A file was written: to be opened, shown in the library.
    void written(const QString &path);
    void openRequested(const QString &path);
    void statusChanged(const QString &text);

private:
    QWidget *m_window;
    QPointer<ExportSheet> m_sheet;
    QPointer<SalvageSheet> m_salvage;
    Job<Opened> m_opening;
};

}  // namespace waypoint
