// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/roles.h"

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

/// Values as Python would write them down, for tests that need a checkpoint and no file:
///
///     const auto checkpoint = built(dict({{"epoch", 50}, {"net", dict({{"fc.weight", tensor({4, 3})}})}}));
namespace waypoint::test {

/// A value still to be made.
class Any
{
public:
    using Make = std::function<ValueId(ValueTree &)>;

    Any(Make make) : m_make(std::move(make)) {}
    Any(std::nullptr_t) : m_make([](ValueTree &tree) { return tree.addNone(); }) {}
    Any(bool value) : m_make([=](ValueTree &tree) { return tree.addBool(value); }) {}
    Any(int value) : Any(std::int64_t(value)) {}
    Any(std::int64_t value) : m_make([=](ValueTree &tree) { return tree.addInt(value); }) {}
    Any(double value) : m_make([=](ValueTree &tree) { return tree.addFloat(value); }) {}
    Any(std::string value) : m_make([=](ValueTree &tree) { return tree.addStr(value); }) {}
    Any(const char *value) : Any(std::string(value)) {}

    ValueId operator()(ValueTree &tree) const { return m_make(tree); }

private:
    Make m_make;
};

using Pair = std::pair<Any, Any>;

inline Any container(ValueKind kind, std::vector<Any> items)
{
    return Any::Make([=](ValueTree &tree) {
        std::vector<ValueId> children;
        for (const Any &item : items)
            children.push_back(item(tree));
        return tree.addContainer(kind, children);
    });
}

inline Any list(std::vector<Any> items) { return container(ValueKind::List, std::move(items)); }
inline Any tuple(std::vector<Any> items) { return container(ValueKind::Tuple, std::move(items)); }

inline Any dict(const std::vector<Pair> &pairs)
{
    std::vector<Any> items;
    for (const auto &[key, value] : pairs) {
        items.push_back(key);
        items.push_back(value);
    }
    return container(ValueKind::Dict, std::move(items));
}

inline Any global(const std::string &name)
{
    return Any::Make([=](ValueTree &tree) { return tree.addGlobal({}, name); });
}

/// How a tensor differs from a plain float32 one with a storage of its own.
struct TensorTraits
{
    DType dtype = DType::Float32;
    bool parameter = false;
    bool requiresGrad = false;
    TensorLayout layout = TensorLayout::Strided;
    std::string storage;  ///< tensors with equal names here share a storage
};

inline Any tensor(const std::vector<std::int64_t> &shape, const TensorTraits &traits = {})
{
    return Any::Make([=](ValueTree &tree) {
        TensorValue value;
        value.ref.dtype = traits.dtype;
        value.ref.layout = traits.layout;
        value.ref.parameter = traits.parameter;
        value.ref.requiresGrad = traits.requiresGrad;
        value.ref.shape = SmallDims(std::span<const std::int64_t>(shape));
        value.ref.strides = contiguousStrides(value.ref.shape);
        const auto &storages = tree.storages();
        for (StorageIndex i = 0; i < storages.size() && !traits.storage.empty(); ++i)
            if (storages[i].key == traits.storage)
                value.ref.storage = i;
        if (value.ref.storage == kNoStorage) {
            const std::string key = traits.storage.empty() ? std::to_string(storages.size()) : traits.storage;
            value.ref.storage = tree.addStorage({.key = key, .device = "cpu", .dtype = traits.dtype});
        }
        return tree.addTensor(std::move(value));
    });
}

inline Any parameter(const std::vector<std::int64_t> &shape, bool requiresGrad = true)
{
    return tensor(shape, {.parameter = true, .requiresGrad = requiresGrad});
}

inline Any array(const std::vector<std::int64_t> &shape)
{
    return Any::Make([=](ValueTree &tree) {
        ArrayValue value;
        value.dtype = "float64";
        value.shape = SmallDims(std::span<const std::int64_t>(shape));
        value.data = tree.addBytes("");
        return tree.addArray(std::move(value));
    });
}

/// An instance of a class with attributes.
inline Any object(const std::string &className, const std::vector<Pair> &state)
{
    return Any::Make([=](ValueTree &tree) {
        ObjectValue value;
        value.callable = tree.addGlobal({}, className);
        value.args = tree.addContainer(ValueKind::Tuple);
        value.state = dict(state)(tree);
        return tree.addObject(value);
    });
}

/// A value that is made once and stands in several places.
inline Any shared(const Any &value)
{
    const auto made = std::make_shared<ValueId>();
    return Any::Make([=](ValueTree &tree) { return made->isValid() ? *made : *made = value(tree); });
}

/// A checkpoint of these values with its parts named.
inline std::unique_ptr<Checkpoint> built(const Any &root, Format format = Format::TorchZip)
{
    auto checkpoint = std::make_unique<Checkpoint>();
    checkpoint->format = format;
    checkpoint->root = root(checkpoint->values);
    checkpoint->entries = EntryTree(checkpoint->values, checkpoint->root, Limits());
    findSections(*checkpoint);
    return checkpoint;
}

}  // namespace waypoint::test
