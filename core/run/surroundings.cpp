// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/surroundings.h"

#include "core/io/random_access_file.h"

#include <array>
#include <chrono>
#include <fstream>

#include <unistd.h>

namespace waypoint {

namespace {

constexpr std::uint64_t kMostBytes = 16u << 20;

}  // namespace

Result<std::string> readText(const std::filesystem::path &path)
{
    const auto file = openFile(path);
    if (!file)
        return file.error();
    const auto size = (*file)->size();
    if (size.value > kMostBytes)
        return Error{.code = ErrorCode::TooLarge, .detail = path.filename().string() + " has more than 16 MiB"};
    const auto bytes = readRange(**file, {{0}, size});
    if (!bytes)
        return bytes.error();
    return std::string(reinterpret_cast<const char *>(bytes->data()), bytes->size());
}

std::string hostName()
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0)
        return "unknown";
    return name.data();
}

std::uint64_t residentBytes()
{
    // "pages in all, resident, ..."
    std::ifstream statm("/proc/self/statm");
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    const long page = ::sysconf(_SC_PAGESIZE);
    return statm >> all >> resident && page > 0 ? resident * static_cast<std::uint64_t>(page) : 0;
}

double secondsNow()
{
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace waypoint
