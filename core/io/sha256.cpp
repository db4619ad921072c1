// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"

#include <array>
#include <string_view>

#include <openssl/evp.h>

namespace waypoint {

struct Sha256::State
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool good = false;

    State() { start(); }
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State() { EVP_MD_CTX_free(context); }

    void start() { good = context && EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1; }
};

Sha256::Sha256() : m_state(std::make_unique<State>()) {}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes)
{
    m_state->good = m_state->good && EVP_DigestUpdate(m_state->context, bytes.data(), bytes.size()) == 1;
}

std::string Sha256::hexDigest()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    const bool good = m_state->good && EVP_DigestFinal_ex(m_state->context, digest.data(), &length) == 1;
    m_state->start();
    std::string text;
    if (!good)
        return text;
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (unsigned i = 0; i < length; ++i) {
        text += kDigits[digest[i] >> 4u];
        text += kDigits[digest[i] & 15u];
    }
    return text;
}

}  // namespace waypoint
