// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/trainer_answers.h"
#include "ui/models/resume_file.h"

#include <QtCore/QString>

#include <optional>
#include <string_view>
#include <vector>

namespace waypoint {

enum class ResumeSign {
    Restored,  ///< taken over
    Fresh,     ///< not in the file, begins anew
    Conflict,  ///< contradicts, or is changed
    Held,      ///< in the file; what becomes of it is not known yet
};

struct ResumeLine
{
    ResumeSign sign = ResumeSign::Held;
    QString text;

    bool operator==(const ResumeLine &) const = default;
};

/// What waypoint-train would take over, begin anew, and finds contradictory.
[[nodiscard]] std::vector<ResumeLine> resumeLines(const TrainerPlan &plan, const ResumeFile &file);
/// What is in the file, while waypoint-train has not got that far.
[[nodiscard]] std::vector<ResumeLine> heldLines(const ResumeFile &file);
/// The plan got so far that it names what is restored.
[[nodiscard]] bool saysWhatIsRestored(const TrainerPlan &plan);

/// "lenet-run/checkpoints/epoch_0049.pth goes on at epoch 50 of 100"
[[nodiscard]] QString resumeHeadline(const std::optional<TrainerPlan> &plan, const ResumeFile &file);
/// "Model, optimizer, schedule and random generator restored from epoch_0049.pth: goes on at epoch 50 of 100."
[[nodiscard]] QString restoredSentence(const TrainerPlan &plan, const ResumeFile &file);
/// "lenet-run/checkpoints/epoch_0049.pth"; the bare name of a file that lies in no run folder.
[[nodiscard]] QString resumeName(const ResumeFile &file);
/// "1e-05"; "0.1 and 0.01" of several groups.
[[nodiscard]] QString ratesText(const std::vector<double> &rates);

/// Why it would not run.
struct ResumeProblem
{
    QString field;  ///< the option it concerns, "data"; empty where it is none
    QString sentence;

    bool operator==(const ResumeProblem &) const = default;
};
[[nodiscard]] std::optional<ResumeProblem> problemOf(const TrainerPlan &plan);

/// No model that Waypoint knows has these weights: only a TorchScript file of it helps.
[[nodiscard]] bool needsModelFile(const TrainerPlan &plan);

/// Nothing to ask: it goes on exactly where it stood, in the only place that can be meant.
[[nodiscard]] bool isClear(const TrainerPlan &plan, const ResumeFile &file);

/// A sentence of the command line without its advice to type options.
[[nodiscard]] QString withoutOptions(std::string_view sentence);

}  // namespace waypoint
