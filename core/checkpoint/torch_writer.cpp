// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/torch_writer.h"

#include "core/base/printable.h"
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/storage_copy.h"
#include "core/checkpoint/zip_source.h"
#include "core/io/zip_records.h"
#include "core/io/zip_writer.h"
#include "core/pickle/pickle_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace waypoint {

namespace {

constexpr std::string_view kVersion = "3\n";  // of the archive's format (caffe2/serialize/versions.h)
constexpr std::string_view kByteOrder = "little";

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
        const Result<void> copied =
            copyStorage(storage, m_stop, [this](std::span<const std::byte> block) { return m_zip.write(block); });
        if (!copied)
            return copied;
        return m_zip.end();
    }

    const ValueTree &m_tree;
    ZipWriter m_zip;
    std::string m_root;
    const std::stop_token &m_stop;
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

Result<void> checkDirectory(const ZipArchive &archive)
{
    if (!archive.recovered() && archive.warnings().empty())
        return {};
    return Error{ErrorCode::Corrupt,
                 archive.warnings().empty() ? "zip: its directory is lost" : archive.warnings().front()};
}

Result<void> checkMembers(const ZipArchive &archive, const std::stop_token &stop)
{
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

enum class Bytes { Known, Unknown };

/// `known`: the bytes are those that were written, so only what they say is looked at.
Result<void> verify(const std::filesystem::path &path, Bytes bytes, const std::stop_token &stop)
{
    const Result<FilePtr> file = openFile(path);
    if (!file)
        return file.error();
    const Result<ZipPtr> archive = ZipArchive::open(*file, Limits());
    if (!archive)
        return archive.error();
    if (Result<void> sound = checkDirectory(**archive); !sound)
        return sound;
    if (bytes == Bytes::Unknown)
        if (Result<void> sound = checkMembers(**archive, stop); !sound)
            return sound;
    return checkValues(path, stop);
}

Result<void> verified(const std::filesystem::path &path, Bytes bytes, const std::stop_token &stop)
{
    const Result<void> sound = verify(path, bytes, stop);
    return sound ? Result<void>() : inFile(sound.error(), path);
}

ByteCount archiveBytes(const ValueTree &tree, const Pickled &made, const std::string &root)
{
    ZipSize size;
    const auto add = [&](std::string_view name, ByteCount bytes) { size.add(fmt::format("{}/{}", root, name), bytes); };
    add("data.pkl", {made.pickle.size()});
    add("byteorder", {kByteOrder.size()});
    for (std::size_t i = 0; i < made.storages.size(); ++i)
        add("data/" + std::to_string(i), tree.storages()[made.storages[i]].bytes);
    add("version", {kVersion.size()});
    add(".data/serialization_id", {2 * Digits().text().size()});
    return size.total();
}

Result<void> writeInto(AtomicFile &file, const ValueTree &tree, ValueId root, const std::string &device,
                       Progress *progress, const std::stop_token &stop)
{
    const Result<Pickled> made = pickled(tree, root, device);
    if (!made)
        return made.error();
    if (progress) {
        progress->total = 2 * archiveBytes(tree, *made, torchArchiveName(file.target())).value;
        file.setProgress(progress);
    }
    if (Result<void> written = Writing(tree, file, torchArchiveName(file.target()), stop).write(*made); !written)
        return written;
    return stop.stop_requested() ? Error{ErrorCode::Cancelled, "stopped"} : Result<void>();
}

Result<void> finishVerified(AtomicFile &file, const std::stop_token &stop)
{
    return file.finish(stop,
                       [&](const std::filesystem::path &finished) { return verified(finished, Bytes::Known, stop); });
}

}  // namespace

std::string torchArchiveName(const std::filesystem::path &path)
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

Result<void> finishTorchFile(AtomicFile &file, const ValueTree &tree, ValueId root, const std::string &device,
                             const std::stop_token &stop)
{
    if (Result<void> written = writeInto(file, tree, root, device, nullptr, stop); !written)
        return written;
    return finishVerified(file, stop);
}

Result<void> writeTorchFile(const std::filesystem::path &path, const ValueTree &tree, ValueId root,
                            const TorchWriteOptions &options, const std::stop_token &stop)
{
    Result<AtomicFile> file = AtomicFile::create(path);
    if (!file)
        return file.error();
    if (Result<void> written = writeInto(*file, tree, root, options.device, options.progress, stop); !written)
        return written;
    if (!options.verify)
        return file->commit();
    if (Result<void> finished = finishVerified(*file, stop); !finished)
        return finished;
    return file->publish();
}

ByteCount torchFileBytes(const ValueTree &tree, ValueId root)
{
    const Result<Pickled> made = pickled(tree, root, {});
    return made ? archiveBytes(tree, *made, "epoch_0000") : ByteCount();
}

Result<void> verifyTorchFile(const std::filesystem::path &path, const std::stop_token &stop)
{
    return verified(path, Bytes::Unknown, stop);
}

}  // namespace waypoint
