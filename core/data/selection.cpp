// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/selection.h"

#include "core/base/printable.h"
#include "core/data/array_dataset.h"
#include "core/data/random_stream.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace waypoint {

namespace {

/// Some samples of another dataset, with class numbers of its own where `classes` is not empty.
class SelectedDataset final : public Dataset
{
public:
    SelectedDataset(DatasetPtr from, std::vector<std::int64_t> samples, DatasetInfo info, std::vector<float> classes)
        : m_from(std::move(from)), m_samples(std::move(samples)), m_info(std::move(info)), m_classes(std::move(classes))
    {
    }

    [[nodiscard]] const DatasetInfo &info() const override { return m_info; }

    Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const override
    {
        auto inner = key;
        inner.sample = m_samples[static_cast<std::size_t>(key.sample)];
        auto done = m_from->read(inner, into, target);
        if (done && !m_classes.empty())
            target[0] = m_classes[static_cast<std::size_t>(target[0])];
        return done;
    }

    [[nodiscard]] std::vector<std::int32_t> labels() const override
    {
        const auto all = m_from->labels();
        std::vector<std::int32_t> labels;
        if (all.empty())
            return labels;
        labels.reserve(m_samples.size());
        for (const auto sample : m_samples) {
            const auto label = all[static_cast<std::size_t>(sample)];
            labels.push_back(m_classes.empty() ? label
                                               : static_cast<std::int32_t>(m_classes[static_cast<std::size_t>(label)]));
        }
        return labels;
    }

private:
    DatasetPtr m_from;
    std::vector<std::int64_t> m_samples;
    DatasetInfo m_info;
    std::vector<float> m_classes;
};

DatasetPtr gathered(const ArrayDataset &from, const std::vector<std::int64_t> &samples, DatasetInfo info)
{
    const auto inputFloats = sampleFloats(info);
    const auto targetCount = targetFloats(info);
    std::vector<float> inputs(samples.size() * inputFloats);
    std::vector<float> targets(samples.size() * targetCount);
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto row = static_cast<std::size_t>(samples[i]);
        std::copy_n(from.inputs().data() + row * inputFloats, inputFloats, inputs.data() + i * inputFloats);
        std::copy_n(from.targets().data() + row * targetCount, targetCount, targets.data() + i * targetCount);
    }
    return std::make_shared<const ArrayDataset>(std::move(info), std::move(inputs), std::move(targets));
}

/// Samples of each class; all of them in one group where there are no classes.
std::vector<std::vector<std::int64_t>> strata(const Dataset &dataset)
{
    const auto labels = dataset.labels();
    std::vector<std::vector<std::int64_t>> groups(labels.empty() ? 1
                                                                 : static_cast<std::size_t>(dataset.info().targetSize));
    for (std::int64_t i = 0; i < dataset.info().count; ++i)
        groups[labels.empty() ? 0 : static_cast<std::size_t>(labels[static_cast<std::size_t>(i)])].push_back(i);
    return groups;
}

std::string shapeText(const std::vector<std::int64_t> &shape) { return fmt::format("{}", fmt::join(shape, "x")); }

Error misfit(std::string detail)
{
    return {ErrorCode::BadArgument,
            "the data to validate on does not fit that to train on: " + std::move(detail),
            {},
            "Give --val data of the same kind.",
            {}};
}

/// New number of each class of `val`.
Result<std::vector<float>> renumbered(const DatasetInfo &val, const DatasetInfo &train)
{
    std::map<std::string_view, std::size_t> numbers;
    for (std::size_t i = 0; i < train.classes.size(); ++i)
        numbers.emplace(train.classes[i], i);
    std::vector<float> classes;
    for (const auto &name : val.classes) {
        const auto found = numbers.find(name);
        if (found == numbers.end())
            return misfit(fmt::format("class '{}' is not among those to train on", printable(name)));
        classes.push_back(static_cast<float>(found->second));
    }
    return classes;
}

}  // namespace

DatasetPtr selected(const DatasetPtr &from, std::vector<std::int64_t> samples)
{
    auto info = from->info();
    info.count = static_cast<std::int64_t>(samples.size());
    if (const auto *rows = dynamic_cast<const ArrayDataset *>(from.get()))
        return gathered(*rows, samples, std::move(info));
    return std::make_shared<const SelectedDataset>(from, std::move(samples), std::move(info), std::vector<float>());
}

Result<Datasets> heldOut(const DatasetPtr &whole, double share, std::uint64_t seed)
{
    std::vector<std::int64_t> train;
    std::vector<std::int64_t> val;
    std::uint64_t group = 0;
    for (auto &samples : strata(*whole)) {
        RandomStream random(RandomUse::HoldOut, {seed, group++});
        for (std::size_t left = samples.size(); left > 1; --left)
            std::swap(samples[left - 1], samples[static_cast<std::size_t>(random.below(left))]);
        const auto out = static_cast<std::ptrdiff_t>(std::floor(double(samples.size()) * share + 0.5));
        val.insert(val.end(), samples.begin(), samples.begin() + out);
        train.insert(train.end(), samples.begin() + out, samples.end());
    }
    if (train.empty() || val.empty())
        return Error{ErrorCode::BadArgument,
                     fmt::format("holdout={} of {} samples leaves none to {}", share, whole->info().count,
                                 train.empty() ? "train on" : "validate on"),
                     {},
                     "Choose another share, or name the data to validate on with --val.",
                     {}};
    std::sort(train.begin(), train.end());
    std::sort(val.begin(), val.end());
    return Datasets{selected(whole, std::move(train)), selected(whole, std::move(val))};
}

Result<DatasetPtr> matched(const DatasetPtr &val, const DatasetInfo &train)
{
    auto info = val->info();
    if (info.shape != train.shape)
        return misfit(fmt::format("its samples are {}, not {}", shapeText(info.shape), shapeText(train.shape)));
    if (info.target != train.target)
        return misfit(train.target == TargetKind::Class ? "it has values, not class labels"
                                                        : "it has class labels, not values");
    if (info.target == TargetKind::Values ? info.targetSize != train.targetSize : info.targetSize > train.targetSize)
        return misfit(fmt::format("it has {} {}, not {}", info.targetSize,
                                  info.target == TargetKind::Class ? "classes" : "values a sample", train.targetSize));
    if (info.classes == train.classes && info.targetSize == train.targetSize)
        return val;
    std::vector<float> classes;
    if (!info.classes.empty() && !train.classes.empty()) {
        auto numbers = renumbered(info, train);
        if (!numbers)
            return numbers.error();
        classes = *std::move(numbers);
    }
    info.targetSize = train.targetSize;
    info.classes = train.classes;
    std::vector<std::int64_t> all(static_cast<std::size_t>(info.count));
    std::iota(all.begin(), all.end(), std::int64_t{0});
    return DatasetPtr(
        std::make_shared<const SelectedDataset>(val, std::move(all), std::move(info), std::move(classes)));
}

}  // namespace waypoint
