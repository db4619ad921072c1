// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/module_tree.h"

#include "core/base/printable.h"
#include "core/checkpoint/export/named_tensors.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

Error noModuleName(std::string_view name, std::string_view why)
{
    return {ErrorCode::BadArgument,
            fmt::format("tensor '{}' cannot be part of a module: {}", printable(name), why),
            {},
            "Choose the format .pth or .safetensors.",
            {}};
}

/// What LibTorch and Python register as buffers, in every layer that normalises by statistics.
bool isStatistic(std::string_view name)
{
    return name == "running_mean" || name == "running_var" || name == "num_batches_tracked";
}

class Building
{
public:
    Building(const ValueTree &tree, std::span<const NamedTensor> tensors)
        : m_tree(tree),
          m_flagged(std::ranges::any_of(tensors, [&](const auto &each) { return refOf(tree, each).parameter; }))
    {
    }

    Result<void> add(const NamedTensor &tensor)
    {
        const std::string_view name = tensor.name;
        if (name.front() == '.' || name.back() == '.' || name.find("..") != name.npos)
            return noModuleName(name, "a part of its name is empty");
        std::size_t owner = 0;
        std::size_t begin = 0;
        for (std::size_t dot = name.find('.'); dot != name.npos; dot = name.find('.', begin)) {
            if (m_tensorNames.contains(name.substr(0, dot)))
                return noModuleName(name, fmt::format("'{}' is a tensor, too", printable(name.substr(0, dot))));
            owner = moduleAt(owner, name.substr(0, dot), name.substr(begin, dot - begin));
            begin = dot + 1;
        }
        if (m_modules.contains(name))
            return noModuleName(name, "others are named as if it were a module");
        m_tensorNames.insert(name);
        const std::string_view last = name.substr(begin);
        m_parts[owner].tensors.push_back({std::string(last), tensor.tensor, isParameter(refOf(m_tree, tensor), last)});
        return {};
    }

    [[nodiscard]] std::vector<ModulePart> take() { return std::move(m_parts); }

private:
    std::size_t moduleAt(std::size_t owner, std::string_view path, std::string_view name)
    {
        const auto [found, isNew] = m_modules.try_emplace(path, m_parts.size());
        if (isNew) {
            m_parts[owner].modules.emplace_back(name, m_parts.size());
            m_parts.emplace_back();
        }
        return found->second;
    }

    [[nodiscard]] bool isParameter(const TensorRef &ref, std::string_view name) const
    {
        const bool canLearn = isFloatingPoint(ref.dtype) || isComplex(ref.dtype);
        return m_flagged ? ref.parameter : canLearn && !isStatistic(name);
    }

    const ValueTree &m_tree;
    bool m_flagged;
    std::vector<ModulePart> m_parts = std::vector<ModulePart>(1);
    std::unordered_map<std::string_view, std::size_t> m_modules;
    std::unordered_set<std::string_view> m_tensorNames;
};

}  // namespace

Result<std::vector<ModulePart>> moduleTree(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    if (const Result<void> sound = checkNamedTensors(tree, tensors); !sound)
        return sound.error();
    Building building(tree, tensors);
    for (const NamedTensor &tensor : tensors)
        if (const Result<void> added = building.add(tensor); !added)
            return added.error();
    return building.take();
}

}  // namespace waypoint
