// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/arguments.h"
#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

using Json = nlohmann::ordered_json;

/// JSON as values. A number with a fraction or an exponent keeps its text (as `binary`, which JSON itself does not
/// have): so "1e-3" stays "1e-3", and no locale's decimal comma gets in the way.
Result<Json> parseJson(std::string_view text);

/// The number a value is, 1 and 1.5 alike; nothing for what is none.
[[nodiscard]] std::optional<double> numberOf(const Json &value);
/// The same, with the words that stand for what JSON has no numbers for ("NaN").
[[nodiscard]] std::optional<double> numberOrWord(const Json &value);

/// A setting as the JSON it looks like: number, flag, list of those (commas between, no blanks), else text. Only where
/// argumentText makes the same text of it again.
[[nodiscard]] std::string argumentJson(std::string_view text);
/// The way back; nothing for what no setting can be (null, an object, a list of lists).
[[nodiscard]] std::optional<std::string> argumentText(const Json &value);

/// Writes an object, a key a line.
class JsonWriter
{
public:
    JsonWriter() { open(); }

    void open(std::string_view key = {});
    void close();
    /// The text, once all is closed but the outermost object.
    [[nodiscard]] std::string finish();

    void operator()(std::string_view key, bool value);
    void operator()(std::string_view key, std::int64_t value);
    void operator()(std::string_view key, std::uint64_t value);
    void operator()(std::string_view key, double value);
    void operator()(std::string_view key, std::string_view value);
    void operator()(std::string_view key, const std::string &value) { (*this)(key, std::string_view(value)); }
    void operator()(std::string_view key, const Arguments &value);
    void operator()(std::string_view key, const std::vector<std::string> &value);

private:
    void raw(std::string_view key, std::string_view json);

    std::string m_text;
    std::string m_indent;
    bool m_first = true;
};

/// Reads the fields of an object: what is missing stays as it is, the first that does not fit is the error.
class JsonReader
{
public:
    /// `name` is what a message calls the object: "run.json: config".
    JsonReader(const Json &object, std::string name) : m_object(object), m_name(std::move(name)) {}

    void operator()(std::string_view key, bool &value);
    void operator()(std::string_view key, std::int64_t &value);
    void operator()(std::string_view key, std::uint64_t &value);
    void operator()(std::string_view key, double &value);
    void operator()(std::string_view key, std::string &value);
    void operator()(std::string_view key, Arguments &value);
    void operator()(std::string_view key, std::vector<std::string> &value);
    /// Corrupt: `key` is not `expected`.
    void refuse(std::string_view key, std::string_view expected);

    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }

private:
    [[nodiscard]] const Json *find(std::string_view key) const;

    const Json &m_object;
    std::string m_name;
    std::optional<Error> m_error;
};

}  // namespace waypoint
