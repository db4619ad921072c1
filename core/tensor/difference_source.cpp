// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/difference_source.h"

#include "core/tensor/block_difference.h"

#include <algorithm>
#include <cstring>
#include <list>
#include <mutex>
#include <new>

namespace waypoint {

namespace {

/// Numbers that are worked out together: what is read often begins where the last read ended.
constexpr std::int64_t kBand = 1 << 15;
/// The same where they have to be gathered: each reads the file along the whole tensor.
constexpr std::int64_t kGatheredBand = 1 << 19;
/// Bands that are kept where they have to be gathered.
constexpr std::size_t kKept = 4;

class DifferenceFile final : public RandomAccessFile
{
public:
    explicit DifferenceFile(AlignedBlocks sides)
        : m_sides(std::move(sides)), m_count(m_sides.side(0).count()), m_name("the difference of two tensors")
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
        if (m_sides.isStrided()) {
            const std::scoped_lock lock(m_guard);
            return copyFromBands(start, into, kGatheredBand, [this](std::int64_t first) { return keptBand(first); });
        }
        Band band;
        return copyFromBands(start, into, kBand, [&](std::int64_t first) -> Result<const Band *> {
            band.first = first;
            auto made = fill(band, kBand);
            return made ? Result<const Band *>(&band) : made.error();
        });
    }

    template<typename BandAt>
    Result<void> copyFromBands(std::uint64_t start, std::span<std::byte> into, std::int64_t most,
                               const BandAt &bandAt) const
    {
        while (!into.empty()) {
            const auto number = static_cast<std::int64_t>(start / sizeof(double));
            const Result<const Band *> band = bandAt(number / most * most);
            if (!band)
                return band.error();
            const auto bytes = std::as_bytes(std::span((*band)->numbers));
            const auto skipped = start - static_cast<std::uint64_t>((*band)->first) * sizeof(double);
            const auto part = bytes.subspan(skipped, std::min(into.size(), bytes.size() - skipped));
            std::ranges::copy(part, into.begin());
            into = into.subspan(part.size());
            start += part.size();
        }
        return {};
    }

    Result<const Band *> keptBand(std::int64_t first) const
    {
        const auto kept = std::ranges::find(m_bands, first, &Band::first);
        if (kept != m_bands.end()) {
            m_bands.splice(m_bands.begin(), m_bands, kept);
            return &m_bands.front();
        }
        Band band{.first = first};
        if (auto made = fill(band, kGatheredBand); !made)
            return made.error();
        m_bands.push_front(std::move(band));
        if (m_bands.size() > kKept)
            m_bands.pop_back();
        return &m_bands.front();
    }

    Result<void> fill(Band &band, std::int64_t most) const
    {
        const NumberRange range{band.first, std::min(most, m_count - band.first)};
        const auto &a = m_sides.side(0);
        const auto &b = m_sides.side(1);
        std::vector<std::byte> bufferA;
        std::vector<std::byte> bufferB;
        const auto bytesA = a.read(range, {}, bufferA);
        if (!bytesA)
            return bytesA.error();
        const auto bytesB = b.isSameAs(a) ? bytesA : b.read(range, {}, bufferB);
        if (!bytesB)
            return bytesB.error();
        band.numbers.resize(static_cast<std::size_t>(range.count));
        differencesInBlocks(a, b, {*bytesA, *bytesB, range}, band.numbers);
        return {};
    }

    AlignedBlocks m_sides;
    std::int64_t m_count;
    std::string m_name;
    mutable std::mutex m_guard;       ///< of the bands
    mutable std::list<Band> m_bands;  ///< the last one used first
};

}  // namespace

FilePtr differenceFile(AlignedBlocks sides) { return std::make_shared<const DifferenceFile>(std::move(sides)); }

}  // namespace waypoint
