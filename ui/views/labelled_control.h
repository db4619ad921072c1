// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

class QWidget;

namespace waypoint {

/// A control with its name before it, in one widget, so that a FlowLayout keeps them together. The name's mnemonic
/// leads to the control, which is called so for screen readers, too.
[[nodiscard]] QWidget *labelledControl(const QString &label, QWidget *control);

}  // namespace waypoint
