// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <functional>

class QSaveFile;

namespace waypoint {

/// Has a file written as a whole or not at all. Empty, or the sentence that says why not. Any thread.
[[nodiscard]] QString savePlot(const QString &path, const std::function<bool(QSaveFile &)> &write);

}  // namespace waypoint
