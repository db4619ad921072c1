// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/nested_streams.h"

#include "core/checkpoint/readers.h"
#include "core/io/latin1_file.h"
#include "core/pickle/pickle_text.h"
#include "core/pickle/value.h"

#include <array>

namespace waypoint {

namespace {

constexpr std::string_view kName = "a stream inside the pickle";
constexpr std::size_t kNamedFailures = 3;
constexpr std::string_view kLoadFromBytes = "torch.storage._load_from_bytes";

}  // namespace

Result<FilePtr> bytesAsFile(const ValueTree &tree, ValueId bytes, std::string name)
{
    const ExternalBytes *external = tree.externalBytes(bytes);
    if (external && external->latin1 && tree.kind(bytes) == ValueKind::Bytes)
        return latin1File(external->file, external->range, std::move(name));
    if (external)
        return fileWindow(external->file, external->range, std::move(name));
    std::string_view text = tree.text(bytes);
    std::optional<std::string> decoded;
    // A Str of Python 2 that is no UTF-8 is kept as the characters U+0000 to U+00FF.
    if (tree.kind(bytes) == ValueKind::Str && (decoded = latin1FromUtf8(text)))
        text = *decoded;
    const auto *first = reinterpret_cast<const std::byte *>(text.data());
    return memoryFile(std::move(name), std::vector<std::byte>(first, first + text.size()));
}

NestedStreams::NestedStreams(const Source &source, const OpenOptions &options, Checkpoint &into)
    : m_nesting(source.nesting), m_budget(2 * source.file->size().value), m_options(options), m_into(into)
{
}

void NestedStreams::addTo(ObjectResolver &rules)
{
    rules.add("torch.storage._load_from_bytes", [this](ValueTree &tree, ValueId object) { resolve(tree, object); });
}

void NestedStreams::resolve(ValueTree &tree, ValueId object)
{
    const ValueId args = tree.object(object).args;
    const Value bytes = args.isValid() ? Value(tree, args).at(0) : Value();
    if (!bytes.is(ValueKind::Bytes) && !bytes.is(ValueKind::Str))
        return;
    const ValueId content = bytes.id();
    const auto [known, isNew] = m_read.try_emplace(content.index);
    if (isNew) {
        const Result<ValueId> root = readBytes(content);
        // Reading may have added to the map's tree, never to the map: `known` still stands.
        // A stream that was too deep in it would be tried again in the call's place, and again in each one around it.
        if (root && tree.className(*root) != kLoadFromBytes)
            known->second = *root;
        else if (root)
            return;
        else if (root.error().code != ErrorCode::Cancelled && ++m_failures <= kNamedFailures)
            m_into.warnings.push_back(
                {"A tensor inside the pickle cannot be read (" + root.error().detail + ").", kNoEntry});
    }
    if (known->second.isValid())
        tree.becomeCopyOf(object, known->second);
}

Result<ValueId> NestedStreams::readBytes(ValueId bytes)
{
    if (m_nesting >= m_options.limits.nestedStreams)
        return Error{.code = ErrorCode::TooLarge,
                     .detail = "streams are nested too deep in one another",
                     .at = {},
                     .advice = {},
                     .file = {}};
    // Calls can make many byte strings of one text: each would be read anew.
    const std::uint64_t length = m_into.values.byteLength(bytes).value;
    if (length > m_budget)
        return Error{.code = ErrorCode::TooLarge,
                     .detail = "too many streams share the same bytes",
                     .at = {},
                     .advice = {},
                     .file = {}};
    m_budget -= length;
    Result<FilePtr> file = bytesAsFile(m_into.values, bytes, std::string(kName));
    if (!file)
        return file.error();
    const Source source = sourceOf(*std::move(file), m_nesting + 1);
    const std::array<const CheckpointReader *, 2> readers = {&torchLegacyReader(), &torchZipReader()};
    for (const CheckpointReader *reader : readers)
        if (reader->recognises(source))
            return readSource(source, m_options, m_into);
    return Error{.code = ErrorCode::Corrupt,
                 .detail = "its bytes are nothing that torch.save writes",
                 .at = {},
                 .advice = {},
                 .file = {}};
}

}  // namespace waypoint
