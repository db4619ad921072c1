// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/epoch_files.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace waypoint {

namespace {

using Named = std::pair<std::string, double>;

/// Values by name, in the order in which the names come up.
class Columns
{
public:
    explicit Columns(std::size_t entries) : m_entries(entries) {}

    void set(std::size_t entry, const std::string &name, double value, CurveKind kind)
    {
        auto column = std::find_if(m_columns.begin(), m_columns.end(),
                                   [&](const EpochScalar &each) { return each.name == name; });
        if (column == m_columns.end()) {
            constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
            column = m_columns.insert(m_columns.end(), {name, kind, std::vector<double>(m_entries, kNone)});
        }
        column->values[entry] = value;
    }
    std::vector<EpochScalar> take() { return std::move(m_columns); }

private:
    std::size_t m_entries;
    std::vector<EpochScalar> m_columns;
};

/// Whether a group's rate differs from the first group's anywhere.
bool hasOwnRate(const std::vector<EpochEntry> &entries, std::size_t group)
{
    return std::any_of(entries.begin(), entries.end(), [group](const EpochEntry &entry) {
        return group < entry.rates.size() && entry.rates[group] != entry.rates[0];
    });
}

std::size_t mostGroups(const std::vector<EpochEntry> &entries)
{
    std::size_t most = 0;
    for (const EpochEntry &entry : entries)
        most = std::max(most, entry.rates.size());
    return most;
}

/// Whether the loss is one of the metrics, under its full name.
bool isNamedLoss(const CheckpointFacts &facts)
{
    return std::any_of(facts.metrics.begin(), facts.metrics.end(), [&](const Named &metric) {
        return metric.second == facts.loss && curveKind(metric.first) == CurveKind::Loss;
    });
}

/// The value of a metric by its name, "loss" among them.
std::optional<double> valueOf(const EpochEntry &entry, const std::string &name)
{
    for (const auto &[metric, value] : entry.facts.metrics)
        if (metric == name)
            return value;
    return name == "loss" ? entry.facts.loss : std::nullopt;
}

std::size_t countOf(const std::vector<EpochEntry> &entries, const std::string &name)
{
    return static_cast<std::size_t>(std::count_if(
        entries.begin(), entries.end(), [&](const EpochEntry &entry) { return valueOf(entry, name).has_value(); }));
}

/// The metric that most files would be compared by.
std::string tellingName(const std::vector<EpochEntry> &entries)
{
    for (const bool metrics : {true, false}) {
        std::string best;
        std::size_t most = 1;
        for (const EpochEntry &entry : entries) {
            const auto named = metrics ? tellingMetric(entry.facts) : tellingLoss(entry.facts);
            if (!named || named->first == best)
                continue;
            if (const std::size_t count = countOf(entries, named->first); count > most) {
                most = count;
                best = named->first;
            }
        }
        if (!best.empty())
            return best;
    }
    return {};
}

}  // namespace

std::vector<EpochScalar> epochScalars(const std::vector<EpochEntry> &entries)
{
    Columns columns(entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (entries[i].facts.loss && !isNamedLoss(entries[i].facts))
            columns.set(i, "loss", *entries[i].facts.loss, CurveKind::Loss);
        for (const auto &[name, value] : entries[i].facts.metrics)
            columns.set(i, name, value, curveKind(name));
    }
    for (std::size_t group = 0; group < mostGroups(entries); ++group) {
        if (group > 0 && !hasOwnRate(entries, group))
            continue;
        const std::string name = group == 0 ? "lr" : "lr/group " + std::to_string(group);
        for (std::size_t i = 0; i < entries.size(); ++i)
            if (group < entries[i].rates.size())
                columns.set(i, name, entries[i].rates[group], CurveKind::LearningRate);
    }
    return columns.take();
}

std::optional<BestEpoch> bestEpoch(const std::vector<EpochEntry> &entries, const std::string &metric)
{
    BestEpoch best;
    best.metric = metric.empty() ? tellingName(entries) : metric;
    best.lowerIsBetter = isBetterLower(best.metric);
    std::size_t known = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        const auto value = valueOf(entries[i], best.metric);
        if (!value || std::isnan(*value))
            continue;
        const bool isBetter = best.lowerIsBetter ? *value < best.value : *value > best.value;
        if (known++ == 0 || isBetter) {
            best.entry = i;
            best.value = *value;
        }
    }
    return known >= 2 ? std::optional(best) : std::nullopt;
}

}  // namespace waypoint
