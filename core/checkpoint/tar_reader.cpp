// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/checkpoint/file_ranges.h"
#include "core/checkpoint/module_sources.h"
#include "core/checkpoint/old_variables.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/tar_parts.h"
#include "core/checkpoint/torch_types.h"
#include "core/io/tar_directory.h"

#include <fmt/format.h>

#include <array>

namespace waypoint {

namespace {

constexpr std::array<std::string_view, 4> kMembers = {"sys_info", "pickle", "tensors", "storages"};

/// Reads what torch.save wrote before 0.1.10: a tar of four members. `storages` has the elements, `tensors` says how
/// tensors look at them, `pickle` is the object, whose persistent ids are keys of tensors and storages.
/// Source: torch/serialization.py, _legacy_load's legacy_load.
class TarReader final : public CheckpointReader
{
public:
    [[nodiscard]] Format format() const override { return Format::TorchTar; }
    [[nodiscard]] bool recognises(const Source &source) const override
    {
        return !source.isFolder() && looksLikeTar(source.head);
    }
    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override;
};

/// Turns persistent ids into what the other members say of them.
void resolveId(const TarParts &parts, TorchTypes &types, ValueTree &tree, ValueId persistent)
{
    const Value id = Value(tree, persistent).at(0);
    // A class with its source: (class, file, source).
    if (id.is(ValueKind::Tuple) && id.at(0).is(ValueKind::Global)) {
        tree.becomeCopyOf(persistent, id.at(0).id());
        return;
    }
    const std::string key = tarKey(id);
    if (const auto tensor = parts.tensors.find(key); tensor != parts.tensors.end()) {
        if (!types.hasRoom(tree, tensor->second.shape.size()))
            return;
        TensorValue value;
        value.ref = tensor->second;
        tree.becomeTensor(persistent, std::move(value));
    } else if (const auto storage = parts.storages.find(key); storage != parts.storages.end()) {
        tree.becomeStorageNode(persistent, storage->second.index);
    }
}

std::string listed(const TarDirectory &directory)
{
    constexpr std::size_t kShown = 4;
    std::string names;
    for (std::size_t i = 0; i < directory.members.size() && i < kShown; ++i)
        names += (i == 0 ? "'" : ", '") + printable(directory.members[i].name, 60) + "'";
    if (directory.members.size() > kShown)
        names += fmt::format(" and {} more", directory.members.size() - kShown);
    return names.empty() ? "no files" : names;
}

/// Nothing where all four members are there.
std::optional<Error> missingMember(const TarDirectory &directory)
{
    std::size_t there = 0;
    std::string_view missing;
    for (const std::string_view name : kMembers) {
        if (directory.find(name))
            ++there;
        else
            missing = missing.empty() ? name : missing;
    }
    if (missing.empty())
        return std::nullopt;
    if (directory.truncated && there > 0)
        return Error{.code = ErrorCode::Truncated,
                     .detail = fmt::format("tar: it ends before the member '{}'", missing),
                     .at = {},
                     .advice = {},
                     .file = {}};
    if (there >= 2)
        return Error{.code = ErrorCode::Corrupt,
                     .detail = fmt::format("tar: the member '{}' is missing; PyTorch before 0.1.10 wrote sys_info, "
                                           "pickle, tensors and storages",
                                           missing),
                     .at = {},
                     .advice = "It was not written by torch.save; use the program that made it.",
                     .file = {}};
    return Error{.code = ErrorCode::NotACheckpoint,
                 .detail = fmt::format("it is a tar archive without PyTorch's members; it holds {}", listed(directory)),
                 .at = {},
                 .advice = "Unpack it and open the checkpoint inside.",
                 .file = {}};
}

class Reading
{
public:
    Reading(const Source &source, const OpenOptions &options, Checkpoint &into, const TarDirectory &directory)
        : m_source(source), m_options(options), m_into(into), m_directory(directory)
    {
    }

    Result<ValueId> run();

private:
    FilePtr member(std::string_view name) const
    {
        return fileWindow(m_source.file, m_directory.find(name)->data,
                          m_source.file->name() + ": " + std::string(name));
    }
    std::string label(std::string_view name) const
    {
        return m_source.nesting > 0 ? m_source.file->name() + "/" + std::string(name) : std::string(name);
    }
    Result<void> systemFacts();
    Result<ValueId> object(const TarParts &parts);
    /// Bytes inside a member, as bytes of the file.
    Error inFile(Error error, std::string_view name) const
    {
        if (error.at)
            error.at = ByteOffset{error.at->value + m_directory.find(name)->data.start.value};
        return error;
    }

    const Source &m_source;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    const TarDirectory &m_directory;
};

Result<void> Reading::systemFacts()
{
    ByteStream stream(member("sys_info"));
    const auto read = readPickleInto(stream, label("sys_info"), nullptr, m_options, m_into);
    if (!read)
        return inFile(read.error(), "sys_info");
    const Value facts(m_into.values, read->root);
    if (m_source.nesting > 0)
        return {};
    if (const auto number = facts["protocol_version"].integer())
        m_into.container.emplace_back("protocol", fmt::format("{}", *number));
    if (const auto little = facts["little_endian"].integer())
        m_into.container.emplace_back("saved on a computer that is", *little != 0 ? "little-endian" : "big-endian");
    return {};
}

Result<ValueId> Reading::object(const TarParts &parts)
{
    TorchTypes types([](Storage &) {}, m_options.limits);
    types.rules().setPersistent([&](ValueTree &tree, ValueId id) { resolveId(parts, types, tree, id); });
    ByteStream stream(member("pickle"));
    const ValueId first{static_cast<std::uint32_t>(m_into.values.size())};
    const auto read = readPickleInto(stream, label("pickle"), nullptr, m_options, m_into);
    if (!read)
        return inFile(read.error(), "pickle");
    if (m_source.nesting == 0)
        noteModuleSources(first, m_into);
    types.rules().run(m_into.values, first, m_options.limits, m_options.stop);
    resolveOldVariables(m_into.values, first, m_options.limits);
    return read->root;
}

Result<ValueId> Reading::run()
{
    if (const auto facts = systemFacts(); !facts)
        return facts.error();
    TarParts parts;
    const auto storages = readTarStorages(member("storages"), label("storages"), m_options, parts, m_into);
    if (!storages)
        return inFile(storages.error(), "storages");
    const auto tensors = readTarTensors(member("tensors"), label("tensors"), m_options, parts, m_into);
    if (!tensors)
        return inFile(tensors.error(), "tensors");
    return object(parts);
}

Result<ValueId> TarReader::read(const Source &source, const OpenOptions &options, Checkpoint &into) const
{
    const auto directory = readTarDirectory(*source.file, options.limits, options.stop);
    if (!directory)
        return directory.error();
    if (auto missing = missingMember(*directory)) {
        if (directory->truncated)
            missing->at = ByteOffset{source.file->size().value};
        return *missing;
    }
    return Reading(source, options, into, *directory).run();
}

}  // namespace

const CheckpointReader &torchTarReader()
{
    static const TarReader reader;
    return reader;
}

}  // namespace waypoint
