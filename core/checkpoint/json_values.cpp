// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/json_values.h"

#include "core/checkpoint/json_error.h"

#include <nlohmann/json.hpp>

#include <limits>
#include <unordered_map>

namespace waypoint {

namespace {

constexpr std::size_t kWarnings = 20;  // a hostile file may repeat millions of keys

/// Receives nlohmann's events. Open containers stand on an explicit stack, so depth costs no call stack.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json>
{
public:
    TreeBuilder(ValueTree &tree, const Limits &limits) : m_tree(tree), m_limits(limits) {}

    bool null() override { return add(m_tree.addNone()); }
    bool boolean(bool value) override { return add(m_tree.addBool(value)); }
    bool number_integer(std::int64_t value) override { return add(m_tree.addInt(value)); }
    bool number_unsigned(std::uint64_t value) override
    {
        if (value <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return add(m_tree.addInt(static_cast<std::int64_t>(value)));
        return add(m_tree.addBigInt(std::to_string(value)));
    }
    bool number_float(double value, const std::string &digits) override
    {
        // Integers beyond 64 bits arrive here as well, with their digits.
        if (digits.find_first_of(".eE") == std::string::npos)
            return add(m_tree.addBigInt(digits));
        return add(m_tree.addFloat(value));
    }
    bool string(std::string &value) override { return add(m_tree.addStr(value)); }
    bool binary(nlohmann::json::binary_t &) override { return false; }
    bool start_object(std::size_t) override { return open(ValueKind::Dict); }
    bool key(std::string &name) override
    {
        m_pending.push_back(m_tree.addStr(name));
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(ValueKind::List); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &problem) override
    {
        m_error = jsonError(position, problem.what());
        return false;
    }

    [[nodiscard]] const std::optional<Error> &error() const { return m_error; }
    [[nodiscard]] ValueId root() const { return m_root; }
    [[nodiscard]] std::vector<std::string> takeWarnings() { return std::move(m_warnings); }

private:
    struct Open
    {
        ValueKind kind;
        std::size_t firstPending;
    };

    bool add(ValueId id)
    {
        if (m_tree.memory().value > m_limits.treeBytes)
            return fail("JSON: holds more values than fit into memory");
        if (m_open.empty())
            m_root = id;
        else
            m_pending.push_back(id);
        return true;
    }

    bool open(ValueKind kind)
    {
        if (m_open.size() >= m_limits.entryDepth)
            return fail("JSON: nested more than " + std::to_string(m_limits.entryDepth) + " levels deep");
        m_open.push_back({kind, m_pending.size()});
        return true;
    }

    bool close()
    {
        const Open top = m_open.back();
        m_open.pop_back();
        if (top.kind == ValueKind::Dict)
            dropDuplicates(top.firstPending);
        const auto children = std::span(m_pending).subspan(top.firstPending);
        const ValueId container = m_tree.addContainer(top.kind, children);
        m_pending.resize(top.firstPending);
        return add(container);
    }

    /// Python keeps the place of the first and the value of the last.
    void dropDuplicates(std::size_t first)
    {
        std::unordered_map<std::string_view, std::size_t> seen;
        std::size_t end = first;
        for (std::size_t i = first; i + 1 < m_pending.size(); i += 2) {
            const auto [known, isNew] = seen.try_emplace(m_tree.text(m_pending[i]), end);
            if (!isNew) {
                warnDuplicate(known->first);
                m_pending[known->second + 1] = m_pending[i + 1];
                continue;
            }
            m_pending[end] = m_pending[i];
            m_pending[end + 1] = m_pending[i + 1];
            end += 2;
        }
        m_pending.resize(end);
    }

    void warnDuplicate(std::string_view name)
    {
        if (m_warnings.size() < kWarnings)
            m_warnings.push_back("The key '" + std::string(name.substr(0, 80))
                                 + "' is given more than once in the JSON text; the last value counts.");
    }

    bool fail(std::string what)
    {
        m_error = Error{.code = ErrorCode::TooLarge, .detail = std::move(what), .at = {}, .advice = {}, .file = {}};
        return false;
    }

    ValueTree &m_tree;
    const Limits &m_limits;
    std::vector<Open> m_open;
    std::vector<ValueId> m_pending;  ///< children of the open containers, innermost last
    ValueId m_root;
    std::optional<Error> m_error;
    std::vector<std::string> m_warnings;
};

}  // namespace

Result<JsonRead> readJson(std::string_view text, ValueTree &into, const Limits &limits)
{
    TreeBuilder builder(into, limits);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
        if (builder.error())
            return *builder.error();
        return Error{
            .code = ErrorCode::Corrupt, .detail = "JSON: cannot be read", .at = ByteOffset{}, .advice = {}, .file = {}};
    }
    return JsonRead{builder.root(), builder.takeWarnings()};
}

}  // namespace waypoint
