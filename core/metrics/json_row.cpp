// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/json_row.h"

#include "core/metrics/json_text.h"
#include "core/metrics/log_fields.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace waypoint {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kDeepest = 5;
constexpr std::size_t kMostFields = 20'000;
/// A general parser takes many times the memory of its text.
constexpr std::size_t kLongestGeneral = 8u << 20;

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// A word that JSON does not have, at the start of `text`.
std::string_view bareInfinity(std::string_view text)
{
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
        if (text.starts_with(word))
            return word;
    return {};
}

}  // namespace

/// Reads {"name": number, "name": "word", ...} in one pass; gives up at whatever else it meets.
class JsonRow::Flat
{
public:
    Flat(std::string_view text, std::vector<Field> &fields) : m_rest(text), m_fields(fields) {}

    bool read()
    {
        if (!take('{'))
            return false;
        if (take('}'))
            return atEnd();
        do {
            if (!readField())
                return false;
        } while (take(','));
        return take('}') && atEnd();
    }

private:
    void skipSpace()
    {
        while (!m_rest.empty() && isSpace(m_rest.front()))
            m_rest.remove_prefix(1);
    }
    bool atEnd()
    {
        skipSpace();
        return m_rest.empty();
    }
    bool take(char wanted)
    {
        skipSpace();
        if (m_rest.empty() || m_rest.front() != wanted)
            return false;
        m_rest.remove_prefix(1);
        return true;
    }
    bool readString(std::string_view &into)
    {
        if (!take('"'))
            return false;
        for (std::size_t i = 0; i < m_rest.size(); ++i) {
            const char c = m_rest[i];
            if (c == '\\' || static_cast<unsigned char>(c) < 0x20)
                return false;
            if (c == '"') {
                into = m_rest.substr(0, i);
                m_rest.remove_prefix(i + 1);
                return true;
            }
        }
        return false;
    }
    bool takeWord(std::string_view word)
    {
        if (!m_rest.starts_with(word))
            return false;
        m_rest.remove_prefix(word.size());
        return true;
    }
    bool readNumber(double &into)
    {
        const std::size_t first = !m_rest.empty() && m_rest.front() == '-' ? 1 : 0;
        if (m_rest.size() <= first || !isDigit(m_rest[first]))
            return false;
        const auto [end, problem] = std::from_chars(m_rest.data(), m_rest.data() + m_rest.size(), into);
        m_rest.remove_prefix(static_cast<std::size_t>(end - m_rest.data()));
        return problem == std::errc();
    }
    bool readField()
    {
        Field field;
        skipSpace();
        if (m_fields.size() >= kMostFields || !readString(field.name) || !take(':'))
            return false;
        skipSpace();
        if (takeWord("null") || takeWord("true") || takeWord("false"))
            return true;
        if (m_rest.starts_with('"')) {
            if (!readString(field.word))
                return false;
            const auto number = numberOfWord(field.word);
            field.isNumber = number.has_value();
            field.number = number.value_or(0);
        } else if (const auto word = bareInfinity(m_rest); !word.empty()) {
            field.number = *numberOfWord(word);
            m_rest.remove_prefix(word.size());
        } else if (!readNumber(field.number)) {
            return false;
        }
        m_fields.push_back(field);
        return true;
    }

    std::string_view m_rest;
    std::vector<Field> &m_fields;
};

bool JsonRow::parse(std::string_view text)
{
    m_fields.clear();
    m_owned.clear();
    if (Flat(text, m_fields).read())
        return true;
    m_fields.clear();
    const auto start = std::find_if_not(text.begin(), text.end(), isSpace);
    return text.size() <= kLongestGeneral && start != text.end() && *start == '{' && parseGeneral(text);
}

bool JsonRow::parseGeneral(std::string_view text)
{
    const auto whole = Json::parse(quotedInfinities(text), nullptr, false);
    if (!whole.is_object())
        return false;
    struct Found
    {
        std::string name;
        std::string word;
        std::optional<double> number;
    };
    std::vector<Found> found;
    std::vector<std::pair<std::string, const Json *>> open{{"", &whole}};
    // Breadth first: an object's own numbers come before those of the objects in it.
    for (std::size_t i = 0; i < open.size(); ++i) {
        const auto [prefix, object] = open[i];
        for (const auto &[key, value] : object->items()) {
            if (found.size() + open.size() > kMostFields)
                break;
            const auto name = nameBelow(prefix, key);
            const auto depth = static_cast<std::size_t>(std::count(name.begin(), name.end(), '/'));
            if (value.is_object() && depth < kDeepest)
                open.emplace_back(name, &value);
            else if (value.is_number())
                found.push_back({name, {}, value.get<double>()});
            else if (value.is_string())
                found.push_back({name, value.get<std::string>(), numberOfWord(value.get_ref<const std::string &>())});
        }
    }
    // Only now: text that moves would leave its views behind.
    m_owned.reserve(2 * found.size());
    for (auto &each : found) {
        Field field{.name = m_owned.emplace_back(std::move(each.name)), .isNumber = each.number.has_value()};
        field.word = m_owned.emplace_back(std::move(each.word));
        field.number = each.number.value_or(0);
        m_fields.push_back(field);
    }
    return true;
}

const JsonRow::Field *JsonRow::find(std::string_view name) const
{
    const auto found =
        std::find_if(m_fields.begin(), m_fields.end(), [&](const Field &field) { return field.name == name; });
    return found == m_fields.end() ? nullptr : &*found;
}

std::string quotedInfinities(std::string_view pythonJson)
{
    std::string json;
    json.reserve(pythonJson.size() + 16);
    bool inString = false;
    for (std::size_t i = 0; i < pythonJson.size(); ++i) {
        const char c = pythonJson[i];
        const bool canBegin = !inString && (c == 'N' || c == 'I' || c == '-');
        if (const auto word = canBegin ? bareInfinity(pythonJson.substr(i)) : std::string_view(); !word.empty()) {
            json.append(1, '"').append(word).append(1, '"');
            i += word.size() - 1;
            continue;
        }
        json.push_back(c);
        if (inString && c == '\\' && i + 1 < pythonJson.size())
            json.push_back(pythonJson[++i]);
        else if (c == '"')
            inString = !inString;
    }
    return json;
}

}  // namespace waypoint
