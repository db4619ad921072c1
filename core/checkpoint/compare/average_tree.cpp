// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/compare/average_tree.h"

#include "core/checkpoint/compare/average_rows.h"
#include "core/checkpoint/compare/model_tensors.h"
#include "core/pickle/value_copy.h"
#include "core/tensor/aligned_blocks.h"

#include <memory>
#include <unordered_map>
#include <utility>

namespace waypoint {

namespace {

/// Copies the last file's model, with means in their places.
class TreeMaker
{
public:
    TreeMaker(const EpochAverage &average, std::vector<AverageRow> rows, const std::stop_token &stop,
              Progress *progress)
        : m_last(average.series->files.back()),
          m_rows(std::move(rows)),
          m_means(std::make_shared<MeanStorages>(average.weights, stop, progress)),
          m_copy(m_last.checkpoint->values, m_made.values, [this](ValueId id) { return changeOf(id); })
    {
        const EntryTree &entries = m_last.checkpoint->entries;
        for (std::size_t row = 0; row < m_rows.size(); ++row)
            if (m_rows[row].mean)
                m_byValue.emplace(entries[average.series->tensors[row].entries.back()].value.index, row);
    }

    AverageTree make()
    {
        const Value model = m_last.checkpoint->entries.value(m_last.model);
        const Value header = model["__metadata__"];
        m_header = header.is(ValueKind::Dict) ? header.id() : ValueId();
        m_made.root = model.is(ValueKind::Object) ? stateDict() : m_copy.copy(model.id());
        return std::move(m_made);
    }
    [[nodiscard]] std::uint64_t bytesToRead() const { return m_means->bytesToRead(); }

private:
    /// Of a pickled module: its tensors under their names.
    ValueId stateDict()
    {
        std::vector<ValueId> pairs;
        for (const FollowedTensor &tensor : modelTensors(*m_last.checkpoint, m_last.model)) {
            pairs.push_back(m_made.values.addStr(tensor.name));
            pairs.push_back(m_copy.copy(m_last.checkpoint->entries[tensor.entry].value));
        }
        const ValueId dict = m_made.values.addContainer(ValueKind::Dict, pairs);
        m_made.values.setClassName(dict, m_made.values.addGlobal("collections", "OrderedDict"));
        return dict;
    }

    ValueChange changeOf(ValueId id)
    {
        if (id == m_header)
            return {ValueChange::Act::Drop, {}};
        const auto row = m_byValue.find(id.index);
        if (row == m_byValue.end())
            return {};
        return {ValueChange::Act::Replace, meanOf(m_rows[row->second], m_last.checkpoint->values.tensor(id).ref)};
    }

    ValueId meanOf(const AverageRow &row, const TensorRef &last)
    {
        TensorValue tensor;
        tensor.ref.dtype = row.dtype;
        tensor.ref.parameter = last.parameter;
        tensor.ref.requiresGrad = last.requiresGrad;
        tensor.ref.shape = last.shape;
        MeanTensor mean = *row.mean;
        // Where all files have their elements in one order, channels last for one, so has the mean.
        putInStorageOrder(mean.of);
        const bool keepsOrder = !last.isContiguous() && mean.of.front().ref.isContiguous();
        tensor.ref.strides = keepsOrder ? last.strides : contiguousStrides(last.shape);
        const auto [storage, isNew] = m_storages.try_emplace(row.memory, kNoStorage);
        if (isNew) {
            Storage made = m_means->add(std::move(mean), row.dtype);
            made.source = m_means;
            storage->second = m_made.values.addStorage(std::move(made));
        }
        tensor.ref.storage = storage->second;
        return m_made.values.addTensor(std::move(tensor));
    }

    const EpochFile &m_last;
    std::vector<AverageRow> m_rows;
    std::shared_ptr<MeanStorages> m_means;
    AverageTree m_made;
    ValueCopy m_copy;
    std::unordered_map<std::uint32_t, std::size_t> m_byValue;  ///< rows by the last file's value
    std::unordered_map<std::string, StorageIndex> m_storages;  ///< by AverageRow::memory
    ValueId m_header;  ///< what a safetensors file says beside its tensors: load_state_dict() would stumble over it
};

}  // namespace

Result<AverageTree> averageTree(const EpochAverage &average, const std::stop_token &stop, Progress *progress)
{
    Result<std::vector<AverageRow>> rows = averageRows(*average.series);
    if (!rows)
        return rows.error();
    TreeMaker maker(average, *std::move(rows), stop, progress);
    AverageTree tree = maker.make();
    if (progress)
        progress->total = maker.bytesToRead();
    return tree;
}

}  // namespace waypoint
