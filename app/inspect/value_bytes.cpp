// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/value_bytes.h"

#include "app/inspect/text_layout.h"
#include "core/pickle/python_literal.h"

#include <utility>

namespace waypoint {

namespace {

/// Protocol 2 writes bytes as text with one character for each byte: codecs.encode(text, 'latin1').
std::string latin1FromUtf8(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Utf8Step step = nextCodePoint(text, at);
        bytes += static_cast<char>(step.valid ? step.codePoint : static_cast<unsigned char>(text[at]));
        at += step.length;
    }
    return bytes;
}

}  // namespace

Result<std::string> bytesOf(const ValueTree &values, ValueId id, ByteCount most)
{
    if (values.byteLength(id) > most)
        return Error{ErrorCode::TooLarge, "a value is too long to be shown", {}, {}, {}};
    const ExternalBytes *external = values.externalBytes(id);
    if (!external)
        return std::string(values.text(id));
    const Result<std::vector<std::byte>> read = readRange(*external->file, external->range);
    if (!read)
        return read.error();
    std::string bytes(reinterpret_cast<const char *>(read->data()), read->size());
    if (!external->latin1)
        return bytes;
    return values.kind(id) == ValueKind::Str ? utf8FromLatin1(bytes) : latin1FromUtf8(bytes);
}

}  // namespace waypoint
