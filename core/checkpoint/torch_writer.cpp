// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_writer.h"

#include "core/base/printable.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/zip_source.h"
#include "core/io/zip_records.h"
#include "core/io/zip_writer.h"
#include "core/pickle/pickle_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kBlock = 1u << 20;
constexpr std::string_view kVersion = "3\n";  // of the archive's format (caffe2/serialize/versions.h)
constexpr std::string_view kByteOrder = "little";

/// Name of the folder in the archive: the target's, as PyTorch has it, where that is plain text.
std::string archiveName(const std::filesystem::path &path)
{
    std::string name = path.stem().string();
    for (char &c : name) {
        const bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                             || std::string_view("._-+=@ ").find(c) != std::string_view::npos;
        if (!isPlain)
            c = '_';
    }
    constexpr std::size_t kLongest = 200;
    name.resize(std::min(name.size(), kLongest));
    return name.empty() || name == "." || name == ".." ? "archive" : name;
}

/// A pickle, and the storages it names in the order of their numbers.
struct Pickled
{
    std::string pickle;
    std::vector<StorageIndex> storages;
};

Result<Pickled> pickled(const ValueTree &tree, ValueId root, const std::string &device)
{
    Pickled made;
    const PickleWriter writer([&](StorageIndex index) {
        const std::string &own = tree.storages()[index].device;
        made.storages.push_back(index);
        return PickleWriter::StorageName{std::to_string(made.storages.size() - 1), !device.empty() ? device
                                                                                   : own.empty()   ? "cpu"
                                                                                                   : own};
    });
    Result<std::string> pickle = writer.write(tree, root);
    if (!pickle)
        return pickle.error();
    made.pickle = *std::move(pickle);
    return made;
}

/// Turns each unit of `size` bytes round.
void swapUnits(std::span<std::byte> bytes, std::size_t size)
{
    for (std::size_t at = 0; size > 1 && at + size <= bytes.size(); at += size)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                     bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
}

/// 20 decimal digits that follow from some bytes (FNV-1a); PyTorch's readers only pass them on.
class Digits
{
public:
    void add(std::string_view bytes)
    {
        for (const char c : bytes)
            m_hash = (m_hash ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
    }
    [[nodiscard]] std::string text() const { return fmt::format("{:020}", m_hash); }

private:
    std::uint64_t m_hash = 0xcbf29ce484222325u;
};

/// Adds up what an archive takes whose members lie in the folder `root`.
class ArchiveSize
{
public:
    explicit ArchiveSize(std::string root) : m_root(std::move(root)) {}

    void add(std::string_view name, ByteCount bytes)
    {
        const std::string path = fmt::format("{}/{}", m_root, name);
        const zip::StoredMember member{path, 0, bytes, {m_members}};
        m_members += zip::localHeader(member).size() + bytes.value;
        m_directory += zip::centralHeader(member).size();
        ++m_count;
    }
    [[nodiscard]] ByteCount total() const
    {
        return {m_members + m_directory + zip::directoryEnd(m_count, {m_members}, {m_directory}).size()};
    }

private:
    std::string m_root;
    std::uint64_t m_members = 0;
    std::uint64_t m_directory = 0;
    std::uint64_t m_count = 0;
};

/// One writing of one file.
class Writing
{
public:
    Writing(const ValueTree &tree, AtomicFile &file, std::string root, const std::stop_token &stop)
        : m_tree(tree), m_zip(file), m_root(std::move(root)), m_stop(stop)
    {
    }

    Result<void> write(const Pickled &made)
    {
        m_contents.add(made.pickle);
        if (Result<void> done = add("data.pkl", made.pickle); !done)
            return done;
        if (Result<void> done = add("byteorder", kByteOrder); !done)
            return done;
        for (std::size_t i = 0; i < made.storages.size(); ++i)
            if (Result<void> done = addStorage("data/" + std::to_string(i), m_tree.storages()[made.storages[i]]); !done)
                return done;
        if (Result<void> done = add("version", kVersion); !done)
            return done;
        if (Result<void> done = add(".data/serialization_id", m_names.text() + m_contents.text()); !done)
            return done;
        return m_zip.finish();
    }

private:
    Result<void> add(std::string_view name, std::string_view content)
    {
        m_names.add(name);
        return m_zip.add(fmt::format("{}/{}", m_root, name), content);
    }

    Result<void> addStorage(const std::string &name, const Storage &storage)
    {
        m_names.add(name);
        if (Result<void> begun = m_zip.begin(fmt::format("{}/{}", m_root, name), storage.bytes); !begun)
            return begun;
        if (Result<void> copied = storage.bytes.value > 0 ? copy(storage) : Result<void>(); !copied)
            return copied;
        return m_zip.end();
    }

