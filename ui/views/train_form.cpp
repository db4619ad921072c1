// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_form.h"

#include "ui/models/run_center.h"
#include "ui/views/data_chooser.h"

namespace waypoint {
struct TrainForm::Parts
{
    TrainPlanner planner;
    DataChooser *data = nullptr;
};
TrainForm::TrainForm(RunCenter &, TrainerInfo &, QWidget *parent) : QWidget(parent), m_parts(std::make_unique<Parts>())
{
    m_parts->data = new DataChooser(false, this);
}
TrainForm::~TrainForm() = default;
RunConfig TrainForm::config() const { return {}; }
void TrainForm::setConfig(const RunConfig &) {}
QString TrainForm::runFolder() const { return {}; }
void TrainForm::setRunFolder(const QString &) {}
const TrainPlanner &TrainForm::planner() const { return m_parts->planner; }
DataChooser &TrainForm::data() const { return *m_parts->data; }
bool TrainForm::isReady() const { return false; }
QString TrainForm::problem() const { return {}; }
void TrainForm::start() {}
}  // namespace waypoint
