// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/compare_tally.h"

#include "ui/models/text.h"

#include <algorithm>
#include <cmath>

namespace waypoint {

namespace {

void include(std::optional<TensorDifference> &sum, const TensorDifference &numbers)
{
    sum = sum ? joined(*sum, numbers) : numbers;
}

void addTensor(CompareTally &tally, const CompareNumbers &numbers, std::size_t index,
               std::optional<TensorDifference> &weights)
{
    const CompareContent &content = *numbers.content();
    PartTally &part = tally.parts[content.partOf[index]];
    ++part.tensors;
    const TensorDiff &tensor = content.diff.tensors[index];
    tally.matched += tensor.a != kNoEntry && tensor.b != kNoEntry ? 1 : 0;
    const std::optional<DiffStatus> status = numbers.status(index);
    if (status) {
        ++tally.counts[static_cast<std::size_t>(*status)];
        ++part.counts[static_cast<std::size_t>(*status)];
    } else {
        ++(numbers.isPending(index) ? tally.pending : tally.failed);
    }
    const TensorDifference *known = numbers.known(index);
    if (!known)
        return;
    part.changed += known->isSame() ? 0 : 1;
    if (content.isFloating[index])
        include(part.sum, *known);
    if (!content.isWeight[index])
        return;
    include(weights, *known);
    const double relative = known->relative();
    // NaN where norms are infinite.
    if (!(relative > tally.largestChange))
        return;
    tally.largest = index;
    tally.largestChange = relative;
}

LayerChange changeOf(const CompareNumbers &numbers, const GroupDiff &layer)
{
    LayerChange change;
    change.name = text::fromUtf8(layer.name);
    change.tensors = layer.tensors;
    change.isKnown = true;
    change.isFrozen = true;
    std::optional<TensorDifference> sum;
    bool hasWeights = false;
    for (const std::size_t index : layer.tensors) {
        const std::optional<DiffStatus> status = numbers.status(index);
        change.isKnown = change.isKnown && status;
        change.isFrozen = change.isFrozen && status == DiffStatus::Same;
        hasWeights = hasWeights || numbers.content()->isWeight[index];
        if (const TensorDifference *known = numbers.known(index); known && numbers.content()->isWeight[index])
            include(sum, *known);
    }
    // A layer of counters alone is not frozen.
    change.isFrozen = change.isFrozen && hasWeights;
    if (sum)
        change.relative = sum->relative();
    return change;
}

}  // namespace

CompareTallyPtr tallyOf(const CompareNumbers &numbers, const std::stop_token &stop)
{
    const CompareContent &content = *numbers.content();
    auto tally = std::make_shared<CompareTally>();
    tally->tensors = numbers.size();
    tally->parts.resize(content.parts.size());
    std::optional<TensorDifference> weights;
    for (std::size_t i = 0; i < numbers.size() && !stop.stop_requested(); ++i)
        addTensor(*tally, numbers, i, weights);
    if (weights)
        tally->relative = weights->relative();
    for (const GroupDiff &layer : content.layers) {
        if (stop.stop_requested())
            break;
        tally->layers.push_back(changeOf(numbers, layer));
    }
    tally->values = content.diff.values.size();
    tally->valuesDiffer = static_cast<std::size_t>(std::count_if(content.diff.values.begin(), content.diff.values.end(),
                                                                 [](const ValueDiff &value) { return value.differs; }));
    return tally;
}

}  // namespace waypoint
