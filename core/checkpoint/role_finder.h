// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/fields.h"
#include "core/checkpoint/model_roles.h"

#include <string>
#include <vector>

namespace waypoint {

/// Walks the rows of a checkpoint from the root and says of each what it is for, each by itself.
/// What belongs to what (pairs, parameter names) comes after; see pairing.h.
///
/// The parts are tried from the most telling structure to the least: modules, optimizers, scalers, schedulers,
/// random states, models, curves, settings. What is none of them is opened, and its items are looked at.
class RoleFinder
{
public:
    explicit RoleFinder(const EntryTree &entries);

    /// Sections in the order of the file.
    std::vector<Section> find();

private:
    enum class Numbers { All, ResultsOnly, None };  ///< which numbers have a role here

    struct Visit
    {
        EntryId id = kRootEntry;
        Numbers numbers = Numbers::All;
        bool averaged = false;  ///< its name or that of something around it speaks of an average of weights
        std::size_t depth = 0;
    };

    void visit(const Visit &here);
    void visitMapping(const Visit &here);
    void visitSequence(const Visit &here);
    void visitLeaf(const Visit &here);
    bool claimModule(const Visit &here, const Fields &fields);
    bool claimOptimizer(const Visit &here);
    void openBesideState(const Visit &here);
    bool claimScaler(const Visit &here, const Fields &fields);
    bool claimScheduler(const Visit &here, const Fields &fields);
    bool claimAverage(const Visit &here, const Fields &fields);
    bool claimModel(const Visit &here);
    bool claimSettings(const Visit &here, const Fields &fields);
    void claimNumber(const Visit &here, const std::string &label);

    Section &add(EntryId id, Role role);
    /// Looks at the children later. `onlyLeaves`: at those that are no tensors and no containers.
    void open(const Visit &here, bool onlyLeaves = false);
    [[nodiscard]] Numbers numbersBelow(const Visit &here) const;
    /// Own label; that of the list for an item of a list.
    [[nodiscard]] std::string nameOf(EntryId id) const;

    const EntryTree &m_entries;
    Contents m_contents;
    std::vector<Section> m_sections;
    std::vector<Visit> m_stack;
    std::size_t m_visitsLeft;
};

}  // namespace waypoint
