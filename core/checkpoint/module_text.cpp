// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/module_text.h"

#include "core/checkpoint/layer_text.h"
#include "core/pickle/python_literal.h"
#include "core/pickle/value_text.h"

#include <string_view>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

constexpr std::size_t kDeepest = 100;
constexpr std::size_t kLongest = 4u << 20;
constexpr std::size_t kMostLooks = 20'000'000;
constexpr std::string_view kScriptPrefix = "__torch__.";

bool isPythonModule(Value value)
{
    return value.is(ValueKind::Object) && value["_modules"].is(ValueKind::Dict)
           && value["_parameters"].is(ValueKind::Dict);
}

/// Of a TorchScript archive: its state holds parameters, submodules and `training` side by side.
bool isScriptModule(Value value)
{
    return value.is(ValueKind::Object) && value.className().starts_with(kScriptPrefix)
           && value.wrap(value.object().state).is(ValueKind::Dict) && value.contains("training");
}

std::string lastName(Value module)
{
    const std::string_view name = module.className();
    return oneLine(name.substr(name.rfind('.') + 1));
}

/// Writes modules into one text, each line at its place at once. Depth of the recursion: kDeepest.
class Printer
{
public:
    std::string print(Value module)
    {
        add(module, 0);
        return std::move(m_out);
    }

private:
    [[nodiscard]] bool isEnough() const { return m_out.size() > kLongest || m_looked > kMostLooks; }

    void add(Value value, std::size_t depth)
    {
        m_looked += 1 + stateOf(value).count();
        if (!isModule(value)) {
            m_out += pythonText(value);
            return;
        }
        if (depth >= kDeepest || isEnough()) {
            m_out += lastName(value) + "(…)";
            return;
        }
        const bool isScript = isScriptModule(value);
        m_out += isScript ? "RecursiveScriptModule(" : lastName(value) + "(";
        const auto lines = isScript ? std::vector{"original_name=" + lastName(value)} : layerLines(value);
        const Value children = isScript ? stateOf(value) : value["_modules"];
        if (lines.size() <= 1 && !hasChildren(children, isScript)) {
            m_out.append(lines.empty() ? "" : lines.front()).append(")");
            return;
        }
        m_out += '\n';
        const std::string indent(2 * (depth + 1), ' ');
        for (const std::string &line : lines)
            m_out.append(indent).append(line).append(1, '\n');
        addChildren(children, isScript, depth);
        m_out.append(indent, 2).append(")");
    }

    static bool hasChildren(Value children, bool scriptsOnly)
    {
        for (std::size_t i = 0; i < children.count(); ++i)
            if (!scriptsOnly || isScriptModule(children.at(i)))
                return true;
        return false;
    }

    void addChildren(Value children, bool scriptsOnly, std::size_t depth)
    {
        const std::string indent(2 * (depth + 1), ' ');
        for (std::size_t i = 0; i < children.count(); ++i) {
            if (scriptsOnly && !isScriptModule(children.at(i)))
                continue;
            if (isEnough()) {
                m_out.append(indent).append("…\n");
                return;
            }
            m_out.append(indent).append("(").append(oneLine(keyText(children.key(i)))).append("): ");
            add(children.at(i), depth + 1);
            m_out += '\n';
        }
    }

    static Value stateOf(Value value)
    {
        return value.is(ValueKind::Object) ? value.wrap(value.object().state) : Value();
    }

    std::string m_out;
    std::size_t m_looked = 0;  ///< attributes that were gone through
};

}  // namespace

bool isModule(Value value) { return isPythonModule(value) || isScriptModule(value); }

std::string moduleText(Value value) { return Printer().print(value); }

}  // namespace waypoint
