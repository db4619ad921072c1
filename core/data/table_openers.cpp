// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/array_dataset.h"
#include "core/data/csv_dataset.h"
#include "core/data/embedded_tables.h"
#include "core/data/openers.h"
#include "core/data/synthetic_dataset.h"
#include "core/io/random_access_file.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace waypoint {

namespace {

/// Mean and standard deviation of one column.
struct ColumnScale
{
    double mean = 0;
    double deviation = 1;
};

std::vector<ColumnScale> columnScales(const ArrayDataset &rows)
{
    std::vector<ColumnScale> scales(sampleFloats(rows.info()));
    const auto count = double(rows.info().count);
    const auto inputs = rows.inputs();
    for (std::size_t column = 0; column < scales.size(); ++column) {
        double sum = 0;
        for (std::size_t i = column; i < inputs.size(); i += scales.size())
            sum += double(inputs[i]);
        scales[column].mean = sum / count;
        double squares = 0;
        for (std::size_t i = column; i < inputs.size(); i += scales.size())
            squares += (double(inputs[i]) - scales[column].mean) * (double(inputs[i]) - scales[column].mean);
        scales[column].deviation = squares > 0 ? std::sqrt(squares / count) : 1;
    }
    return scales;
}

DatasetPtr scaled(const ArrayDataset &rows, const std::vector<ColumnScale> &scales)
{
    std::vector<float> inputs(rows.inputs().begin(), rows.inputs().end());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        const auto &scale = scales[i % scales.size()];
        inputs[i] = static_cast<float>((double(inputs[i]) - scale.mean) / scale.deviation);
    }
    return std::make_shared<const ArrayDataset>(rows.info(), std::move(inputs),
                                                std::vector<float>(rows.targets().begin(), rows.targets().end()));
}

}  // namespace

Datasets standardised(const Datasets &parts)
{
    const auto &train = dynamic_cast<const ArrayDataset &>(*parts.train);
    const auto scales = columnScales(train);
    return {scaled(train, scales),
            parts.val ? scaled(dynamic_cast<const ArrayDataset &>(*parts.val), scales) : nullptr};
}

Result<Datasets> openIris(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({}); !known)
        return known.error();
    auto rows = csvDataset(irisTable(), {}, spec.text);
    if (!rows)
        return rows.error();
    return Datasets{*rows, nullptr};
}

Result<Datasets> openDigits(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({}); !known)
        return known.error();
    auto rows = csvDataset(digitsTable(), {}, spec.text);
    if (!rows)
        return rows.error();
    auto info = (*rows)->info();
    info.shape = {1, 8, 8};
    std::vector<float> inputs((*rows)->inputs().begin(), (*rows)->inputs().end());
    for (float &input : inputs)
        input /= 16;
    std::vector<float> targets((*rows)->targets().begin(), (*rows)->targets().end());
    return Datasets{std::make_shared<const ArrayDataset>(std::move(info), std::move(inputs), std::move(targets)),
                    nullptr};
}

Result<Datasets> openCsv(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({"target", "label", "header"}); !known)
        return known.error();
    const auto label = spec.options.text("label", "class");
    if (label != "class" && label != "values")
        return noSuchSpec("label=" + label + ": class or values is expected");
    auto header = spec.options.flag("header", true);
    if (!header)
        return header.error();
    auto file = openFile(spec.path);
    if (!file)
        return file.error();
    const auto whole = (*file)->size().value;
    const auto most = std::min(whole, static_cast<std::uint64_t>(spec.limits.numbers));
    auto bytes = readRange(**file, {{0}, {most}});
    if (!bytes)
        return bytes.error();
    std::string_view text(reinterpret_cast<const char *>(bytes->data()), bytes->size());
    const bool cut = most < whole && text.find('\n') != std::string_view::npos;
    if (cut)
        text = text.substr(0, text.rfind('\n') + 1);
    auto rows = csvDataset(text, {spec.names("target"), label == "values", *header}, spec.text);
    if (!rows)
        return rows.error();
    return Datasets{*rows, nullptr, cut};
}

Result<Datasets> openSynthetic(const DataSpec &spec)
{
    if (auto known = spec.onlyKnows({"classes", "shape", "count", "seed"}); !known)
        return known.error();
    if (!spec.path.empty())
        return noSuchSpec("synthetic: '" + spec.path.string() + "' is not KEY=VALUE");
    SyntheticOptions options;
    const auto classes = spec.options.integer("classes", options.classes);
    const auto count = spec.options.integer("count", options.count);
    const auto seed = spec.options.integer("seed", static_cast<std::int64_t>(options.seed));
    auto shape = spec.sizes("shape", options.shape);
    for (const auto *number : {&classes, &count, &seed})
        if (!*number)
            return number->error();
    if (!shape)
        return shape.error();
    // One number for each sample: its label.
    const auto most = std::min(*count, spec.limits.numbers);
    auto made = syntheticDataset({*classes, *std::move(shape), most, static_cast<std::uint64_t>(*seed)}, spec.text);
    if (!made)
        return made.error();
    return Datasets{*made, nullptr, most < *count};
}

}  // namespace waypoint
