// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/schedule_classes.h"
#include "ui/models/schedule_design.h"

#include <QtWidgets/QWidget>

#include <vector>

class QComboBox;
class QFormLayout;
class QLabel;
class QSpinBox;

namespace waypoint {

class ScheduleField;

/// The fields of a schedule: its class, what it is for, warm-up, and the parameters of the class with torch's names.
class ScheduleForm final : public QWidget
{
    Q_OBJECT

public:
    explicit ScheduleForm(QWidget *parent = nullptr);

    [[nodiscard]] ScheduleDesign design() const;
    /// Unknown arguments are left out; an unknown name changes nothing.
    void setSchedule(const QString &name, const Arguments &arguments);
    /// What the schedule is for.
    void setLearningRate(double lr);
    void setEpochs(int epochs);
    void setStepsPerEpoch(int steps);
    /// Without the fields for that, where a page around it has them.
    void setSettingVisible(bool visible);

    /// Whether each field fits and all of them together.
    [[nodiscard]] bool isValid() const { return m_valid; }
    /// What is wrong and no field's own; empty where nothing is.
    [[nodiscard]] QString problem() const { return m_problem; }
    [[nodiscard]] ScheduleField *field(QStringView name) const;

Q_SIGNALS:
    void changed();

private:
    void createSettings();
    void showClass();
    void addField(const ScheduleParameter &parameter);
    void fieldsChanged();
    void validate();
    void showPlaceholders(const ScheduleDesign &design);
    [[nodiscard]] const ScheduleClass &scheduleClass() const;
    [[nodiscard]] Arguments arguments() const;

    QFormLayout *m_form;
    QComboBox *m_class;
    QLabel *m_help;
    ScheduleField *m_lr;
    QSpinBox *m_epochs;
    QSpinBox *m_stepsPerEpoch;
    int m_settingRows = 0;  ///< rows that stay whatever the class
    bool m_settingVisible = true;
    std::vector<ScheduleField *> m_fields;  ///< of the class, warm-up first
    bool m_valid = false;
    bool m_filling = false;
    QString m_problem;
};

}  // namespace waypoint
