// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/archive_members.h"
#include "core/checkpoint/json_values.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/zip_kinds.h"
#include "core/checkpoint/zip_source.h"
#include "core/pickle/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace waypoint {

namespace {

constexpr std::size_t kFolderFiles = 4096;  // looked at in one folder
constexpr std::size_t kDeepest = 1;         // a zip in a folder or in a zip, and no deeper

/// What lies directly in a folder, by name: files, and folders that are a checkpoint of their own.
std::vector<std::filesystem::path> contentsOf(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> paths;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    for (; !error && entry != std::filesystem::directory_iterator() && paths.size() < kFolderFiles;
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->is_regular_file(ignored) || entry->is_directory(ignored))
            paths.push_back(entry->path());
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

Result<Source> memberOf(const Source &folder, const std::filesystem::path &path)
{
    Result<Source> member = sourceOf(path);
    if (member)
        member->nesting = folder.nesting + 1;
    return member;
}

bool isFolderFormat(const Source &source) { return source.isFolder() && dcpReader().recognises(source); }

// Runs keep their checkpoints one level down: Lightning's logs, Waypoint's own.
bool isCheckpointsFolder(const std::filesystem::path &path)
{
    std::error_code ignored;
    return path.filename() == "checkpoints" && std::filesystem::is_directory(path, ignored);
}

bool isCheckpoint(const Source &source)
{
    if (source.isFolder())
        return isFolderFormat(source);
    const CheckpointReader *reader = findReader(source);
    if (reader != &archiveReader())
        return reader != nullptr;
    const Result<ZipPtr> archive = ZipArchive::open(source.file, {});
    return archive && !isOtherZip(**archive);
}

bool holdsCheckpoint(const Source &folder, const std::filesystem::path &path)
{
    for (const std::filesystem::path &child : contentsOf(path)) {
        const Result<Source> member = memberOf(folder, child);
        if (member && isCheckpoint(*member))
            return true;
        if (isCheckpointsFolder(child) && path == folder.path && holdsCheckpoint(folder, child))
            return true;
    }
    return false;
}

/// The files that the indexes among `files` have their tensors in: the index shows them.
std::unordered_set<std::string> shardsOf(const std::vector<std::filesystem::path> &files, const Limits &limits)
{
    std::unordered_set<std::string> shards;
    for (const std::filesystem::path &path : files) {
        if (!path.filename().string().ends_with(".index.json"))
            continue;
        const Result<FilePtr> file = openFile(path);
        if (!file || (*file)->size().value > limits.headerBytes)
            continue;
        const auto bytes = readRange(**file, {{}, (*file)->size()});
        ValueTree tree;
        const Result<JsonRead> json =
            bytes ? readJson({reinterpret_cast<const char *>(bytes->data()), bytes->size()}, tree, limits) : Error{};
        const Value map = json ? Value(tree, json->root)["weight_map"] : Value();
        for (std::size_t i = 0; i < map.count(); ++i)
            shards.emplace(map.at(i).text());
    }
    return shards;
}

/// Reads what lies in `path`; names are given from `folder` on.
void addFolder(const Source &folder, const std::filesystem::path &path, const Limits &limits, ArchiveMembers &members)
{
    const std::vector<std::filesystem::path> children = contentsOf(path);
    const std::unordered_set<std::string> shards = shardsOf(children, limits);
    for (const std::filesystem::path &child : children) {
        if (members.isFull())
            return;
        const std::string name = child.lexically_relative(folder.path).generic_string();
        if (isCheckpointsFolder(child) && path == folder.path) {
            addFolder(folder, child, limits, members);
            continue;
        }
        const Result<Source> member = memberOf(folder, child);
        if (member && member->file && shards.contains(child.filename().string()))
            members.addShard(member->file->size());
        else if (!member)
            members.addFailure(name, member.error());
        else if (!member->isFolder() || isFolderFormat(*member))
            members.add(name, *member);
    }
}

Result<ValueId> readFolder(const Source &source, const OpenOptions &options, Checkpoint &into)
{
    ArchiveMembers members(options, source.nesting, into);
    addFolder(source, source.path, options.limits, members);
    into.fileBytes = members.bytes();
    return members.finish({ErrorCode::NotACheckpoint, "no file in this folder is a checkpoint", {}, {}, {}});
}

void addZipMembers(const ZipArchive &archive, std::size_t nesting, const OpenOptions &options, ArchiveMembers &members)
{
    std::uint64_t packed = 0;
    std::uint64_t unpacked = 0;
    for (std::size_t i = 0; i < archive.entries().size() && !members.isFull(); ++i) {
        const ZipEntry &entry = archive.entries()[i];
        if (entry.name.ends_with('/') || entry.size.value == 0)
            continue;
        // More bytes than the file has: members overlap, and each would be read again and again.
        packed += entry.compressed.value;
        // Members that are packed are unpacked into memory, and stay there as long as the checkpoint.
        unpacked += entry.method == 0 ? 0 : entry.size.value;
        if (packed > archive.file()->size().value || unpacked > options.limits.inflatedBytes) {
            members.addFailure(entry.name, {ErrorCode::TooLarge, "the members take more memory than is allowed"});
            return;
        }
        const Result<FilePtr> file = archive.openMember(i);
        if (file)
            members.add(entry.name, sourceOf(*file, nesting));
        else
            members.addFailure(entry.name, file.error());
    }
}

Result<ValueId> readZip(const Source &source, const OpenOptions &options, Checkpoint &into)
{
    const Result<ZipPtr> opened = ZipArchive::open(source.file, options.limits);
    if (!opened)
        return opened.error();
    const ZipArchive &archive = **opened;
    for (const std::string &warning : archive.warnings())
        into.warnings.push_back({warning, kNoEntry});
    into.container.emplace_back("members", fmt::format("{}", archive.entries().size()));
    if (isOtherZip(archive)) {
        scanHiddenPickles(archive, {}, options, into);
        return diagnoseZip(archive);
    }
    ArchiveMembers members(options, source.nesting, into);
    addZipMembers(archive, source.nesting + 1, options, members);
    return members.finish(diagnoseZip(archive));
}

class ArchiveReader final : public CheckpointReader
{
public:
    Format format() const override { return Format::Archive; }

    bool recognises(const Source &source) const override
    {
        if (source.nesting > kDeepest)
            return false;
        return source.isFolder() ? holdsCheckpoint(source, source.path) : mayBeZip(source);
    }

    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override
    {
        into.format = Format::Archive;
        return source.isFolder() ? readFolder(source, options, into) : readZip(source, options, into);
    }
};

}  // namespace

const CheckpointReader &archiveReader()
{
    static const ArchiveReader reader;
    return reader;
}

}  // namespace waypoint
