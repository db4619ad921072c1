// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"
#include "ui/models/train_settings.h"

#include <QtCore/QHash>
#include <QtWidgets/QWidget>

#include <vector>

class QVBoxLayout;

namespace waypoint {

class TrainField;
class TrainSection;

/// The optimizer, its learning rate, and the arguments that its class has in torch.optim.
class TrainOptimizerBox final : public QWidget
{
    Q_OBJECT

public:
    explicit TrainOptimizerBox(QWidget *parent = nullptr);

    void fill(const RunConfig &config);
    void read(RunConfig &config) const;
    /// What stands for what is left to the data; {} while not known.
    void setPlanned(const RunConfig &planned);
    /// Class whose arguments are shown.
    [[nodiscard]] const TrainOptimizer &optimizer() const;
    /// The rate that the run begins with.
    [[nodiscard]] double learningRate() const;

    [[nodiscard]] TrainField *chooser() const { return m_chooser; }
    [[nodiscard]] TrainField *rate() const { return m_rate; }
    [[nodiscard]] TrainField *argument(const QString &name) const;
    [[nodiscard]] const std::vector<TrainField *> &arguments() const { return m_arguments; }

Q_SIGNALS:
    void changed();

private:
    void optimizerChosen();
    void showArguments();
    [[nodiscard]] TrainField *argumentField(const TrainSetting &setting);
    void argumentChanged(const QString &name, const QString &value);
    void summarize();
    void showPlaceholders();

    QString m_planned;  ///< optimizer chosen by the data
    RunConfig m_plan;
    const TrainOptimizer *m_shown = nullptr;
    QHash<QString, QString> m_values;  ///< of all classes: those that several share survive a change of class
    Arguments m_unknown;               ///< of a configuration, and not the class's: waypoint-train says so
    bool m_filling = false;

    TrainField *m_chooser;
    TrainField *m_rate;
    TrainSection *m_section;
    QWidget *m_rows = nullptr;
    std::vector<TrainField *> m_arguments;
};

}  // namespace waypoint
