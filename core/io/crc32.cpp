// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/crc32.h"

#include <zlib.h>

#if defined(__x86_64__) && defined(__GNUC__)
#define WAYPOINT_HAS_CLMUL 1
#include <immintrin.h>
#endif

namespace waypoint {

namespace {

std::uint32_t byTable(std::uint32_t crc, std::span<const std::byte> bytes)
{
    return static_cast<std::uint32_t>(::crc32_z(crc, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size()));
}

#ifdef WAYPOINT_HAS_CLMUL

// V. Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009: 64 bytes at
// a time are folded onto the next 64, then 16 onto 16; a Barrett reduction leaves 32 bits. The constants are powers of
// x modulo the reflected polynomial 0xedb88320.

constexpr std::size_t kLane = 16;
constexpr std::size_t kStride = 4 * kLane;

__attribute__((target("pclmul,sse4.1"))) inline __m128i loadLane(const std::byte *from)
{
    return _mm_loadu_si128(reinterpret_cast<const __m128i *>(from));
}

/// `lane` moved on by what `by` says, onto `next`.
__attribute__((target("pclmul,sse4.1"))) inline __m128i fold(__m128i lane, __m128i by, __m128i next)
{
    const __m128i low = _mm_clmulepi64_si128(lane, by, 0x00);
    const __m128i high = _mm_clmulepi64_si128(lane, by, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("pclmul,sse4.1"))) std::uint32_t reduce(__m128i lane)
{
    const __m128i by128 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    const __m128i by64 = _mm_set_epi64x(0, 0x0163cd6124);
    const __m128i barrett = _mm_set_epi64x(0x01f7011641, 0x01db710641);
    const __m128i low32 = _mm_setr_epi32(-1, 0, -1, 0);
    lane = _mm_xor_si128(_mm_srli_si128(lane, 8), _mm_clmulepi64_si128(lane, by128, 0x10));
    const __m128i upper = _mm_srli_si128(lane, 4);
    lane = _mm_xor_si128(_mm_clmulepi64_si128(_mm_and_si128(lane, low32), by64, 0x00), upper);
    __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(lane, low32), barrett, 0x10);
    quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low32), barrett, 0x00);
    return static_cast<std::uint32_t>(_mm_extract_epi32(_mm_xor_si128(lane, quotient), 1));
}

/// Requires: `size` is a multiple of kLane and at least kStride. `crc` and the result are the register, not inverted.
__attribute__((target("pclmul,sse4.1"))) std::uint32_t byFolding(std::uint32_t crc, const std::byte *at,
                                                                 std::size_t size)
{
    const __m128i by512 = _mm_set_epi64x(0x01c6e41596, 0x0154442bd4);
    const __m128i by128 = _mm_set_epi64x(0x00ccaa009e, 0x01751997d0);
    __m128i a = _mm_xor_si128(loadLane(at), _mm_cvtsi32_si128(static_cast<int>(crc)));
    __m128i b = loadLane(at + kLane);
    __m128i c = loadLane(at + 2 * kLane);
    __m128i d = loadLane(at + 3 * kLane);
    for (at += kStride, size -= kStride; size >= kStride; at += kStride, size -= kStride) {
        a = fold(a, by512, loadLane(at));
        b = fold(b, by512, loadLane(at + kLane));
        c = fold(c, by512, loadLane(at + 2 * kLane));
        d = fold(d, by512, loadLane(at + 3 * kLane));
    }
    a = fold(fold(fold(a, by128, b), by128, c), by128, d);
    for (; size >= kLane; at += kLane, size -= kLane)
        a = fold(a, by128, loadLane(at));
    return reduce(a);
}

bool canFold()
{
    static const bool can = __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
    return can;
}

#endif

}  // namespace

std::uint32_t crc32(std::uint32_t crc, std::span<const std::byte> bytes)
{
#ifdef WAYPOINT_HAS_CLMUL
    if (const std::size_t whole = bytes.size() / kLane * kLane; whole >= kStride && canFold()) {
        crc = ~byFolding(~crc, bytes.data(), whole);
        bytes = bytes.subspan(whole);
    }
#endif
    return bytes.empty() ? crc : byTable(crc, bytes);
}

std::uint32_t combinedCrc32(std::uint32_t first, std::uint32_t second, ByteCount bytes)
{
    return static_cast<std::uint32_t>(::crc32_combine(first, second, static_cast<z_off_t>(bytes.value)));
}

}  // namespace waypoint
