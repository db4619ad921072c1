// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"
#include "core/io/random_access_file.h"
#include "core/tensor/tensor_ref.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace waypoint {

/// What a pickle (or a header, or a JSON file) describes. Nothing is dropped: where Python would call
/// a class, there is an Object with the class name, the arguments, the state and the items.
enum class ValueKind : std::uint8_t {
    None,
    Bool,
    Int,     ///< fits 64 bits
    BigInt,  ///< any other Python int; text() is its decimal form
    Float,
    Complex,  ///< children: real and imaginary part
    Str,
    Bytes,  ///< also bytearray (classOf() tells)
    List,
    Tuple,
    Dict,  ///< children alternate key, value; in the order of the file
    Set,   ///< also frozenset
    Tensor,
    Storage,     ///< a bare torch storage
    Array,       ///< numpy.ndarray
    Object,      ///< an instance of a class, not run
    Global,      ///< a class or function by name; text() is "module.name"
    Persistent,  ///< a persistent id that no container explained; child: the id
};

/// A node of a ValueTree. Cheap to copy; valid as long as its tree.
struct ValueId
{
    std::uint32_t index = 0xffffffffu;

    [[nodiscard]] bool isValid() const { return index != 0xffffffffu; }
    auto operator<=>(const ValueId &) const = default;
};

/// An instance as the pickle says to make it. Parts that the file does not have are invalid ids.
struct ObjectValue
{
    ValueId callable;   ///< the class or function, usually a Global
    ValueId args;       ///< Tuple of positional arguments
    ValueId kwargs;     ///< Dict of keyword arguments (NEWOBJ_EX)
    ValueId state;      ///< what BUILD would hand to __setstate__ or __dict__
    ValueId listItems;  ///< List: what APPENDS (or ADDITEMS) would add
    ValueId dictItems;  ///< Dict: what SETITEMS would set
    ValueId display;  ///< Str: its value in words where Waypoint knows the class ("2024-01-31", "cuda:0"); else invalid
    bool newObject = false;  ///< made by class.__new__(class, *args) and not by a call: NEWOBJ, copyreg's kin
};

/// A tensor as a value: the description and what Python attaches to it.
struct TensorValue
{
    TensorRef ref;
    ValueId attributes;  ///< Dict of Python attributes (Parameter with state, subclass state); often invalid
    ValueId parts;  ///< Dict name -> Tensor or value: "indices"/"values" of a sparse, "scales" of a quantised tensor
    bool quantized = false;
    Quantizer quantizer;  ///< meaningful where quantized
};

/// A numpy.ndarray. `data` is a Bytes node (its text or range holds the elements) or, for dtype object, a List.
struct ArrayValue
{
    std::string dtype;  ///< numpy's name: "float64", "int32", "<U12", "object"
    SmallDims shape;
    bool fortranOrder = false;
    bool bigEndian = false;
    ValueId data;
};

/// Strings and bytes too long to keep stay in the file.
struct ExternalBytes
{
    FilePtr file;
    ByteRange range;
    bool latin1 = false;  ///< bytes written as text (protocol 2 and older): each character is one byte
};

/// The flat arena behind Value: 16 bytes a node, children of a container side by side, text in one pool.
/// Built by one thread, then read by any number.
///
/// Nodes are numbered in the order of their making, so everything an Object was called with has a smaller
/// number than the Object itself. Shared references stay shared, and through lists and dicts a
/// value may contain itself: a walk must guard against that.
class ValueTree
{
public:
    // --- reading ---
    [[nodiscard]] std::size_t size() const { return m_nodes.size(); }
    [[nodiscard]] ValueKind kind(ValueId id) const { return m_nodes[id.index].kind; }
    /// Bool, Int.
    [[nodiscard]] std::int64_t integer(ValueId id) const { return m_nodes[id.index].payload.integer; }
    /// Float.
    [[nodiscard]] double real(ValueId id) const { return m_nodes[id.index].payload.real; }
    /// Str, Bytes, BigInt, Global. Empty where externalBytes() has them. Str is UTF-8.
    /// Requires for later use: nothing is added to the tree while the view is held.
    [[nodiscard]] std::string_view text(ValueId id) const;
    /// Str, Bytes: the part of the file that holds them, or null where text() has them.
    [[nodiscard]] const ExternalBytes *externalBytes(ValueId id) const;
    /// Str, Bytes: how many bytes, wherever they are.
    [[nodiscard]] ByteCount byteLength(ValueId id) const;
    /// List, Tuple, Set, Complex: items. Dict: key, value, key, value. Persistent: the id. Others: empty.
    [[nodiscard]] std::span<const ValueId> children(ValueId id) const;
    [[nodiscard]] const ObjectValue &object(ValueId id) const { return m_objects[m_nodes[id.index].aux]; }
    [[nodiscard]] const TensorValue &tensor(ValueId id) const { return m_tensors[m_nodes[id.index].aux]; }
    [[nodiscard]] const ArrayValue &array(ValueId id) const { return m_arrays[m_nodes[id.index].aux]; }
    /// Storage node: index into storages().
    [[nodiscard]] StorageIndex storageIndex(ValueId id) const { return m_nodes[id.index].aux; }
    /// Class name where it is not the kind's own: "collections.OrderedDict", "numpy.float64", "torch.Size",
    /// for an Object the callable's name. Empty otherwise.
    [[nodiscard]] std::string_view className(ValueId id) const;
    /// Attributes of a dict, list or set subclass that are not items ("_metadata" of a state_dict): a Dict, or invalid.
    [[nodiscard]] ValueId attributes(ValueId id) const;
    [[nodiscard]] const std::vector<Storage> &storages() const { return m_storages; }
    [[nodiscard]] std::span<const TensorValue> tensors() const { return m_tensors; }
    /// What the tree takes now, for Limits::treeBytes. Constant time.
    [[nodiscard]] ByteCount memory() const;

