// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace waypoint::test {

/// Where a document of `waypoint-inspect tree --json` differs from what a NAME.oracle.json of the corpus says of the
/// same file: one line for each difference. Paths there are keys joined by dots; members of an archive have their own.
[[nodiscard]] std::vector<std::string> corpusDifferences(const nlohmann::json &oracle, const nlohmann::json &document);

/// Names that the oracle found in the pickles and the reader did not, or the other way round.
[[nodiscard]] std::vector<std::string> globalDifferences(const nlohmann::json &oracle,
                                                         const std::vector<std::string> &names);

}  // namespace waypoint::test