    Result<void> copy(const Storage &storage)
    {
        if (!storage.source)
            return missing(storage, {});
        const Result<FilePtr> source = storage.source->open(storage.record);
        if (!source)
            return source.error();
        for (std::uint64_t at = 0; at < storage.bytes.value; at += kBlock) {
            if (m_stop.stop_requested())
                return Error{ErrorCode::Cancelled, "stopped"};
            const std::span block(m_block.data(), std::min<std::uint64_t>(kBlock, storage.bytes.value - at));
            const Result<std::size_t> got = (*source)->readAt({at}, block);
            if (!got)
                return got.error();
            if (*got < block.size())
                return missing(storage, at + *got);
            if (storage.bigEndian)
                swapUnits(block, dtypeSwapUnit(storage.dtype));
            if (Result<void> written = m_zip.write(block); !written)
                return written;
        }
        return {};
    }

    static Error missing(const Storage &storage, std::optional<std::uint64_t> have)
    {
        return {ErrorCode::Truncated,
                fmt::format("of storage '{}' there are {} of {} bytes", printable(storage.key), have.value_or(0),
                            storage.bytes.value),
                {},
                "Its tensors are incomplete in the file they come from; salvage writes what is left.",
                {}};
    }

    const ValueTree &m_tree;
    ZipWriter m_zip;
    std::string m_root;
    const std::stop_token &m_stop;
    std::vector<std::byte> m_block = std::vector<std::byte>(kBlock);
    Digits m_names;
    Digits m_contents;
};

/// The same error about `path`, which is what the reader of it was asked for.
Error inFile(Error error, const std::filesystem::path &path)
{
    if (error.file.empty() && error.code != ErrorCode::Cancelled)
        error.file = path.string();
    return error;
}

Result<void> checkMembers(const ZipArchive &archive, const std::stop_token &stop)
{
    if (archive.recovered() || !archive.warnings().empty())
        return Error{ErrorCode::Corrupt,
                     archive.warnings().empty() ? "zip: its directory is lost" : archive.warnings().front()};
    for (std::size_t i = 0; i < archive.entries().size(); ++i)
        if (Result<void> sound = archive.checkCrc(i, stop); !sound)
            return sound;
    return {};
}

Result<void> checkValues(const std::filesystem::path &path, const std::stop_token &stop)
{
    const Result<Source> source = sourceOf(path);
    if (!source)
        return source.error();
    Checkpoint checkpoint;
    OpenOptions options;
    options.stop = stop;
    const Result<ValueId> root = readSource(*source, options, checkpoint);
    if (!root)
        return root.error();
    if (checkpoint.format != Format::TorchZip)
        return Error{ErrorCode::Corrupt, "it is no file of torch.save"};
    for (const Storage &storage : checkpoint.values.storages())
        if (!storage.present && storage.device != "meta")
            return Error{ErrorCode::Truncated,
                         fmt::format("storage '{}' is missing or too short", printable(storage.key))};
    return {};
}

Result<void> verify(const std::filesystem::path &path, const std::stop_token &stop)
{
    const Result<FilePtr> file = openFile(path);
    if (!file)
        return file.error();
    const Result<ZipPtr> archive = ZipArchive::open(*file, Limits());
    if (!archive)
        return archive.error();
    if (Result<void> sound = checkMembers(**archive, stop); !sound)
        return sound;
    return checkValues(path, stop);
}

}  // namespace

Result<void> writeTorchFile(const std::filesystem::path &path, const ValueTree &tree, ValueId root,
                            const TorchWriteOptions &options, const std::stop_token &stop)
{
    const Result<Pickled> made = pickled(tree, root, options.device);
    if (!made)
        return made.error();
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file)
        return file.error();
    if (Result<void> written = Writing(tree, *file, archiveName(path), stop).write(*made); !written)
        return written;
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled, "stopped"};
    return file->commit([&](const std::filesystem::path &finished) -> Result<void> {
        return options.verify ? verifyTorchFile(finished, stop) : Result<void>();
    });
}

ByteCount torchFileBytes(const ValueTree &tree, ValueId root)
{
    const Result<Pickled> made = pickled(tree, root, {});
    if (!made)
        return {};
    ArchiveSize size("epoch_0000");
    size.add("data.pkl", {made->pickle.size()});
    size.add("byteorder", {kByteOrder.size()});
    for (std::size_t i = 0; i < made->storages.size(); ++i)
        size.add("data/" + std::to_string(i), tree.storages()[made->storages[i]].bytes);
    size.add("version", {kVersion.size()});
    size.add(".data/serialization_id", {2 * Digits().text().size()});
    return size.total();
}

Result<void> verifyTorchFile(const std::filesystem::path &path, const std::stop_token &stop)
{
    const Result<void> sound = verify(path, stop);
    return sound ? Result<void>() : inFile(sound.error(), path);
}

}  // namespace waypoint
