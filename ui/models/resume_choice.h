// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"
#include "ui/models/resume_file.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace waypoint {

/// What a person has chosen about resuming; what is empty stays as the checkpoint has it.
struct ResumeInput
{
    QString model;  ///< as --model takes it
    QString data;   ///< SPEC
    QString device;
    std::int64_t epochs = 0;  ///< in all
    std::int64_t batchSize = 0;
    QString section;  ///< of several models
    QString optimizerSection;
    QString epochIs;  ///< "finished", "next"
    std::optional<std::int64_t> nextEpoch;
    bool strict = true;
    bool inPlace = true;  ///< in the run folder that it lies in, rather than in `folder`
    QString folder;       ///< for a run of its own

    bool operator==(const ResumeInput &) const = default;
};

/// What is chosen before anybody is asked: in place where nothing is left behind, with the model and data remembered.
[[nodiscard]] ResumeInput firstInput(const ResumeFile &file);

/// Run folder that a resume would write to.
[[nodiscard]] QString resumeFolder(const ResumeFile &file, const ResumeInput &input);
/// {"resume", CHECKPOINT, ...}
[[nodiscard]] std::vector<std::string> resumeArguments(const ResumeFile &file, const ResumeInput &input);
/// {"start", "--init", CHECKPOINT, ...}: fresh optimizer and schedule, from epoch 0, always in `folder`. `plan`: of the
/// resume, for the model and data it has found; may be nothing. Empty where the data is not known.
[[nodiscard]] std::vector<std::string> newRunArguments(const ResumeFile &file, const ResumeInput &input,
                                                       const std::optional<TrainerPlan> &plan);

[[nodiscard]] QStringList toQt(const std::vector<std::string> &arguments);

/// Model, data and batch size once chosen for checkpoints of a folder that are nobody's run: settings of the program.
void rememberChoice(const ResumeFile &file, const ResumeInput &input);
[[nodiscard]] ResumeInput rememberedChoice(const ResumeFile &file);

}  // namespace waypoint
