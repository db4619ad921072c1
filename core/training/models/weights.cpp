// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/models/model.h"

#include "core/training/models/saved_tensors.h"
#include "core/training/tensors/tensor_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <unordered_set>

namespace waypoint {

namespace {

std::vector<NamedShape> shapesOf(const std::vector<ModelTensor> &tensors)
{
    std::vector<NamedShape> shapes;
    shapes.reserve(tensors.size());
    for (const ModelTensor &entry : tensors)
        shapes.push_back({entry.name, entry.tensor.sizes().vec()});
    return shapes;
}

std::vector<std::int64_t> shapeOf(Value tensor)
{
    const SmallDims &shape = tensor.tensor().ref.shape;
    return {shape.begin(), shape.end()};
}

bool isBatchCount(std::string_view name)
{
    return name == "num_batches_tracked" || name.ends_with(".num_batches_tracked");
}

/// Weights of a file held against those of a model.
class Comparison
{
public:
    Comparison(const std::vector<ModelTensor> &tensors, Value saved)
        : m_tensors(tensors), m_saved(savedTensors(saved)), m_match(matchWeights(shapesOf(tensors), m_saved))
    {
        m_report.wanted = tensors.size();
        m_report.strippedPrefix = m_match.renaming.strip;
        m_report.addedPrefix = m_match.renaming.add;
        for (std::size_t i = 0; i < tensors.size(); ++i)
            compare(i);
        // A tied weight that the file has under one of its names is there (safetensors keeps one).
        for (const std::size_t i : m_absent)
            if (!isBatchCount(tensors[i].name) && !m_loaded.contains(tensors[i].tensor.unsafeGetTensorImpl()))
                m_report.missing.push_back(tensors[i].name);
        for (const std::size_t i : m_match.unexpected)
            m_report.unexpected.push_back(m_saved[i].name);
    }

    [[nodiscard]] const WeightsReport &report() const { return m_report; }

    [[nodiscard]] Result<void> load() const
    {
        at::NoGradGuard noGrad;
        for (const auto &[to, from] : m_pairs) {
            auto elements = readTensor(m_saved[from].tensor);
            if (!elements) {
                Error error = elements.error();
                error.detail = fmt::format("{}: {}", m_saved[from].name, error.detail);
                return error;
            }
            at::Tensor target = m_tensors[to].tensor;
            target.copy_(elements->reshape(target.sizes()));
        }
        return {};
    }

private:
    void compare(std::size_t i)
    {
        const auto source = m_match.source[i];
        if (!source) {
            m_absent.push_back(i);
            return;
        }
        const Value saved = m_saved[*source].tensor;
        const std::vector<std::int64_t> shape = m_tensors[i].tensor.sizes().vec();
        if (!hasShape(saved, shape)) {
            m_report.mismatched.push_back({.name = m_tensors[i].name, .inFile = shapeOf(saved), .inModel = shape});
            return;
        }
        m_pairs.emplace_back(i, *source);
        m_loaded.insert(m_tensors[i].tensor.unsafeGetTensorImpl());
        ++m_report.loaded;
    }

    const std::vector<ModelTensor> &m_tensors;
    std::vector<SavedTensor> m_saved;
    WeightMatch m_match;
    WeightsReport m_report;
    std::vector<std::pair<std::size_t, std::size_t>> m_pairs;  ///< model's, file's
    std::vector<std::size_t> m_absent;
    std::unordered_set<const void *> m_loaded;
};

constexpr std::size_t kMostNames = 20;

/// "a, b, c and 5 more"
std::string listed(const std::vector<std::string> &names)
{
    const std::size_t shown = std::min(names.size(), kMostNames);
    std::string text =
        fmt::format("{}", fmt::join(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(shown), ", "));
    return names.size() > shown ? text + fmt::format(" and {} more", names.size() - shown) : text;
}

std::string dimensions(const std::vector<std::int64_t> &shape)
{
    return shape.empty() ? "scalar" : fmt::format("{}", fmt::join(shape, "x"));
}

}  // namespace

std::string WeightsReport::text() const
{
    if (allMatched())
        return "<All keys matched successfully>";
    std::vector<std::string> parts;
    if (!missing.empty())
        parts.push_back("Missing key(s): " + listed(missing));
    if (!unexpected.empty())
        parts.push_back((parts.empty() ? "Unexpected key(s): " : "unexpected key(s): ") + listed(unexpected));
    std::vector<std::string> skipped;
    for (const Mismatch &entry : mismatched)
        skipped.push_back(fmt::format("{}: {} in the file, {} in the model", entry.name, dimensions(entry.inFile),
                                      dimensions(entry.inModel)));
    if (!skipped.empty())
        parts.push_back((parts.empty() ? "Skipped " : "skipped ") + listed(skipped));
    return fmt::format("{}", fmt::join(parts, "; "));
}

WeightsReport compareWeights(const std::vector<ModelTensor> &tensors, Value saved)
{
    return Comparison(tensors, saved).report();
}

Result<WeightsReport> loadWeights(const std::vector<ModelTensor> &tensors, Value saved)
{
    return guarded([&]() -> Result<WeightsReport> {
        const Comparison comparison(tensors, saved);
        if (auto loaded = comparison.load(); !loaded)
            return loaded.error();
        return comparison.report();
    });
}

}  // namespace waypoint
