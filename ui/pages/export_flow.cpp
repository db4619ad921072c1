// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export_flow.h"

#include "ui/models/text.h"
#include "ui/views/export_sheet.h"
#include "ui/views/salvage_sheet.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QWidget>

namespace waypoint {

ExportFlow::ExportFlow(QWidget *window) : QObject(window), m_window(window), m_opening(this) {}

ExportFlow::~ExportFlow() = default;

ExportSheet *ExportFlow::sheet() const { return m_sheet; }

SalvageSheet *ExportFlow::salvageSheet() const { return m_salvage; }

void ExportFlow::exportCheckpoint(const CheckpointPtr &checkpoint, const std::vector<EntryId> &entries)
{
    if (m_sheet || !checkpoint)
        return;
    m_opening.cancel();
    m_sheet = new ExportSheet(checkpoint, entries, m_window);
    m_sheet->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_sheet, &ExportSheet::written, this, &ExportFlow::written);
    connect(m_sheet, &ExportSheet::openRequested, this, &ExportFlow::openRequested);
    m_sheet->open();
}

void ExportFlow::exportFile(const QString &path)
{
    if (m_sheet)
        return;
    Q_EMIT statusChanged(tr("Reading %1…").arg(QFileInfo(path).fileName()));
    m_opening.start(
        [file = text::toPath(path)](std::stop_token stop, Progress &progress) {
            OpenOptions options;
            options.stop = stop;
            options.progress = &progress;
            return openCheckpoint(file, options);
        },
        [this, path](const Opened &opened) {
            Q_EMIT statusChanged(opened.checkpoint
                                     ? QString()
                                     : tr("%1 cannot be exported: it cannot be read.").arg(QFileInfo(path).fileName()));
            // Its page says why, and what can be done.
            if (!opened.checkpoint)
                Q_EMIT openRequested(path);
            exportCheckpoint(opened.checkpoint);
        });
}

void ExportFlow::salvage(const QString &path)
{
    if (m_salvage)
        return;
    m_salvage = new SalvageSheet(path, m_window);
    m_salvage->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_salvage, &SalvageSheet::written, this, &ExportFlow::written);
    connect(m_salvage, &SalvageSheet::openRequested, this, &ExportFlow::openRequested);
    m_salvage->open();
}

}  // namespace waypoint
