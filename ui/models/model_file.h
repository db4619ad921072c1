// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QString>

#include <cstdint>
#include <stop_token>

namespace waypoint {

/// A file as a model: what of one is in it.
struct ModelFile
{
    enum class Kind {
        Script,   ///< TorchScript: a model that runs
        Module,   ///< a whole torch.nn.Module, pickled
        Weights,  ///< tensors without a model
        Nothing,  ///< no checkpoint at all; `problem` says why
    };
    Kind kind = Kind::Nothing;
    QString className;
    std::uint64_t parameters = 0;
    QString problem;  ///< why it cannot be opened, as a sentence
};

/// Any thread. Reads no data of tensors and runs nothing.
[[nodiscard]] ModelFile lookAtModelFile(const QString &path, const std::stop_token &stop = {});

/// "torch.nn.Sequential · 62,006 parameters"
[[nodiscard]] QString modelFileSummary(const ModelFile &file);
/// Why a file does not go with "script:" or "module:", as a sentence; empty where it does.
[[nodiscard]] QString modelFileProblem(const ModelFile &file, ModelFile::Kind wanted);

}  // namespace waypoint
