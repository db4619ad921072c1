// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/state_dict.h"

#include "core/base/printable.h"
#include "core/pickle/value_text.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

/// A module may contain itself or one child a million times; no model is that large or that deep.
constexpr std::size_t kMostItems = 2'000'000;
constexpr std::size_t kDeepest = 400;

/// Walks a pickled module as torch.nn.Module.state_dict() does.
class ModuleWalk
{
public:
    explicit ModuleWalk(bool script) : m_script(script) {}

    std::vector<StateDictItem> run(Value root)
    {
        m_open.push_back({root, {}, 0});
        while (!m_open.empty() && m_items.size() < kMostItems && m_steps++ < kMostItems) {
            const Level module = std::move(m_open.back());
            m_open.pop_back();
            if (m_script)
                addScript(module);
            else
                addModule(module);
        }
        return std::move(m_items);
    }

private:
    struct Level
    {
        Value value;
        std::string prefix;
        std::size_t depth = 0;
    };

    void add(const Level &module, Value key, Value value)
    {
        m_items.push_back({module.prefix + keyText(key), {}, value.id()});
    }

    void addModule(const Level &module)
    {
        const Value parameters = module.value["_parameters"];
        for (std::size_t i = 0; i < parameters.count(); ++i)
            if (parameters.at(i).is(ValueKind::Tensor))
                add(module, parameters.key(i), parameters.at(i));
        const Value buffers = module.value["_buffers"];
        const Value passing = module.value["_non_persistent_buffers_set"];
        for (std::size_t i = 0; i < buffers.count(); ++i)
            if (buffers.at(i).is(ValueKind::Tensor) && !contains(passing, buffers.key(i).text()))
                add(module, buffers.key(i), buffers.at(i));
        openChildren(module, module.value["_modules"]);
    }

    /// TorchScript keeps parameters, buffers and children alike as attributes.
    void addScript(const Level &module)
    {
        const Value state = module.value.wrap(module.value.object().state);
        for (std::size_t i = 0; state.is(ValueKind::Dict) && i < state.count(); ++i)
            if (state.at(i).is(ValueKind::Tensor))
                add(module, state.key(i), state.at(i));
        openChildren(module, state);
    }

    void openChildren(const Level &module, Value children)
    {
        if (module.depth >= kDeepest || !children.is(ValueKind::Dict))
            return;
        for (std::size_t i = children.count(); i > 0; --i)
            if (const Value child = children.at(i - 1); child.is(ValueKind::Object))
                m_open.push_back({child, module.prefix + keyText(children.key(i - 1)) + '.', module.depth + 1});
    }

    static bool contains(Value set, std::string_view name)
    {
        for (std::size_t i = 0; i < set.count(); ++i)
            if (set.at(i).text() == name)
                return true;
        return false;
    }

    bool m_script;
    std::vector<Level> m_open;
    std::vector<StateDictItem> m_items;
    std::size_t m_steps = 0;
};

bool strip(std::string_view &name, const std::vector<std::string> &prefixes)
{
    bool any = false;
    for (const std::string &prefix : prefixes)
        if (!prefix.empty() && name.starts_with(prefix)) {
            name.remove_prefix(prefix.size());
            any = true;
        }
    return any;
}

}  // namespace

std::vector<std::string> StateDict::names() const
{
    std::vector<std::string> all;
    all.reserve(items.size());
    for (const StateDictItem &item : items)
        all.push_back(item.name);
    return all;
}

StateDict stateDictOfDict(Value dict)
{
    StateDict made;
    made.className = dict.className();
    made.attributes = dict.tree().attributes(dict.id());
    made.items.reserve(dict.count());
    for (std::size_t i = 0; i < dict.count(); ++i)
        made.items.push_back({keyText(dict.key(i)), dict.key(i).id(), dict.at(i).id()});
    return made;
}

StateDict stateDictOfModule(Value module, bool script)
{
    StateDict made;
    made.className = "collections.OrderedDict";
    made.ofModule = true;
    made.items = ModuleWalk(script).run(module);
    return made;
}

Result<std::size_t> renameItems(StateDict &dict, const std::vector<std::string> &strips, const std::string &add)
{
    std::size_t stripped = 0;
    std::unordered_map<std::string, std::string> before;  // new name -> old name
    before.reserve(dict.items.size());
    for (StateDictItem &item : dict.items) {
        std::string_view rest = item.name;
        stripped += strip(rest, strips) ? 1 : 0;
        std::string name = add + std::string(rest);
        const auto [other, isNew] = before.try_emplace(name, item.name);
        if (!isNew && (!item.key.isValid() || name != item.name || other->second != item.name))
            return Error{ErrorCode::BadArgument,
                         fmt::format("'{}' and '{}' would both be called '{}'", printable(other->second),
                                     printable(item.name), printable(name)),
                         {},
                         "Choose other prefixes.",
                         {}};
        if (name != item.name)
            item.key = {};
        item.name = std::move(name);
    }
    return stripped;
}

std::string renamedModule(std::string_view module, const std::vector<std::string> &strips, const std::string &add)
{
    const std::string dotted = module.empty() ? std::string() : std::string(module) + '.';
    std::string_view rest = dotted;
    strip(rest, strips);
    std::string name = add + std::string(rest);
    if (name.ends_with('.'))
        name.pop_back();
    return name;
}

}  // namespace waypoint
