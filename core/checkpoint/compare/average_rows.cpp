// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/average_rows.h"

#include "core/base/printable.h"
#include "core/checkpoint/numeric_tensors.h"

#include <fmt/format.h>

#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

Error inFile(const EpochFile &file, std::string detail)
{
    return {ErrorCode::BadArgument,
            std::move(detail),
            {},
            "Average files of one model only.",
            file.checkpoint->path.string()};
}

bool isOfFloats(const TensorRef &ref) { return isFloatingPoint(ref.dtype) || isComplex(ref.dtype); }

std::string shapeText(const SmallDims &shape)
{
    return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", "));
}

/// Whether means of such a value can be stored; other values are the last file's.
bool canAverage(Value value)
{
    return value.is(ValueKind::Tensor) && value.tensor().ref.layout == TensorLayout::Strided
           && isOfFloats(value.tensor().ref) && MeanStorages::canStore(value.tensor().ref.dtype);
}

/// The same elements of the same storage, seen in the same way.
std::string placeText(Value value)
{
    const TensorRef &ref = value.tensor().ref;
    const bool hasMemory = ref.storage != kNoStorage && ref.elementCount().value_or(0) > 0;
    if (!hasMemory)
        return fmt::format("{};", value.id().index);
    return fmt::format("{} {} {} {} {} {} {};", ref.storage, ref.offset, dtypeName(ref.dtype), shapeText(ref.shape),
                       shapeText(ref.strides), ref.conjugate, ref.negative);
}

class RowMaker
{
public:
    RowMaker(const EpochSeries &series, const EpochTensor &tensor)
        : m_series(series), m_tensor(tensor), m_last(valueIn(series.files.size() - 1))
    {
    }

    Result<AverageRow> make()
    {
        for (std::size_t file = 0; file < m_series.files.size(); ++file)
            if (m_tensor.entries[file] == kNoEntry)
                return inFile(m_series.files[file], fmt::format("it has no tensor '{}'", printable(m_tensor.name)));
        AverageRow row;
        if (!canAverage(m_last))
            return row;
        row.dtype = m_last.tensor().ref.dtype;
        MeanTensor mean{.of = {}, .name = m_tensor.name};
        for (std::size_t file = 0; file < m_series.files.size(); ++file) {
            if (Result<void> fits = check(file); !fits)
                return fits.error();
            const Checkpoint &checkpoint = *m_series.files[file].checkpoint;
            Result<NumericTensor> numbers = numericTensor(checkpoint, m_tensor.entries[file]);
            if (!numbers)
                return unreadable(file, numbers.error());
            mean.of.push_back(*std::move(numbers));
            row.memory += placeText(valueIn(file));
        }
        row.mean = std::move(mean);
        return row;
    }

private:
    [[nodiscard]] Value valueIn(std::size_t file) const
    {
        const EntryId entry = m_tensor.entries[file];
        return entry == kNoEntry ? Value() : m_series.files[file].checkpoint->entries.value(entry);
    }

    [[nodiscard]] Error unreadable(std::size_t file, Error error) const
    {
        const Checkpoint &checkpoint = *m_series.files[file].checkpoint;
        const StorageIndex storage = valueIn(file).tensor().ref.storage;
        const bool isCut = storage != kNoStorage && !checkpoint.values.storages()[storage].present;
        error.code = isCut ? ErrorCode::Truncated : error.code;
        error.detail = printable(m_tensor.name) + ": " + error.detail;
        error.advice = "Leave this file out of the mean.";
        error.file = checkpoint.path.string();
        return error;
    }

    [[nodiscard]] Result<void> check(std::size_t file) const
    {
        const Value value = valueIn(file);
        const TensorRef &last = m_last.tensor().ref;
        if (!value.is(ValueKind::Tensor) || value.tensor().ref.layout != TensorLayout::Strided
            || isComplex(value.tensor().ref.dtype) != isComplex(last.dtype) || !isOfFloats(value.tensor().ref))
            return inFile(m_series.files[file], fmt::format("'{}' is no {} tensor here, as it is in the last file",
                                                            printable(m_tensor.name), dtypeName(last.dtype)));
        if (value.tensor().ref.shape != last.shape)
            return inFile(m_series.files[file],
                          fmt::format("'{}' has the shape {} here and {} in the last file", printable(m_tensor.name),
                                      shapeText(value.tensor().ref.shape), shapeText(last.shape)));
        return {};
    }

    const EpochSeries &m_series;
    const EpochTensor &m_tensor;
    Value m_last;
};

}  // namespace

Result<std::vector<AverageRow>> averageRows(const EpochSeries &series)
{
    std::vector<AverageRow> rows;
    std::unordered_map<std::uint32_t, std::size_t> byValue;  // of the last file
    for (const EpochTensor &tensor : series.tensors) {
        Result<AverageRow> row = RowMaker(series, tensor).make();
        if (!row)
            return row.error();
        const EntryTree &entries = series.files.back().checkpoint->entries;
        const auto [same, isNew] = byValue.try_emplace(entries[tensor.entries.back()].value.index, rows.size());
        if (!isNew && rows[same->second].memory != row->memory)
            return inFile(series.files.back(),
                          fmt::format("'{}' and '{}' are one tensor here and two in another file",
                                      printable(series.tensors[same->second].name), printable(tensor.name)));
        rows.push_back(*std::move(row));
    }
    return rows;
}

}  // namespace waypoint
