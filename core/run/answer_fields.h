// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/json_fields.h"

#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// The fields of an object in an answer of waypoint-train. The first one that is missing or does not fit is the error;
/// what comes after it is passed over.
class AnswerFields
{
public:
    /// `error` is shared by all parts of one answer.
    AnswerFields(const Json &object, std::string name, std::optional<Error> &error);

    /// A field that has to be there.
    template<typename T>
    void need(std::string_view key, T &value)
    {
        if (const Json *json = required(key))
            read(key, *json, value);
    }
    /// One that may be missing or null, and then leaves `value` as it is.
    template<typename T>
    void may(std::string_view key, T &value)
    {
        if (const Json *json = find(key); json && !json->is_null())
            read(key, *json, value);
    }
    template<typename T>
    void may(std::string_view key, std::optional<T> &value)
    {
        T there{};
        if (const Json *json = find(key); json && !json->is_null()) {
            read(key, *json, there);
            value = std::move(there);
        }
    }
    /// The fields of an object that has to be there.
    [[nodiscard]] AnswerFields part(std::string_view key);
    /// Calls `each(AnswerFields)` for every object of a list that has to be there.
    template<typename Each>
    void list(std::string_view key, const Each &each)
    {
        const Json *json = required(key);
        if (json && !json->is_array())
            return refuse(key, "a list");
        for (std::size_t i = 0; json && i < json->size() && !m_error; ++i)
            each(AnswerFields((*json)[i], nameOf(key) + "." + std::to_string(i), m_error));
    }
    /// The value itself, null where there is an error.
    [[nodiscard]] const Json *required(std::string_view key);
    void refuse(std::string_view key, std::string_view expected);

private:
    [[nodiscard]] const Json *find(std::string_view key) const;
    [[nodiscard]] std::string nameOf(std::string_view key) const;
    void take(const JsonReader &reader);

    template<typename T>
    void read(std::string_view key, const Json &, T &value)
    {
        JsonReader reader(m_object, m_name);
        reader(key, value);
        take(reader);
    }
    void read(std::string_view key, const Json &json, std::vector<double> &value);
    void read(std::string_view key, const Json &json, std::vector<std::vector<std::int64_t>> &value);

    const Json &m_object;
    std::string m_name;
    std::optional<Error> &m_error;
};

}  // namespace waypoint
