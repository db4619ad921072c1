// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/units.h"

#include <cassert>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace waypoint {

/// What went wrong, as a small closed set that callers can branch on.
/// The sentence a person reads is made from it in describe_error.h; `Error::detail` only adds facts.
enum class ErrorCode {
    NotFound,        ///< no such file or folder
    NoPermission,    ///< the system refuses access
    ReadFailed,      ///< the disk or the network said no
    WriteFailed,     ///< could not be written: disk full, read-only, size limit
    Truncated,       ///< ends before what it announces
    Corrupt,         ///< contradicts its own format
    Unsupported,     ///< recognised, and something Waypoint cannot read
    NotACheckpoint,  ///< some other kind of file; the detail says which where that is known
    TooLarge,        ///< beyond a limit that protects memory
    Encrypted,       ///< needs a password
    BadArgument,     ///< an option or setting that does not fit
    NoDevice,        ///< the device is not there, or not usable by this LibTorch
    TrainingFailed,  ///< training itself: the loss is NaN, memory ran out
    Cancelled,       ///< the user stopped it; neither shown nor logged as a failure
};

/// One clear failure: what, where, and what to try.
struct Error
{
    ErrorCode code = ErrorCode::ReadFailed;
    std::string detail = {};            ///< facts for the reader: "zip: entry 'data/3' runs past the end"
    std::optional<ByteOffset> at = {};  ///< byte of the file where it shows
    std::string advice = {};            ///< what to try; empty where describe() knows a good default
    std::string file = {};              ///< which file, where it is not the one that was asked for

    bool operator==(const Error &) const = default;
};

/// A value or an Error. Core functions return it; they never throw.
template<typename T = void>
class [[nodiscard]] Result
{
public:
    Result(T value) : m_content(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : m_content(std::in_place_index<1>, std::move(error)) {}

    explicit operator bool() const { return m_content.index() == 0; }

    /// Requires: holds a value.
    T &operator*() & { return std::get<0>(m_content); }
    const T &operator*() const & { return std::get<0>(m_content); }
    T &&operator*() && { return std::get<0>(std::move(m_content)); }
    T *operator->() { return &std::get<0>(m_content); }
    const T *operator->() const { return &std::get<0>(m_content); }

    /// Requires: holds an error.
    const Error &error() const { return std::get<1>(m_content); }

private:
    std::variant<T, Error> m_content;
};

template<>
class [[nodiscard]] Result<void>
{
public:
    Result() = default;
    Result(Error error) : m_error(std::move(error)) {}

    explicit operator bool() const { return !m_error; }

    /// Requires: holds an error.
    const Error &error() const
    {
        assert(m_error);
        return *m_error;
    }

private:
    std::optional<Error> m_error;
};

}  // namespace waypoint
