// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"

#include <QtCore/QString>
#include <QtWidgets/QWidget>

#include <memory>
#include <vector>

namespace waypoint {

/// Chooses a model: one of the registry, mlp with its sizes, a TorchScript file, a whole-module file; files are chosen,
/// typed or dropped.
class ModelChooser final : public QWidget
{
    Q_OBJECT

public:
    explicit ModelChooser(QWidget *parent = nullptr);
    ~ModelChooser() override;

    void setModels(const std::vector<TrainerModel> &models);
    /// As --model takes it; empty: one that suits the data (or the checkpoint).
    [[nodiscard]] QString model() const;
    void setModel(const QString &model);
    /// "The one that suits the data", "The one in the file": what the empty choice is called.
    void setAutomaticText(const QString &text);
    [[nodiscard]] QString problem() const;
    /// A file is being looked into; problem() is then empty.
    [[nodiscard]] bool isLooking() const;
    /// Looks into a file and takes it for what it is, as if it were dropped.
    void setFile(const QString &path);

Q_SIGNALS:
    void modelChanged();
    /// problem() or isLooking() is another.
    void problemChanged();
    /// A file was dropped that holds weights and no model. Where somebody takes it, the model stays as it is.
    void weightsDropped(const QString &path);

private:
    struct Parts;
    std::unique_ptr<Parts> m_parts;
};

}  // namespace waypoint
