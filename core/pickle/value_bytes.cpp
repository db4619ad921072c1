// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/value_bytes.h"

#include "core/pickle/pickle_text.h"

#include <algorithm>
#include <optional>

namespace waypoint {

namespace {

constexpr unsigned char kTwoByteLead = 0xc0;

// Protocol 2 writes bytes as text with one character for each byte: codecs.encode(text, 'latin1'). A character cut in
// two by a limit is left out.
std::string fromLatin1Text(std::string text)
{
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= kTwoByteLead)
        text.pop_back();
    std::optional<std::string> bytes = latin1FromUtf8(text);
    return bytes ? *std::move(bytes) : text;
}

}  // namespace

Result<std::string> bytesOf(const ValueTree &values, ValueId id, ByteCount most)
{
    if (values.byteLength(id) > most)
        return Error{ErrorCode::TooLarge, "a value is too long to be shown", {}, {}, {}};
    return firstBytesOf(values, id, most);
}

Result<std::string> firstBytesOf(const ValueTree &values, ValueId id, ByteCount most)
{
    const ExternalBytes *external = values.externalBytes(id);
    if (!external)
        return std::string(values.text(id).substr(0, most.value));
    const bool latin1 = external->latin1 && values.kind(id) == ValueKind::Bytes;
    const ByteCount stored{std::min(external->range.length.value, latin1 ? 2 * most.value : most.value)};
    const Result<std::vector<std::byte>> read = readRange(*external->file, {external->range.start, stored});
    if (!read)
        return read.error();
    std::string bytes(reinterpret_cast<const char *>(read->data()), read->size());
    if (!latin1)
        return bytes;
    bytes = fromLatin1Text(std::move(bytes));
    bytes.resize(std::min<std::uint64_t>(bytes.size(), most.value));
    return bytes;
}

}  // namespace waypoint
