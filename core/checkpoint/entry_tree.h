// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/limits.h"
#include "core/pickle/value.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace waypoint {

/// A row of the tree that people see. Index 0 is the root.
using EntryId = std::uint32_t;
inline constexpr EntryId kRootEntry = 0;
inline constexpr EntryId kNoEntry = 0xffffffffu;

/// What a checkpoint's value looks like as a tree of rows with a path each: dict items by key, list items by
/// number, an object's "args", "items" and attributes, the parts of a sparse or quantised tensor.
///
/// Flat: children of a row stand side by side, breadth first, so a parent's number is smaller than its children's.
/// A value that is reached twice is shown twice (tied weights), unless it contains itself or sharing would blow the
/// tree up: then the row is a reference to the first one. Labels need not be unique: a dict may have both 1 and "1".
///
/// Attributes of a dict, list or set subclass follow its items; a lone `_metadata`, in which PyTorch notes module
/// versions in every state_dict, or a defaultdict's `default_factory` is left out (ValueTree::attributes() has it).
class EntryTree
{
public:
    struct Entry
    {
        ValueId value;
        EntryId parent = kNoEntry;
        EntryId firstChild = 0;
        std::uint32_t childCount = 0;
        std::uint32_t label = 0;     ///< ValueId of the key, item number, or index of a fixed name; see label()
        std::uint8_t labelKind = 0;  ///< LabelKind
        std::uint8_t cut = 0;        ///< Cut: why children are not shown, or not all of them
    };
    enum class Cut : std::uint8_t { No, ContainsItself, ShownElsewhere, TooDeep, TooMany };
    enum class LabelKind : std::uint8_t {
        Root,
        Key,    ///< dict key or attribute
        Item,   ///< number within a list, tuple, set or array
        Fixed,  ///< a part of an object that Waypoint names: "args", "kwargs", "items", "state", ...
    };

    /// Rows for everything reachable from `root`. Requires: `tree` outlives this.
    EntryTree() = default;
    EntryTree(const ValueTree &tree, ValueId root, const Limits &limits);

    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    [[nodiscard]] const Entry &operator[](EntryId id) const { return m_entries[id]; }
    [[nodiscard]] Value value(EntryId id) const { return {*m_tree, m_entries[id].value}; }
    [[nodiscard]] Cut cut(EntryId id) const { return static_cast<Cut>(m_entries[id].cut); }
    /// Last part of the path as text: "conv1.weight", "0", "args"; the root's is empty.
    [[nodiscard]] std::string label(EntryId id) const;
    /// Whether the label is a dict key, an attribute or a part's name (and not an item number).
    [[nodiscard]] bool isNamed(EntryId id) const;
    /// The key as a Value where the label is a dict key; invalid otherwise.
    [[nodiscard]] Value key(EntryId id) const;
    /// Labels from the root down; the root's path is empty.
    [[nodiscard]] std::vector<std::string> path(EntryId id) const;
    /// Path as on a command line: "optimizer/state/0"; a '/' in a key is written %2F.
    [[nodiscard]] std::string pathText(EntryId id) const;
    /// First child with this label, or kNoEntry. Linear in the number of children.
    [[nodiscard]] EntryId child(EntryId parent, std::string_view label) const;
    /// First entry at "optimizer/state/0", or kNoEntry. The empty path is the root.
    [[nodiscard]] EntryId find(std::string_view pathText) const;

private:
    [[nodiscard]] bool hasLabel(EntryId id, std::string_view label) const;
    [[nodiscard]] EntryId endOfChildren(EntryId parent) const
    {
        return m_entries[parent].firstChild + m_entries[parent].childCount;
    }

    const ValueTree *m_tree = nullptr;
    std::vector<Entry> m_entries;
};

}  // namespace waypoint
