// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/export_storages.h"

#include "core/base/checked.h"
#include "core/tensor/element_blocks.h"
#include "core/tensor/tensor_parts.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace waypoint {

namespace {

constexpr std::uint64_t kBand = 8u << 20;  ///< bytes of a view that are gathered together

/// Turns each unit of `size` bytes round.
void swapUnits(std::span<std::byte> bytes, std::size_t size)
{
    for (std::size_t at = 0; size > 1 && at + size <= bytes.size(); at += size)
        std::ranges::reverse(bytes.subspan(at, size));
}

/// The elements of a view as if they lay side by side. Gathers a band at a time and keeps the last one: writers read
/// from the start to the end.
class GatheredFile final : public RandomAccessFile
{
public:
    GatheredFile(NumericTensor view, std::string name)
        : m_view(std::move(view)), m_name(std::move(name)), m_size(m_view.ref.byteCount())
    {
    }

    [[nodiscard]] ByteCount size() const override { return m_size; }
    [[nodiscard]] const std::string &name() const override { return m_name; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        if (at.value >= m_size.value)
            return std::size_t{0};
        into = into.first(std::min<std::uint64_t>(into.size(), m_size.value - at.value));
        const std::lock_guard lock(m_mutex);
        for (std::size_t done = 0; done < into.size();) {
            const std::uint64_t from = at.value + done;
            if (const Result<void> there = gather(from / kBand); !there)
                return there.error();
            const std::uint64_t within = from % kBand;
            const std::size_t count = std::min<std::size_t>(into.size() - done, m_band.size() - within);
            std::memcpy(into.data() + done, m_band.data() + within, count);
            done += count;
        }
        return into.size();
    }

private:
    /// Requires: m_mutex is held.
    Result<void> gather(std::uint64_t band) const
    {
        if (m_index == band)
            return {};
        m_index = kNone;
        m_band.clear();
        const std::uint64_t unit = dtypeBytes(m_view.ref.dtype);
        const std::uint64_t bytes = std::min(kBand, m_size.value - band * kBand);
        const auto runs =
            runParts(m_view, static_cast<std::int64_t>(band * kBand / unit), static_cast<std::int64_t>(bytes / unit));
        if (!runs)
            return runs.error();
        for (const NumericTensor &run : *runs)
            if (Result<void> read = forEachBlock(
                    run.ref, run.storage, {},
                    [&](std::span<const std::byte> block) { m_band.insert(m_band.end(), block.begin(), block.end()); });
                !read)
                return read;
        if (m_band.size() != bytes)
            return Error{ErrorCode::Corrupt, "a view has fewer elements than its shape says"};
        m_index = band;
        return {};
    }

    static constexpr std::uint64_t kNone = ~std::uint64_t(0);

    NumericTensor m_view;
    std::string m_name;
    ByteCount m_size;
    mutable std::mutex m_mutex;
    mutable std::uint64_t m_index = kNone;  ///< of the band in m_band; guarded by m_mutex, as the band is
    mutable std::vector<std::byte> m_band;
};

Result<FilePtr> gathered(const ExportPiece &piece)
{
    Result<NumericTensor> view = withOpenStorage({.ref = piece.view, .storage = piece.source});
    if (!view)
        return view.error();
    return FilePtr(std::make_shared<GatheredFile>(*std::move(view), piece.name));
}

Result<FilePtr> window(const ExportPiece &piece)
{
    const Result<FilePtr> file = piece.source.source->open(piece.source.record);
    if (!file)
        return file;
    if (!liesWithin(piece.range, (*file)->size()))
        return Error{ErrorCode::Truncated, "a storage is shorter than its tensors need"};
    return fileWindow(*file, piece.range, (*file)->name());
}

/// Runs of `run` that are not in `seen` yet; `seen` has them afterwards.
std::vector<std::pair<std::uint64_t, std::uint64_t>> addRun(std::map<std::uint64_t, std::uint64_t> &seen,
                                                            std::uint64_t first, std::uint64_t end)
{
    std::vector<std::pair<std::uint64_t, std::uint64_t>> fresh;
    auto next = seen.upper_bound(first);
    if (next != seen.begin() && std::prev(next)->second >= first)
        --next;
    std::uint64_t start = first;
    std::uint64_t at = first;
    std::uint64_t stop = end;
    while (next != seen.end() && next->first <= end) {
        if (at < next->first)
            fresh.emplace_back(at, next->first);
        at = std::max(at, next->second);
        start = std::min(start, next->first);
        stop = std::max(stop, next->second);
        next = seen.erase(next);
    }
    if (at < end)
        fresh.emplace_back(at, end);
    seen.emplace(start, stop);
    return fresh;
}

}  // namespace

/// Elements of another type, made as they are read.
class ExportStorages::ConvertedFile final : public RandomAccessFile
{
public:
    ConvertedFile(FilePtr file, DType from, bool bigEndian, DType to, std::shared_ptr<Counts> counts,
                  std::uint64_t record)
        : m_file(std::move(file)),
          m_from(from),
          m_to(to),
          m_bigEndian(bigEndian),
          m_counts(std::move(counts)),
          m_record(record)
    {
    }

