// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/value_tree.h"

#include <functional>
#include <string>

namespace waypoint {

/// Writes values as a pickle of protocol 2, the one torch.save uses: what the real Python and
/// torch.load(weights_only=True) of 2.4 and newer read back as the same values.
///
/// None, bool, int of any size, float, complex, str, bytes, list, tuple, set, dict, collections.OrderedDict, Counter and
/// defaultdict(list), torch.Size, torch dtypes and devices, strided tensors and Parameters (torch._utils), NumPy arrays and
/// scalars as they were read. Shared values stay shared (memo); values that contain themselves are written.
/// A tensor's storage becomes a persistent id ("storage", torch.FloatStorage, key, location, count).
class PickleWriter
{
public:
    /// Name of a storage within the archive ("0") and device tag to write ("cpu"), asked for once for each storage in order of
    /// first mention.
    struct StorageName
    {
        std::string key;
        std::string location;
    };
    using NameStorage = std::function<StorageName(StorageIndex)>;

    explicit PickleWriter(NameStorage nameStorage) : m_nameStorage(std::move(nameStorage)) {}

    /// Unsupported, with the path of the value, for what has no faithful form (sparse tensors, unresolved objects of unknown
    /// classes). Recursion depth is not decided by the tree.
    Result<std::string> write(const ValueTree &tree, ValueId root) const;

private:
    NameStorage m_nameStorage;
};

}  // namespace waypoint
