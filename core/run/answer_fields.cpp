// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/answer_fields.h"

#include "core/base/printable.h"

#include <fmt/format.h>

namespace waypoint {

namespace {

constexpr const char *kAdvice = "Use the waypoint-train of this version of Waypoint.";

const Json &emptyObject()
{
    static const Json object = Json::object();
    return object;
}

}  // namespace

AnswerFields::AnswerFields(const Json &object, std::string name, std::optional<Error> &error)
    : m_object(object.is_object() ? object : emptyObject()), m_name(std::move(name)), m_error(error)
{
    if (!object.is_object() && !m_error)
        m_error = Error{.code = ErrorCode::Corrupt, .detail = m_name + " should be an object", .advice = kAdvice};
}

const Json *AnswerFields::find(std::string_view key) const
{
    if (m_error)
        return nullptr;
    const auto found = m_object.find(std::string(key));
    return found == m_object.end() ? nullptr : &*found;
}

const Json *AnswerFields::required(std::string_view key)
{
    const Json *json = find(key);
    if (!json && !m_error)
        m_error = Error{.code = ErrorCode::Corrupt,
                        .detail = fmt::format("{}: '{}' is missing", m_name, printable(key)),
                        .advice = kAdvice};
    return json;
}

std::string AnswerFields::nameOf(std::string_view key) const { return m_name + ": " + std::string(key); }

void AnswerFields::refuse(std::string_view key, std::string_view expected)
{
    JsonReader reader(m_object, m_name);
    reader.refuse(key, expected);
    take(reader);
}

void AnswerFields::take(const JsonReader &reader)
{
    if (m_error || !reader.error())
        return;
    m_error = reader.error();
    m_error->advice = kAdvice;
}

AnswerFields AnswerFields::part(std::string_view key)
{
    const Json *json = required(key);
    return AnswerFields(json ? *json : emptyObject(), nameOf(key), m_error);
}

void AnswerFields::read(std::string_view key, const Json &json, std::vector<double> &value)
{
    std::vector<double> numbers;
    bool fits = json.is_array();
    for (std::size_t i = 0; fits && i < json.size(); ++i) {
        const auto number = numberOrWord(json[i]);
        fits = number.has_value();
        numbers.push_back(number.value_or(0));
    }
    if (!fits)
        return refuse(key, "a list of numbers");
    value = std::move(numbers);
}

void AnswerFields::read(std::string_view key, const Json &json, std::vector<std::vector<std::int64_t>> &value)
{
    std::vector<std::vector<std::int64_t>> rows;
    bool fits = json.is_array();
    for (std::size_t row = 0; fits && row < json.size(); ++row) {
        rows.emplace_back();
        fits = json[row].is_array();
        for (std::size_t column = 0; fits && column < json[row].size(); ++column) {
            fits = json[row][column].is_number_integer();
            if (fits)
                rows.back().push_back(json[row][column].get<std::int64_t>());
        }
    }
    if (!fits)
        return refuse(key, "rows of whole numbers");
    value = std::move(rows);
}

}  // namespace waypoint
