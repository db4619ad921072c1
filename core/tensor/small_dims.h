// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>

namespace waypoint {

/// A tensor's shape or strides. Up to four dimensions live inside the object: 100,000 tensors take no heap for them.
class SmallDims
{
public:
    SmallDims() = default;
    SmallDims(std::initializer_list<std::int64_t> dims) : SmallDims(std::span(dims.begin(), dims.size())) {}
    explicit SmallDims(std::span<const std::int64_t> dims);
    SmallDims(const SmallDims &other) : SmallDims(other.dims()) {}
    SmallDims(SmallDims &&other) noexcept { swap(other); }
    SmallDims &operator=(SmallDims other) noexcept
    {
        swap(other);
        return *this;
    }
    ~SmallDims() = default;

    [[nodiscard]] std::span<const std::int64_t> dims() const
    {
        return {m_heap ? m_heap.get() : m_inline.data(), m_size};
    }
    [[nodiscard]] std::size_t size() const { return m_size; }
    [[nodiscard]] bool empty() const { return m_size == 0; }
    [[nodiscard]] std::int64_t operator[](std::size_t i) const { return dims()[i]; }
    [[nodiscard]] auto begin() const { return dims().begin(); }
    [[nodiscard]] auto end() const { return dims().end(); }

    bool operator==(const SmallDims &other) const;

private:
    void swap(SmallDims &other) noexcept
    {
        std::swap(m_size, other.m_size);
        std::swap(m_inline, other.m_inline);
        std::swap(m_heap, other.m_heap);
    }

    static constexpr std::size_t kInline = 4;
    std::uint32_t m_size = 0;
    std::array<std::int64_t, kInline> m_inline{};
    std::unique_ptr<std::int64_t[]> m_heap;
};

}  // namespace waypoint
