// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/checkpoint/hidden_pickles.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/torch_types.h"
#include "core/checkpoint/torch_zip_facts.h"
#include "core/checkpoint/zip_storages.h"
#include "core/io/crc_correction.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <utility>
#include <vector>

namespace waypoint {

namespace {

// torch.save writes data.pkl first, so that the first record's name alone tells what most files are.
bool beginsWithDataPickle(std::span<const std::byte> head)
{
    constexpr std::size_t kNameLengthAt = 26;
    constexpr std::size_t kNameAt = 30;
    const std::string_view text(reinterpret_cast<const char *>(head.data()), head.size());
    if (!text.starts_with("PK\x03\x04") || text.size() < kNameAt)
        return false;
    const std::size_t length = static_cast<unsigned char>(text[kNameLengthAt])
                               | std::size_t(static_cast<unsigned char>(text[kNameLengthAt + 1])) << 8;
    const std::string_view name = text.substr(kNameAt, length);
    return name == "data.pkl" || name.ends_with("/data.pkl");
}

/// One reading of one archive.
class Reading
{
public:
    Reading(ZipPtr archive, DataPickle pickle, const OpenOptions &options, Checkpoint &into)
        : m_archive(std::move(archive)), m_pickle(std::move(pickle)), m_options(options), m_into(into)
    {
    }

    Result<ValueId> read(bool isWholeFile);

private:
    [[nodiscard]] const ZipEntry &entry() const { return m_archive->entries()[m_pickle.entry]; }
    Result<void> checkPickle();
    Result<FilePtr> damagedMember(std::size_t member);
    [[nodiscard]] FilePtr correctedMember(const ZipEntry &member, const FilePtr &file) const;
    [[nodiscard]] std::vector<ByteCount> possibleSizes(const ZipEntry &member) const;
    void noteBroken(const ZipEntry &member, const Error &why);
    Result<Unpickled> unpickle(std::size_t member, const std::shared_ptr<ZipStorages> &storages);
    void scanOthers();
    void readConstants(ValueId module, bool isWholeFile);
    [[nodiscard]] Error pickleError(Error cause) const;

