// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <string>

namespace waypoint {

/// What the files of a model in several files are called, as transformers and accelerate look for them:
/// "model-00001-of-00003.safetensors", ..., "model.safetensors.index.json".
class ShardNames
{
public:
    /// `path`: a folder (made if it is not there and has no ending), the index, or what a single file would be called.
    /// WriteFailed where the folder cannot be made.
    static Result<ShardNames> of(const std::filesystem::path &path, bool safetensors);

    [[nodiscard]] std::filesystem::path shard(std::size_t number, std::size_t count) const;
    [[nodiscard]] std::filesystem::path index() const;

    /// Takes the folder away again if it was made for this and is empty.
    void removeNewFolder() const;

private:
    std::filesystem::path m_folder;
    std::string m_base;    ///< "model"
    std::string m_ending;  ///< ".safetensors"
    bool m_isNewFolder = false;
};

}  // namespace waypoint
