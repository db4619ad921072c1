// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/json_fields.h"

#include "core/base/printable.h"
#include "core/metrics/json_text.h"

#include <fmt/format.h>

#include <utility>

namespace waypoint {

void JsonWriter::open(std::string_view key)
{
    if (!key.empty())
        raw(key, "{");
    else
        m_text += "{";
    m_indent += "  ";
    m_first = true;
}

void JsonWriter::close()
{
    m_indent.resize(m_indent.size() - 2);
    m_text += m_first ? "}" : "\n" + m_indent + "}";
    m_first = false;
}

std::string JsonWriter::finish()
{
    close();
    return std::exchange(m_text, {}) + "\n";
}

void JsonWriter::raw(std::string_view key, std::string_view json)
{
    m_text += fmt::format("{}\n{}{}: {}", m_first ? "" : ",", m_indent, jsonString(key), json);
    m_first = false;
}

void JsonWriter::operator()(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
void JsonWriter::operator()(std::string_view key, std::int64_t value) { raw(key, fmt::format("{}", value)); }
void JsonWriter::operator()(std::string_view key, std::uint64_t value) { raw(key, fmt::format("{}", value)); }
void JsonWriter::operator()(std::string_view key, double value) { raw(key, jsonNumber(value)); }
void JsonWriter::operator()(std::string_view key, std::string_view value) { raw(key, jsonString(value)); }

void JsonWriter::operator()(std::string_view key, const Arguments &value)
{
    open(key);
    for (const auto &[name, text] : value.items())
        raw(name, argumentJson(text));
    close();
}

void JsonWriter::operator()(std::string_view key, const std::vector<std::string> &value)
{
    std::string list;
    for (const auto &text : value)
        list += (list.empty() ? "" : ", ") + jsonString(text);
    raw(key, "[" + list + "]");
}

std::optional<double> numberOrWord(const Json &value)
{
    return value.is_string() ? numberOfWord(value.get_ref<const std::string &>()) : numberOf(value);
}

const Json *JsonReader::find(std::string_view key) const
{
    const auto found = m_object.find(std::string(key));
    return found == m_object.end() ? nullptr : &*found;
}

void JsonReader::refuse(std::string_view key, std::string_view expected)
{
    if (!m_error)
        m_error = Error{.code = ErrorCode::Corrupt,
                        .detail = fmt::format("{}: '{}' should be {}", m_name, printable(key), expected),
                        .advice = "Correct it there with a text editor."};
}

void JsonReader::operator()(std::string_view key, bool &value)
{
    const auto *json = find(key);
    if (json && json->is_boolean())
        value = json->get<bool>();
    else if (json)
        refuse(key, "true or false");
}

void JsonReader::operator()(std::string_view key, std::int64_t &value)
{
    const auto *json = find(key);
    if (json && json->is_number_integer()
        && (!json->is_number_unsigned() || std::in_range<std::int64_t>(json->get<std::uint64_t>())))
        value = json->get<std::int64_t>();
    else if (json)
        refuse(key, "a whole number");
}

void JsonReader::operator()(std::string_view key, std::uint64_t &value)
{
    const auto *json = find(key);
    if (json && json->is_number_unsigned())
        value = json->get<std::uint64_t>();
    else if (json)
        refuse(key, "a whole number that is not negative");
}

void JsonReader::operator()(std::string_view key, double &value)
{
    const auto *json = find(key);
    if (!json)
        return;
    if (const auto number = numberOrWord(*json))
        value = *number;
    else
        refuse(key, "a number");
}

void JsonReader::operator()(std::string_view key, std::string &value)
{
    const auto *json = find(key);
    if (json && json->is_string())
        value = json->get<std::string>();
    else if (json)
        refuse(key, "text");
}

void JsonReader::operator()(std::string_view key, Arguments &value)
{
    const auto *json = find(key);
    if (json && !json->is_object())
        return refuse(key, "an object");
    if (!json)
        return;
    Arguments arguments;
    for (const auto &[name, item] : json->items()) {
        auto text = argumentText(item);
        if (!text)
            return refuse(std::string(key) + "." + name, "a number, a flag, text, or a list of these");
        arguments.set(name, *std::move(text));
    }
    value = std::move(arguments);
}

void JsonReader::operator()(std::string_view key, std::vector<std::string> &value)
{
    const auto *json = find(key);
    if (!json)
        return;
    std::vector<std::string> list;
    bool fits = json->is_array();
    for (std::size_t i = 0; fits && i < json->size(); ++i) {
        fits = (*json)[i].is_string();
        if (fits)
            list.push_back((*json)[i].get<std::string>());
    }
    if (!fits)
        return refuse(key, "a list of texts");
    value = std::move(list);
}

}  // namespace waypoint
