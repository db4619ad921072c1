// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/diff_names.h"

#include <algorithm>
#include <array>

namespace waypoint {

namespace {

/// DataParallel and DDP, torch.compile, FSDP, activation checkpointing, Lightning's strategies.
constexpr std::array<std::string_view, 6> kWrappers{
    "module", "_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module", "_forward_module", "mod"};
/// What people call the attribute that holds the network.
constexpr std::array<std::string_view, 9> kHolders{"model",          "net",    "network", "state_dict", "ema_model",
                                                   "averaged_model", "shadow", "_model",  "base_model"};
constexpr std::array<std::string_view, 3> kModuleParts{"_modules", "_parameters", "_buffers"};

template<std::size_t N>
bool isOneOf(std::string_view word, const std::array<std::string_view, N> &list)
{
    return std::ranges::find(list, word) != list.end();
}

void appendPart(std::string &name, std::string_view part)
{
    if (!name.empty())
        name += '.';
    name += part;
}

std::size_t countDigits(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::find_if(text, [](char c) { return c < '0' || c > '9'; })
                                    - text.begin());
}

bool isLetterOrDigit(char c)
{
    // Bytes beyond ASCII are letters of some script.
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c & 0x80) != 0;
}

}  // namespace

std::string dottedName(std::span<const std::string> labels)
{
    std::string name;
    for (const std::string &label : labels)
        if (!isModulePart(label))
            appendPart(name, label);
    return name;
}

bool isModulePart(std::string_view label) { return isOneOf(label, kModuleParts); }

std::vector<std::string_view> partsOfName(std::string_view name)
{
    std::vector<std::string_view> parts;
    while (true) {
        const std::size_t dot = name.find('.');
        parts.push_back(name.substr(0, dot));
        if (dot == std::string_view::npos)
            return parts;
        name.remove_prefix(dot + 1);
    }
}

std::string unwrappedName(std::string_view name)
{
    const auto parts = partsOfName(name);
    std::string rest;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const bool last = i + 1 == parts.size();
        if (!last && (isOneOf(parts[i], kWrappers) || (rest.empty() && isOneOf(parts[i], kHolders))))
            continue;
        appendPart(rest, parts[i]);
    }
    return rest;
}

std::string squeezedName(std::string_view name)
{
    std::string letters;
    std::ranges::copy_if(name, std::back_inserter(letters), isLetterOrDigit);
    return letters;
}

bool comesBefore(std::string_view a, std::string_view b)
{
    std::size_t i = 0;
    std::size_t j = 0;
    while (i < a.size() && j < b.size()) {
        const std::size_t digitsA = countDigits(a.substr(i));
        const std::size_t digitsB = countDigits(b.substr(j));
        if (digitsA > 0 && digitsB > 0) {
            if (digitsA != digitsB)
                return digitsA < digitsB;
            if (const int order = a.substr(i, digitsA).compare(b.substr(j, digitsB)); order != 0)
                return order < 0;
            i += digitsA;
            j += digitsB;
        } else if (a[i] != b[j]) {
            return a[i] < b[j];
        } else {
            ++i;
            ++j;
        }
    }
    return i == a.size() && j < b.size();
}

std::string_view layerOfName(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : name.substr(0, dot);
}

std::string_view lastPartOfName(std::string_view name)
{
    const std::size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? name : name.substr(dot + 1);
}

}  // namespace waypoint
