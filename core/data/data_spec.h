// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/base/result.h"
#include "core/data/dataset.h"

#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// A SPEC taken apart: "folder:photos,size=64" is kind "folder", path "photos", options size=64.
struct DataSpec
{
    std::string text;  ///< the whole
    std::string kind;
    std::filesystem::path path;
    Arguments options;
    DataLimits limits = {};  ///< how much of it to open

    /// Nothing where the options are among `known` (holdout always is); else BadArgument.
    [[nodiscard]] Result<void> onlyKnows(std::initializer_list<std::string_view> known) const;
    /// "224" or "3x32x32" as sizes above 0; `fallback` where the option is absent.
    [[nodiscard]] Result<std::vector<std::int64_t>> sizes(std::string_view key,
                                                          std::vector<std::int64_t> fallback) const;
    /// "0.5:0.5:0.5" as numbers.
    [[nodiscard]] Result<std::vector<double>> numbers(std::string_view key, std::vector<double> fallback) const;
    /// "a:b" as names.
    [[nodiscard]] std::vector<std::string> names(std::string_view key) const;
};

/// BadArgument with the list of what there is where it is no SPEC.
Result<DataSpec> parseDataSpec(std::string_view text);

/// BadArgument about a SPEC, with the list of what there is.
[[nodiscard]] Error noSuchSpec(std::string detail);

}  // namespace waypoint
