// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/check_tensors.h"
#include "core/checkpoint/diagnose.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/roles.h"

#include <algorithm>
#include <exception>
#include <new>

namespace waypoint {

namespace {

constexpr std::uint64_t kHeadBytes = 4096;

Result<Source> withHead(Source source)
{
    const ByteCount length{std::min(kHeadBytes, source.file->size().value)};
    Result<std::vector<std::byte>> head = readRange(*source.file, {{}, length});
    if (!head)
        return head.error();
    source.head = *std::move(head);
    return source;
}

Error cancelled() { return {.code = ErrorCode::Cancelled, .detail = "stopped", .at = {}, .advice = {}, .file = {}}; }

// What of a checkpoint belongs to the outermost container alone.
struct Container
{
    Format format;
    std::vector<std::pair<std::string, std::string>> facts;
    ByteCount fileBytes;
};

Container containerOf(const Checkpoint &checkpoint)
{
    return {checkpoint.format, checkpoint.container, checkpoint.fileBytes};
}

void restore(Container container, Checkpoint &checkpoint)
{
    checkpoint.format = container.format;
    checkpoint.container = std::move(container.facts);
    checkpoint.fileBytes = container.fileBytes;
}

Result<void> readWhole(const Source &source, const OpenOptions &options, Checkpoint &into)
{
    into.path = source.path;
    const Result<ValueId> root = readSource(source, options, into);
    if (!root)
        return root.error();
    if (options.stop.stop_requested())
        return cancelled();
    into.root = *root;
    if (into.fileBytes.value == 0 && source.file)
        into.fileBytes = source.file->size();
    into.entries = EntryTree(into.values, into.root, options.limits);
    checkTensors(into);
    findSections(into);
    if (options.stop.stop_requested())
        return cancelled();
    return {};
}

// Memory running out is the one thing below this that arrives as an exception.
Result<void> readGuarded(const Source &source, const OpenOptions &options, Checkpoint &into)
{
    try {
        return readWhole(source, options, into);
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory for what this file describes", {}, {}, {}};
    } catch (const std::exception &exception) {
        return Error{ErrorCode::Corrupt, exception.what(), {}, {}, {}};
    }
}

}  // namespace

Result<ValueId> readSource(const Source &source, const OpenOptions &options, Checkpoint &into)
{
    if (options.stop.stop_requested())
        return cancelled();
    if (source.nesting > options.limits.nestedStreams)
        return Error{ErrorCode::TooLarge, "checkpoints are nested too deep in one another", {}, {}, {}};
    const CheckpointReader *reader = findReader(source);
    if (!reader)
        return diagnoseUnknown(source);
    if (source.nesting == 0) {
        into.format = reader->format();
        return reader->read(source, options, into);
    }
    Container outer = containerOf(into);
    Result<ValueId> root = reader->read(source, options, into);
    restore(std::move(outer), into);
    return root;
}

Result<Source> sourceOf(const std::filesystem::path &path)
{
    Source source;
    source.path = path;
    std::error_code error;
    if (std::filesystem::is_directory(path, error))
        return source;
    Result<FilePtr> file = openFile(path);
    if (!file)
        return file.error();
    source.file = *std::move(file);
    return withHead(std::move(source));
}

Source sourceOf(FilePtr file, std::size_t nesting)
{
    Source source;
    source.file = std::move(file);
    source.nesting = nesting;
    Source bare = source;
    Result<Source> headed = withHead(std::move(source));
    // A part that cannot be read has no head; whoever reads it will meet the error itself.
    return headed ? *std::move(headed) : bare;
}

Opened openCheckpoint(const std::filesystem::path &path, const OpenOptions &options)
{
    const Result<Source> source = sourceOf(path);
    if (!source)
        return {.checkpoint = nullptr, .error = source.error(), .globals = {}};
    return openCheckpoint(*source, options);
}

Opened openCheckpoint(const Source &source, const OpenOptions &options)
{
    Opened opened;
    const auto checkpoint = std::make_shared<Checkpoint>();
    const Result<void> read = readGuarded(source, options, *checkpoint);
    opened.globals = checkpoint->globals;
    if (read)
        opened.checkpoint = checkpoint;
    else
        opened.error = read.error();
    return opened;
}

}  // namespace waypoint
