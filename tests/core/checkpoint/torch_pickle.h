// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

/// Pickles in the words of what they hold. Each function gives the opcodes that leave one value on the stack, so
/// that they nest: pickle(dict({{"w", call("torch._utils", "_rebuild_tensor_v2", {...})}})).
namespace waypoint::test {

inline std::string number(std::int64_t value) { return "I" + std::to_string(value) + "\n"; }
inline std::string real(double value) { return "F" + std::to_string(value) + "\n"; }
inline std::string flag(bool value) { return value ? "\x88" : "\x89"; }
inline std::string none() { return "N"; }

inline std::string text(std::string_view value)
{
    std::string out = "X";
    for (int i = 0; i < 4; ++i)
        out += static_cast<char>(value.size() >> (8 * i) & 0xffu);
    return out + std::string(value);
}

inline std::string rawBytes(std::string_view value)
{
    std::string out = "B";
    for (int i = 0; i < 4; ++i)
        out += static_cast<char>(value.size() >> (8 * i) & 0xffu);
    return out + std::string(value);
}

inline std::string global(std::string_view module, std::string_view name)
{
    return "c" + std::string(module) + "\n" + std::string(name) + "\n";
}

inline std::string tuple(std::initializer_list<std::string> items)
{
    std::string out = "(";
    for (const std::string &item : items)
        out += item;
    return out + "t";
}

inline std::string list(std::initializer_list<std::string> items)
{
    std::string out = "](";
    for (const std::string &item : items)
        out += item;
    return out + "e";
}

inline std::string dict(std::initializer_list<std::pair<std::string_view, std::string>> items)
{
    std::string out = "}(";
    for (const auto &[key, value] : items)
        out += text(key) + value;
    return out + "u";
}

inline std::string dims(std::initializer_list<std::int64_t> sizes)
{
    std::string out = "(";
    for (const std::int64_t size : sizes)
        out += number(size);
    return out + "t";
}

inline std::string call(std::string_view module, std::string_view name, std::initializer_list<std::string> args)
{
    return global(module, name) + tuple(args) + "R";
}

inline std::string call(std::string_view function, std::initializer_list<std::string> args)
{
    return call("torch._utils", function, args);
}

/// BUILD: hands `state` to the object.
inline std::string build(const std::string &object, const std::string &state) { return object + state + "b"; }

/// The persistent id of a storage, as torch.save writes it.
inline std::string storage(std::string_view type, std::string_view key, std::int64_t count,
                           std::string_view location = "cpu")
{
    return tuple({text("storage"), global("torch", type), text(key), text(location), number(count)}) + "Q";
}

inline std::string hooks() { return call("collections", "OrderedDict", {}); }

/// A contiguous tensor of its own storage.
inline std::string tensor(std::string_view type, std::string_view key, std::int64_t count)
{
    return call("_rebuild_tensor_v2",
                {storage(type, key, count), number(0), dims({count}), dims({1}), flag(false), hooks()});
}

/// A whole pickle: protocol mark, the value, STOP.
inline std::string pickle(const std::string &value) { return "\x80\x02" + value + "."; }

}  // namespace waypoint::test

#endif
