// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_plan.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

namespace waypoint {

/// An export as far as it came.
struct ExportReport
{
    ExportPlanPtr plan;
    std::filesystem::path target;
    std::optional<ConversionLoss> loss;  ///< where a conversion was asked for
    std::optional<Exported> exported;    ///< none: only planned
};

/// One JSON document: the files, the tensors with their types before and after, what is left out.
void writeExportJson(const ExportReport &report, const std::function<void(std::string_view)> &write);

/// The same for people. Lists the tensors only where nothing was written, as a preview; `width` columns, 0: any.
void writeExportText(const ExportReport &report, std::size_t width, const std::function<void(std::string_view)> &write);

/// "3 values overflow in float16 (a.weight, b.weight)"; empty where nothing is lost.
[[nodiscard]] std::string lossText(const ConversionLoss &loss, DType dtype);

}  // namespace waypoint
