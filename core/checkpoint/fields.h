// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/value.h"

#include <initializer_list>
#include <string_view>
#include <vector>

namespace waypoint {

/// The text keys of a dict, or of an object's items and attributes, for look-ups by name: sorted once, where
/// Value::operator[] would walk the dict for each question.
///
/// A dict with more than kMost keys is a table of things and no record with named fields: it has none here.
class Fields
{
public:
    static constexpr std::size_t kMost = 512;

    explicit Fields(Value value);

    [[nodiscard]] bool has(std::string_view key) const { return (*this)[key].isValid(); }
    [[nodiscard]] bool hasAll(std::initializer_list<std::string_view> keys) const;
    [[nodiscard]] bool hasAny(std::initializer_list<std::string_view> keys) const;
    /// Value under a key, as Value::operator[] would give it; invalid where there is none.
    [[nodiscard]] Value operator[](std::string_view key) const;
    [[nodiscard]] std::size_t size() const { return m_fields.size(); }
    [[nodiscard]] bool empty() const { return m_fields.empty(); }
    /// Keys in alphabetical order.
    [[nodiscard]] std::vector<std::string_view> keys() const;

private:
    struct Field
    {
        std::string_view key;
        Value value;
    };

    void add(Value dict);

    std::vector<Field> m_fields;
};

/// Position of a text key within a dict, counted from 0; the dict's size where it has no such key. Python's dicts
/// keep their order, which tells some classes apart.
[[nodiscard]] std::size_t positionOfKey(Value dict, std::string_view key);

}  // namespace waypoint
