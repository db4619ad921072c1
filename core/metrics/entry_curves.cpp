// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/entry_curves.h"

#include "core/metrics/entry_numbers.h"
#include "core/metrics/file_place.h"
#include "core/metrics/log_fields.h"
#include "core/metrics/numbers_in_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace waypoint {

namespace {

bool rises(const NumberTable &table)
{
    for (std::size_t row = 0; row < table.rows(); ++row)
        if (!std::isfinite(table.at(row, 0)) || (row > 0 && table.at(row, 0) < table.at(row - 1, 0)))
            return false;
    return true;
}

/// 1, 2, 3: as epochs are counted; steps are noted now and then.
bool countsByOne(const NumberTable &table)
{
    for (std::size_t row = 1; row < table.rows(); ++row)
        if (table.at(row, 0) != table.at(row - 1, 0) + 1)
            return false;
    return true;
}

std::vector<double> column(const NumberTable &table, std::size_t index)
{
    std::vector<double> values;
    for (std::size_t row = 0; row < table.rows(); ++row)
        values.push_back(table.at(row, index));
    return values;
}

void setPlace(RecordPlace &place, FieldUse use, double value)
{
    if (use == FieldUse::Step)
        place.step = value;
    else if (use == FieldUse::Epoch)
        place.epoch = value;
    else if (use == FieldUse::Time && isMoment(value))
        place.time = value;
}

bool isPlace(FieldUse use, double value)
{
    return use == FieldUse::Step || use == FieldUse::Epoch || (use == FieldUse::Time && isMoment(value));
}

/// A column named "time" may be one of seconds since the start, which is a value like others.
bool isPlaceColumn(const std::string &label, const std::optional<NumberTable> &numbers)
{
    const FieldUse use = fieldUse(label);
    return use != FieldUse::Value && numbers && !numbers->numbers.empty() && isPlace(use, numbers->numbers.front());
}

}  // namespace

bool isMereContainer(std::string_view label)
{
    constexpr std::array<std::string_view, 5> kNames{"log_history", "log_scalars", "train_results", "trainer_state",
                                                     "_log_scalars"};
    return std::find(kNames.begin(), kNames.end(), label) != kNames.end();
}

EntryCurves::EntryCurves(const Checkpoint &checkpoint, CurveTable &into)
    : m_checkpoint(checkpoint), m_table(into), m_epoch(lonelyNumber(Role::Epoch)), m_step(lonelyNumber(Role::Step))
{
}

std::optional<double> EntryCurves::lonelyNumber(Role role) const
{
    for (const Section &section : m_checkpoint.sections)
        if (section.role == role)
            return numberAt(m_checkpoint, section.entry);
    return std::nullopt;
}

bool EntryCurves::add(EntryId entry, const std::string &name)
{
    const Value value = m_checkpoint.entries.value(entry);
    switch (value.kind()) {
    case ValueKind::List:
    case ValueKind::Tuple:
    case ValueKind::Array:
    case ValueKind::Tensor:
        return addList(entry, name) || addRecords(entry, name);
    case ValueKind::Dict:
        return addColumns(entry, name) || addByKey(entry, name);
    case ValueKind::Object:
        return addHistoryBuffer(entry, name);
    default:
        return false;
    }
}

/// Numbers without a place: over epochs where there are as many as the checkpoint has seen.
void EntryCurves::addNumbered(const std::string &name, const std::vector<double> &y)
{
    const auto size = static_cast<double>(y.size());
    const bool epochs = m_epoch && (size == *m_epoch || size == *m_epoch + 1);
    const std::size_t curve = m_table.curve(name);
    for (std::size_t i = 0; i < y.size(); ++i) {
        RecordPlace place;
        (epochs ? place.epoch : place.step) = static_cast<double>(i);
        m_table.add(curve, place, y[i]);
    }
}

bool EntryCurves::addList(EntryId entry, const std::string &name)
{
    const auto table = numbersAt(m_checkpoint, entry);
    if (!table || table->rows() == 0)
        return false;
    if (table->columns == 1) {
        addNumbered(name, table->numbers);
        return true;
    }
    const bool placed = rises(*table);
    const bool epochs = placed && countsByOne(*table);
    for (std::size_t i = placed ? 1 : 0; i < table->columns; ++i) {
        const bool alone = table->columns == 2 && placed;
        const std::string each = alone ? name : nameBelow(name, fmt::format("{}", i));
        if (!placed) {
            addNumbered(each, column(*table, i));
            continue;
        }
        for (std::size_t row = 0; row < table->rows(); ++row) {
            RecordPlace place;
            (epochs ? place.epoch : place.step) = table->at(row, 0);
            m_table.add(each, place, table->at(row, i));
        }
    }
    return true;
}

RecordPlace EntryCurves::placeOfRecord(EntryId record, RecordPlace place) const
{
    for (const auto &[label, child] : childrenOf(m_checkpoint, record)) {
        const FieldUse use = fieldUse(label);
        if (const auto number = use != FieldUse::Value ? numberAt(m_checkpoint, child) : std::nullopt)
            setPlace(place, use, *number);
    }
    return place;
}

void EntryCurves::addRecord(EntryId record, const std::string &prefix, RecordPlace place)
{
    place = placeOfRecord(record, place);
    for (const auto &[label, child] : childrenOf(m_checkpoint, record)) {
        if (const auto number = numberAt(m_checkpoint, child)) {
            if (!isPlace(fieldUse(label), *number))
                m_table.add(nameBelow(prefix, label), place, *number);
            continue;
        }
        // {"epoch": 3, "train": {"loss": 0.5}}
        for (const auto &[inner, grandchild] : childrenOf(m_checkpoint, child))
            if (const auto number = m_checkpoint.entries.value(child).is(ValueKind::Dict)
                                        ? numberAt(m_checkpoint, grandchild)
                                        : std::nullopt)
                m_table.add(nameBelow(prefix, nameBelow(label, inner)), place, *number);
    }
}

