// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/batch_reader.h"

#include "core/data/array_dataset.h"
#include "core/data/sample_order.h"

#include <algorithm>
#include <new>
#include <stdexcept>
#include <utility>

namespace waypoint {

BatchReader::BatchReader(DatasetPtr dataset, const LoaderOptions &options)
    : m_dataset(std::move(dataset)),
      m_rows(dynamic_cast<const ArrayDataset *>(m_dataset.get())),
      m_options(options),
      m_inputFloats(sampleFloats(m_dataset->info())),
      m_targetFloats(targetFloats(m_dataset->info()))
{
    m_options.batchSize = std::max<std::int64_t>(m_options.batchSize, 1);
    m_batches = info().count / m_options.batchSize;
    if (!m_options.dropLast && info().count % m_options.batchSize != 0)
        ++m_batches;
}

void BatchReader::fillOrder(std::vector<std::int64_t> &order, std::int64_t epoch) const
{
    order.resize(static_cast<std::size_t>(info().count));
    fillSampleOrder(order, m_options.seed, epoch, m_options.shuffle);
}

Result<void> BatchReader::fill(Batch &batch, std::span<const std::int64_t> order, std::int64_t epoch,
                               std::int64_t index, const std::atomic<bool> *stale) const
{
    const auto first = index * m_options.batchSize;
    batch.index = index;
    batch.size = std::min(m_options.batchSize, info().count - first);
    const auto size = static_cast<std::size_t>(batch.size);
    try {
        batch.inputs.resize(size * m_inputFloats);
        batch.targets.resize(size * m_targetFloats);
        const auto samples = order.subspan(static_cast<std::size_t>(first), size);
        if (!m_rows)
            return readSamples(batch, samples, epoch, stale);
        copyRows(batch, samples);
    } catch (const std::exception &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory for a batch", {}, "Choose a smaller batch.", {}};
    }
    return {};
}

void BatchReader::copyRows(Batch &batch, std::span<const std::int64_t> samples) const
{
    const auto *inputs = m_rows->inputs().data();
    const auto *targets = m_rows->targets().data();
    if (!m_options.shuffle) {
        const auto first = static_cast<std::size_t>(samples[0]);
        std::copy_n(inputs + first * m_inputFloats, batch.inputs.size(), batch.inputs.data());
        std::copy_n(targets + first * m_targetFloats, batch.targets.size(), batch.targets.data());
        return;
    }
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const auto row = static_cast<std::size_t>(samples[i]);
        std::copy_n(inputs + row * m_inputFloats, m_inputFloats, batch.inputs.data() + i * m_inputFloats);
        std::copy_n(targets + row * m_targetFloats, m_targetFloats, batch.targets.data() + i * m_targetFloats);
    }
}

Result<void> BatchReader::readSamples(Batch &batch, std::span<const std::int64_t> samples, std::int64_t epoch,
                                      const std::atomic<bool> *stale) const
{
    for (std::size_t i = 0; i < samples.size(); ++i) {
        if (stale && stale->load(std::memory_order_relaxed))
            return Error{ErrorCode::Cancelled, {}, {}, {}, {}};
        const SampleKey key{m_options.seed, epoch, samples[i], m_options.augment};
        auto done = m_dataset->read(key, std::span(batch.inputs).subspan(i * m_inputFloats, m_inputFloats),
                                    std::span(batch.targets).subspan(i * m_targetFloats, m_targetFloats));
        if (!done)
            return done;
    }
    return {};
}

}  // namespace waypoint
