// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/theme.h"

#include "ui/models/colors.h"

#include <QtCore/QSettings>
#include <QtGui/QPalette>
#include <QtGui/QStyleHints>
#include <QtWidgets/QApplication>
#include <QtWidgets/QStyleFactory>

#if QT_VERSION < QT_VERSION_CHECK(6, 5, 0)
#include "ui/portal_color_scheme.h"

#include <QtCore/QTimer>
#endif

namespace waypoint {

namespace {

QString settingsKey() { return QStringLiteral("theme"); }

struct Shades
{
    QRgb window, base, alternate, button, text, placeholder, disabled, highlight, highlightedText, link, tip, tipText;
    QRgb light, midlight, mid, dark, shadow;
};

QPalette paletteOf(const Shades &shades)
{
    QPalette palette;
    const auto set = [&](QPalette::ColorRole role, QRgb color) { palette.setColor(role, QColor::fromRgb(color)); };
    set(QPalette::Window, shades.window);
    set(QPalette::Base, shades.base);
    set(QPalette::AlternateBase, shades.alternate);
    set(QPalette::Button, shades.button);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        set(role, shades.text);
    set(QPalette::BrightText, 0xffffff);
    set(QPalette::PlaceholderText, shades.placeholder);
    set(QPalette::Highlight, shades.highlight);
    set(QPalette::HighlightedText, shades.highlightedText);
    set(QPalette::Link, shades.link);
    set(QPalette::LinkVisited, shades.link);
    set(QPalette::ToolTipBase, shades.tip);
    set(QPalette::ToolTipText, shades.tipText);
    set(QPalette::Light, shades.light);
    set(QPalette::Midlight, shades.midlight);
    set(QPalette::Mid, shades.mid);
    set(QPalette::Dark, shades.dark);
    set(QPalette::Shadow, shades.shadow);
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, role, QColor::fromRgb(shades.disabled));
    palette.setColor(QPalette::Disabled, QPalette::Highlight, QColor::fromRgb(shades.mid));
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, QColor::fromRgb(shades.disabled));
    return palette;
}

}  // namespace

Theme::Theme(QObject *parent) : QObject(parent), m_startedDark(colors::isDark(QApplication::palette()))
{
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    const int stored = QSettings().value(settingsKey(), 0).toInt();
    m_mode = stored == 1 ? Mode::Light : stored == 2 ? Mode::Dark : Mode::System;
    followSystem();
    apply();
}

void Theme::setMode(Mode mode)
{
    m_mode = mode;
    QSettings().setValue(settingsKey(), static_cast<int>(mode));
    apply();
}

QPalette Theme::lightPalette()
{
    return paletteOf({.window = 0xf4f5f7,
                      .base = 0xffffff,
                      .alternate = 0xf8f9fa,
                      .button = 0xf4f5f7,
                      .text = 0x1c1f23,
                      .placeholder = 0x6f757d,
                      .disabled = 0x9aa0a8,
                      .highlight = 0x2f6fb5,
                      .highlightedText = 0xffffff,
                      .link = 0x0b62b0,
                      .tip = 0xffffff,
                      .tipText = 0x1c1f23,
                      .light = 0xffffff,
                      .midlight = 0xeceef1,
                      .mid = 0xcdd1d7,
                      .dark = 0xaab0b8,
                      .shadow = 0x7d838b});
}

QPalette Theme::darkPalette()
{
    return paletteOf({.window = 0x24272b,
                      .base = 0x1b1d20,
                      .alternate = 0x202327,
                      .button = 0x30343a,
                      .text = 0xe6e8eb,
                      .placeholder = 0x949ba5,
                      .disabled = 0x767d87,
                      .highlight = 0x2f65a0,
                      .highlightedText = 0xffffff,
                      .link = 0x74b5f2,
                      .tip = 0x33373d,
                      .tipText = 0xe6e8eb,
                      .light = 0x484d55,
                      .midlight = 0x3a3f46,
                      .mid = 0x2c3035,
                      .dark = 0x17191c,
                      .shadow = 0x0e0f11});
}

void Theme::apply()
{
    const bool dark = m_mode == Mode::Dark || (m_mode == Mode::System && systemIsDark());
#if QT_VERSION >= QT_VERSION_CHECK(6, 8, 0)
    // Title bars and native dialogs follow.
    if (m_mode == Mode::System)
        QGuiApplication::styleHints()->unsetColorScheme();
    else
        QGuiApplication::styleHints()->setColorScheme(dark ? Qt::ColorScheme::Dark : Qt::ColorScheme::Light);
#endif
    const QPalette palette = dark ? darkPalette() : lightPalette();
    QApplication::setPalette(palette);
    // On dark, what floats above the window is a shade lighter than it: its frame alone can hardly be seen.
    QPalette floating = palette;
    floating.setColor(QPalette::Window, palette.color(dark ? QPalette::Button : QPalette::Base));
    floating.setColor(QPalette::Base, floating.color(QPalette::Window));
    QApplication::setPalette(floating, "QMenu");
}

bool Theme::systemIsDark() const
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    const Qt::ColorScheme scheme = QGuiApplication::styleHints()->colorScheme();
    return scheme == Qt::ColorScheme::Unknown ? m_startedDark : scheme == Qt::ColorScheme::Dark;
#else
    return m_startedDark || m_portalSaysDark;
#endif
}

void Theme::followSystem()
{
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    connect(QGuiApplication::styleHints(), &QStyleHints::colorSchemeChanged, this, &Theme::apply);
#else
    // Qt tells the desktop's choice from 6.5 on; before, the desktop's portal does.
    auto *portal = new PortalColorScheme(this);
    connect(portal, &PortalColorScheme::answered, this, [this](bool prefersDark) {
        m_portalSaysDark = prefersDark;
        apply();
    });
    // The first window does not wait for the session bus.
    QTimer::singleShot(0, portal, &PortalColorScheme::ask);
#endif
}

}  // namespace waypoint
