// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/data/dataset.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace waypoint {

/// The images of a folder that has a folder per class, in the order of torchvision's ImageFolder.
struct ImageFiles
{
    std::filesystem::path root;
    std::vector<std::string> classes;  ///< names of the folders, sorted bytewise
    std::vector<std::string> files;    ///< below root
    std::vector<std::int32_t> labels;  ///< class of each file
    bool cut = false;                  ///< there are more than these

    [[nodiscard]] std::filesystem::path pathOf(std::size_t index) const { return root / files[index]; }
};

/// Lists files by their endings (.jpg .jpeg .png .bmp .gif .ppm .pgm, in any case), folders within classes included;
/// what begins with a dot is passed over. NotFound, NoPermission or Corrupt with the folder that lacks what it should
/// have. Within `limits`, of each class a few rather than all of one.
Result<ImageFiles> findImageFiles(const std::filesystem::path &root, const DataLimits &limits = {});

}  // namespace waypoint
