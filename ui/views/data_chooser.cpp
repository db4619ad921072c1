// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/data_chooser.h"

#include "ui/models/data_look.h"

namespace waypoint {
struct DataChooser::Parts
{
    QString spec = QStringLiteral("iris");
};
DataChooser::DataChooser(bool, QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {}
DataChooser::~DataChooser() = default;
QString DataChooser::spec() const { return m_parts->spec; }
void DataChooser::setSpec(const QString &spec) { m_parts->spec = spec; }
QString DataChooser::problem() const { return {}; }
bool DataChooser::isLooking() const { return false; }
std::shared_ptr<const DataLook> DataChooser::look() const { return {}; }
}  // namespace waypoint
