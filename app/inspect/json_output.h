// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// Writes one JSON document piece by piece, so that a file of 100,000 entries needs no second copy in memory.
///
/// Conventions of the command line: floats round-trip; NaN and infinities are the strings "NaN", "Infinity"
/// and "-Infinity"; text is UTF-8, lone surrogates of Python strings are written as \uD800 escapes and bytes that are
/// no UTF-8 as U+FFFD. Calls must nest as the document does.
class JsonWriter
{
public:
    using Sink = std::function<void(std::string_view)>;

    explicit JsonWriter(Sink sink);

    void beginObject();
    void endObject();
    void beginArray();
    void endArray();
    void key(std::string_view name);

    void null();
    void boolean(bool value);
    void integer(std::int64_t value);
    void count(std::uint64_t value);
    void number(double value);
    void text(std::string_view utf8);
    void texts(std::span<const std::string> values);
    void integers(std::span<const std::int64_t> values);
    /// A value that is JSON already.
    void json(std::string_view value);

    /// Writes what is still buffered. Call once, after the outermost end.
    void finish();
    /// Bytes written so far.
    [[nodiscard]] std::uint64_t written() const { return m_flushed + m_buffer.size(); }

private:
    void beforeValue();
    void begin(char bracket);
    void end(char bracket);
    void flushIfFull();

    Sink m_sink;
    std::string m_buffer;
    std::uint64_t m_flushed = 0;
    std::vector<std::size_t> m_counts;  ///< items written, for each open bracket
    bool m_afterKey = false;
};

/// A quoted JSON string, by the rules of JsonWriter.
void appendJsonText(std::string &out, std::string_view utf8);

/// Python's repr() of a float, which JSON can read where it is finite: "0.1", "1e-05", "50.0".
[[nodiscard]] std::string floatText(double value);

}  // namespace waypoint