    [[nodiscard]] ByteCount size() const override
    {
        return {m_file->size().value / dtypeBytes(m_from) * dtypeBytes(m_to)};
    }
    [[nodiscard]] const std::string &name() const override { return m_file->name(); }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        const std::uint64_t all = size().value;
        if (at.value >= all)
            return std::size_t{0};
        into = into.first(std::min<std::uint64_t>(into.size(), all - at.value));
        const std::uint64_t unit = dtypeBytes(m_to);
        constexpr std::uint64_t kElements = 1u << 17;
        const std::uint64_t end = (at.value + into.size() + unit - 1) / unit;
        std::vector<std::byte> source;
        std::vector<std::byte> made;
        for (std::uint64_t first = at.value / unit; first < end; first += kElements) {
            const std::uint64_t count = std::min(kElements, end - first);
            source.resize(count * dtypeBytes(m_from));
            const auto got = m_file->readAt({first * dtypeBytes(m_from)}, source);
            if (!got)
                return got.error();
            const bool isShort = *got < source.size();  // whoever reads says what it means
            source.resize(*got / dtypeBytes(m_from) * dtypeBytes(m_from));
            made.resize(source.size() / dtypeBytes(m_from) * unit);
            convert(first, source, made);
            const std::uint64_t skip = at.value > first * unit ? at.value - first * unit : 0;
            const std::uint64_t place = first * unit + skip - at.value;
            const std::uint64_t usable = made.size() > skip ? made.size() - skip : 0;
            const std::size_t copied = std::min<std::uint64_t>(usable, into.size() - place);
            if (copied > 0)
                std::memcpy(into.data() + place, made.data() + skip, copied);
            if (isShort)
                return place + copied;
        }
        return into.size();
    }

private:
    void convert(std::uint64_t first, std::span<std::byte> source, std::span<std::byte> made) const
    {
        if (m_bigEndian)
            swapUnits(source, dtypeSwapUnit(m_from));
        const std::uint64_t inUnit = dtypeBytes(m_from);
        const LostNumbers lost = convertFloats(m_from, source, m_to, made);
        const std::lock_guard lock(m_counts->mutex);
        Counted &counted = m_counts->pieces[m_record];
        const std::uint64_t count = source.size() / inUnit;
        const auto fresh = addRun(counted.seen, first, first + count);
        if (lost == LostNumbers{})
            return;
        if (fresh.size() == 1 && fresh.front() == std::pair(first, first + count)) {
            counted.lost += lost;
            return;
        }
        const std::uint64_t outUnit = dtypeBytes(m_to);
        for (const auto &[start, end] : fresh)
            counted.lost += convertFloats(m_from, source.subspan((start - first) * inUnit, (end - start) * inUnit),
                                          m_to, made.subspan((start - first) * outUnit, (end - start) * outUnit));
    }

    FilePtr m_file;
    DType m_from;
    DType m_to;
    bool m_bigEndian;
    std::shared_ptr<Counts> m_counts;
    std::uint64_t m_record;
};

std::uint64_t ExportStorages::add(ExportPiece piece)
{
    m_pieces.push_back(std::move(piece));
    m_counts->pieces.emplace_back();
    return m_pieces.size() - 1;
}

ByteCount ExportStorages::bytesOf(const ExportPiece &piece)
{
    const std::uint64_t bytes = piece.gather ? piece.view.byteCount().value : piece.range.length.value;
    return {piece.to == piece.view.dtype ? bytes : bytes / dtypeBytes(piece.view.dtype) * dtypeBytes(piece.to)};
}

Result<FilePtr> ExportStorages::open(std::uint64_t record) const
{
    const ExportPiece &piece = m_pieces[record];
    if (bytesOf(piece).value == 0)
        return memoryFile(piece.name, {});
    if (!piece.source.source)
        return Error{ErrorCode::Truncated, "the bytes of a tensor are not in the file"};
    Result<FilePtr> file = piece.gather ? gathered(piece) : window(piece);
    if (!file)
        return file;
    if (piece.to == piece.view.dtype)
        return file;
    // What is gathered is little-endian already.
    const bool swap = piece.source.bigEndian && !piece.gather;
    return FilePtr(std::make_shared<ConvertedFile>(*file, piece.view.dtype, swap, piece.to, m_counts, record));
}

std::optional<ByteRange> ExportStorages::place(std::uint64_t record) const
{
    const ExportPiece &piece = m_pieces[record];
    if (piece.gather || piece.to != piece.view.dtype || !piece.source.source)
        return std::nullopt;
    const std::optional<ByteRange> whole = piece.source.source->place(piece.source.record);
    if (!whole)
        return std::nullopt;
    return ByteRange{whole->start + ByteCount{piece.range.start.value}, piece.range.length};
}

std::vector<LostNumbers> ExportStorages::losses() const
{
    const std::lock_guard lock(m_counts->mutex);
    std::vector<LostNumbers> all;
    for (const Counted &piece : m_counts->pieces)
        all.push_back(piece.lost);
    return all;
}

void ExportStorages::forgetLosses() const
{
    const std::lock_guard lock(m_counts->mutex);
    for (Counted &piece : m_counts->pieces)
        piece = {};
}

}  // namespace waypoint
