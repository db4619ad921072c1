// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/model_chooser.h"

namespace waypoint {
struct ModelChooser::Parts
{
    QString model;
};
ModelChooser::ModelChooser(QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>()) {}
ModelChooser::~ModelChooser() = default;
void ModelChooser::setModels(const std::vector<TrainerModel> &) {}
QString ModelChooser::model() const { return m_parts->model; }
void ModelChooser::setModel(const QString &model) { m_parts->model = model; }
void ModelChooser::setAutomaticText(const QString &) {}
QString ModelChooser::problem() const { return {}; }
void ModelChooser::dragEnterEvent(QDragEnterEvent *) {}
void ModelChooser::dropEvent(QDropEvent *) {}
}  // namespace waypoint
