// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/export/export_storages.h"
#include "core/pickle/value_tree.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

namespace waypoint {

/// How the tensors of an export are to lie.
struct PackOptions
{
    bool compact = true;                       ///< leave out bytes that no tensor shows
    std::optional<DType> dtype;                ///< for tensors that `converts` says yes to
    std::function<bool(ValueId)> converts;     ///< asked for tensors of a floating-point type
    std::function<std::string(ValueId)> name;  ///< of a tensor, for messages
};

/// What became of the storages.
struct PackedStorages
{
    std::shared_ptr<ExportStorages> source;  ///< pieces behind the new storages
    ByteCount wasted;                        ///< bytes of the storages before that no tensor shows
    /// Tensors that share bytes have one number; by node.
    std::unordered_map<std::uint32_t, std::size_t> groups;
    std::size_t separated = 0;  ///< tensors that shared a storage in a way that a conversion cannot keep
};

/// Gives the tensors of a tree storages as large as what they show, with other elements where they are to be
/// converted. Tensors whose bytes overlap keep sharing; storages that are values themselves, and those of types smaller
/// than a byte, stay whole. Nothing is read.
///
/// Truncated where bytes of a tensor are not in the file, Corrupt where one leaves its storage; both say its name.
Result<PackedStorages> packStorages(ValueTree &tree, const PackOptions &options);

}  // namespace waypoint
