// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/json_output.h"

#include "app/inspect/text_layout.h"
#include "core/pickle/python_literal.h"

#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kBufferBytes = 64u << 10;
// Entries stand on lines of their own, which makes the output fit for diff and grep; deeper levels do not.
constexpr std::size_t kLinedDepth = 2;

void appendEscaped(std::string &out, char32_t codePoint)
{
    switch (codePoint) {
    case U'"':
        out += "\\\"";
        return;
    case U'\\':
        out += "\\\\";
        return;
    case U'\n':
        out += "\\n";
        return;
    case U'\r':
        out += "\\r";
        return;
    case U'\t':
        out += "\\t";
        return;
    default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(codePoint));
    }
}

bool isPlain(unsigned char byte) { return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\'; }

}  // namespace

void appendJsonText(std::string &out, std::string_view utf8)
{
    out += '"';
    std::size_t at = 0;
    while (at < utf8.size()) {
        std::size_t plain = at;
        while (plain < utf8.size() && isPlain(static_cast<unsigned char>(utf8[plain])))
            ++plain;
        out.append(utf8, at, plain - at);
        at = plain;
        if (at == utf8.size())
            break;
        const Utf8Step step = nextCodePoint(utf8, at);
        if (!step.valid)
            out += "\xef\xbf\xbd";
        else if (step.codePoint < 0x80 || (step.codePoint >= 0xd800 && step.codePoint <= 0xdfff))
            appendEscaped(out, step.codePoint);
        else
            out.append(utf8, at, step.length);
        at += step.length;
    }
    out += '"';
}

std::string floatText(double value)
{
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "Infinity" : "-Infinity";
    return pythonFloat(value);
}

JsonWriter::JsonWriter(Sink sink) : m_sink(std::move(sink)) { m_buffer.reserve(kBufferBytes + 1024); }

void JsonWriter::beforeValue()
{
    if (m_afterKey) {
        m_afterKey = false;
        return;
    }
    if (m_counts.empty())
        return;
    if (m_counts.back()++ > 0)
        m_buffer += m_counts.size() > kLinedDepth ? ", " : ",";
    if (m_counts.size() <= kLinedDepth)
        m_buffer += '\n';
}

void JsonWriter::begin(char bracket)
{
    beforeValue();
    m_buffer += bracket;
    m_counts.push_back(0);
}

void JsonWriter::end(char bracket)
{
    if (m_counts.back() > 0 && m_counts.size() <= kLinedDepth)
        m_buffer += '\n';
    m_counts.pop_back();
    m_buffer += bracket;
    flushIfFull();
}

void JsonWriter::beginObject() { begin('{'); }
void JsonWriter::endObject() { end('}'); }
void JsonWriter::beginArray() { begin('['); }
void JsonWriter::endArray() { end(']'); }

void JsonWriter::key(std::string_view name)
{
    beforeValue();
    appendJsonText(m_buffer, name);
    m_buffer += ": ";
    m_afterKey = true;
}

void JsonWriter::null()
{
    beforeValue();
    m_buffer += "null";
}

void JsonWriter::boolean(bool value)
{
    beforeValue();
    m_buffer += value ? "true" : "false";
}

void JsonWriter::integer(std::int64_t value)
{
    beforeValue();
    fmt::format_to(std::back_inserter(m_buffer), "{}", value);
}

void JsonWriter::count(std::uint64_t value)
{
    beforeValue();
    fmt::format_to(std::back_inserter(m_buffer), "{}", value);
}

void JsonWriter::number(double value)
{
    beforeValue();
    if (std::isfinite(value))
        m_buffer += floatText(value);
    else
        appendJsonText(m_buffer, floatText(value));
}

void JsonWriter::text(std::string_view utf8)
{
    beforeValue();
    appendJsonText(m_buffer, utf8);
    flushIfFull();
}

void JsonWriter::texts(std::span<const std::string> values)
{
    beginArray();
    for (const std::string &value : values)
        text(value);
    endArray();
}

void JsonWriter::integers(std::span<const std::int64_t> values)
{
    beginArray();
    for (const std::int64_t value : values)
        integer(value);
    endArray();
}

void JsonWriter::json(std::string_view value)
{
    beforeValue();
    m_buffer += value;
    flushIfFull();
}

void JsonWriter::flushIfFull()
{
    if (m_buffer.size() < kBufferBytes)
        return;
    m_sink(m_buffer);
    m_flushed += m_buffer.size();
    m_buffer.clear();
}

void JsonWriter::finish()
{
    m_buffer += '\n';
    m_sink(m_buffer);
    m_flushed += m_buffer.size();
    m_buffer.clear();
}

}  // namespace waypoint
