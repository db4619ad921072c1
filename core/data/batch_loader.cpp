// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/batch_loader.h"

#include "core/data/batch_reader.h"
#include "core/data/read_ahead.h"

#include <algorithm>
#include <system_error>
#include <utility>

namespace waypoint {

/// Reads in the caller's thread, or hands on to threads of its own.
class BatchLoader::Impl
{
public:
    Impl(DatasetPtr dataset, const LoaderOptions &options) : m_reader(std::move(dataset), options)
    {
        if (options.threads <= 0 || m_reader.info().cheap || m_reader.batchesPerEpoch() == 0)
            return;
        try {
            m_ahead.emplace(m_reader, options.threads, options.readAhead, options.shuffle || options.augment);
        } catch (const std::system_error &) {
            // The system has no more threads: reading in the caller's gives the same batches.
            m_ahead.reset();
        }
    }

    [[nodiscard]] std::int64_t batchesPerEpoch() const { return m_reader.batchesPerEpoch(); }

    void seek(std::int64_t epoch, std::int64_t first)
    {
        if (m_ahead)
            return m_ahead->seek(epoch, first);
        m_epoch = epoch;
        m_next = std::max<std::int64_t>(first, 0);
        m_reader.fillOrder(m_order, epoch);
    }

    Result<const Batch *> next()
    {
        if (m_ahead)
            return m_ahead->next();
        if (m_next >= batchesPerEpoch())
            return nullptr;
        if (auto done = m_reader.fill(m_batch, m_order, m_epoch, m_next++); !done)
            return done.error();
        return &m_batch;
    }

    [[nodiscard]] std::chrono::nanoseconds waited() const
    {
        return m_ahead ? m_ahead->waited() : std::chrono::nanoseconds(0);
    }

private:
    BatchReader m_reader;
    std::optional<ReadAhead> m_ahead;
    Batch m_batch;
    std::vector<std::int64_t> m_order;
    std::int64_t m_epoch = 0;
    std::int64_t m_next = 0;
};

BatchLoader::BatchLoader(DatasetPtr dataset, LoaderOptions options)
    : m_impl(std::make_unique<Impl>(std::move(dataset), options))
{
}

BatchLoader::~BatchLoader() = default;

std::int64_t BatchLoader::batchesPerEpoch() const { return m_impl->batchesPerEpoch(); }
void BatchLoader::seek(std::int64_t epoch, std::int64_t first) { m_impl->seek(epoch, first); }
Result<const Batch *> BatchLoader::next() { return m_impl->next(); }
std::chrono::nanoseconds BatchLoader::waited() const { return m_impl->waited(); }

}  // namespace waypoint
