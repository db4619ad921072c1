// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/printable.h"
#include "core/checkpoint/beside.h"
#include "core/checkpoint/json_values.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/written_part.h"
#include "core/pickle/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr std::size_t kNamed = 5;  // warnings of one kind; the rest is counted
constexpr std::size_t kMostShards = 10'000;
constexpr int kMostFiles = 10'000;  // of a folder that is looked at
constexpr std::string_view kIndexEnding = ".index.json";

/// Reads the index of a model that was saved in several files: {"metadata": {...}, "weight_map": {tensor: file}}, as
/// transformers and accelerate write it beside the files. Each is opened by its own reader.
class IndexReader final : public CheckpointReader
{
public:
    [[nodiscard]] Format format() const override { return Format::SafetensorsIndex; }
    [[nodiscard]] bool recognises(const Source &source) const override;
    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override;
};

/// The index as values of a tree of its own.
struct Index
{
    ValueTree tree;
    ValueId root;
    [[nodiscard]] Value map() const { return Value(tree, root)["weight_map"]; }
};

bool looksLikeIndex(const RandomAccessFile &file)
{
    // The map usually follows a line or two of metadata.
    constexpr std::uint64_t kLooked = 64u << 10;
    const auto bytes = readRange(file, {{}, {std::min(file.size().value, kLooked)}});
    if (!bytes)
        return false;
    std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    return text.starts_with('{') && text.find("\"weight_map\"") != text.npos;
}

Result<std::shared_ptr<Index>> readIndex(const RandomAccessFile &file, const Limits &limits, Checkpoint &into)
{
    if (file.size().value > limits.headerBytes)
        return Error{.code = ErrorCode::TooLarge,
                     .detail = fmt::format("the index has {} bytes", groupedDigits(file.size().value)),
                     .at = {},
                     .advice = {},
                     .file = {}};
    const auto bytes = readRange(file, {{}, file.size()});
    if (!bytes)
        return bytes.error();
    auto index = std::make_shared<Index>();
    auto json = readJson({reinterpret_cast<const char *>(bytes->data()), bytes->size()}, index->tree, limits);
    if (!json)
        return json.error();
    index->root = json->root;
    for (std::string &warning : json->warnings)
        into.warnings.push_back({std::move(warning), kNoEntry});
    if (!index->map().is(ValueKind::Dict))
        return Error{.code = ErrorCode::Corrupt,
                     .detail = "the index has no \"weight_map\" that says which file has which tensor",
                     .at = {},
                     .advice = {},
                     .file = {}};
    return index;
}

std::vector<std::filesystem::path> filesOf(const std::filesystem::path &folder)
{
    std::vector<std::filesystem::path> files;
    std::error_code error;
    std::filesystem::directory_iterator entry(folder, error);
    for (int i = 0; !error && entry != std::filesystem::directory_iterator() && i < kMostFiles;
         ++i, entry.increment(error))
        if (std::error_code ignored; entry->is_regular_file(ignored))
            files.push_back(entry->path());
    return files;
}

bool isCheckpoint(const std::filesystem::path &path)
{
    const auto source = sourceOf(path);
    const auto readers = checkpointReaders();
    return source && std::any_of(readers.begin(), readers.end(), [&](const auto *r) { return r->recognises(*source); });
}

/// The one index of a folder that holds nothing else but its shards (and texts); empty otherwise.
std::filesystem::path onlyIndexOf(const std::filesystem::path &folder)
{
    std::filesystem::path found;
    const std::vector<std::filesystem::path> files = filesOf(folder);
    for (const auto &path : files) {
        if (!path.filename().string().ends_with(kIndexEnding))
            continue;
        const auto file = openFile(path);
        if (!file || !looksLikeIndex(**file))
            continue;
        if (!found.empty())
            return {};
        found = path;
    }
    if (found.empty())
        return {};
    const auto file = openFile(found);
    Checkpoint unused;
    const auto index = file ? readIndex(**file, {}, unused) : Result<std::shared_ptr<Index>>(file.error());
    if (!index)
        return found;  // opening it says what is wrong with it
    std::unordered_set<std::string> named;
    for (std::size_t i = 0; i < (*index)->map().count(); ++i)
        named.insert(std::string((*index)->map().at(i).text()));
    const bool alone = std::all_of(files.begin(), files.end(), [&](const auto &path) {
        return path == found || named.contains(path.filename().string()) || !isCheckpoint(path);
    });
    return alone ? found : std::filesystem::path();
}

