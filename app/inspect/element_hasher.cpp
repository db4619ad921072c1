// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/inspect/element_hasher.h"

#include "app/inspect/array_elements.h"
#include "core/pickle/value_bytes.h"
#include "core/base/checked.h"
#include "core/base/describe_error.h"
#include "core/io/sha256.h"
#include "core/tensor/element_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <span>

namespace waypoint {

namespace {

constexpr std::uint64_t kBlock = 1u << 20;
constexpr std::size_t kMostWarnings = 100;

std::uint64_t budgetFor(ByteCount fileBytes)
{
    constexpr std::uint64_t kAlways = 1u << 30;
    const auto scaled = checkedMul(fileBytes.value, std::uint64_t{16});
    const auto sum = scaled ? checkedAdd(*scaled, kAlways) : std::nullopt;
    return sum.value_or(std::numeric_limits<std::uint64_t>::max());
}

Result<std::string> hashRange(const RandomAccessFile &file, ByteRange range)
{
    Sha256 sha;
    while (range.length.value > 0) {
        const ByteCount length{std::min(range.length.value, kBlock)};
        const Result<std::vector<std::byte>> block = readRange(file, {range.start, length});
        if (!block)
            return block.error();
        sha.update(*block);
        range.start = range.start + length;
        range.length.value -= length.value;
    }
    return sha.hexDigest();
}

Result<std::string> hashText(const std::string &bytes)
{
    Sha256 sha;
    sha.update(std::as_bytes(std::span(bytes)));
    return sha.hexDigest();
}

}  // namespace

ElementHasher::ElementHasher(const Checkpoint &checkpoint)
    : m_checkpoint(checkpoint), m_bytesLeft(budgetFor(checkpoint.fileBytes))
{
}

std::string ElementHasher::sha256(ValueId value)
{
    if (const auto known = m_known.find(value.index); known != m_known.end())
        return known->second;
    const Result<std::string> result = hash(value);
    if (!result && m_warnings.size() < kMostWarnings)
        m_warnings.push_back("A hash could not be computed: " + describe(result.error()));
    return m_known.emplace(value.index, result ? *result : std::string()).first->second;
}

Result<std::string> ElementHasher::hash(ValueId value)
{
    const ValueTree &values = m_checkpoint.values;
    switch (values.kind(value)) {
    case ValueKind::Tensor:
        return hashTensor(values.tensor(value).ref);
    case ValueKind::Array:
        return hashArray(values.array(value));
    case ValueKind::Bytes:
        return hashBytes(value);
    default:
        return std::string();
    }
}

Result<std::string> ElementHasher::hashTensor(const TensorRef &ref)
{
    if (ref.layout != TensorLayout::Strided || ref.storage == kNoStorage)
        return std::string();
    const Storage &storage = m_checkpoint.values.storages()[ref.storage];
    const bool empty = ref.elementCount() == 0;
    if (!storage.present && !(empty && storage.device != "meta"))
        return std::string();  // opening the file has told what is missing
    if (!spend(ref.byteCount()))
        return Error{ErrorCode::TooLarge,
                     fmt::format("the views of this file repeat their elements far beyond its {} bytes",
                                 m_checkpoint.fileBytes.value),
                     {},
                     {},
                     {}};
    return sha256OfElements(ref, storage, {});
}

Result<std::string> ElementHasher::hashArray(const ArrayValue &array)
{
    if (!array.data.isValid() || m_checkpoint.values.kind(array.data) != ValueKind::Bytes)
        return std::string();
    if (!array.fortranOrder && !array.bigEndian)
        return hashBytes(array.data);
    const Result<std::string> bytes = arrayBytes(m_checkpoint.values, array);
    if (!bytes)
        return bytes.error();
    return hashText(*bytes);
}

Result<std::string> ElementHasher::hashBytes(ValueId value)
{
    const ValueTree &values = m_checkpoint.values;
    if (!spend(values.byteLength(value)))
        return std::string();
    const ExternalBytes *external = values.externalBytes(value);
    if (external && !external->latin1)
        return hashRange(*external->file, external->range);
    const Result<std::string> bytes = bytesOf(values, value, values.byteLength(value));
    if (!bytes)
        return bytes.error();
    return hashText(*bytes);
}

bool ElementHasher::spend(ByteCount bytes)
{
    if (bytes.value > m_bytesLeft)
        return false;
    m_bytesLeft -= bytes.value;
    return true;
}

}  // namespace waypoint
