// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/checked.h"
#include "core/base/printable.h"
#include "core/checkpoint/beside.h"
#include "core/checkpoint/chunked_storage.h"
#include "core/checkpoint/dcp_metadata.h"
#include "core/checkpoint/nested_keys.h"
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/readers.h"
#include "core/checkpoint/torch_types.h"
#include "core/checkpoint/written_part.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <unordered_set>

namespace waypoint {

namespace {

constexpr std::string_view kMetadata = ".metadata";
constexpr std::size_t kNamed = 5;  // warnings of one kind; the rest is counted
constexpr std::uint64_t kSlack = 1u << 20;
constexpr std::uint64_t kInflated = 16u << 20;  // of one piece; torch.save does not compress

/// Reads what torch.distributed.checkpoint saves: a folder with a pickle named .metadata and files *.distcp. Each saved
/// piece, a block of a tensor or a value, is a torch.save of its own at its place in one of the files.
class DcpReader final : public CheckpointReader
{
public:
    [[nodiscard]] Format format() const override { return Format::TorchDcp; }
    [[nodiscard]] bool recognises(const Source &source) const override;
    Result<ValueId> read(const Source &source, const OpenOptions &options, Checkpoint &into) const override;
};

/// One reading of a folder.
class Reading
{
public:
    Reading(const Source &source, std::filesystem::path folder, const OpenOptions &options, Checkpoint &into)
        : m_source(source),
          m_folder(std::move(folder)),
          m_options(options),
          m_pieceOptions(options),
          m_into(into),
          m_chunked(std::make_shared<ChunkedStorage>())
    {
        m_pieceOptions.limits.inflatedBytes = std::min(options.limits.inflatedBytes, kInflated);
    }

    Result<ValueId> run(const FilePtr &metadata);

private:
    Result<std::vector<DcpItem>> items(const FilePtr &metadata);
    Result<FilePtr> fileOf(const std::string &name);
    Result<FilePtr> pieceOf(const DcpPlace &place);
    Result<ValueId> readPiece(const DcpPlace &place, Checkpoint &into);
    void keepGlobals(std::vector<GlobalUse> seen, const std::string &member);
    /// Invalid, with a warning, where the value is not there.
    ValueId valueOf(const DcpItem &item);
    ValueId tensorOf(const DcpItem &item);
    struct Block
    {
        Storage storage;
        TensorRef ref;
    };
    Result<Block> blockOf(const DcpChunk &chunk, const DcpItem &item);
    StorageIndex storageOf(const DcpItem &item, TensorRef &ref);
    StorageIndex addStorage(const DcpItem &item, Storage storage);
    void missing(const DcpItem &item, const std::string &why);

