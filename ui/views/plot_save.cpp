// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/plot_save.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QSaveFile>

namespace waypoint {

QString savePlot(const QString &path, const std::function<bool(QSaveFile &)> &write)
{
    QSaveFile file(path);
    const bool good = file.open(QIODevice::WriteOnly) && write(file) && file.commit();
    if (good)
        return {};
    return QCoreApplication::translate("PlotExport", "%1 was not written: %2.")
        .arg(QDir::toNativeSeparators(path), file.errorString());
}

}  // namespace waypoint
