// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/schedule_state.h"

#include "core/base/printable.h"
#include "core/schedule/dict_copy.h"
#include "core/tensor/element_blocks.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

namespace waypoint {

namespace {

template<typename T>
std::optional<double> elementAs(std::span<const std::byte> bytes)
{
    if (bytes.size() != sizeof(T))
        return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof value);
    return static_cast<double>(value);
}

/// A learning rate may be a tensor of one element (capturable optimizers).
std::optional<double> elementOf(Value value)
{
    const TensorRef &ref = value.tensor().ref;
    if (ref.elementCount() != 1 || ref.storage == kNoStorage)
        return std::nullopt;
    std::optional<double> number;
    const auto take = [&](std::span<const std::byte> bytes) {
        number = ref.dtype == DType::Float64   ? elementAs<double>(bytes)
                 : ref.dtype == DType::Float32 ? elementAs<float>(bytes)
                 : ref.dtype == DType::Int64   ? elementAs<std::int64_t>(bytes)
                                               : std::nullopt;
    };
    const Storage &storage = value.tree().storages()[ref.storage];
    return forEachBlock(ref, storage, {}, take) ? number : std::nullopt;
}

}  // namespace

Value stateOf(Value schedule)
{
    return schedule.is(ValueKind::Object) ? schedule.wrap(schedule.object().state) : schedule;
}

std::optional<double> scalarOf(Value value) { return value.is(ValueKind::Tensor) ? elementOf(value) : value.number(); }

std::optional<std::vector<double>> scalarsOf(Value list)
{
    if (!list.is(ValueKind::List) && !list.is(ValueKind::Tuple))
        return std::nullopt;
    std::vector<double> numbers;
    for (std::size_t i = 0; i < list.count(); ++i) {
        const auto number = scalarOf(list.at(i));
        if (!number)
            return std::nullopt;
        numbers.push_back(*number);
    }
    return numbers;
}

void StateReader::fail(std::string_view what)
{
    if (!m_error)
        m_error = Error{ErrorCode::Corrupt, fmt::format("{}: {}", m_class, what)};
}

double StateReader::number(std::string_view key)
{
    const auto number = scalarOf(m_fields[key]);
    if (!number)
        fail(fmt::format("its state has no number '{}'", printable(key)));
    return number.value_or(0);
}

double StateReader::number(std::string_view key, double fallback)
{
    return m_fields[key].kind() == ValueKind::None ? fallback : number(key);
}

double StateReader::divisor(std::string_view key)
{
    const double value = number(key);
    if (value == 0 || std::isnan(value))
        fail(fmt::format("its {} is {}, which cannot be divided by", printable(key), value));
    return value;
}

std::int64_t StateReader::steps(std::string_view key)
{
    const double value = number(key);
    if (std::abs(value) <= kMostSteps)
        return static_cast<std::int64_t>(std::floor(value));
    fail(fmt::format("its {} is {}, which is no number of steps", printable(key), value));
    return 0;
}

std::int64_t StateReader::steps(std::string_view key, std::int64_t fallback)
{
    return m_fields[key].kind() == ValueKind::None ? fallback : steps(key);
}

bool StateReader::flag(std::string_view key, bool fallback) const
{
    const auto value = m_fields[key].number();
    return value ? *value != 0 : fallback;
}

std::string StateReader::text(std::string_view key, std::string_view fallback) const
{
    const Value value = m_fields[key];
    return std::string(value.is(ValueKind::Str) ? value.text() : fallback);
}

std::vector<double> StateReader::numbers(std::string_view key)
{
    auto values = scalarsOf(m_fields[key]);
    if (!values)
        fail(fmt::format("its state has no list of numbers '{}'", printable(key)));
    return values ? std::move(*values) : std::vector<double>();
}

std::vector<double> StateReader::numbers(std::string_view key, std::vector<double> fallback)
{
    auto values = scalarsOf(m_fields[key]);
    return values ? std::move(*values) : std::move(fallback);
}

KeptState::KeptState(Value dict, std::initializer_list<std::string_view> without)
{
    const auto tree = std::make_shared<ValueTree>();
    m_root = copyDict(dict, *tree, {}, {without.begin(), without.size()});
    m_tree = tree;
}

ValueId addNumbers(ValueTree &into, const std::vector<double> &numbers)
{
    std::vector<ValueId> items;
    for (const double number : numbers)
        items.push_back(into.addFloat(number));
    return into.addContainer(ValueKind::List, items);
}

ValueId addCount(ValueTree &into, double number)
{
    const bool whole = std::abs(number) <= StateReader::kMostSteps && number == std::floor(number);
    return whole ? into.addInt(static_cast<std::int64_t>(number)) : into.addFloat(number);
}

}  // namespace waypoint
