// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/curve_export.h"

#include "ui/models/text.h"
#include "ui/views/curve_plot_area.h"
#include "ui/views/plot.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QFileDialog>

#include <algorithm>

namespace waypoint {

CurveExport::CurveExport(CurvePlotArea *area) : QObject(area), m_area(*area), m_csv(this) {}

void CurveExport::ask()
{
    auto *dialog = new QFileDialog(&m_area, tr("Export All Plots"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(
        {tr("PNG image (*.png)"), tr("SVG drawing (*.svg)"), tr("PDF document (*.pdf)"), tr("CSV table (*.csv)")});
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(QStringLiteral("curves"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString &filter) {
        dialog->setDefaultSuffix(filter.section(QLatin1String("*."), 1).chopped(1));
    });
    connect(dialog, &QFileDialog::fileSelected, this, &CurveExport::write);
    connect(dialog, &QDialog::rejected, this, &QObject::deleteLater);
    dialog->open();
}

void CurveExport::write(const QString &path)
{
    m_paths = pathsFor(path, m_area.fileNames());
    // The dialog has asked about the name it was given, and about no other.
    const auto isLost = [&path](const QString &other) { return other != path && QFileInfo::exists(other); };
    const auto lost = std::find_if(m_paths.cbegin(), m_paths.cend(), isLost);
    if (lost != m_paths.cend()) {
        end(tr("%1 is there already, nothing was written. Choose another name.").arg(QFileInfo(*lost).fileName()),
            false);
        return;
    }
    writeNext();
}

QStringList CurveExport::pathsFor(const QString &path, const QStringList &plotNames)
{
    if (plotNames.size() == 1)
        return {path};
    const QFileInfo file(path);
    const QString suffix = file.suffix();
    const QString base = suffix.isEmpty() ? path : path.chopped(suffix.size() + 1);
    QStringList paths;
    for (const QString &name : plotNames)
        paths << base + QLatin1Char('-') + name + (suffix.isEmpty() ? QString() : QLatin1Char('.') + suffix);
    return paths;
}

void CurveExport::writeNext()
{
    const std::vector<Plot *> plots = m_area.plots();
    // Plots come and go while files are written: a run that is followed may bring new ones.
    if (m_written >= m_paths.size() || static_cast<std::size_t>(m_written) >= plots.size()) {
        const QString folder = QFileInfo(m_paths.value(0)).absolutePath();
        end(m_written == 1 ? tr("Wrote %1").arg(m_paths.front())
                           : tr("Wrote %1 plots to %2").arg(text::count(static_cast<std::uint64_t>(m_written)), folder),
            true);
        return;
    }
    const QString path = m_paths.at(m_written);
    const Plot &plot = *plots[static_cast<std::size_t>(m_written)];
    if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive)) {
        m_csv.start([write = plot.csvExport(path)](std::stop_token stop, Progress &) { return write(stop); },
                    [this](const QString &problem) { goOn(problem); });
        return;
    }
    const QString problem = plot.exportTo(path);
    QMetaObject::invokeMethod(
        this, [this, problem] { goOn(problem); }, Qt::QueuedConnection);
}

void CurveExport::goOn(const QString &problem)
{
    if (!problem.isEmpty()) {
        end(problem, false);
        return;
    }
    ++m_written;
    writeNext();
}

void CurveExport::end(const QString &sentence, bool succeeded)
{
    Q_EMIT finished(sentence, succeeded);
    deleteLater();
}

}  // namespace waypoint
