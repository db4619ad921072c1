// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/pickle/opcodes.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>

namespace waypoint {

/// The bytes of a pickle of protocol 2 as they come into being: opcodes with their arguments, and the memo's numbers.
/// Leaves are written whole; text and names that occur again are fetched from the memo.
class PickleOutput
{
public:
    using MemoIndex = std::uint32_t;

    PickleOutput();

    void op(Opcode opcode) { m_bytes.push_back(static_cast<char>(opcode)); }
    void boolean(bool value) { op(value ? Opcode::NewTrue : Opcode::NewFalse); }
    void integer(std::int64_t value);
    /// Any int, by its decimal form.
    void integer(std::string_view decimal);
    void real(double value);
    void text(std::string_view utf8);
    /// As Python 3 writes bytes for protocol 2: codecs.encode(text, 'latin1').
    void bytes(std::string_view content);
    /// The text with a character for each byte that bytes() encodes; also what bytearray() takes.
    void latin1Text(std::string_view content);
    void global(std::string_view module, std::string_view name);
    /// The first name that no GLOBAL can say: with a line break, which would end it and make opcodes of the rest, or
    /// one that only running the file would tell. Empty while there is none.
    [[nodiscard]] const std::string &impossibleName() const { return m_impossibleName; }
    /// "collections.OrderedDict": the part behind the last dot is the name.
    void global(std::string_view dotted);
    /// A tuple of ints.
    void tuple(std::span<const std::int64_t> numbers);
    /// An empty collections.OrderedDict: the hooks of a tensor.
    void emptyOrderedDict();

    /// Gives what is on top of the stack the next number of the memo.
    MemoIndex put();
    void get(MemoIndex index);

    /// Once written under this name, it comes from the memo: true then.
    bool getNamed(const std::string &name);
    void putNamed(const std::string &name);

    [[nodiscard]] std::string take() && { return std::move(m_bytes); }

private:
    template<typename T>
    void little(T number);
    void newText(std::string_view utf8);

    std::string m_bytes;
    std::string m_impossibleName;
    MemoIndex m_memo = 0;
    std::unordered_map<std::string, MemoIndex> m_texts;
    std::unordered_map<std::string, MemoIndex> m_named;
};

}  // namespace waypoint