    const Source &m_source;
    std::filesystem::path m_folder;
    const OpenOptions &m_options;
    OpenOptions m_pieceOptions;
    Checkpoint &m_into;
    std::shared_ptr<ChunkedStorage> m_chunked;
    std::unordered_map<std::string, Result<FilePtr>> m_files;
    std::unordered_set<std::string> m_seenGlobals;
    std::size_t m_missing = 0;
    std::uint64_t m_bytes = 0;       ///< of all files
    std::uint64_t m_pieceBytes = 0;  ///< of the pieces that were read
};

Error failure(ErrorCode code, std::string what)
{
    return {.code = code, .detail = std::move(what), .at = {}, .advice = {}, .file = {}};
}

/// Whether it is one thing that was saved, and no collection of files.
bool isPiece(const Source &source)
{
    const auto readers = checkpointReaders();
    const auto first =
        std::find_if(readers.begin(), readers.end(), [&](const auto *r) { return r->recognises(source); });
    const std::array<const CheckpointReader *, 4> allowed = {&torchZipReader(), &torchLegacyReader(),
                                                             &safetensorsReader(), &pickleReader()};
    return first != readers.end() && std::find(allowed.begin(), allowed.end(), *first) != allowed.end();
}

Result<std::vector<DcpItem>> Reading::items(const FilePtr &metadata)
{
    const ValueId first{static_cast<std::uint32_t>(m_into.values.size())};
    TorchTypes types([](Storage &) {}, m_options.limits);
    ByteStream stream(metadata);
    const auto read = readPickleInto(stream, kMetadata, nullptr, m_options, m_into);
    if (!read)
        return read.error();
    types.rules().run(m_into.values, first, m_options.limits, m_options.stop);
    return dcpItems(Value(m_into.values, read->root), m_options.limits);
}

Result<FilePtr> Reading::fileOf(const std::string &name)
{
    if (const auto known = m_files.find(name); known != m_files.end())
        return known->second;
    const auto path = fileBeside(m_folder, name);
    Result<FilePtr> file =
        path ? openFile(*path) : Result<FilePtr>(failure(ErrorCode::Corrupt, "its file lies outside of the folder"));
    if (file && m_options.losses)
        file = writtenPart(*file, *m_options.losses);
    if (file)
        m_bytes += (*file)->size().value;
    else if (path)
        m_into.warnings.push_back(
            {fmt::format("The file '{}' is missing or cannot be read; the values of what it holds "
                         "are not shown.",
                         printable(name, 120)),
             kNoEntry});
    m_files.emplace(name, file);
    return file;
}

Result<FilePtr> Reading::pieceOf(const DcpPlace &place)
{
    if (place.transformed)
        return failure(ErrorCode::Unsupported, "it is compressed or changed by an extension of the checkpoint");
    const auto file = fileOf(place.file);
    if (!file)
        return file.error();
    if (!liesWithin(place.range, (*file)->size()))
        return failure(ErrorCode::Truncated, fmt::format("the file '{}' ends before it", printable(place.file, 120)));
    // Pieces lie side by side. Where they overlap, a small file could keep the reader busy without end.
    m_pieceBytes += place.range.length.value;
    if (m_pieceBytes > 2 * m_bytes + kSlack)
        return failure(ErrorCode::TooLarge, "too many pieces share the same bytes");
    return fileWindow(*file, place.range, place.file);
}

/// Every piece names the same few classes: each is kept once for each file.
void Reading::keepGlobals(std::vector<GlobalUse> seen, const std::string &member)
{
    for (GlobalUse &use : seen)
        if (m_seenGlobals.insert(member + '\n' + use.name).second) {
            use.member = member;
            m_into.globals.push_back(std::move(use));
        }
}

Result<ValueId> Reading::readPiece(const DcpPlace &place, Checkpoint &into)
{
    const auto file = pieceOf(place);
    if (!file)
        return file.error();
    const Source source = sourceOf(*file, m_source.nesting + 1);
    if (!isPiece(source))
        return failure(ErrorCode::Corrupt, "its bytes are nothing that torch.save writes");
    std::vector<GlobalUse> globals;
    std::vector<Warning> warnings;
    globals.swap(into.globals);
    warnings.swap(into.warnings);
    auto root = readSource(source, m_pieceOptions, into);
    globals.swap(into.globals);
    warnings.swap(into.warnings);
    keepGlobals(std::move(globals), place.file);
    if (!root && root.error().at)
        return failure(root.error().code,
                       fmt::format("{}, at byte {} of '{}'", root.error().detail,
                                   root.error().at->value + place.range.start.value, printable(place.file, 120)));
    return root;
}

void Reading::missing(const DcpItem &item, const std::string &why)
{
    if (++m_missing <= kNamed)
        m_into.warnings.push_back(
            {fmt::format("'{}' has no values here: {}.", printable(item.name, 120), why), kNoEntry});
}

ValueId Reading::valueOf(const DcpItem &item)
{
    if (!item.place) {
        missing(item, "the metadata does not say where it is");
        return {};
    }
    const auto root = readPiece(*item.place, m_into);
    if (root)
        return *root;
    missing(item, root.error().detail);
    if (m_options.losses)
        m_options.losses->parts.push_back({item.name, {}, root.error().detail});
    return {};
}

/// A block's storage and how its tensor looks at it.
Result<Reading::Block> Reading::blockOf(const DcpChunk &chunk, const DcpItem &item)
{
    if (!chunk.place)
        return failure(ErrorCode::Corrupt, "the metadata does not say where a block of it is");
    Checkpoint scratch;
    const auto root = readPiece(*chunk.place, scratch);
    keepGlobals(std::move(scratch.globals), chunk.place->file);
    if (!root)
        return root.error();
    Value tensor(scratch.values, *root);
    // A piece that was written as safetensors is a dict with the one tensor.
    if (tensor.is(ValueKind::Dict) && tensor.count() == 1)
        tensor = tensor.at(0);
    if (!tensor.is(ValueKind::Tensor) || tensor.tensor().ref.storage == kNoStorage)
        return failure(ErrorCode::Corrupt, "a block of it is no tensor");
    const TensorRef &ref = tensor.tensor().ref;
    const bool fits = ref.dtype == item.dtype && ref.shape == chunk.sizes && ref.isContiguous() && ref.offset >= 0;
    if (!fits)
        return failure(ErrorCode::Corrupt, "a block of it is not what the metadata announces");
    Block block{scratch.values.storages()[ref.storage], ref};
    if (!block.storage.present || !block.storage.source)
        return failure(ErrorCode::Truncated, "the data of a block is cut off");
    return block;
}

StorageIndex Reading::addStorage(const DcpItem &item, Storage storage)
{
    storage.key = item.name;
    return m_into.values.addStorage(std::move(storage));
}

/// One block that is the whole tensor stays where it is; several are put together as they are read.
StorageIndex Reading::storageOf(const DcpItem &item, TensorRef &ref)
{
    Storage whole;
    whole.dtype = item.dtype;
    whole.device = "cpu";
    whole.bytes = ref.byteCount();
    ChunkedTensor blocks{item.shape, dtypeBytes(item.dtype), {}};
    for (const DcpChunk &chunk : item.chunks) {
        auto block = blockOf(chunk, item);
        if (!block) {
            missing(item, block.error().detail);
            const StorageIndex lost = addStorage(item, std::move(whole));
            if (m_options.losses)
                m_options.losses->storageReasons.emplace(lost, block.error().detail);
            return lost;
        }
        if (item.chunks.size() == 1 && chunk.sizes == item.shape) {
            ref.offset = block->ref.offset;
            return addStorage(item, std::move(block->storage));
        }
        whole.device = block->storage.device;
        whole.bigEndian = block->storage.bigEndian;
        const auto start =
            checkedMul<std::uint64_t>(static_cast<std::uint64_t>(block->ref.offset), blocks.elementBytes);
        blocks.chunks.push_back({chunk.offsets,
                                 chunk.sizes,
                                 block->storage.source,
                                 block->storage.record,
                                 {start.value_or(~std::uint64_t{0})}});
    }
    if (const auto problem = chunkProblem(blocks)) {
        missing(item, "its blocks " + *problem);
        return addStorage(item, std::move(whole));
    }
    whole.present = true;
    whole.record = m_chunked->add(std::move(blocks));
    whole.source = m_chunked;
    return addStorage(item, std::move(whole));
}

ValueId Reading::tensorOf(const DcpItem &item)
{
    TensorValue value;
    value.ref.dtype = item.dtype;
    value.ref.requiresGrad = item.requiresGrad;
    value.ref.shape = item.shape;
    value.ref.strides = contiguousStrides(item.shape);
    value.ref.storage = storageOf(item, value.ref);
    return m_into.values.addTensor(std::move(value));
}

Result<ValueId> Reading::run(const FilePtr &metadata)
{
    auto all = items(metadata);
    if (!all)
        return all.error();
    m_bytes = metadata->size().value;
    NestedKeys keys(m_into.values);
    std::size_t misplaced = 0;
    for (const DcpItem &item : *all) {
        if (m_options.stop.stop_requested())
            return failure(ErrorCode::Cancelled, {});
        if (m_into.values.memory().value > m_options.limits.treeBytes)
            return failure(ErrorCode::TooLarge, "the checkpoint holds more than fits into memory");
        const ValueId value = item.tensor ? tensorOf(item) : valueOf(item);
        if (!value.isValid())
            continue;
        const std::vector<ValueId> flat = {m_into.values.addStr(item.name)};
        const bool nested = !item.path.empty() && keys.add(item.path, value);
        if (!nested && !keys.add(flat, value))
            ++misplaced;
    }
    if (m_missing > kNamed)
        m_into.warnings.push_back(
            {fmt::format("In all, {} of {} entries have no values here.", m_missing, all->size()), kNoEntry});
    if (misplaced > 0)
        m_into.warnings.push_back(
            {fmt::format("{} entries have a key that another one has; they are not shown.", misplaced), kNoEntry});
    if (m_source.nesting == 0) {
        m_into.fileBytes = {m_bytes};
        m_into.container.emplace_back("files", fmt::format("{}", m_files.size()));
        m_into.container.emplace_back("entries", fmt::format("{}", all->size()));
    }
    return keys.build();
}

bool DcpReader::recognises(const Source &source) const
{
    if (!source.isFolder())
        return looksLikeDcpMetadata({reinterpret_cast<const char *>(source.head.data()), source.head.size()});
    std::error_code error;
    if (!std::filesystem::is_regular_file(source.path / kMetadata, error))
        return false;
    const auto metadata = sourceOf(source.path / kMetadata);
    return metadata && !metadata->isFolder() && recognises(*metadata);
}

Result<ValueId> DcpReader::read(const Source &source, const OpenOptions &options, Checkpoint &into) const
{
    if (source.path.empty())
        return Error{.code = ErrorCode::Unsupported,
                     .detail = "the metadata of a distributed checkpoint, without the files beside it",
                     .at = {},
                     .advice = "Unpack the outer file and open the folder.",
                     .file = {}};
    if (!source.isFolder())
        return Reading(source, folderOf(source.path), options, into).run(source.file);
    const auto metadata = openFile(source.path / kMetadata);
    if (!metadata)
        return metadata.error();
    return Reading(source, source.path, options, into).run(*metadata);
}

}  // namespace

const CheckpointReader &dcpReader()
{
    static const DcpReader reader;
    return reader;
}

}  // namespace waypoint
