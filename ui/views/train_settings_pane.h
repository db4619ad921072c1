// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

#include <QtWidgets/QWidget>

#include <vector>

class QVBoxLayout;

namespace waypoint {

class DataChooser;
class ModelChooser;
class RunCenter;
class TrainField;
class TrainFolderBox;
class TrainOptimizerBox;
class TrainPlaceBox;
class TrainScheduleBox;
class TrainSection;
class TrainerInfo;
struct TrainSetting;

/// All settings of a run in groups. Knows of each field whether its value fits by itself; what only waypoint-train can
/// tell is told to it.
class TrainSettingsPane final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: both outlive it.
    TrainSettingsPane(RunCenter &runs, TrainerInfo &info, QWidget *parent = nullptr);

    [[nodiscard]] RunConfig config() const;
    void setConfig(const RunConfig &config);

    struct Problem
    {
        QString sentence;  ///< with the name of the field
        QWidget *place = nullptr;
    };
    /// The first value that does not fit by itself; no sentence where all do.
    [[nodiscard]] Problem ownProblem() const;
    /// Shows what the plan fills in, and its error beside the field that it names. Returns where that is; null where it
    /// is at no field.
    QWidget *setPlan(const TrainerPlan &plan);
    /// Opens what is folded around it.
    void unfold(QWidget *place) const;
    /// Opens it and goes there.
    void reveal(QWidget *place);
    /// The field of an option; null where there is none.
    [[nodiscard]] TrainField *field(const QString &option) const;

    [[nodiscard]] DataChooser &data() const { return *m_data; }
    [[nodiscard]] ModelChooser &model() const { return *m_model; }
    [[nodiscard]] TrainPlaceBox &place() const { return *m_place; }
    [[nodiscard]] TrainOptimizerBox &optimizer() const { return *m_optimizer; }
    [[nodiscard]] TrainScheduleBox &schedule() const { return *m_schedule; }
    [[nodiscard]] TrainFolderBox &folder() const { return *m_folder; }

Q_SIGNALS:
    void changed();

private:
    TrainSection *addSection(const QString &key, const QString &title, bool folds = false);
    TrainField *addField(TrainSection *section, TrainField *field);
    void createWhat(TrainerInfo &info);
    void createWhere(RunCenter &runs, TrainerInfo &info);
    void createHow();
    void createSafety();
    void createFolder();
    void createMore();
    void addLearningDetails(TrainSection *section);
    void addStart(TrainSection *section);
    void fieldChanged();
    void summarizeSafety();
    void showDefaults(const TrainerPlan &plan);
    void updateSchedule();
    [[nodiscard]] QWidget *placeOf(const QString &option, const QString &reason) const;

    QVBoxLayout *m_column;
    std::vector<TrainField *> m_fields;  ///< from the top
    RunConfig m_planned;
    std::int64_t m_samples = 0;
    bool m_filling = true;  ///< what changes is not news: until all fields are there, and while they are filled in

    DataChooser *m_data = nullptr;
    DataChooser *m_validation = nullptr;
    ModelChooser *m_model = nullptr;
    TrainPlaceBox *m_place = nullptr;
    TrainOptimizerBox *m_optimizer = nullptr;
    TrainScheduleBox *m_schedule = nullptr;
    TrainFolderBox *m_folder = nullptr;
    TrainSection *m_safety = nullptr;
};

}  // namespace waypoint
