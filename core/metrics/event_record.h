// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace waypoint {

/// A number that TensorBoard would draw.
struct EventScalar
{
    std::string_view tag;
    double value = 0;
};

/// tensorflow.Event (tensorflow/core/util/event.proto), as far as curves need it.
struct EventRecord
{
    double wallTime = 0;               ///< seconds since 1970
    std::int64_t step = 0;             ///< absent means 0
    bool starts = false;               ///< SessionLog START: what was written for this step and later ones is void
    std::vector<EventScalar> scalars;  ///< Summary.Value with a simple_value, or a tensor with one number
};

/// Views point into `message`. Fields that do not fit end the record; what came before them counts.
[[nodiscard]] EventRecord readEvent(std::string_view message);

/// Bytes before a record's data: its length and that one's checksum. As many behind it as a checksum.
inline constexpr std::size_t kRecordHeaderBytes = 12;
inline constexpr std::size_t kRecordFooterBytes = 4;

/// The length that a TFRecord announces (tensorflow/core/lib/io/record_writer.h), or nothing where its checksum is
/// wrong. Requires: kRecordHeaderBytes bytes.
[[nodiscard]] std::optional<std::uint64_t> recordLength(std::string_view header);

/// Whether the checksum behind the data is right. Requires: `data` is followed by kRecordFooterBytes bytes.
[[nodiscard]] bool recordIsIntact(std::string_view data);

}  // namespace waypoint
