// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/train_place_box.h"

#include "ui/models/run_center.h"
#include "ui/models/text.h"
#include "ui/views/device_chooser.h"
#include "ui/views/train_field.h"

#include <QtCore/QFileInfo>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QVBoxLayout>

#include <utility>

namespace waypoint {

TrainPlaceBox::TrainPlaceBox(RunCenter &runs, TrainerInfo &info, QWidget *parent)
    : QWidget(parent),
      m_runs(runs),
      m_info(info),
      m_chooser(new DeviceChooser),
      m_field(new TrainField(QStringLiteral("device"), tr("Dev&ice"), m_chooser,
                             tr("The processor or GPU that trains. Checkpoints load on any of them."),
                             TrainField::Place::Below)),
      m_anyway(new QCheckBox(tr("Start now an&yway")))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_field);
    column->addWidget(m_anyway);
    m_anyway->setToolTip(tr("Both runs share the device: each is slower, and memory may run out"));
    m_field->setShowsProblem(false);
    m_field->setCheck([this] { return m_chooser->problem(); });
    m_field->bind([this](const RunConfig &from) { m_chooser->setDevice(text::fromUtf8(from.device)); },
                  [this](RunConfig &to) { to.device = m_chooser->device().toStdString(); });
    connect(m_chooser, &DeviceChooser::deviceChanged, m_field, &TrainField::valueChanged);
    connect(m_field, &TrainField::changed, this, &TrainPlaceBox::refreshRuns);
    connect(m_field, &TrainField::changed, this, &TrainPlaceBox::changed);
    connect(m_anyway, &QCheckBox::toggled, this, &TrainPlaceBox::changed);
    connect(&runs, &RunCenter::listChanged, this, &TrainPlaceBox::followRuns);
    connect(&runs, &RunCenter::changed, this, &TrainPlaceBox::followRuns);
    connect(&info, &TrainerInfo::changed, this, &TrainPlaceBox::refresh);
    refresh();
}

QString TrainPlaceBox::device() const { return m_chooser->device(); }

bool TrainPlaceBox::startsAnyway() const { return !m_busy.isEmpty() && m_anyway->isChecked(); }

void TrainPlaceBox::forgetAnyway() { m_anyway->setChecked(false); }

void TrainPlaceBox::refresh()
{
    const QString before = m_chooser->problem();
    m_chooser->setDevices(m_info.devices(), m_info.fault().has_value());
    refreshRuns();
    if (m_chooser->problem() != before)
        m_field->valueChanged();
}

void TrainPlaceBox::followRuns()
{
    const QString before = m_busy;
    refreshRuns();
    if (m_busy != before)
        Q_EMIT changed();
}

void TrainPlaceBox::refreshRuns()
{
    QHash<QString, QString> titles;
    if (m_info.devices())
        for (const TrainerDevice &device : m_info.devices()->devices)
            if (const QString run = m_runs.runOn(text::fromUtf8(device.name)); !run.isEmpty())
                titles.insert(text::fromUtf8(device.name), QFileInfo(run).fileName());
    if (std::exchange(m_titles, titles) != titles)
        m_chooser->setRuns(titles);
    m_busy = m_runs.runOn(device());
    m_anyway->setVisible(!m_busy.isEmpty());
    m_field->setNote(m_busy.isEmpty() ? QString()
                                      : tr("Waits for %1, which is at work there.").arg(QFileInfo(m_busy).fileName()));
}

}  // namespace waypoint
