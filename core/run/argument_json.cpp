// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/json_fields.h"

#include "core/checkpoint/json_error.h"
#include "core/metrics/json_text.h"

#include <fmt/format.h>

#include <charconv>
#include <system_error>
#include <utility>

namespace waypoint {

namespace {

/// Builds the values; numbers with a fraction as their text.
class ValueBuilder final : public nlohmann::json_sax<Json>
{
public:
    bool null() override { return add(nullptr); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool string(string_t &value) override { return add(std::move(value)); }
    bool binary(binary_t &) override { return false; }
    bool key(string_t &value) override
    {
        m_key = std::move(value);
        return true;
    }
    bool start_object(std::size_t) override { return open(Json::object()); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool number_float(number_float_t, const string_t &text) override
    {
        std::vector<std::uint8_t> bytes;
        for (const char c : text) {
            // The parser has put the locale's decimal point in.
            const bool plain = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == 'e' || c == 'E';
            bytes.push_back(static_cast<std::uint8_t>(plain ? c : '.'));
        }
        return add(Json::binary(std::move(bytes)));
    }

    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &problem) override
    {
        m_error = jsonError(position, problem.what());
        return false;
    }

    Result<Json> result() &&
    {
        if (m_error)
            return *std::move(m_error);
        return std::move(m_root);
    }

private:
    Json &place(Json value)
    {
        if (m_open.empty())
            return m_root = std::move(value);
        auto &parent = *m_open.back();
        if (parent.is_object())
            return parent[m_key] = std::move(value);
        parent.push_back(std::move(value));
        return parent.back();
    }
    bool add(Json value)
    {
        place(std::move(value));
        return true;
    }
    bool open(Json value)
    {
        m_open.push_back(&place(std::move(value)));
        return true;
    }
    bool close()
    {
        m_open.pop_back();
        return true;
    }

    Json m_root;
    std::vector<Json *> m_open;
    std::string m_key;
    std::optional<Error> m_error;
};

std::string keptText(const Json &number)
{
    const auto &bytes = number.get_binary();
    return {bytes.begin(), bytes.end()};
}

std::optional<std::string> scalarText(const Json &value)
{
    if (value.is_string())
        return value.get<std::string>();
    if (value.is_boolean() || value.is_number())
        return value.dump();
    if (value.is_binary())
        return keptText(value);
    return std::nullopt;
}

/// Whether the text is a number or flag of JSON that comes back as the same text.
bool isTyped(std::string_view text)
{
    if (text.empty() || text.find_first_not_of("+-.0123456789eEtrufals") != std::string_view::npos)
        return false;
    const auto value = parseJson(text);
    return value && !value->is_string() && scalarText(*value) == text;
}

}  // namespace

Result<Json> parseJson(std::string_view text)
{
    ValueBuilder builder;
    Json::sax_parse(text, &builder);
    return std::move(builder).result();
}

std::optional<double> numberOf(const Json &value)
{
    if (value.is_number())
        return value.get<double>();
    if (!value.is_binary())
        return std::nullopt;
    const auto text = keptText(value);
    double number = 0;
    const auto end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, number);
    if (result.ec != std::errc{} || result.ptr != end)
        return std::nullopt;
    return number;
}

std::string argumentJson(std::string_view text)
{
    std::string list;
    auto rest = text;
    while (true) {
        const auto comma = rest.find(',');
        const auto item = rest.substr(0, comma);
        if (!isTyped(item))
            return jsonString(text);
        list += (list.empty() ? "" : ", ") + std::string(item);
        if (comma == std::string_view::npos)
            break;
        rest.remove_prefix(comma + 1);
    }
    return rest.size() == text.size() ? list : "[" + list + "]";
}

std::optional<std::string> argumentText(const Json &value)
{
    if (!value.is_array())
        return scalarText(value);
    std::string list;
    for (const auto &item : value) {
        const auto text = scalarText(item);
        if (!text)
            return std::nullopt;
        list += (&item == &value.front() ? "" : ",") + *text;
    }
    return list;
}

}  // namespace waypoint