/// Whether a file is one that torch.save or safetensors writes, and no collection of others. Unknown files count:
/// opening them says what they are.
bool holdsTensors(const Source &source)
{
    for (const CheckpointReader *reader : checkpointReaders())
        if (reader->recognises(source))
            return reader != &indexReader() && reader != &dcpReader() && reader != &archiveReader();
    return true;
}

/// One reading of an index and its shards.
class Reading
{
public:
    Reading(const Source &source, std::filesystem::path folder, const OpenOptions &options, Checkpoint &into)
        : m_source(source), m_folder(std::move(folder)), m_options(options), m_into(into)
    {
    }

    Result<ValueId> run(const Index &index, ByteCount indexBytes);

private:
    struct Shard
    {
        std::unordered_map<std::string, ValueId> tensors;
        std::size_t used = 0;
        bool opened = false;
    };

    Result<void> open(const std::string &name);
    void collect(Shard &shard, ValueId root);
    void warn(std::string text) { m_into.warnings.push_back({std::move(text), kNoEntry}); }
    /// A shard's own trouble: the first few are written out.
    void warnAboutFile(std::string text)
    {
        if (++m_closed <= kNamed)
            warn(std::move(text));
    }
    void warnUnnamed();
    void facts(const Index &index);

    const Source &m_source;
    std::filesystem::path m_folder;
    const OpenOptions &m_options;
    Checkpoint &m_into;
    std::unordered_map<std::string, Shard> m_shards;
    std::uint64_t m_bytes = 0;
    std::size_t m_closed = 0;
    bool m_safetensors = false;
};

/// Leaves a shard closed, with a warning, where it cannot be opened. The error is Cancelled alone.
Result<void> Reading::open(const std::string &name)
{
    Shard &shard = m_shards[name];
    const std::string shown = printable(name, 120);
    const auto path = fileBeside(m_folder, name);
    if (!path) {
        warnAboutFile(
            fmt::format("The index names the file '{}', which is not in its folder; it was not opened.", shown));
        return {};
    }
    auto source = sourceOf(*path);
    if (!source || source->isFolder()) {
        warnAboutFile(fmt::format("The file '{}' is missing or cannot be read; its tensors are not shown.", shown));
        return {};
    }
    // An index that names indexes, and they it, would be opened over and over.
    if (!holdsTensors(*source)) {
        warnAboutFile(fmt::format("The file '{}' is no file of tensors; it was not opened.", shown));
        return {};
    }
    source->nesting = m_source.nesting + 1;
    if (m_options.losses)
        source->file = writtenPart(source->file, *m_options.losses);
    const auto root = readSource(*source, m_options, m_into);
    if (!root && root.error().code == ErrorCode::Cancelled)
        return root.error();
    if (!root) {
        warnAboutFile(
            fmt::format("The file '{}' cannot be read ({}); its tensors are not shown.", shown, root.error().detail));
        return {};
    }
    m_bytes += source->file->size().value;
    m_safetensors = m_safetensors || safetensorsReader().recognises(*source);
    collect(shard, *root);
    shard.opened = true;
    return {};
}

void Reading::collect(Shard &shard, ValueId root)
{
    const Value dict(m_into.values, root);
    for (std::size_t i = 0; i < dict.count(); ++i)
        if (dict.key(i).is(ValueKind::Str) && dict.key(i).text() != "__metadata__")
            shard.tensors.insert_or_assign(std::string(dict.key(i).text()), dict.at(i).id());
}

void Reading::warnUnnamed()
{
    if (m_closed > kNamed)
        warn(fmt::format("In all, {} of {} files were not opened.", m_closed, m_shards.size()));
    std::size_t files = 0;
    for (const auto &[name, shard] : m_shards)
        if (shard.opened && shard.tensors.size() > shard.used && ++files <= kNamed)
            warn(fmt::format("The file '{}' holds {} entries that the index does not name; they are not shown.",
                             printable(name, 120), shard.tensors.size() - shard.used));
    if (files > kNamed)
        warn(fmt::format("In all, {} files hold entries that the index does not name.", files));
}

