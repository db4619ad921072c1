// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// One JSON object of a log as its numbers and words. Objects in it are flattened: {"train": {"loss": 1}} gives
/// "train/loss". Lists, true, false and null are passed over. NaN and infinities may be bare, as Python writes them, or
/// the strings "NaN", "Infinity" and "-Infinity".
///
/// Most lines are flat and have no escapes: they are read in place, ten times faster than with a general parser.
class JsonRow
{
public:
    struct Field
    {
        std::string_view name;
        double number = 0;
        std::string_view word;  ///< of a text
        bool isNumber = true;
    };

    /// False where the text is not one JSON object.
    bool parse(std::string_view text);
    /// Valid until the next parse(), and as long as its text.
    [[nodiscard]] const std::vector<Field> &fields() const { return m_fields; }
    [[nodiscard]] const Field *find(std::string_view name) const;

private:
    class Flat;

    bool parseGeneral(std::string_view text);

    std::vector<Field> m_fields;
    std::vector<std::string> m_owned;  ///< names and words of an object that is not flat
};

/// JSON as Python writes it, as JSON: bare NaN, Infinity and -Infinity become strings.
[[nodiscard]] std::string quotedInfinities(std::string_view pythonJson);

}  // namespace waypoint
