// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/safetensors_header.h"

#include "core/base/checked.h"
#include "core/checkpoint/json_error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <numeric>
#include <optional>
#include <unordered_map>

namespace waypoint {

namespace {

struct NamedDType
{
    std::string_view name;
    DType dtype;
};

// safetensors/src/tensor.rs, enum Dtype.
constexpr std::array<NamedDType, 24> kDTypes = {{
    {"BOOL", DType::Bool},
    {"U8", DType::UInt8},
    {"I8", DType::Int8},
    {"U16", DType::UInt16},
    {"I16", DType::Int16},
    {"U32", DType::UInt32},
    {"I32", DType::Int32},
    {"U64", DType::UInt64},
    {"I64", DType::Int64},
    {"F16", DType::Float16},
    {"BF16", DType::BFloat16},
    {"F32", DType::Float32},
    {"F64", DType::Float64},
    {"C64", DType::ComplexFloat},
    {"C128", DType::ComplexDouble},
    {"F8_E4M3", DType::Float8E4M3FN},
    {"F8_E5M2", DType::Float8E5M2},
    {"F8_E4M3FNUZ", DType::Float8E4M3FNUZ},
    {"F8_E5M2FNUZ", DType::Float8E5M2FNUZ},
    {"F8_E8M0", DType::Float8E8M0FNU},
    {"F4", DType::Float4E2M1FN},
    {"F6_E2M3", DType::Float6E2M3FN},
    {"F6_E3M2", DType::Float6E3M2FN},
    {"C32", DType::ComplexHalf},
}};

constexpr std::size_t kWarnings = 20;
constexpr std::uint64_t kFarthestByte = 1ull << 62;  // so that sums with the header's length stay exact
constexpr std::size_t kMostTensors = 1'000'000;

Error corrupt(std::string what, ByteOffset at)
{
    return {
        .code = ErrorCode::Corrupt, .detail = "safetensors: " + std::move(what), .at = at, .advice = {}, .file = {}};
}

std::string inQuotes(const std::string &name) { return "'" + name.substr(0, 120) + "'"; }

/// What is wrong: at a byte of the JSON text, or with a tensor.
struct Problem
{
    Error error;
    std::string tensor;
};

/// Receives nlohmann's events. The header is an object of objects of scalars and flat arrays, so the depth and the
/// last keys say where an event belongs.
class HeaderBuilder final : public nlohmann::json_sax<nlohmann::json>
{
public:
    explicit HeaderBuilder(const Limits &limits) : m_limits(limits) {}

    bool null() override { return wrong("null"); }
    bool boolean(bool) override { return wrong("a boolean"); }
    bool number_integer(std::int64_t) override { return wrong("a negative number"); }
    bool number_unsigned(std::uint64_t value) override
    {
        if (m_depth != 3 || m_field == Field::Other)
            return wrong("a number");
        auto &numbers = m_field == Field::Shape ? m_shape : m_offsets;
        if (numbers.size() >= m_limits.dimensions)
            return wrong("more than " + std::to_string(m_limits.dimensions) + " numbers");
        numbers.push_back(value);
        return true;
    }
    bool number_float(double, const std::string &) override { return wrong("a number that is no integer"); }
    bool binary(nlohmann::json::binary_t &) override { return false; }
    bool string(std::string &value) override;
    bool start_object(std::size_t) override;
    bool key(std::string &name) override;
    bool end_object() override;
    bool start_array(std::size_t) override;
    bool end_array() override
    {
        --m_depth;
        return true;
    }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &problem) override
    {
        m_problem = Problem{jsonError(position, problem.what()), {}};
        m_problem->error.detail = "safetensors: the header is not valid " + m_problem->error.detail;
        m_problem->error.code = ErrorCode::Corrupt;
        return false;
    }

    [[nodiscard]] const std::optional<Problem> &problem() const { return m_problem; }
    [[nodiscard]] SafetensorsHeader take() { return std::move(m_header); }

private:
    enum class Field { Other, DType, Shape, Offsets };

    bool wrong(const std::string &what);
    bool refuse(const std::string &what, ErrorCode code = ErrorCode::Corrupt);
    bool finishTensor();