bool EntryCurves::addRecords(EntryId entry, const std::string &name)
{
    const auto records = childrenOf(m_checkpoint, entry);
    const bool dicts = !records.empty() && std::all_of(records.begin(), records.end(), [this](const auto &record) {
        return m_checkpoint.entries.value(record.second).is(ValueKind::Dict);
    });
    if (!dicts)
        return false;
    const bool placed = std::any_of(records.begin(), records.end(), [this](const auto &record) {
        const RecordPlace place = placeOfRecord(record.second, {});
        return !std::isnan(place.step) || !std::isnan(place.epoch) || !std::isnan(place.time);
    });
    for (std::size_t i = 0; i < records.size(); ++i) {
        RecordPlace place;
        if (!placed)
            place.step = static_cast<double>(i);
        addRecord(records[i].second, name, place);
    }
    return true;
}

bool EntryCurves::addColumns(EntryId entry, const std::string &name)
{
    struct Axis
    {
        FieldUse use;
        NumberTable numbers;
    };
    std::vector<Axis> axes;
    bool any = false;
    const auto children = childrenOf(m_checkpoint, entry);
    for (const auto &[label, child] : children)
        if (const FieldUse use = fieldUse(label); use != FieldUse::Value)
            if (auto numbers = numbersAt(m_checkpoint, child); numbers && numbers->columns == 1)
                axes.push_back({use, *std::move(numbers)});
    for (const auto &[label, child] : children) {
        const Value value = m_checkpoint.entries.value(child);
        const auto numbers = numbersAt(m_checkpoint, child);
        if (value.is(ValueKind::Dict) || isPlaceColumn(label, numbers))
            continue;
        if (!numbers || numbers->columns != 1 || axes.empty()) {
            any = add(child, isMereContainer(label) ? std::string() : nameBelow(name, label)) || any;
            continue;
        }
        for (std::size_t i = 0; i < numbers->numbers.size(); ++i) {
            RecordPlace place;
            for (const Axis &axis : axes)
                if (i < axis.numbers.numbers.size())
                    setPlace(place, axis.use, axis.numbers.numbers[i]);
            m_table.add(nameBelow(name, label), place, numbers->numbers[i]);
        }
        any = true;
    }
    return any;
}

bool EntryCurves::addByKey(EntryId entry, const std::string &name)
{
    struct Keyed
    {
        double key;
        EntryId entry;
    };
    std::vector<Keyed> found;
    for (const auto &[label, child] : childrenOf(m_checkpoint, entry)) {
        const auto key = numberOfText(label);
        if (!key || !std::isfinite(*key))
            return false;
        found.push_back({*key, child});
    }
    std::stable_sort(found.begin(), found.end(), [](const Keyed &a, const Keyed &b) { return a.key < b.key; });
    for (const Keyed &each : found) {
        RecordPlace place{.epoch = each.key};
        if (const auto number = numberAt(m_checkpoint, each.entry))
            m_table.add(name, place, *number);
        else if (m_checkpoint.entries.value(each.entry).is(ValueKind::Dict))
            addRecord(each.entry, name, place);
    }
    return !found.empty();
}

/// mmengine.logging.HistoryBuffer keeps the last million values; those of training have one for each iteration, up to
/// the one the checkpoint was saved at.
bool EntryCurves::addHistoryBuffer(EntryId entry, const std::string &name)
{
    const EntryId history = descendant(m_checkpoint, entry, "_log_history");
    const auto table = history == kNoEntry ? std::nullopt : numbersAt(m_checkpoint, history);
    if (!table || table->columns != 1)
        return false;
    const auto size = static_cast<double>(table->numbers.size());
    const bool everyStep = name.starts_with("train/") && m_step && *m_step >= size;
    for (std::size_t i = 0; i < table->numbers.size(); ++i) {
        const double number = static_cast<double>(i) + (everyStep ? *m_step - size + 1 : 0);
        m_table.add(name, {.step = number}, table->numbers[i]);
    }
    return true;
}

bool EntryCurves::addScoredFiles(EntryId entry, const std::string &name)
{
    struct Scored
    {
        RecordPlace place;
        double score;
    };
    std::vector<Scored> files;
    for (const auto &[label, child] : childrenOf(m_checkpoint, entry)) {
        auto score = numberAt(m_checkpoint, child);
        std::string file = label;
        if (const auto pair = childrenOf(m_checkpoint, child); !score && pair.size() == 2) {
            score = numberAt(m_checkpoint, pair[0].second);
            file = std::string(m_checkpoint.entries.value(pair[1].second).text());
        }
        const RecordPlace place = placeInName(std::filesystem::path(file));
        if (score && (!std::isnan(place.step) || !std::isnan(place.epoch)))
            files.push_back({place, *score});
    }
    std::stable_sort(files.begin(), files.end(), [](const Scored &a, const Scored &b) {
        return std::isnan(a.place.step) || std::isnan(b.place.step) ? a.place.epoch < b.place.epoch
                                                                    : a.place.step < b.place.step;
    });
    for (const Scored &file : files)
        m_table.add(name, file.place, file.score);
    return !files.empty();
}

}  // namespace waypoint
