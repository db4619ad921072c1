// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/curves.h"
#include "core/metrics/event_record.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>

#include <sys/mman.h>
#include <unistd.h>

namespace {

using waypoint::Curve;

/// What whoever draws a curve relies on.
void check(const std::vector<Curve> &curves)
{
    for (const Curve &curve : curves) {
        const bool sizes = curve.x.size() == curve.y.size() && !curve.y.empty();
        const bool rises = std::is_sorted(curve.x.begin(), curve.x.end())
                           && std::none_of(curve.x.begin(), curve.x.end(), [](double x) { return !std::isfinite(x); });
        if (!sizes || !rises)
            std::abort();
        for (const auto *axis : {&curve.step, &curve.epoch, &curve.time})
            if (!axis->empty() && axis->size() != curve.y.size())
                std::abort();
    }
}

void append(int file, const std::uint8_t *bytes, std::size_t size)
{
    while (size > 0) {
        const auto written = ::write(file, bytes, size);
        if (written <= 0)
            return;
        bytes += written;
        size -= static_cast<std::size_t>(written);
    }
}

}  // namespace

/// A log that is read when half of it is there, and again with the rest: the first byte says where it is cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *bytes, std::size_t size)
{
    if (size == 0)
        return 0;
    // Behind the checksums, which no fuzzer guesses.
    static_cast<void>(waypoint::readEvent({reinterpret_cast<const char *>(bytes), size}));
    const int file = ::memfd_create("log", MFD_CLOEXEC);
    const std::size_t cut = 1 + bytes[0] * (size - 1) / 256;
    append(file, bytes + 1, cut - 1);
    waypoint::CurveFollower follower("/proc/self/fd/" + std::to_string(file));
    if (const auto run = follower.read())
        check((*run)->curves);
    append(file, bytes + cut, size - cut);
    if (const auto run = follower.read())
        check((*run)->curves);
    ::close(file);
    return 0;
}
