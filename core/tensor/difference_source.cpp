// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/difference_source.h"

#include "core/tensor/block_difference.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <list>
#include <mutex>
#include <new>
#include <vector>

namespace waypoint {

namespace {

/// Numbers that are worked out together: what is read often begins where the last read ended.
constexpr std::int64_t kBand = 1 << 15;
/// The same where they have to be gathered: each reads the file along the whole tensor.
constexpr std::int64_t kGatheredBand = 1 << 19;
/// Bands that are kept where they have to be gathered.
constexpr std::size_t kKept = 4;

/// What the sides are read into.
using Buffers = std::array<std::vector<std::byte>, 2>;

class DifferenceFile final : public RandomAccessFile
{
public:
    explicit DifferenceFile(AlignedBlocks sides)
        : m_sides(std::move(sides)),
          m_count(m_sides.side(0).count()),
          m_band(m_sides.isStrided() ? kGatheredBand : kBand),
          m_name("the difference of two tensors")
    {
    }

    [[nodiscard]] ByteCount size() const override { return {static_cast<std::uint64_t>(m_count) * sizeof(double)}; }
    [[nodiscard]] const std::string &name() const override { return m_name; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        try {
            const auto start = std::min(at.value, size().value);
            const auto length = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size().value - start));
            auto copied = copy(start, into.first(length));
            return copied ? Result(length) : copied.error();
        } catch (const std::bad_alloc &) {
            return Error{ErrorCode::TooLarge, "there is not enough memory to compare two tensors"};
        }
    }

private:
    /// Numbers from `first` on.
    struct Band
    {
        std::int64_t first = 0;
        std::vector<double> numbers;
    };

    /// Requires: `into` lies within the file from `start` on.
    Result<void> copy(std::uint64_t start, std::span<std::byte> into) const
    {
        std::unique_lock<std::mutex> lock(m_guard, std::defer_lock);
        if (m_sides.isStrided())
            lock.lock();
        Band own;
        Buffers buffers;
        while (!into.empty()) {
            const auto first = static_cast<std::int64_t>(start / sizeof(double)) / m_band * m_band;
            const auto skipped = start - static_cast<std::uint64_t>(first) * sizeof(double);
            if (const auto place = wholeBand(first, skipped, into); !place.empty()) {
                if (auto made = fill(first, place, buffers); !made)
                    return made;
                into = into.subspan(place.size_bytes());
                start += place.size_bytes();
                continue;
            }
            const auto band = m_sides.isStrided() ? keptBand(first, buffers) : ownBand(first, own, buffers);
            if (!band)
                return band.error();
            const auto bytes = std::as_bytes(std::span((*band)->numbers));
            const auto part = bytes.subspan(skipped, std::min(into.size(), bytes.size() - skipped));
            std::ranges::copy(part, into.begin());
            into = into.subspan(part.size());
            start += part.size();
        }
        return {};
    }

    [[nodiscard]] std::int64_t sizeOf(std::int64_t first) const { return std::min(m_band, m_count - first); }

    /// Where a band can be worked out in place; nothing where only a part of it is wanted, or where it pays to keep it.
    [[nodiscard]] std::span<double> wholeBand(std::int64_t first, std::uint64_t skipped,
                                              std::span<std::byte> into) const
    {
        const auto size = static_cast<std::size_t>(sizeOf(first));
        const bool isAligned = reinterpret_cast<std::uintptr_t>(into.data()) % alignof(double) == 0;
        if (m_sides.isStrided() || skipped > 0 || into.size() < size * sizeof(double) || !isAligned)
            return {};
        return {reinterpret_cast<double *>(into.data()), size};
    }

    Result<const Band *> ownBand(std::int64_t first, Band &band, Buffers &buffers) const
    {
        band.numbers.resize(static_cast<std::size_t>(sizeOf(first)));
        auto made = fill(first, band.numbers, buffers);
        return made ? Result<const Band *>(&band) : made.error();
    }

    Result<const Band *> keptBand(std::int64_t first, Buffers &buffers) const
    {
        const auto kept = std::ranges::find(m_bands, first, &Band::first);
        if (kept != m_bands.end()) {
            m_bands.splice(m_bands.begin(), m_bands, kept);
            return &m_bands.front();
        }
        Band band{.first = first};
        auto made = ownBand(first, band, buffers);
        if (!made)
            return made.error();
        m_bands.push_front(std::move(band));
        if (m_bands.size() > kKept)
            m_bands.pop_back();
        return &m_bands.front();
    }

    Result<void> fill(std::int64_t first, std::span<double> into, Buffers &buffers) const
    {
        const NumberRun range{first, static_cast<std::int64_t>(into.size())};
        const auto &a = m_sides.side(0);
        const auto &b = m_sides.side(1);
        const auto bytesA = a.read(range, {}, buffers[0]);
        if (!bytesA)
            return bytesA.error();
        const auto bytesB = b.isSameAs(a) ? bytesA : b.read(range, {}, buffers[1]);
        if (!bytesB)
            return bytesB.error();
        differencesInBlocks(a, b, {*bytesA, *bytesB, range}, into);
        return {};
    }

    AlignedBlocks m_sides;
    std::int64_t m_count;
    std::int64_t m_band;
    std::string m_name;
    mutable std::mutex m_guard;       ///< of the bands
    mutable std::list<Band> m_bands;  ///< the last one used first
};

}  // namespace

FilePtr differenceFile(AlignedBlocks sides) { return std::make_shared<const DifferenceFile>(std::move(sides)); }

}  // namespace waypoint
