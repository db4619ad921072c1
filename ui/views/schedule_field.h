// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/schedule/schedule_classes.h"

#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;

namespace waypoint {

/// One parameter of a scheduler: its editor, and below it why the value does not fit.
class ScheduleField final : public QWidget
{
    Q_OBJECT

public:
    explicit ScheduleField(const ScheduleParameter &parameter, QWidget *parent = nullptr);

    [[nodiscard]] const ScheduleParameter &parameter() const { return m_parameter; }
    /// As Arguments take it; empty for what is left to torch's default.
    [[nodiscard]] QString value() const;
    /// An empty value is torch's default.
    void setValue(const QString &value);
    /// What is taken for an empty field.
    void setPlaceholder(const QString &text);

    /// Whether the value fits the parameter by itself.
    [[nodiscard]] bool isValid() const;
    /// Shows a reason that only all fields together tell; none shows the field's own.
    void setProblem(const QString &problem);
    /// The reason that is shown.
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void changed();

protected:
    void changeEvent(QEvent *event) override;

private:
    void createEditor();
    [[nodiscard]] QString rawValue() const;
    [[nodiscard]] QString ownProblem() const;
    void applyColor();

    ScheduleParameter m_parameter;
    QLineEdit *m_line = nullptr;
    QComboBox *m_choices = nullptr;
    QCheckBox *m_flag = nullptr;
    QLabel *m_problem;
};

}  // namespace waypoint
