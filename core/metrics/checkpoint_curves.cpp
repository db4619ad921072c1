// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/checkpoint_curves.h"
#include "core/checkpoint/role_words.h"
#include "core/checkpoint/value_roles.h"
#include "core/metrics/curve_table.h"
#include "core/metrics/entry_curves.h"
#include "core/metrics/entry_numbers.h"
#include "core/metrics/log_fields.h"

#include <algorithm>

namespace waypoint {

namespace {

/// Parts in which lists of numbers mean something else.
bool holdsNoCurves(Role role)
{
    switch (role) {
    case Role::Model:
    case Role::Optimizer:
    case Role::Scheduler:
    case Role::Rng:
    case Role::Scaler:
    case Role::Ema:
    case Role::Config:
    case Role::Module:
        return true;
    default:
        return false;
    }
}

/// Enough of a long list to know what it is.
constexpr std::uint32_t kLookedAt = 50;

class Walk
{
public:
    explicit Walk(const Checkpoint &checkpoint)
        : m_checkpoint(checkpoint), m_curves(checkpoint, m_table), m_done(checkpoint.entries.size(), false)
    {
        for (const Section &section : checkpoint.sections)
            if (holdsNoCurves(section.role) && (section.entry != kRootEntry || section.role != Role::Config))
                m_done[section.entry] = true;
    }

    CurveTable run(EntryId below, const std::stop_token &stop)
    {
        std::vector<bool> inside(m_done.size(), false);
        // Breadth first: what was taken as a whole is not looked into.
        for (EntryId entry = 0; entry < m_checkpoint.entries.size() && !stop.stop_requested(); ++entry) {
            const EntryId parent = m_checkpoint.entries[entry].parent;
            inside[entry] = entry == below || (parent != kNoEntry && inside[parent]);
            m_done[entry] = m_done[entry] || (parent != kNoEntry && m_done[parent]) || (inside[entry] && take(entry));
        }
        return std::move(m_table);
    }

private:
    [[nodiscard]] std::string nameOf(EntryId entry) const
    {
        std::string name;
        for (const std::string &label : m_checkpoint.entries.path(entry)) {
            if (isMereContainer(label))
                name.clear();
            else
                name += (name.empty() ? "" : "/") + label;
        }
        return name;
    }

    bool take(EntryId entry)
    {
        const std::string label = m_checkpoint.entries.label(entry);
        if (label == "best_k_models")
            return m_curves.addScoredFiles(entry, monitorBeside(entry));
        if (label == "_saved")
            return m_curves.addScoredFiles(entry, "score");
        const Value value = m_checkpoint.entries.value(entry);
        const bool record = curveCertainty(value, label) || isMereContainer(label) || isPlacedRecord(value, label)
                            || isGappyList(entry, label) || isTable(value);
        return record && m_curves.add(entry, nameOf(entry));
    }

    /// Lightning's ModelCheckpoint says beside best_k_models what it watches.
    [[nodiscard]] std::string monitorBeside(EntryId entry) const
    {
        const EntryId monitor = m_checkpoint.entries.child(m_checkpoint.entries[entry].parent, "monitor");
        const auto text = monitor == kNoEntry ? std::string_view() : m_checkpoint.entries.value(monitor).text();
        return text.empty() ? "score" : std::string(text);
    }

    /// {0: 0.5, 1: 0.4} and [(0, 0.5), (1, 0.4)] under a name that says so.
    [[nodiscard]] static bool isPlacedRecord(Value value, std::string_view label)
    {
        if (value.count() < 2 || (!saysCurve(label) && curveKind(label) == CurveKind::Other))
            return false;
        if (value.is(ValueKind::Dict))
            return value.key(0).number() && value.key(1).number();
        const Value first = value.at(0);
        return value.is(ValueKind::List) && (first.is(ValueKind::Tuple) || first.is(ValueKind::List))
               && first.count() >= 2 && first.at(0).number() && first.at(1).number();
    }

    /// Numbers among which some are None, or NaN in JSON.
    [[nodiscard]] bool isGappyList(EntryId entry, std::string_view label) const
    {
        const auto &row = m_checkpoint.entries[entry];
        if (!m_checkpoint.entries.value(entry).is(ValueKind::List) || row.childCount < 2 || !saysCurve(label))
            return false;
        std::size_t numbers = 0;
        for (std::uint32_t i = 0; i < std::min(row.childCount, kLookedAt); ++i) {
            const bool none = m_checkpoint.entries.value(row.firstChild + i).is(ValueKind::None);
            const bool number = !none && numberAt(m_checkpoint, row.firstChild + i);
            if (!none && !number)
                return false;
            numbers += number ? 1 : 0;
        }
        return numbers > 0;
    }

    /// {"epoch": [1, 2], "loss": [0.5, 0.4]}: nothing but columns of one length, and one of them says where.
    [[nodiscard]] static bool isTable(Value value)
    {
        if (!value.is(ValueKind::Dict) || value.count() < 2 || value.count() > 512)
            return false;
        bool placed = false;
        for (std::size_t i = 0; i < value.count(); ++i) {
            if (!value.at(i).is(ValueKind::List) || value.at(i).count() != value.at(0).count())
                return false;
            placed = placed || fieldUse(value.key(i).text()) != FieldUse::Value;
        }
        return placed && value.at(0).count() > 0;
    }

    const Checkpoint &m_checkpoint;
    CurveTable m_table;
    EntryCurves m_curves;
    std::vector<bool> m_done;
};

}  // namespace

CurveTable curveTableOf(const Checkpoint &checkpoint, const std::stop_token &stop)
{
    return Walk(checkpoint).run(kRootEntry, stop);
}

std::vector<Curve> curvesIn(const Checkpoint &checkpoint, EntryId below, const std::stop_token &stop)
{
    std::size_t cut = 0;
    return Walk(checkpoint).run(below, stop).curves(cut);
}

}  // namespace waypoint
