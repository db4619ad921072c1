// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_plan.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <vector>

namespace waypoint {

/// One answer to "what shall be in the file", of those that a checkpoint offers.
struct ExportPart
{
    QString text;  ///< "Weights only", "Everything", "optimizer · Adam"
    QString tip;
    QString name;  ///< in the name of the new file; empty for the obvious part
    std::vector<EntryId> sections;
    bool weightsOnly = false;
    bool useEma = false;

    bool operator==(const ExportPart &) const = default;
};

/// What can be exported, the most likely first: the `chosen` entries where there are some, the weights of each model,
/// its average, everything, then each other section.
[[nodiscard]] std::vector<ExportPart> exportParts(const Checkpoint &checkpoint, const std::vector<EntryId> &chosen);

/// Beginnings that names of the model's tensors have in common and that other programs do not expect: "module.",
/// "model.", "_orig_mod.".
[[nodiscard]] QStringList commonPrefixes(const Checkpoint &checkpoint);

/// Where the tensors were saved, as a person reads it: "cuda:0", "cpu and cuda:1"; empty for no tensors.
[[nodiscard]] QString savedDevices(const Checkpoint &checkpoint);

/// "run/epoch_50.pth" -> "run/epoch_50-weights.safetensors", "run/epoch_50-netG-weights.pth" with a part's name. Says
/// nothing about whether there is such a file.
[[nodiscard]] QString suggestedExport(const QString &source, const ExportOptions &options, const QString &part = {});
/// The same path with the suffix that a format usually has.
[[nodiscard]] QString withExportSuffix(const QString &path, ExportFormat format, bool isSharded);

/// What a format is for, in a sentence.
[[nodiscard]] QString formatPurpose(ExportFormat format);

/// "38 tensors · 62,006 elements · 248 KB, of 744 KB"; "1 tensor".
[[nodiscard]] QString planSentence(const ExportPlan &plan);
/// What overflows and vanishes, as a sentence; empty for nothing.
[[nodiscard]] QString lossSentence(const ConversionLoss &loss, DType dtype);
/// Lines of Python (C++ for LibTorch's format) that read the file.
[[nodiscard]] QString loadingCode(const ExportPlan &plan, const QString &path);

}  // namespace waypoint
