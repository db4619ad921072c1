// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"
#include "core/pickle/value_tree.h"

#include <functional>
#include <string>

namespace waypoint {

/// Which file the pickle is for: they differ in how tensors name their storages.
enum class PickleForm {
    Zip,     ///< torch.save since 1.6
    Legacy,  ///< torch.save before: an id has the part of the storage that a view shows, too. Typed storages alone.
    TorchScript,  ///< torch.jit: a storage that occurs again comes from the memo. Typed storages alone.
};

/// Writes values as a pickle of protocol 2, the one torch.save uses: what the real Python and
/// torch.load(weights_only=True) of 2.4 and newer read back as the same values.
///
/// None, bool, int of any size, float, complex, str, bytes, bytearray, list, tuple, set, frozenset, dict, OrderedDict,
/// Counter, defaultdict and deque, torch.Size, dtypes, devices, names of classes and functions, tensors and Parameters
/// with their attributes (torch._utils; sparse, nested, quantised and meta ones too), NumPy arrays and scalars, and any
/// other object as it was made: called or __new__, with its arguments, items and state. Shared values stay shared
/// (memo); values that contain themselves are written.
///
/// A tensor's storage becomes a persistent id ("storage", torch.FloatStorage, key, location, count). Types without a
/// storage class of their own (uint16, float8, ...), and storages that tensors of several types look at, go untyped
/// through _rebuild_tensor_v3, which PyTorch reads since 2.1. Compressed sparse tensors are written as PyTorch 2 reads
/// them.
///
/// A dict of a class is known by ValueTree::className ("collections.OrderedDict"); its attributes ("_metadata") follow
/// as its state. Names of nested classes are cut at the last dot, since a tree keeps module and name as one.
class PickleWriter
{
public:
    /// Name of a storage within the archive ("0") and device tag to write ("cpu"), asked for once for each storage in
    /// order of first mention.
    struct StorageName
    {
        std::string key;
        std::string location;
    };
    using NameStorage = std::function<StorageName(StorageIndex)>;

    explicit PickleWriter(NameStorage nameStorage, PickleForm form = PickleForm::Zip)
        : m_nameStorage(std::move(nameStorage)), m_form(form)
    {
    }

    /// Unsupported, with the path of the value, for what has no faithful form: tensor subclasses that keep their data
    /// in their own way, structured NumPy types, long doubles; where storages are typed, types that have none, and
    /// storages that are looked at in several types. Also the errors of reading long strings that are still
    /// in a file. Recursion depth is not decided by the tree.
    Result<std::string> write(const ValueTree &tree, ValueId root) const;

private:
    NameStorage m_nameStorage;
    PickleForm m_form;
};

}  // namespace waypoint
