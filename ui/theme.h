// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>

class QPalette;

namespace waypoint {

/// Light or dark, by choice or as the system says. One per application; window's thread.
class Theme final : public QObject
{
    Q_OBJECT

public:
    enum class Mode { System, Light, Dark };

    /// Sets the style and the palette of the application, and follows the system from then on.
    explicit Theme(QObject *parent = nullptr);

    [[nodiscard]] Mode mode() const { return m_mode; }
    /// Applied at once and kept in the settings of the program.
    void setMode(Mode mode);

    [[nodiscard]] static QPalette lightPalette();
    [[nodiscard]] static QPalette darkPalette();

private:
    void apply();
    void followSystem();
    [[nodiscard]] bool systemIsDark() const;

    Mode m_mode = Mode::System;
    bool m_startedDark = false;  ///< the palette the platform came with
    bool m_portalSaysDark = false;
};

}  // namespace waypoint
