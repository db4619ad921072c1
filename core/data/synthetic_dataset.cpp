// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/synthetic_dataset.h"

#include "core/base/checked.h"
#include "core/data/array_dataset.h"
#include "core/data/random_stream.h"

#include <utility>

namespace waypoint {

namespace {

constexpr std::int64_t kMostKept = 64 << 20;   ///< bytes of all samples together
constexpr std::int64_t kMostFloats = 1 << 28;  ///< of one sample: 1 GiB
constexpr std::int64_t kBlock = 4;

class SyntheticDataset final : public Dataset
{
public:
    SyntheticDataset(DatasetInfo info, std::uint64_t seed)
        : m_info(std::move(info)), m_seed(seed), m_rows(1), m_columns(static_cast<std::int64_t>(sampleFloats(m_info)))
    {
        if (m_info.shape.size() == 3) {
            m_columns = m_info.shape[2];
            m_height = m_info.shape[1];
            m_rows = m_info.shape[0] * m_height;
        }
    }

    [[nodiscard]] const DatasetInfo &info() const override { return m_info; }

    Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const override
    {
        const auto label = static_cast<std::uint64_t>(key.sample % m_info.targetSize);
        RandomStream noise(RandomUse::Noise, {m_seed, static_cast<std::uint64_t>(key.sample)});
        auto *next = into.data();
        for (std::int64_t row = 0; row < m_rows; ++row) {
            RandomStream means(RandomUse::ClassMeans, {label, static_cast<std::uint64_t>(meanRow(row))});
            double mean = 0;
            for (std::int64_t column = 0; column < m_columns; ++column) {
                if (m_height == 0 || column % kBlock == 0)
                    mean = means.bell();
                *next++ = static_cast<float>(mean + noise.bell());
            }
        }
        target[0] = static_cast<float>(label);
        return {};
    }

    [[nodiscard]] std::vector<std::int32_t> labels() const override
    {
        std::vector<std::int32_t> labels(static_cast<std::size_t>(m_info.count));
        for (std::size_t i = 0; i < labels.size(); ++i)
            labels[i] = static_cast<std::int32_t>(static_cast<std::int64_t>(i) % m_info.targetSize);
        return labels;
    }

private:
    /// Rows of one block share it.
    [[nodiscard]] std::int64_t meanRow(std::int64_t row) const
    {
        return m_height == 0 ? 0 : row / m_height * m_height + row % m_height / kBlock;
    }

    DatasetInfo m_info;
    std::uint64_t m_seed;
    std::int64_t m_rows;
    std::int64_t m_columns;
    std::int64_t m_height = 0;  ///< of an image; 0 where samples are none
};

DatasetPtr kept(const SyntheticDataset &made)
{
    const auto &info = made.info();
    const auto count = static_cast<std::size_t>(info.count);
    const auto floats = sampleFloats(info);
    std::vector<float> inputs(count * floats);
    std::vector<float> targets(count);
    for (std::size_t i = 0; i < count; ++i)
        static_cast<void>(made.read({.sample = static_cast<std::int64_t>(i)},
                                    std::span(inputs).subspan(i * floats, floats), std::span(targets).subspan(i, 1)));
    return std::make_shared<const ArrayDataset>(info, std::move(inputs), std::move(targets));
}

Error refused(std::string detail)
{
    return {ErrorCode::BadArgument,
            "synthetic: " + std::move(detail),
            {},
            "Give it as in synthetic:classes=10,shape=3x32x32,count=512,seed=3.",
            {}};
}

}  // namespace

Result<DatasetPtr> syntheticDataset(const SyntheticOptions &options, std::string name)
{
    if (options.classes < 1 || options.classes > 1'000'000)
        return refused("classes is a number from 1 to 1,000,000");
    if (options.count < 1 || options.count > 1'000'000'000)
        return refused("count is a number from 1 to 1,000,000,000");
    std::int64_t floats = 1;
    for (const auto size : options.shape) {
        const auto product = checkedMul(floats, size);
        if (size < 1 || !product || *product > kMostFloats)
            return refused("shape has sizes of at least 1 and at most 268,435,456 numbers in all");
        floats = *product;
    }
    DatasetInfo info{.name = std::move(name),
                     .count = options.count,
                     .shape = options.shape,
                     .target = TargetKind::Class,
                     .targetSize = options.classes};
    const SyntheticDataset made(std::move(info), options.seed);
    if (options.count <= kMostKept / 4 / floats)
        return kept(made);
    return DatasetPtr(std::make_shared<const SyntheticDataset>(made));
}

}  // namespace waypoint
