// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_plan.h"

namespace waypoint {

std::string_view exportFormatName(ExportFormat) { return "pth"; }
std::optional<ExportFormat> exportFormatFromName(std::string_view) { return {}; }
ExportFormat exportFormatOf(const std::filesystem::path &) { return ExportFormat::TorchZip; }
std::string_view exportSuffix(ExportFormat) { return ".pth"; }
Result<ExportPlanPtr> planExport(CheckpointPtr, const ExportOptions &)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<ConversionLoss> checkConversion(const ExportPlan &, const std::stop_token &, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
Result<Exported> writeExport(const ExportPlan &, const std::filesystem::path &, const std::stop_token &, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}

}  // namespace waypoint