    ZipPtr m_archive;
    DataPickle m_pickle;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    std::shared_ptr<ZipStorages> m_storages;
    std::vector<bool> m_read;  ///< members that were read as what they are
    TorchZipRecords m_records;
    std::shared_ptr<const ZipRepair> m_repair;  ///< only where the file may be damaged
};

Result<ValueId> Reading::read(bool isWholeFile)
{
    m_records = torchZipRecords(*m_archive, m_pickle.root);
    m_into.format = m_records.torchScript ? Format::TorchScript : Format::TorchZip;
    m_storages = std::make_shared<ZipStorages>(m_archive, m_pickle.root, isWholeFile);
    if (Losses *losses = m_options.losses) {
        losses->damaged = losses->damaged || m_archive->recovered();
        m_repair = std::make_shared<ZipRepair>(m_archive, m_options.limits);
        m_storages->keepDamaged(m_repair);
    }
    if (isWholeFile && m_archive->recovered())
        m_into.container.emplace_back(kLostDirectory, "lost; its members were found by reading the file");
    for (const std::string &warning : m_archive->warnings())
        m_into.warnings.push_back({warning, kNoEntry});
    warnAboutRecords(m_records, m_into);
    addTorchZipFacts(*m_archive, m_pickle.root, m_records, m_into);
    // Names count whatever else is wrong, so the pickle is read before anything is refused.
    const Result<Unpickled> pickle = unpickle(m_pickle.entry, m_storages);
    if (m_records.torchScript)
        readConstants(pickle ? pickle->root : ValueId{}, isWholeFile);
    scanOthers();
    if (m_options.stop.stop_requested())
        return Error{ErrorCode::Cancelled, "stopped"};
    if (const Result<void> sound = m_repair ? Result<void>() : checkPickle(); !sound)
        return sound.error();
    if (!pickle)
        return pickleError(pickle.error());
    m_into.container.emplace_back("pickle protocol", fmt::format("{}", pickle->protocol));
    return pickle->root;
}

// torch.serialization.set_crc32_options(False) leaves the sums zero; torch.load does not look at them.
Result<void> Reading::checkPickle()
{
    if (entry().truncated)
        return {};
    Result<void> sum = m_archive->checkCrc(m_pickle.entry, m_options.stop);
    if (sum || entry().crc != 0)
        return sum;
    m_into.warnings.push_back({"This file was saved without checksums, so damage cannot be told.", kNoEntry});
    return {};
}

/// A member of which one record or another may be wrong: where its checksum is right, else what there is.
Result<FilePtr> Reading::damagedMember(std::size_t member)
{
    const ZipEntry &about = m_archive->entries()[member];
    Result<FilePtr> file = m_archive->openMember(member);
    const Result<void> sound = m_archive->checkCrc(member, m_options.stop);
    if ((file && sound) || about.crc == 0)
        return file;
    Losses &losses = *m_options.losses;
    losses.damaged = true;
    for (const ByteCount size : possibleSizes(about))
        if (const FilePtr found = m_repair->find(about.name, size, m_options.stop))
            return found;
    if (!about.truncated) {
        if (const FilePtr corrected = file ? correctedMember(about, *file) : nullptr)
            return corrected;
        losses.valuesUncertain = true;
        losses.notes.push_back(fmt::format("The checksum of '{}' is wrong: names and values may differ from what was "
                                           "saved, and no tensor is sure to be the one that its name says.",
                                           printable(about.name)));
    }
    return file ? file : openForScan(*m_archive, member);
}

/// A member with one damaged byte, as its checksum says it was; null where that is not what is wrong with it.
FilePtr Reading::correctedMember(const ZipEntry &member, const FilePtr &file) const
{
    constexpr std::uint64_t kLongest = 1u << 20;
    if (file->size() != member.size || member.size.value > kLongest)
        return nullptr;
    auto bytes = readRange(*file, {{}, file->size()});
    if (!bytes)
        return nullptr;
    const auto wrong = findDamagedByte(bytes->size(), checksumOf(*bytes), member.crc);
    if (!wrong)
        return nullptr;
    (*bytes)[wrong->at] ^= std::byte{wrong->flips};
    m_options.losses->notes.push_back(
        fmt::format("Byte {} of '{}' was damaged, and no other; its checksum told what it has to be.",
                    groupedDigits(wrong->at), printable(member.name)));
    return memoryFile(file->name(), *std::move(bytes));
}

std::vector<ByteCount> Reading::possibleSizes(const ZipEntry &member) const
{
    std::vector<ByteCount> sizes{member.size, member.compressed};
    if (const auto walked = m_repair->walked())
        if (const auto same = walked->find(member.name))
            sizes.push_back(walked->entries()[*same].size);
    std::sort(sizes.begin(), sizes.end());
    sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
    return sizes;
}

void Reading::noteBroken(const ZipEntry &member, const Error &why)
{
    m_options.losses->damaged = true;
    m_options.losses->valuesUncertain = true;
    m_options.losses->parts.push_back({});  // what has no name any more
    m_options.losses->notes.push_back(fmt::format("'{}' can be read up to byte {} of {}; what it would say after that, "
                                                  "names of tensors included, is lost.",
                                                  printable(member.name), groupedDigits(why.at ? why.at->value : 0),
                                                  groupedDigits(member.size.value)));
}

Result<Unpickled> Reading::unpickle(std::size_t member, const std::shared_ptr<ZipStorages> &storages)
{
    const std::string name = printable(m_archive->entries()[member].name);
    m_read.resize(m_archive->entries().size());
    m_read[member] = true;
    const Result<FilePtr> file = m_repair ? damagedMember(member) : m_archive->openMember(member);
    if (!file) {
        if (const Result<FilePtr> raw = openForScan(*m_archive, member))
            scanPickleInto(*raw, name, m_options, m_into);
        return file.error();
    }
    TorchTypes types(
        [this, &storages](Storage &storage) {
            storages->locate(storage);
            storage.bigEndian = m_records.bigEndian();
            storage.source = (storage.present || m_repair) && storage.bytes.value > 0 ? storages : nullptr;
        },
        m_options.limits);
    ByteStream stream(*file);
    const ValueId first{static_cast<std::uint32_t>(m_into.values.size())};
    Result<Unpickled> pickle = readPickleInto(stream, name, &types.rules(), m_options, m_into,
                                              m_repair ? Unfinished::Keep : Unfinished::Refuse);
    if (pickle && pickle->broken)
        noteBroken(m_archive->entries()[member], *pickle->broken);
    scanPicklesInStrings(first, *file, name, nullptr, m_options, m_into);
    std::transform(m_read.begin(), m_read.end(), storages->members().begin(), m_read.begin(), std::logical_or<>());
    return pickle;
}

void Reading::scanOthers() { scanHiddenPickles(*m_archive, m_read, m_options, m_into); }

// constants.pkl is a tuple of the tensors that the code of a ScriptModule refers to as CONSTANTS.c0, c1, ... They are
// shown as one more attribute of the module; no attribute of Python's can have that name.
void Reading::readConstants(ValueId module, bool isWholeFile)
{
    const auto entry = m_archive->find(m_pickle.root + "constants.pkl");
    if (!entry)
        return;
    const auto storages = std::make_shared<ZipStorages>(m_archive, m_pickle.root, isWholeFile, "constants/");
    if (m_repair)
        storages->keepDamaged(m_repair);
    const Result<Unpickled> constants = unpickle(*entry, storages);
    if (!constants)
        return;
    ValueTree &values = m_into.values;
    const std::size_t count = Value(values, constants->root).count();
    m_into.container.emplace_back("constants", fmt::format("{}", count));
    if (count == 0 || !module.isValid() || values.kind(module) != ValueKind::Object)
        return;
    if (const ValueId state = values.object(module).state; state.isValid() && values.kind(state) == ValueKind::Dict)
        values.append(state, std::array{values.addStr("<constants>"), constants->root});
}

// The machine counts from the pickle's first byte; people look for the byte in the file.
Error Reading::pickleError(Error cause) const
{
    if (cause.code == ErrorCode::Cancelled)
        return cause;
    const std::string name = printable(entry().name);
    if (entry().truncated) {
        cause.code = ErrorCode::Truncated;
        cause.detail = fmt::format("the file ends within '{}', the part that says what is in it", name);
        cause.at = ByteOffset{m_archive->file()->size().value};
        return cause;
    }
    if (!cause.at)
        return cause;
    const Result<ByteRange> place = m_archive->dataRange(m_pickle.entry);
    const auto at = place ? checkedAdd(place->start.value, cause.at->value) : std::nullopt;
    if (entry().method == 0 && at) {
        cause.detail = fmt::format("in '{}': {}", name, cause.detail);
        cause.at = ByteOffset{*at};
    } else {
        cause.detail = fmt::format("in '{}', byte {} once unpacked: {}", name, cause.at->value, cause.detail);
        cause.at = entry().localHeader;
    }
    return cause;
}

class TorchZipReader final : public CheckpointReader
{
public:
    Format format() const override { return Format::TorchZip; }

    bool recognises(const Source &source) const override
    {
        if (!mayBeZip(source))
            return false;
        if (beginsWithDataPickle(source.head))
            return true;
        const Result<ZipPtr> archive = ZipArchive::open(source.file, {});
        return archive && findDataPickle(**archive);
    }

    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override
    {
        Result<ZipPtr> archive = ZipArchive::open(source.file, options.limits);
        if (!archive)
            return archive.error();
        std::optional<DataPickle> pickle = findDataPickle(**archive);
        if (!pickle && options.losses && !(*archive)->recovered()) {
            // Its name in the directory may be what is damaged.
            if (auto walked = ZipArchive::openByWalking(source.file, options.limits)) {
                archive = std::move(walked);
                pickle = findDataPickle(**archive);
            }
        }
        if (!pickle)
            return Error{ErrorCode::Corrupt, "zip: the first record is data.pkl, but the directory does not have it"};
        return Reading(*std::move(archive), *std::move(pickle), options, into).read(source.nesting == 0);
    }
};

}  // namespace

const CheckpointReader &torchZipReader()
{
    static const TorchZipReader reader;
    return reader;
}

}  // namespace waypoint
