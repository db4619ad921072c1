// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/checkpoint/torch_writer.h"
#include "core/run/run_folder.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

/// "epoch_0009.pth cannot be read at byte 2,500 (zip: ...)", without the advice: another file is taken instead.
std::string sentenceAbout(const std::filesystem::path &path, const Error &error)
{
    const auto where = error.at ? fmt::format(" at byte {}", groupedDigits(error.at->value)) : "";
    const auto why = error.detail.empty() ? "" : fmt::format(" ({})", error.detail);
    return fmt::format("{} cannot be read{}{}.", path.filename().string(), where, why);
}

/// Whether the file can be read wholly; else a sentence says why not. A file that is not there says nothing.
bool reads(const std::filesystem::path &path, std::vector<std::string> &passedOver)
{
    const auto verified = verifyTorchFile(path);
    if (!verified && verified.error().code != ErrorCode::NotFound)
        passedOver.push_back(sentenceAbout(path, verified.error()));
    return bool(verified);
}

Error nothingReadable(const RunPaths &paths, const std::vector<std::string> &passedOver)
{
    Error error{
        .code = ErrorCode::NotFound, .detail = "no checkpoint in this run", .file = paths.checkpoints().string()};
    if (!passedOver.empty()) {
        error.code = ErrorCode::Corrupt;
        error.detail = fmt::format("none of {} checkpoints can be read: {}", passedOver.size(), passedOver.front());
    }
    std::vector<std::string> unused;
    if (reads(paths.best(), unused))
        error.advice = "best.pth can be read: resume from it by its name.";
    else
        error.advice = passedOver.empty() ? "Start the run anew." : "Try waypoint-inspect salvage on the newest.";
    return error;
}

}  // namespace

Result<NewestCheckpoint> newestCheckpoint(const RunPaths &paths)
{
    NewestCheckpoint newest;
    if (reads(paths.last(), newest.passedOver)) {
        newest.path = paths.last();
        return newest;
    }
    const auto epochs = epochCheckpoints(paths);
    for (auto each = epochs.rbegin(); each != epochs.rend(); ++each) {
        if (reads(each->second, newest.passedOver)) {
            newest.path = each->second;
            return newest;
        }
    }
    return nothingReadable(paths, newest.passedOver);
}

}  // namespace waypoint
