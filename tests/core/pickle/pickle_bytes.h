// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>

#include "core/io/byte_stream.h"
#include "core/pickle/pickle_machine.h"
#include "core/pickle/value_text.h"

#include <cassert>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace waypoint::test {

/// A string literal as bytes, zeros inside included: bytes("\x80\x04N.").
template<std::size_t size>
std::string bytes(const char (&literal)[size])
{
    return {literal, size - 1};
}

/// "8004 4e2e" -> the four bytes.
inline std::string fromHex(std::string_view hex)
{
    const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
    std::string digits;
    for (const char c : hex)
        if (c != ' ' && c != '\n')
            digits.push_back(c);
    assert(digits.size() % 2 == 0);
    std::string out;
    for (std::size_t i = 0; i < digits.size(); i += 2)
        out.push_back(static_cast<char>(digit(digits[i]) * 16 + digit(digits[i + 1])));
    return out;
}

inline FilePtr fileOf(std::string_view content)
{
    std::vector<std::byte> copy(content.size());
    if (!content.empty())
        std::memcpy(copy.data(), content.data(), content.size());
    return memoryFile("test.pkl", std::move(copy));
}

/// One pickle read from memory, with its tree.
struct Unpickling
{
    ValueTree tree;
    PickleMachine machine;
    ByteStream stream;
    Result<Unpickled> result;

    explicit Unpickling(std::string_view pickle, PickleMachine::Options options = {}, ByteOffset start = {})
        : machine(tree, std::move(options)), stream(fileOf(pickle), start), result(machine.read(stream))
    {
    }
    Unpickling(const Unpickling &) = delete;
    Unpickling &operator=(const Unpickling &) = delete;

    [[nodiscard]] Value root() const { return result ? Value(tree, result->root) : Value(); }
    [[nodiscard]] std::string error() const { return result ? std::string() : result.error().detail; }
    [[nodiscard]] std::string text() const { return result ? pythonText(root()) : "error: " + error(); }
};

}  // namespace waypoint::test

#endif
