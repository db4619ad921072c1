// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/resume_choice.h"
#include "ui/models/resume_plan.h"

#include <QtCore/QHash>
#include <QtWidgets/QWidget>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QSpinBox;

namespace waypoint {

class DataChooser;
class DeviceChooser;
class ModelChooser;
class ResumeChange;
class ResumeField;
class ResumePlace;
class ResumePosition;
class TorchScriptHelp;

/// All that can be chosen about a resume; each with the reason beside it why it does not fit.
class ResumeFields final : public QWidget
{
    Q_OBJECT

public:
    explicit ResumeFields(QWidget *parent = nullptr);

    /// Forgets what was chosen for another one.
    void setFile(const ResumeFile &file);
    /// A model or an optimizer of several, by its path.
    void chooseSection(const QString &path);
    /// Shows what the plan has for each field that a person has left as it was, and its problem where it belongs.
    void setPlan(const TrainerPlan &plan);
    /// Whether a problem with an option has its place here.
    [[nodiscard]] bool hasField(const QString &option) const { return m_fields.contains(option); }
    [[nodiscard]] ResumeInput input() const;
    /// Why what is chosen cannot be used, as its chooser says; empty where it can.
    [[nodiscard]] QString problem() const;

    [[nodiscard]] DeviceChooser &device() const { return *m_device; }
    [[nodiscard]] ModelChooser &model() const { return *m_model; }
    [[nodiscard]] DataChooser &data() const { return *m_data; }

Q_SIGNALS:
    void changed();

private:
    ResumeField *addField(const QString &label, QWidget *control, const QStringList &options);
    void setShown(const QString &option, bool shown);
    void createFields();
    void createParts();
    void createStrict();
    void listenTo();
    void listenToParts();
    void showParts(const TrainerPlan &plan);
    void showStrict(const TrainerPlan &plan);
    void showSettings(const TrainerPlan &plan);
    void showProblem(const TrainerPlan &plan);
    void openData();
    void fallBackToCpu(const TrainerPlan &plan);
    [[nodiscard]] QString chosenModel() const;
    [[nodiscard]] QString chosenData() const;

    ResumeFile m_file;
    ResumeInput m_first;  ///< what was chosen before anybody was asked
    QGridLayout *m_form;
    QHash<QString, ResumeField *> m_fields;  ///< by option
    QHash<ResumeField *, QLabel *> m_names;
    ResumePosition *m_position;
    DeviceChooser *m_device;
    ModelChooser *m_model;
    ResumeChange *m_modelChange;
    TorchScriptHelp *m_help;
    DataChooser *m_data;
    ResumeChange *m_dataChange;
    QSpinBox *m_batchSize;
    QComboBox *m_section;
    QComboBox *m_optimizerSection;
    QCheckBox *m_strict;
    ResumePlace *m_place;
    QString m_chosenSection;
    QString m_chosenOptimizer;
    QString m_chosenDevice;
    std::int64_t m_chosenBatchSize = 0;
    bool m_isShowing = false;  ///< fields change by program, not by hand
};

}  // namespace waypoint
