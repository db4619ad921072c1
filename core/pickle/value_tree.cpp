// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_tree.h"

#include <algorithm>
#include <cassert>
#include <functional>

namespace waypoint {

namespace {

constexpr int kDeepestCallable = 16;

bool isContainer(ValueKind kind)
{
    switch (kind) {
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Dict:
    case ValueKind::Set:
    case ValueKind::Complex:
    case ValueKind::Persistent:
        return true;
    default:
        return false;
    }
}

/// What a value takes besides its own size.
std::uint64_t heapBytes(const SmallDims &dims)
{
    constexpr std::size_t kInline = 4;
    return dims.size() > kInline ? dims.size() * sizeof(std::int64_t) : 0;
}

std::uint64_t heapBytes(const std::string &text)
{
    constexpr std::size_t kInline = 15;
    return text.size() > kInline ? text.size() : 0;
}

}  // namespace

std::string_view ValueTree::text(ValueId id) const
{
    const Node &node = m_nodes[id.index];
    switch (node.kind) {
    case ValueKind::Str:
    case ValueKind::Bytes:
    case ValueKind::BigInt:
    case ValueKind::Global:
        return node.external ? std::string_view() : std::string_view(m_text).substr(node.payload.textAt, node.aux);
    default:
        return {};
    }
}

const ExternalBytes *ValueTree::externalBytes(ValueId id) const
{
    const Node &node = m_nodes[id.index];
    return node.external ? &m_external[node.aux] : nullptr;
}

ByteCount ValueTree::byteLength(ValueId id) const
{
    if (const ExternalBytes *external = externalBytes(id))
        return external->range.length;
    return {text(id).size()};
}

std::span<const ValueId> ValueTree::children(ValueId id) const
{
    const Node &node = m_nodes[id.index];
    if (!isContainer(node.kind))
        return {};
    return std::span(m_children).subspan(node.payload.range.first, node.payload.range.count);
}

std::string_view ValueTree::className(ValueId id) const
{
    if (const auto found = m_classNames.find(id.index); found != m_classNames.end())
        return text(found->second);
    // A callable may itself be the result of a call, and so on, as long as a file likes; nobody's class is that deep.
    for (int depth = 0; depth < kDeepestCallable && kind(id) == ValueKind::Object; ++depth) {
        const ValueId callable = object(id).callable;
        if (!callable.isValid() || callable.index >= id.index)
            return {};
        id = callable;
        if (kind(id) == ValueKind::Global)
            return text(id);
    }
    return {};
}

ValueId ValueTree::attributes(ValueId id) const
{
    const auto found = m_attributes.find(id.index);
    return found == m_attributes.end() ? ValueId() : found->second;
}

ValueId ValueTree::add(const Node &node)
{
    m_nodes.push_back(node);
    return {static_cast<std::uint32_t>(m_nodes.size() - 1)};
}

ValueId ValueTree::addNone() { return add({}); }

ValueId ValueTree::addBool(bool value) { return add({.kind = ValueKind::Bool, .payload = {.integer = value ? 1 : 0}}); }

ValueId ValueTree::addInt(std::int64_t value) { return add({.kind = ValueKind::Int, .payload = {.integer = value}}); }

ValueId ValueTree::addBigInt(std::string_view decimal) { return addText(ValueKind::BigInt, decimal); }

ValueId ValueTree::addFloat(double value) { return add({.kind = ValueKind::Float, .payload = {.real = value}}); }

ValueId ValueTree::addStr(std::string_view utf8) { return addText(ValueKind::Str, utf8); }

ValueId ValueTree::addBytes(std::string_view bytes) { return addText(ValueKind::Bytes, bytes); }

ValueId ValueTree::addBytesOf(ValueId strOrBytes)
{
    Node node = m_nodes[strOrBytes.index];
    assert(node.kind == ValueKind::Str || node.kind == ValueKind::Bytes);
    node.kind = ValueKind::Bytes;
    return add(node);
}

ValueId ValueTree::addText(ValueKind kind, std::string_view text)
{
    const std::uint64_t at = m_text.size();
    m_text.append(text);
    return add({.kind = kind, .aux = static_cast<std::uint32_t>(text.size()), .payload = {.textAt = at}});
}

ValueId ValueTree::addExternal(ValueKind strOrBytes, ExternalBytes where)
{
    assert(strOrBytes == ValueKind::Str || strOrBytes == ValueKind::Bytes);
    m_external.push_back(std::move(where));
    return add({.kind = strOrBytes, .external = true, .aux = static_cast<std::uint32_t>(m_external.size() - 1)});
}

ValueId ValueTree::addGlobal(std::string_view module, std::string_view name)
{
    const std::uint64_t at = m_text.size();
    m_text.append(module);
    if (!module.empty())
        m_text.push_back('.');
    m_text.append(name);
    return add(
        {.kind = ValueKind::Global, .aux = static_cast<std::uint32_t>(m_text.size() - at), .payload = {.textAt = at}});
}

ValueId ValueTree::addContainer(ValueKind kind, std::span<const ValueId> children)
{
    assert(isContainer(kind));
    Node node{.kind = kind};
    node.payload.range = {0, 0};
    storeChildren(node, children);
    return add(node);
}

void ValueTree::storeChildren(Node &node, std::span<const ValueId> children)
{
    const auto first = static_cast<std::uint32_t>(m_children.size());
    const std::less<> before;
    const bool ownView = !m_children.empty() && !before(children.data(), m_children.data())
                         && before(children.data(), m_children.data() + m_children.size());
    if (ownView) {
        const std::vector<ValueId> copy(children.begin(), children.end());
        m_children.insert(m_children.end(), copy.begin(), copy.end());
    } else {
        m_children.insert(m_children.end(), children.begin(), children.end());
    }
    node.payload.range = {first, static_cast<std::uint32_t>(children.size())};
    node.aux = node.payload.range.count;
}

ByteCount ValueTree::memory() const
{
    constexpr std::size_t kMapNode = 40;  // what a node of an unordered_map costs with its bucket, about
    return {m_nodes.capacity() * sizeof(Node) + m_children.capacity() * sizeof(ValueId) + m_text.capacity()
            + m_external.capacity() * sizeof(ExternalBytes) + m_objects.capacity() * sizeof(ObjectValue)
            + m_tensors.capacity() * sizeof(TensorValue) + m_arrays.capacity() * sizeof(ArrayValue)
            + m_storages.capacity() * sizeof(Storage) + m_heapBytes
            + (m_classNames.size() + m_attributes.size()) * kMapNode};
}

void ValueTree::append(ValueId container, std::span<const ValueId> children)
{
    Node &node = m_nodes[container.index];
    assert(isContainer(node.kind));
    const auto count = static_cast<std::uint32_t>(children.size());
    const std::uint32_t needed = node.payload.range.count + count;
    if (needed > node.aux) {
        // Grow by moving to the end of the pool; the old place is left behind, at most as much again.
        const std::uint32_t capacity = node.aux == 0 ? needed : std::max(needed, node.aux * 2);
        const auto first = static_cast<std::uint32_t>(m_children.size());
        const bool atEnd = node.payload.range.first + node.aux == m_children.size();
        if (atEnd) {
            m_children.resize(std::size_t(node.payload.range.first) + capacity);
        } else {
            m_children.resize(std::size_t(first) + capacity);
            std::copy_n(m_children.begin() + node.payload.range.first, node.payload.range.count,
                        m_children.begin() + first);
            node.payload.range.first = first;
        }
        node.aux = capacity;
    }
    std::copy(children.begin(), children.end(),
              m_children.begin() + node.payload.range.first + node.payload.range.count);
    node.payload.range.count = needed;
}

ValueId ValueTree::addObject(const ObjectValue &object)
{
    m_objects.push_back(object);
    return add({.kind = ValueKind::Object, .aux = static_cast<std::uint32_t>(m_objects.size() - 1)});
}

ValueId ValueTree::addTensor(TensorValue tensor)
{
    m_heapBytes += heapBytes(tensor.ref.shape) + heapBytes(tensor.ref.strides);
    m_tensors.push_back(std::move(tensor));
    return add({.kind = ValueKind::Tensor, .aux = static_cast<std::uint32_t>(m_tensors.size() - 1)});
}

ValueId ValueTree::addArray(ArrayValue array)
{
    m_heapBytes += heapBytes(array.shape) + heapBytes(array.dtype);
    m_arrays.push_back(std::move(array));
    return add({.kind = ValueKind::Array, .aux = static_cast<std::uint32_t>(m_arrays.size() - 1)});
}

ValueId ValueTree::addStorageNode(StorageIndex storage) { return add({.kind = ValueKind::Storage, .aux = storage}); }

StorageIndex ValueTree::addStorage(Storage storage)
{
    m_heapBytes += heapBytes(storage.key) + heapBytes(storage.device);
    m_storages.push_back(std::move(storage));
    return static_cast<StorageIndex>(m_storages.size() - 1);
}

void ValueTree::becomeContainer(ValueId id, ValueKind kind, std::span<const ValueId> children)
{
    Node node{.kind = kind};
    node.payload.range = {0, 0};
    storeChildren(node, children);
    m_nodes[id.index] = node;
}

void ValueTree::becomeTensor(ValueId id, TensorValue tensor)
{
    m_heapBytes += heapBytes(tensor.ref.shape) + heapBytes(tensor.ref.strides);
    m_tensors.push_back(std::move(tensor));
    m_nodes[id.index] = {.kind = ValueKind::Tensor, .aux = static_cast<std::uint32_t>(m_tensors.size() - 1)};
}

void ValueTree::becomeArray(ValueId id, ArrayValue array)
{
    m_heapBytes += heapBytes(array.shape) + heapBytes(array.dtype);
    m_arrays.push_back(std::move(array));
    m_nodes[id.index] = {.kind = ValueKind::Array, .aux = static_cast<std::uint32_t>(m_arrays.size() - 1)};
}

void ValueTree::becomeStorageNode(ValueId id, StorageIndex storage)
{
    m_nodes[id.index] = {.kind = ValueKind::Storage, .aux = storage};
}

void ValueTree::becomeCopyOf(ValueId id, ValueId other)
{
    Node node = m_nodes[other.index];
    if (isContainer(node.kind))
        node.aux = node.payload.range.count;  // room for more belongs to the original alone
    m_nodes[id.index] = node;
    if (const auto found = m_classNames.find(other.index); found != m_classNames.end())
        m_classNames[id.index] = found->second;
}

void ValueTree::setClassName(ValueId id, ValueId globalOrStr) { m_classNames[id.index] = globalOrStr; }

void ValueTree::setAttributes(ValueId id, ValueId dict) { m_attributes[id.index] = dict; }

}  // namespace waypoint
