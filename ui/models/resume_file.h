// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/checkpoint/checkpoint.h"
#include "core/run/run_config.h"

#include <QtCore/QStringList>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <vector>

namespace waypoint {

/// A model or an optimizer of a checkpoint, for a choice.
struct FilePart
{
    QString path;        ///< as --section takes it; empty: the whole file
    QString className;   ///< "Adam"; empty where nobody knows
    QStringList models;  ///< paths of the models that an optimizer belongs to

    bool operator==(const FilePart &) const = default;
};

/// What can be told of a checkpoint to resume from before waypoint-train is asked: where it lies, what is in it, and
/// what would be left behind. Immutable, shared between threads.
struct ResumeFile
{
    QString asked;           ///< what was to be resumed: a file, or a run folder
    QString path;            ///< the checkpoint; of a run folder its newest that can be read
    QStringList passedOver;  ///< sentences: newer ones that are damaged
    std::optional<Error> error;
    QString whole;  ///< where this one is damaged: a checkpoint of the same run that can be read; else empty

    QString runFolder;       ///< of ours, that it lies in; else empty
    QString freeFolder;      ///< for a run of its own: beside, not there yet
    bool isAlive = false;    ///< a trainer works in runFolder
    QStringList leftBehind;  ///< names of later checkpoints of its run

    bool isOwn = false;               ///< written by waypoint-train
    std::optional<RunConfig> config;  ///< of ours: what its run was set to
    std::optional<std::int64_t> epoch;
    std::vector<FilePart> models;
    std::vector<FilePart> optimizers;
    QString scheduler;           ///< class; empty: none in the file
    bool lostSchedule = false;   ///< a schedule has changed the learning rate, and is not in the file
    bool takesPictures = false;  ///< there are convolutions in the model
};

/// Any thread.
[[nodiscard]] ResumeFile readResumeFile(const std::filesystem::path &asked, const std::stop_token &stop,
                                        Progress &progress);

/// Whether a person could want to resume from a file: it holds a model.
[[nodiscard]] bool holdsModel(const Checkpoint &checkpoint);

}  // namespace waypoint