void Reading::facts(const Index &index)
{
    constexpr std::size_t kMostFacts = 20;
    if (m_source.nesting > 0)
        return;
    m_into.format = m_safetensors ? Format::SafetensorsIndex : Format::TorchIndex;
    m_into.fileBytes = {m_bytes};
    m_into.container.emplace_back("files", fmt::format("{}", m_shards.size()));
    const Value metadata = Value(index.tree, index.root)["metadata"];
    for (std::size_t i = 0; i < std::min(metadata.count(), kMostFacts) && metadata.is(ValueKind::Dict); ++i) {
        const Value value = metadata.at(i);
        const auto number = value.number();
        const auto whole = value.integer();
        if (number || value.is(ValueKind::Str))
            m_into.container.emplace_back(printable(metadata.key(i).text(), 80), whole    ? fmt::format("{}", *whole)
                                                                                 : number ? fmt::format("{}", *number)
                                                                                          : printable(value.text()));
    }
}

Result<ValueId> Reading::run(const Index &index, ByteCount indexBytes)
{
    m_bytes = indexBytes.value;
    const Value map = index.map();
    std::vector<ValueId> children;
    std::size_t missing = 0;
    for (std::size_t i = 0; i < map.count(); ++i) {
        const std::string file(map.at(i).text());
        if (!m_shards.contains(file)) {
            if (m_shards.size() >= kMostShards)
                return Error{.code = ErrorCode::TooLarge,
                             .detail = fmt::format("the index names more than {} files", kMostShards),
                             .at = {},
                             .advice = {},
                             .file = {}};
            if (const auto opened = open(file); !opened)
                return opened.error();
        }
        Shard &shard = m_shards[file];
        const std::string name(map.key(i).text());
        const auto tensor = shard.tensors.find(name);
        if (tensor != shard.tensors.end()) {
            ++shard.used;
            children.push_back(m_into.values.addStr(name));
            children.push_back(tensor->second);
        } else {
            const std::string why = fmt::format("the file '{}', where it should be, {}", printable(file, 120),
                                                shard.opened ? "does not have it" : "was not opened");
            if (m_options.losses)
                m_options.losses->parts.push_back({name, {}, why});
            if (++missing <= kNamed)
                warn(fmt::format("The tensor '{}' is not shown: {}.", printable(name, 120), why));
        }
    }
    if (missing > kNamed)
        warn(fmt::format("In all, {} of {} tensors are not shown.", missing, map.count()));
    warnUnnamed();
    facts(index);
    return m_into.values.addContainer(ValueKind::Dict, children);
}

bool IndexReader::recognises(const Source &source) const
{
    if (source.isFolder())
        return !onlyIndexOf(source.path).empty();
    const std::string_view head(reinterpret_cast<const char *>(source.head.data()), source.head.size());
    const std::size_t first = head.find_first_not_of(" \t\r\n");
    return first != head.npos && head[first] == '{' && looksLikeIndex(*source.file);
}

Result<ValueId> IndexReader::read(const Source &source, const OpenOptions &options, Checkpoint &into) const
{
    if (source.path.empty())
        return Error{.code = ErrorCode::Unsupported,
                     .detail = "an index inside another file has no files beside it",
                     .at = {},
                     .advice = "Unpack the outer file and open the index.",
                     .file = {}};
    FilePtr file = source.file;
    std::filesystem::path folder = source.path;
    if (file) {
        folder = folderOf(source.path);
    } else {
        auto opened = openFile(onlyIndexOf(source.path));
        if (!opened)
            return opened.error();
        file = *std::move(opened);
    }
    const auto index = readIndex(*file, options.limits, into);
    if (!index)
        return index.error();
    return Reading(source, std::move(folder), options, into).run(**index, file->size());
}

}  // namespace

const CheckpointReader &indexReader()
{
    static const IndexReader reader;
    return reader;
}

}  // namespace waypoint
