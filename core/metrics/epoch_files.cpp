// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/epoch_files.h"

namespace waypoint {

std::vector<EpochFile> EpochFiles::files() const
{
    std::vector<EpochFile> files;
    for (const EpochEntry &entry : entries)
        files.push_back(entry.file);
    return files;
}

Result<EpochFiles> epochFilesIn(const std::vector<std::filesystem::path> &, const EpochChoice &,
                                const std::stop_token &, Progress *)
{
    return Error{ErrorCode::Unsupported, "not yet"};
}
std::vector<EpochScalar> epochScalars(const std::vector<EpochEntry> &) { return {}; }
std::optional<BestEpoch> bestEpoch(const std::vector<EpochEntry> &, const std::string &) { return std::nullopt; }

}  // namespace waypoint