    // --- building ---
    ValueId addNone();
    ValueId addBool(bool value);
    ValueId addInt(std::int64_t value);
    ValueId addBigInt(std::string_view decimal);
    ValueId addFloat(double value);
    ValueId addStr(std::string_view utf8);
    ValueId addBytes(std::string_view bytes);
    /// Bytes node over the bytes that a Str or Bytes node has, wherever they are; nothing is copied.
    ValueId addBytesOf(ValueId strOrBytes);
    ValueId addExternal(ValueKind strOrBytes, ExternalBytes where);
    ValueId addGlobal(std::string_view module, std::string_view name);
    /// List, Tuple, Set, Complex, Persistent, or Dict with alternating keys and values.
    ValueId addContainer(ValueKind kind, std::span<const ValueId> children = {});
    ValueId addObject(const ObjectValue &object);
    ValueId addTensor(TensorValue tensor);
    ValueId addArray(ArrayValue array);
    ValueId addStorageNode(StorageIndex storage);
    StorageIndex addStorage(Storage storage);

    /// Adds to the end of a container; amortised constant time. Requires: `children` is no view into the tree.
    void append(ValueId container, std::span<const ValueId> children);
    ObjectValue &object(ValueId id) { return m_objects[m_nodes[id.index].aux]; }
    TensorValue &tensor(ValueId id) { return m_tensors[m_nodes[id.index].aux]; }
    Storage &storage(StorageIndex index) { return m_storages[index]; }

    // --- turning an Object into what it stands for, in place: every reference to it sees the change ---
    void becomeContainer(ValueId id, ValueKind kind, std::span<const ValueId> children);
    void becomeTensor(ValueId id, TensorValue tensor);
    void becomeArray(ValueId id, ArrayValue array);
    void becomeStorageNode(ValueId id, StorageIndex storage);
    /// `id` shows the same content as `other` from now on. Requires: `other` is complete.
    void becomeCopyOf(ValueId id, ValueId other);
    void setClassName(ValueId id, ValueId globalOrStr);
    void setAttributes(ValueId id, ValueId dict);

private:
    struct Range
    {
        std::uint32_t first;
        std::uint32_t count;
    };
    union Payload {
        std::int64_t integer = 0;
        double real;
        std::uint64_t textAt;
        Range range;
    };
    struct Node
    {
        ValueKind kind = ValueKind::None;
        bool external = false;
        std::uint32_t aux = 0;  ///< text length; capacity of a container; index of an object, tensor, array or storage
        Payload payload{};
    };
    static_assert(sizeof(Node) == 16);

    ValueId add(const Node &node);
    ValueId addText(ValueKind kind, std::string_view text);
    void storeChildren(Node &node, std::span<const ValueId> children);

    std::vector<Node> m_nodes;
    std::vector<ValueId> m_children;
    std::string m_text;
    std::vector<ExternalBytes> m_external;
    std::vector<ObjectValue> m_objects;
    std::vector<TensorValue> m_tensors;
    std::vector<ArrayValue> m_arrays;
    std::vector<Storage> m_storages;
    std::uint64_t m_heapBytes = 0;  ///< long shapes and names in tensors, arrays and storages
    std::unordered_map<std::uint32_t, ValueId> m_classNames;
    std::unordered_map<std::uint32_t, ValueId> m_attributes;
};

}  // namespace waypoint
