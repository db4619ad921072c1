// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/checkpoint_diff.h"

#include "core/checkpoint/compare/tensor_matching.h"
#include "core/checkpoint/compare/value_matching.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace waypoint {

namespace {

constexpr std::array<std::string_view, 6> kStatusNames{"same", "changed", "added", "removed", "reshaped", "retyped"};

bool isOptimizer(const Section *section) { return section && section->role == Role::Optimizer; }

/// Both sides as one pair of parts: a model where both are one, or where nothing below them is.
PairedParts wholeSides(const DiffRows &a, const DiffRows &b, const std::vector<PairedParts> &parts)
{
    const Section *ownA = ownSection(a);
    const Section *ownB = ownSection(b);
    PairedParts whole{a.section(), b.section(), Role::Config};
    const bool oneIsModel = (ownA && holdsWeights(ownA->role)) || (ownB && holdsWeights(ownB->role));
    const bool noneBelow = std::ranges::none_of(parts, [](const PairedParts &pair) { return holdsWeights(pair.role); });
    if (isOptimizer(ownA) && isOptimizer(ownB))
        whole.role = Role::Optimizer;
    else if (oneIsModel || (noneBelow && !ownA && !ownB))
        whole.role = Role::Model;
    return whole;
}

/// One comparison in the making.
class Matcher
{
public:
    Matcher(const DiffSide &a, const DiffSide &b) : m_diff{a, b, {}, {}, {}} {}

    CheckpointDiff match()
    {
        lookAtSides();
        TensorMatching tensors(*m_a, *m_b);
        auto parts = pairParts(*m_a, *m_b, m_diff.notes);
        parts.insert(parts.begin(), wholeSides(*m_a, *m_b, parts));
        tensors.match(parts, true);
        addOptimizerStates(tensors, parts);
        tensors.match(parts, false);
        for (std::string &note : tensors.notes())
            m_diff.notes.push_back(std::move(note));
        parts.erase(parts.begin());
        ValueMatches values = matchValues(*m_a, *m_b, parts);
        m_diff.values = std::move(values.values);
        listTensors(tensors, values);
        addNothingInCommon();
        return std::move(m_diff);
    }

private:
    void lookAtSides()
    {
        m_a = std::make_unique<DiffRows>(m_diff.a);
        m_b = std::make_unique<DiffRows>(m_diff.b);
        if (auto narrowed = narrowedTo(*m_a, *m_b, "A", "B")) {
            m_diff.b.section = narrowed->section;
            m_diff.notes.push_back(std::move(narrowed->note));
            m_b = std::make_unique<DiffRows>(m_diff.b);
        } else if (auto other = narrowedTo(*m_b, *m_a, "B", "A")) {
            m_diff.a.section = other->section;
            m_diff.notes.push_back(std::move(other->note));
            m_a = std::make_unique<DiffRows>(m_diff.a);
        }
        addCutNote(*m_a, 'A');
        addCutNote(*m_b, 'B');
    }

    void addCutNote(const DiffRows &rows, char side)
    {
        using Cut = EntryTree::Cut;
        for (EntryId id = 0; id < rows.entries().size(); ++id) {
            const Cut cut = rows.entries().cut(id);
            if (!rows.isInside(id) || (cut != Cut::TooDeep && cut != Cut::TooMany))
                continue;
            m_diff.notes.push_back(std::string("Not all of ") + side
                                   + " is compared: it holds more than can be listed.");
            return;
        }
    }

    void addNothingInCommon()
    {
        const auto inBoth = [](const TensorDiff &tensor) { return tensor.a != kNoEntry && tensor.b != kNoEntry; };
        if (m_a->tensors().empty() || m_b->tensors().empty() || std::ranges::any_of(m_diff.tensors, inBoth))
            return;
        m_diff.notes.emplace_back("No tensor of A has a counterpart in B: these look like different models.");
    }

    void addOptimizerStates(const TensorMatching &tensors, std::vector<PairedParts> &parts)
    {
        const std::size_t count = parts.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (parts[i].role != Role::Optimizer)
                continue;
            const EntryId modelA = modelOf(m_a->checkpoint(), parts[i].a);
            const EntryId modelB = modelOf(m_b->checkpoint(), parts[i].b);
            const bool known = modelA != kNoEntry && modelB != kNoEntry;
            const NamesInB names = known ? tensors.namesInB(modelA, modelB) : NamesInB();
            const auto states = pairOptimizerStates(*m_a, *m_b, parts[i], names, m_diff.notes);
            parts.insert(parts.end(), states.begin(), states.end());
        }
    }

    void listTensors(const TensorMatching &tensors, const ValueMatches &values)
    {
        const std::vector<EntryId> listedA = without(m_a->tensors(), values.tensorsOfA);
        const std::vector<EntryId> listedB = without(m_b->tensors(), values.tensorsOfB);
        // What only B has stands behind what it follows in B.
        std::vector<std::vector<EntryId>> added(m_a->entries().size());
        EntryId before = m_a->section();
        for (const EntryId b : listedB) {
            if (const EntryId a = tensors.partnerOfB(b); a != kNoEntry)
                before = a;
            else
                added[before].push_back(b);
        }
        const auto addAdded = [&](EntryId after) {
            for (const EntryId b : added[after])
                m_diff.tensors.push_back({kNoEntry, b, MatchedBy::Path, DiffStatus::Added});
        };
        if (std::ranges::find(listedA, m_a->section()) == listedA.end())
            addAdded(m_a->section());
        for (const EntryId a : listedA) {
            m_diff.tensors.push_back(tensorDiff(a, tensors));
            addAdded(a);
        }
    }

    static std::vector<EntryId> without(std::vector<EntryId> tensors, std::vector<EntryId> taken)
    {
        std::ranges::sort(taken);
        std::erase_if(tensors, [&](EntryId id) { return std::ranges::binary_search(taken, id); });
        return tensors;
    }

    [[nodiscard]] TensorDiff tensorDiff(EntryId a, const TensorMatching &tensors) const
    {
        TensorDiff diff{a, tensors.partnerOfA(a), tensors.how(a), std::nullopt};
        if (diff.b == kNoEntry)
            diff.status = DiffStatus::Removed;
        else if (!std::ranges::equal(shapeOf(m_a->checkpoint(), a), shapeOf(m_b->checkpoint(), diff.b)))
            diff.status = DiffStatus::Reshaped;
        else if (dtypeNameOf(m_a->checkpoint(), a) != dtypeNameOf(m_b->checkpoint(), diff.b))
            diff.status = DiffStatus::Retyped;
        return diff;
    }

    CheckpointDiff m_diff;
    std::unique_ptr<DiffRows> m_a;
    std::unique_ptr<DiffRows> m_b;
};

}  // namespace

std::string_view diffStatusName(DiffStatus status) { return kStatusNames[static_cast<std::size_t>(status)]; }

CheckpointDiff matchCheckpoints(const DiffSide &a, const DiffSide &b) { return Matcher(a, b).match(); }

DiffStatus statusOf(const CheckpointDiff &diff, std::size_t index, const TensorDifference &numbers)
{
    const auto &known = diff.tensors[index].status;
    return known.value_or(numbers.isSame() ? DiffStatus::Same : DiffStatus::Changed);
}

}  // namespace waypoint
