// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

namespace waypoint {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces. One thread.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256 &) = delete;
    Sha256 &operator=(const Sha256 &) = delete;

    void update(std::span<const std::byte> bytes);

    /// 64 lower-case digits for everything so far, and starts anew. Empty where the system's cryptography refuses.
    std::string hexDigest();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

}  // namespace waypoint