    const Limits &m_limits;
    SafetensorsHeader m_header;
    std::optional<Problem> m_problem;
    std::size_t m_depth = 0;
    bool m_inMetadata = false;
    std::string m_name;  ///< key of the root: the tensor being read
    std::string m_metadataKey;
    Field m_field = Field::Other;
    SafetensorsEntry m_entry;
    bool m_hasDType = false;
    bool m_hasShape = false;
    std::vector<std::uint64_t> m_shape;
    std::vector<std::uint64_t> m_offsets;
};

bool HeaderBuilder::wrong(const std::string &what)
{
    const std::string where = m_name.empty() ? "the header" : "tensor " + inQuotes(m_name);
    return refuse(where + " has " + what + " where the format allows none");
}

bool HeaderBuilder::refuse(const std::string &what, ErrorCode code)
{
    m_problem = Problem{corrupt(what, {}), m_name};
    m_problem->error.code = code;
    m_problem->error.at.reset();
    return false;
}

bool HeaderBuilder::string(std::string &value)
{
    if (m_depth == 2 && m_inMetadata) {
        m_header.metadata.emplace_back(std::move(m_metadataKey), std::move(value));
        return true;
    }
    if (m_depth != 2 || m_field != Field::DType)
        return wrong("a string");
    m_entry.dtype = safetensorsDType(value);
    m_entry.dtypeText = m_entry.dtype == DType::Unknown ? std::move(value) : std::string();
    m_hasDType = true;
    return true;
}

bool HeaderBuilder::start_object(std::size_t)
{
    if (++m_depth > 2)
        return wrong("an object inside its description");
    m_entry = {};
    m_hasDType = m_hasShape = false;
    m_shape.clear();
    m_offsets.clear();
    m_field = Field::Other;
    return true;
}

bool HeaderBuilder::key(std::string &name)
{
    if (m_depth == 1) {
        m_inMetadata = name == "__metadata__";
        m_name = std::move(name);
    } else if (m_inMetadata) {
        m_metadataKey = std::move(name);
    } else {
        m_field = name == "dtype"          ? Field::DType
                  : name == "shape"        ? Field::Shape
                  : name == "data_offsets" ? Field::Offsets
                                           : Field::Other;
        if (m_field == Field::Other)
            return wrong("an unknown field " + inQuotes(name));
        m_hasShape = m_hasShape || m_field == Field::Shape;
    }
    return true;
}

bool HeaderBuilder::start_array(std::size_t)
{
    if (++m_depth != 3 || m_inMetadata || m_field == Field::Other || m_field == Field::DType)
        return wrong("an array");
    (m_field == Field::Shape ? m_shape : m_offsets).clear();
    return true;
}

bool HeaderBuilder::end_object()
{
    const bool tensor = m_depth == 2 && !m_inMetadata;
    --m_depth;
    return !tensor || finishTensor();
}

bool HeaderBuilder::finishTensor()
{
    const char *missing = !m_hasDType ? "dtype" : !m_hasShape ? "shape" : nullptr;
    if (missing || m_offsets.size() != 2)
        return refuse("tensor " + inQuotes(m_name) + " has no proper " + (missing ? missing : "data_offsets"));
    std::vector<std::int64_t> dims;
    dims.reserve(m_shape.size());
    for (const std::uint64_t dim : m_shape) {
        if (dim > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return refuse("the shape of tensor " + inQuotes(m_name) + " is too large to be true");
        dims.push_back(static_cast<std::int64_t>(dim));
    }
    m_entry.shape = SmallDims(dims);
    m_entry.begin = m_offsets[0];
    m_entry.end = m_offsets[1];
    m_entry.name = m_name;
    if (m_header.tensors.size() >= kMostTensors)
        return refuse("more than " + std::to_string(kMostTensors) + " tensors", ErrorCode::TooLarge);
    m_header.tensors.push_back(std::move(m_entry));
    return true;
}

/// A JSON reader keeps the last of several equal keys.
void dropDuplicates(SafetensorsHeader &header)
{
    std::unordered_map<std::string_view, std::size_t> last;
    last.reserve(header.tensors.size());
    for (std::size_t i = 0; i < header.tensors.size(); ++i)
        last[header.tensors[i].name] = i;
    if (last.size() == header.tensors.size())
        return;
    std::vector<SafetensorsEntry> kept;
    kept.reserve(last.size());
    for (std::size_t i = 0; i < header.tensors.size(); ++i) {
        if (last[header.tensors[i].name] == i)
            continue;
        if (header.warnings.size() < kWarnings)
            header.warnings.push_back("The header lists tensor " + inQuotes(header.tensors[i].name)
                                      + " more than once; the last description counts.");
    }
    const auto isLast = [&](const SafetensorsEntry &entry) {
        return last[entry.name] == static_cast<std::size_t>(&entry - header.tensors.data());
    };
    std::copy_if(header.tensors.begin(), header.tensors.end(), std::back_inserter(kept), isLast);
    header.tensors = std::move(kept);
}

/// Bytes that the shape and type of a tensor ask for; nothing on overflow.
std::optional<std::uint64_t> bitsOf(const SafetensorsEntry &entry)
{
    std::uint64_t bits = dtypeBits(entry.dtype);
    for (const std::int64_t dim : entry.shape) {
        const auto product = checkedMul(bits, static_cast<std::uint64_t>(dim));
        if (!product)
            return std::nullopt;
        bits = *product;
    }
    return bits;
}

std::optional<std::string> sizeProblem(const SafetensorsEntry &entry)
{
    if (entry.dtype == DType::Unknown)
        return std::nullopt;
    const auto bits = bitsOf(entry);
    if (!bits)
        return " has a shape too large to be true";
    if (*bits % 8 != 0)
        return " ends inside a byte";
    if (*bits / 8 != entry.end - entry.begin)
        return " needs " + std::to_string(*bits / 8) + " bytes by its shape and type, and is given "
               + std::to_string(entry.end - entry.begin);
    return std::nullopt;
}

std::optional<std::string> placeProblem(const SafetensorsEntry &entry, std::uint64_t expected)
{
    if (entry.end < entry.begin)
        return " ends before it begins";
    if (entry.end > kFarthestByte)
        return " ends beyond what any file can hold";
    if (entry.begin == expected)
        return std::nullopt;
    return " begins at byte " + std::to_string(entry.begin) + " of the data, expected at " + std::to_string(expected)
           + (entry.begin < expected ? ": tensors overlap" : ": there is a hole before it");
}

/// Holes and overlaps are refused by the library, since other data could hide there.
std::optional<Problem> layoutProblem(const SafetensorsHeader &header, std::uint64_t &dataBytes)
{
    std::vector<std::uint32_t> order(header.tensors.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        const SafetensorsEntry &left = header.tensors[a];
        const SafetensorsEntry &right = header.tensors[b];
        return std::pair(left.begin, left.end) < std::pair(right.begin, right.end);
    });
    for (const std::uint32_t index : order) {
        const SafetensorsEntry &entry = header.tensors[index];
        auto problem = placeProblem(entry, dataBytes);
        if (!problem)
            problem = sizeProblem(entry);
        if (problem)
            return Problem{corrupt("tensor " + inQuotes(entry.name) + *problem, {}), entry.name};
        dataBytes = entry.end;
    }
    return std::nullopt;
}

}  // namespace

