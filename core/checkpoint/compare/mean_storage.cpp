// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/mean_storage.h"

#include "core/base/checked.h"
#include "core/tensor/float_conversion.h"
#include "core/tensor/number_ranges.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace waypoint {

namespace {

/// Numbers that are worked out at a time; a multiple of NumberRanges::kGroup.
constexpr std::int64_t kBlock = 1 << 16;

/// Type of a number's parts.
DType partOf(DType dtype)
{
    switch (dtype) {
    case DType::ComplexHalf:
        return DType::Float16;
    case DType::ComplexFloat:
        return DType::Float32;
    case DType::ComplexDouble:
        return DType::Float64;
    default:
        return dtype;
    }
}

/// The mean of several tensors as a file of its elements.
class MeanFile final : public RandomAccessFile
{
public:
    using Sides = std::vector<std::unique_ptr<const NumberRanges>>;

    /// Requires: there is a side; as many weights as sides.
    MeanFile(std::string name, DType dtype, Sides sides, std::vector<double> weights, std::stop_token stop,
             Progress *progress)
        : m_name(std::move(name)),
          m_dtype(dtype),
          m_parts(isComplex(dtype) ? 2 : 1),
          m_sides(std::move(sides)),
          m_weights(std::move(weights)),
          m_alike(std::adjacent_find(m_weights.begin(), m_weights.end(), std::not_equal_to<>()) == m_weights.end()),
          m_stop(std::move(stop)),
          m_progress(progress)
    {
    }

    ByteCount size() const override { return {static_cast<std::uint64_t>(m_sides.front()->count()) * bytesEach()}; }
    const std::string &name() const override { return m_name; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        const std::uint64_t end = size().value;
        if (at.value >= end)
            return std::size_t{0};
        into = into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), end - at.value)));
        std::vector<std::byte> block;
        for (std::size_t done = 0; done < into.size();) {
            const std::uint64_t place = at.value + done;
            auto first = static_cast<std::int64_t>(place / bytesEach());
            first -= first % NumberRanges::kGroup;
            const std::uint64_t start = static_cast<std::uint64_t>(first) * bytesEach();
            const std::uint64_t wanted = (place - start + into.size() - done + bytesEach() - 1) / bytesEach();
            const std::int64_t count =
                std::min({kBlock, m_sides.front()->count() - first, static_cast<std::int64_t>(wanted)});
            if (Result<void> made = makeBlock({first, count}, block); !made)
                return made.error();
            const auto skipped = static_cast<std::size_t>(place - start);
            const std::size_t length = std::min(block.size() - skipped, into.size() - done);
            std::memcpy(into.data() + done, block.data() + skipped, length);
            done += length;
        }
        return into.size();
    }

private:
    [[nodiscard]] std::uint64_t bytesEach() const { return dtypeBytes(m_dtype); }

    Result<void> makeBlock(NumberRun range, std::vector<std::byte> &block) const
    {
        const auto parts = static_cast<std::size_t>(range.count) * m_parts;
        std::vector<double> sum(parts);
        std::vector<double> numbers(parts);
        std::vector<std::byte> buffer;
        bool isFirst = true;
        for (std::size_t i = 0; i < m_sides.size(); ++i) {
            const Result<std::span<const std::byte>> read = m_sides[i]->read(range, m_stop, buffer);
            if (!read)
                return read.error();
            if (m_progress)
                m_progress->done += m_sides[i]->bytesOf(range.count).value;
            m_sides[i]->decode(*read, range, isFirst ? sum : numbers);
            addTo(sum, numbers, m_alike ? 1 : m_weights[i], isFirst);
            isFirst = false;
        }
        if (m_alike)
            for (double &number : sum)
                number /= static_cast<double>(m_sides.size());
        block.resize(parts * dtypeBytes(partOf(m_dtype)));
        (void)convertFloats(DType::Float64, std::as_bytes(std::span(sum)), partOf(m_dtype), block);
        return {};
    }

    /// The first one is in the sum already, without its weight: so a sum of -0 stays -0.
    static void addTo(std::vector<double> &sum, const std::vector<double> &numbers, double weight, bool isFirst)
    {
        if (isFirst) {
            for (double &number : sum)
                number *= weight;
            return;
        }
        for (std::size_t i = 0; i < sum.size(); ++i)
            sum[i] += weight * numbers[i];
    }

    std::string m_name;
    DType m_dtype;
    std::size_t m_parts;
    Sides m_sides;
    std::vector<double> m_weights;
    bool m_alike;
    std::stop_token m_stop;
    Progress *m_progress;
};

}  // namespace

MeanStorages::MeanStorages(std::vector<double> weights, std::stop_token stop, Progress *progress)
    : m_weights(std::move(weights)), m_stop(std::move(stop)), m_progress(progress)
{
}

bool MeanStorages::canStore(DType dtype) { return canConvertFloats(DType::Float64, partOf(dtype)); }

Storage MeanStorages::add(MeanTensor tensor, DType dtype)
{
    Storage storage;
    storage.key = std::to_string(m_means.size());
    storage.device = "cpu";
    storage.dtype = dtype;
    storage.present = true;
    const std::int64_t count = tensor.of.empty() ? 0 : numberCount(tensor.of.front().ref);
    storage.bytes = {static_cast<std::uint64_t>(count) * dtypeBytes(dtype)};
    storage.record = m_means.size();
    m_means.push_back({std::move(tensor), dtype});
    return storage;
}

Result<FilePtr> MeanStorages::open(std::uint64_t record) const
{
    const Mean &mean = m_means[record];
    MeanFile::Sides sides;
    std::vector<double> weights;
    for (std::size_t i = 0; i < mean.tensor.of.size(); ++i) {
        if (m_weights[i] == 0)
            continue;  // not even its NaN counts
        Result<std::unique_ptr<const NumberRanges>> side = NumberRanges::open(mean.tensor.of[i]);
        if (!side)
            return side.error();
        sides.push_back(*std::move(side));
        weights.push_back(m_weights[i]);
    }
    return FilePtr(std::make_shared<MeanFile>(mean.tensor.name, mean.dtype, std::move(sides), std::move(weights),
                                              m_stop, m_progress));
}

std::uint64_t MeanStorages::bytesToRead() const
{
    std::uint64_t sum = 0;
    for (const Mean &mean : m_means)
        for (std::size_t i = 0; i < mean.tensor.of.size(); ++i)
            if (m_weights[i] != 0)
                sum = checkedAdd(sum, mean.tensor.of[i].ref.byteCount().value).value_or(sum);
    return sum;
}

}  // namespace waypoint
