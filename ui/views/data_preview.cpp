// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/data_preview.h"

namespace waypoint {
struct DataPreview::Parts
{
};
DataPreview::DataPreview(QWidget *parent) : QWidget(parent) {}
DataPreview::~DataPreview() = default;
void DataPreview::setLook(std::shared_ptr<const DataLook>, const QString &) {}
}  // namespace waypoint
