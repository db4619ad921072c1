// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QObject>
#include <QtDBus/QDBusVariant>

namespace waypoint {

/// Asks freedesktop.org's desktop portal whether the person prefers dark, and hears of changes.
/// Only built where Qt does not tell by itself (before 6.5). Never waits for the bus's answer.
class PortalColorScheme final : public QObject
{
    Q_OBJECT

public:
    explicit PortalColorScheme(QObject *parent = nullptr);

    void ask();

Q_SIGNALS:
    void answered(bool prefersDark);

private Q_SLOTS:
    void settingChanged(const QString &group, const QString &key, const QDBusVariant &value);

private:
    void tell(const QVariant &colorScheme);
};

}  // namespace waypoint
