// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/data_look.h"

#include "core/data/array_dataset.h"
#include "ui/models/data_columns.h"
#include "ui/models/text.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace waypoint {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostPictures = 24;
constexpr std::size_t kMostRows = 12;                 ///< of a table
constexpr std::size_t kMostSampleFloats = 6'000'000;  ///< of all samples together
constexpr std::int64_t kMostFiles = 200'000;
constexpr std::int64_t kMostNumbers = 32'000'000;
constexpr std::size_t kLongestLabel = 80;
constexpr auto kPatience = 800ms;  ///< for listing, and once more for reading samples

std::vector<std::int64_t> countsOf(const DatasetInfo &info, const std::vector<std::int32_t> &labels)
{
    std::vector<std::int64_t> counts;
    if (labels.empty())
        return counts;
    counts.resize(static_cast<std::size_t>(info.targetSize));
    for (const std::int32_t label : labels)
        ++counts[static_cast<std::size_t>(label)];
    return counts;
}

/// The first sample of each class, then the second of each, until there are enough; of many classes, some from the
/// first to the last. In the order of the classes.
std::vector<std::int64_t> ofDifferentClasses(std::size_t classes, const std::vector<std::int32_t> &labels,
                                             std::size_t most)
{
    const auto shown = std::min(classes, most);
    const auto perClass = shown == 0 ? 0 : most / shown;
    std::vector<std::size_t> placeOf(classes, most);
    for (std::size_t place = 0; place < shown; ++place)
        placeOf[place * classes / shown] = place;
    std::vector<std::vector<std::int64_t>> chosen(shown);
    std::size_t missing = shown * perClass;
    for (std::size_t i = 0; i < labels.size() && missing > 0; ++i) {
        const auto place = placeOf[static_cast<std::size_t>(labels[i])];
        if (place < shown && chosen[place].size() < perClass) {
            chosen[place].push_back(static_cast<std::int64_t>(i));
            --missing;
        }
    }
    std::vector<std::int64_t> samples;
    for (const auto &some : chosen)
        samples.insert(samples.end(), some.begin(), some.end());
    return samples;
}

std::vector<std::int64_t> samplesToShow(const DatasetInfo &info, const std::vector<std::int32_t> &labels)
{
    const std::size_t most = info.shape.size() == 1 ? kMostRows : kMostPictures;
    if (!labels.empty())
        return ofDifferentClasses(static_cast<std::size_t>(info.targetSize), labels, most);
    std::vector<std::int64_t> first;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(info.count, static_cast<std::int64_t>(most)); ++i)
        first.push_back(i);
    return first;
}

std::string labelText(const DatasetInfo &info, const std::vector<float> &target)
{
    if (info.target == TargetKind::Class) {
        const auto number = static_cast<std::size_t>(target.front());
        return number < info.classes.size() ? info.classes[number] : std::to_string(number);
    }
    QString values;
    for (const float value : target) {
        if (!values.isEmpty())
            values += QStringLiteral(", ");
        values += text::number(double(value));
        if (values.size() > qsizetype(kLongestLabel)) {
            values += QStringLiteral("…");
            break;
        }
    }
    return values.toStdString();
}

/// Until the time is up: at least one, however long it takes.
Result<void> readSamples(const Dataset &train, const std::vector<std::int64_t> &wanted, DataLook &look,
                         const std::stop_token &stop)
{
    const auto &info = train.info();
    const auto floats = sampleFloats(info);
    const auto until = DataLimits::Clock::now() + kPatience;
    std::vector<float> target(targetFloats(info));
    for (const std::int64_t index : wanted) {
        const bool enough = (look.samples.size() + 1) * floats > kMostSampleFloats
                            || (!look.samples.empty() && DataLimits::Clock::now() >= until);
        if (stop.stop_requested())
            return Error{ErrorCode::Cancelled};
        if (enough)
            return {};
        DataSample sample{index, {}, std::vector<float>(floats)};
        if (auto read = train.read({.sample = index, .augment = false}, sample.values, target); !read)
            return read;
        sample.label = labelText(info, target);
        look.samples.push_back(std::move(sample));
    }
    return {};
}

}  // namespace

Result<DataLook> lookAtData(const std::string &spec, const std::string &val, std::uint64_t seed,
                            const std::stop_token &stop)
{
    const DataLimits limits{stop, DataLimits::Clock::now() + kPatience, kMostFiles, kMostNumbers};
    auto parts = openDatasets(spec, val, seed, limits);
    if (stop.stop_requested())
        return Error{ErrorCode::Cancelled};
    if (!parts)
        return parts.error();
    DataLook look{.spec = spec, .info = parts->train->info(), .isCut = parts->cut};
    look.heldOut = parts->val ? parts->val->info().count : 0;
    const auto labels = parts->train->labels();
    // Of a part of the samples they would tell what was looked at, not what is there.
    if (!look.isCut)
        look.classCounts = countsOf(look.info, labels);
    const auto names = columnNames(spec);
    look.columns = names.inputs;
    look.targets = names.targets;
    if (auto read = readSamples(*parts->train, samplesToShow(look.info, labels), look, stop); !read)
        return read.error();
    return look;
}

}  // namespace waypoint
