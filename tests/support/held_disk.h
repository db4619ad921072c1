// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/tree_builder.h"

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>
#include <set>

namespace waypoint::test {

/// A disk that gives nothing while it is held, and remembers which tensors were read in what order. All float32 of
/// record 7 are 7.
class Disk final : public StorageSource, public std::enable_shared_from_this<Disk>
{
public:
    Result<FilePtr> open(std::uint64_t record) const override
    {
        return FilePtr(std::make_shared<const File>(shared_from_this(), record));
    }

    void setBytes(std::uint64_t record, std::uint64_t bytes) { m_bytes[record] = bytes; }
    void fail(std::uint64_t record) { m_failing.insert(record); }
    void hold() { setHeld(true); }
    void release() { setHeld(false); }
    /// Lets one read through while it is held.
    void passOne()
    {
        const std::scoped_lock lock(m_guard);
        ++m_passes;
        m_released.notify_one();
    }

    /// Records whose reading has begun, in that order.
    [[nodiscard]] std::vector<std::uint64_t> begun() const
    {
        const std::scoped_lock lock(m_guard);
        return m_begun;
    }
    [[nodiscard]] int waiting() const
    {
        const std::scoped_lock lock(m_guard);
        return m_waiting;
    }
    [[nodiscard]] std::uint64_t bytesRead() const
    {
        const std::scoped_lock lock(m_guard);
        return m_bytesRead;
    }

private:
    class File final : public RandomAccessFile
    {
    public:
        File(std::shared_ptr<const Disk> disk, std::uint64_t record) : m_disk(std::move(disk)), m_record(record) {}
        [[nodiscard]] ByteCount size() const override { return {m_disk->m_bytes.at(m_record)}; }
        [[nodiscard]] const std::string &name() const override { return m_name; }
        Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
        {
            return m_disk->read(m_record, at, into);
        }

    private:
        std::shared_ptr<const Disk> m_disk;
        std::uint64_t m_record;
        std::string m_name = "disk";
    };

    Result<std::size_t> read(std::uint64_t record, ByteOffset at, std::span<std::byte> into) const
    {
        std::unique_lock lock(m_guard);
        if (std::find(m_begun.begin(), m_begun.end(), record) == m_begun.end())
            m_begun.push_back(record);
        ++m_waiting;
        m_released.wait(lock, [this] { return !m_isHeld || m_passes > 0; });
        if (m_isHeld)
            --m_passes;
        --m_waiting;
        if (m_failing.contains(record))
            return Error{ErrorCode::ReadFailed, "Input/output error", at};
        m_bytesRead += into.size();
        lock.unlock();
        const auto value = static_cast<float>(record);
        for (std::size_t i = 0; i + sizeof value <= into.size(); i += sizeof value)
            std::memcpy(into.data() + i, &value, sizeof value);
        return into.size();
    }

    void setHeld(bool held)
    {
        const std::scoped_lock lock(m_guard);
        m_isHeld = held;
        m_released.notify_all();
    }

    std::map<std::uint64_t, std::uint64_t> m_bytes;
    std::set<std::uint64_t> m_failing;
    mutable std::mutex m_guard;
    mutable std::condition_variable m_released;
    mutable std::vector<std::uint64_t> m_begun;
    mutable std::uint64_t m_bytesRead = 0;
    mutable int m_waiting = 0;
    mutable int m_passes = 0;
    bool m_isHeld = false;
};

using DiskPtr = std::shared_ptr<Disk>;

/// Tensors "0", "1", ... of this many float32 each, on `disk`; each a record of its own.
inline CheckpointPtr tensorsOn(const DiskPtr &disk, const std::vector<std::int64_t> &lengths,
                               std::uint64_t firstRecord = 0)
{
    std::vector<Pair> items;
    for (std::size_t i = 0; i < lengths.size(); ++i)
        items.emplace_back(std::to_string(i), tensor({lengths[i]}));
    auto checkpoint = built(dict(items));
    for (StorageIndex i = 0; i < checkpoint->values.storages().size(); ++i) {
        Storage &storage = checkpoint->values.storage(i);
        storage.record = firstRecord + i;
        storage.bytes = {static_cast<std::uint64_t>(lengths[i]) * 4};
        storage.present = true;
        storage.source = disk;
        disk->setBytes(firstRecord + i, storage.bytes.value);
    }
    return checkpoint;
}

}  // namespace waypoint::test
