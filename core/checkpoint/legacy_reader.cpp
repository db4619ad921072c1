// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/base/endian.h"
#include "core/base/printable.h"
#include "core/checkpoint/damaged_legacy_storages.h"
#include "core/checkpoint/hidden_pickles.h"
#include "core/checkpoint/legacy_storages.h"
#include "core/checkpoint/module_sources.h"
#include "core/checkpoint/nested_streams.h"
#include "core/checkpoint/old_variables.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/torch_types.h"

#include <fmt/format.h>

#include <algorithm>

namespace waypoint {

namespace {

using namespace std::string_view_literals;

// torch/serialization.py: MAGIC_NUMBER = 0x1950a86a20f9469cfc6c, as LONG1 (protocol 2 and up) and as LONG has it.
constexpr std::string_view kMagicBinary = "\x8a\x0al\xfc\x9c\x46\xf9 j\xa8P\x19."sv;
constexpr std::string_view kMagicText = "L119547037146038801333356L\n.";
constexpr std::int64_t kProtocol = 1001;

/// Reads what torch.save wrote from 0.1.10 to 1.5 (and writes still where asked to): pickles of a magic number, the
/// protocol, facts of the machine, the object, the keys of its storages; then each storage's count and elements.
/// Source: torch/serialization.py, _legacy_save and _legacy_load.
class LegacyReader final : public CheckpointReader
{
public:
    [[nodiscard]] Format format() const override { return Format::TorchLegacy; }
    [[nodiscard]] bool recognises(const Source &source) const override;
    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override;
};

/// One reading: the stream and what belongs to it.
class Reading
{
public:
    Reading(const Source &source, const OpenOptions &options, Checkpoint &into)
        : m_source(source),
          m_options(options),
          m_into(into),
          m_stream(source.file),
          m_member(source.nesting > 0 ? source.file->name() : std::string()),
          m_types([](Storage &) {}, options.limits),
          m_nested(source, options, into)
    {
        m_nested.addTo(m_types.rules());
    }

    Result<ValueId> run();

private:
    Result<Value> smallPickle()
    {
        const auto read = readPickleInto(m_stream, m_member, nullptr, m_options, m_into);
        if (!read)
            return read.error();
        return Value(m_into.values, read->root);
    }
    Result<void> preamble();
    Result<ValueId> object();
    void storages();
    Result<Value> preamblePickle();
    void noteBroken(const Error &why);

    const Source &m_source;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    ByteStream m_stream;
    std::string m_member;
    TorchTypes m_types;
    NestedStreams m_nested;
};

/// One of the small pickles before the object. None of them is needed: a damaged one is passed over.
Result<Value> Reading::preamblePickle()
{
    constexpr std::uint64_t kLooked = 4096;
    const ByteOffset at = m_stream.position();
    auto read = smallPickle();
    if (read || !m_options.losses)
        return read;
    const std::uint64_t left = m_source.file->size().value - at.value;
    const auto bytes = readRange(*m_source.file, {at, {std::min(kLooked, left)}});
    if (!bytes)
        return read;
    const std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    const std::size_t next = text.find(".\x80\x02"sv);
    if (next == std::string_view::npos)
        return read;
    m_options.losses->damaged = true;
    m_stream = ByteStream(m_source.file, at + ByteCount{next + 1});
    return Value();
}

Result<void> Reading::preamble()
{
    const auto magic = preamblePickle();
    if (!magic)
        return magic.error();
    const auto protocol = preamblePickle();
    if (!protocol)
        return protocol.error();
    if (protocol->integer() != kProtocol)
        m_into.warnings.push_back({"The stream's protocol is not 1001, the only one that PyTorch has written; it is "
                                   "read as if it were.",
                                   kNoEntry});
    const auto facts = preamblePickle();
    if (!facts)
        return facts.error();
    if (m_source.nesting > 0)
        return {};
    if (const auto number = protocol->integer())
        m_into.container.emplace_back("protocol", fmt::format("{}", *number));
    if (const auto little = (*facts)["little_endian"].integer())
        m_into.container.emplace_back("saved on a computer that is", *little != 0 ? "little-endian" : "big-endian");
    return {};
}

Result<ValueId> Reading::object()
{
    const ValueId first{static_cast<std::uint32_t>(m_into.values.size())};
    const auto read = readPickleInto(m_stream, m_member, nullptr, m_options, m_into,
                                     m_options.losses ? Unfinished::Keep : Unfinished::Refuse);
    if (!read)
        return read.error();
    if (read->broken)
        noteBroken(*read->broken);
    if (m_source.nesting == 0) {
        m_into.container.emplace_back("pickle protocol", fmt::format("{}", read->protocol));
        noteModuleSources(first, m_into);
    }
    m_types.rules().run(m_into.values, first, m_options.limits, m_options.stop);
    resolveOldVariables(m_into.values, first, m_options.limits);
    scanPicklesInStrings(first, m_source.file, m_member, &m_nested, m_options, m_into);
    return read->root;
}

void Reading::noteBroken(const Error &why)
{
    m_options.losses->damaged = true;
    m_options.losses->valuesUncertain = true;
    m_options.losses->parts.push_back({});  // what has no name any more
    m_options.losses->notes.push_back(
        fmt::format("The values can be read up to byte {}; what follows, names of tensors "
                    "included, is lost.",
                    groupedDigits(why.at ? why.at->value : 0)));
}

void Reading::storages()
{
    const ByteOffset at = m_stream.position();
    const auto keys = smallPickle();
    if (m_options.losses) {
        locateDamagedLegacyStorages(m_source.file, at, keys ? std::optional(*keys) : std::nullopt, m_stream.position(),
                                    m_types, m_options, m_into);
        return;
    }
    if (!keys) {
        m_into.warnings.push_back({fmt::format("The file ends early, at byte {}: the list of storages and all data of "
                                               "tensors are missing ({}).",
                                               at.value, keys.error().detail),
                                   kNoEntry});
        return;
    }
    locateLegacyStorages(m_source.file, m_stream.position(), *keys, m_types, m_options, m_into);
}

Result<ValueId> Reading::run()
{
    if (const auto begun = preamble(); !begun)
        return begun.error();
    const Result<ValueId> root = object();
    if (!root)
        return root.error();
    storages();
    if (m_options.stop.stop_requested())
        return Error{.code = ErrorCode::Cancelled, .detail = {}, .at = {}, .advice = {}, .file = {}};
    return *root;
}

bool LegacyReader::recognises(const Source &source) const
{
    if (source.isFolder())
        return false;
    const std::string_view head(reinterpret_cast<const char *>(source.head.data()), source.head.size());
    if (head.starts_with(kMagicText))
        return true;
    // PROTO and, from protocol 4 on, FRAME with its length stand before the number.
    constexpr std::size_t kProto = 2;
    constexpr std::size_t kFrame = 9;
    return head.size() > kProto && head.starts_with('\x80')
           && (head.substr(kProto).starts_with(kMagicBinary)
               || (head.size() > kProto + kFrame && head[kProto] == '\x95'
                   && head.substr(kProto + kFrame).starts_with(kMagicBinary)));
}

Result<ValueId> LegacyReader::read(const Source &source, const OpenOptions &options, Checkpoint &into) const
{
    return Reading(source, options, into).run();
}

}  // namespace

const CheckpointReader &torchLegacyReader()
{
    static const LegacyReader reader;
    return reader;
}

}  // namespace waypoint
