// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/device_chooser.h"

namespace waypoint {
struct DeviceChooser::Parts
{
    QString device = QStringLiteral("cpu");
};
DeviceChooser::DeviceChooser(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {}
DeviceChooser::~DeviceChooser() = default;
void DeviceChooser::setDevices(const std::optional<TrainerDevices> &) {}
void DeviceChooser::setRuns(const QHash<QString, QString> &) {}
QString DeviceChooser::device() const { return m_parts->device; }
void DeviceChooser::setDevice(const QString &device) { m_parts->device = device; }
QString DeviceChooser::problem() const { return {}; }
}  // namespace waypoint