DType safetensorsDType(std::string_view name)
{
    for (const NamedDType &known : kDTypes)
        if (known.name == name)
            return known.dtype;
    return DType::Unknown;
}

std::string_view safetensorsName(DType dtype)
{
    if (dtype == DType::ComplexHalf || dtype == DType::ComplexDouble)
        return {};
    if (dtype == DType::Float4E2M1FNx2)
        return "F4";
    for (const NamedDType &known : kDTypes)
        if (known.dtype == dtype)
            return known.name;
    return {};
}

Result<SafetensorsHeader> readSafetensorsHeader(std::string_view json, ByteOffset firstByte, const Limits &limits)
{
    HeaderBuilder builder(limits);
    std::optional<Problem> problem;
    SafetensorsHeader header;
    if (nlohmann::json::sax_parse(json.begin(), json.end(), &builder)) {
        header = builder.take();
        dropDuplicates(header);
        problem = layoutProblem(header, header.dataBytes);
    } else {
        problem = builder.problem().value_or(Problem{corrupt("the header cannot be read", {}), {}});
    }
    if (!problem)
        return header;
    // The parser tells no place of an event: the tensor's name is looked up in the text.
    std::uint64_t at = problem->error.at.value_or(ByteOffset{}).value;
    if (const auto found = json.find('"' + problem->tensor + '"'); !problem->tensor.empty() && found != json.npos)
        at = found;
    problem->error.at = firstByte + ByteCount{at};
    return problem->error;
}

}  // namespace waypoint
