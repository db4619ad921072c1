// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/random_access_file.h"

#include "core/base/checked.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <limits>
#include <new>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace waypoint {

namespace {

Error systemError(int number)
{
    auto code = ErrorCode::ReadFailed;
    if (number == ENOENT || number == ENOTDIR)
        code = ErrorCode::NotFound;
    else if (number == EACCES || number == EPERM)
        code = ErrorCode::NoPermission;
    return {.code = code, .detail = std::generic_category().message(number), .at = {}, .advice = {}, .file = {}};
}

/// Nothing for a regular file, else what it is.
std::optional<Error> refusalOf(const struct stat &status)
{
    if (S_ISREG(status.st_mode))
        return std::nullopt;
    Error error{
        .code = ErrorCode::ReadFailed, .detail = "it is not a regular file", .at = {}, .advice = {}, .file = {}};
    if (S_ISDIR(status.st_mode))
        error.detail = "it is a folder";
    else if (S_ISFIFO(status.st_mode))
        error.detail = "it is a pipe, which cannot be read at any position";
    else if (S_ISSOCK(status.st_mode))
        error.detail = "it is a socket, which cannot be read at any position";
    else if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
        error.detail = "it is a device, not a regular file";
    if (!S_ISDIR(status.st_mode))
        error.advice = "Save its content as a file first.";
    return error;
}

class Descriptor
{
public:
    explicit Descriptor(int number) : m_number(number) {}
    Descriptor(Descriptor &&other) noexcept : m_number(std::exchange(other.m_number, -1)) {}
    Descriptor(const Descriptor &) = delete;
    Descriptor &operator=(const Descriptor &) = delete;
    Descriptor &operator=(Descriptor &&) = delete;
    ~Descriptor()
    {
        if (m_number >= 0)
            ::close(m_number);
    }

    [[nodiscard]] int number() const { return m_number; }

private:
    int m_number;
};

class DiskFile final : public RandomAccessFile
{
public:
    DiskFile(Descriptor descriptor, ByteCount size, std::string name)
        : m_descriptor(std::move(descriptor)), m_size(size), m_name(std::move(name))
    {
    }

    ByteCount size() const override { return m_size; }
    const std::string &name() const override { return m_name; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        std::size_t done = 0;
        // One call may return less than there is: a signal came, or the system's limit of 2 GiB a call.
        while (done < into.size()) {
            const auto position = checkedAdd<std::uint64_t>(at.value, done);
            if (!position || *position > std::uint64_t(std::numeric_limits<off_t>::max()))
                break;
            const auto got =
                ::pread(m_descriptor.number(), into.data() + done, into.size() - done, static_cast<off_t>(*position));
            if (got == 0)
                break;
            if (got > 0) {
                done += static_cast<std::size_t>(got);
                continue;
            }
            if (errno == EINTR)
                continue;
            auto error = systemError(errno);
            error.code = ErrorCode::ReadFailed;
            error.at = ByteOffset{*position};
            return error;
        }
        return done;
    }

private:
    Descriptor m_descriptor;
    ByteCount m_size;
    std::string m_name;
};

class MemoryFile final : public RandomAccessFile
{
public:
    MemoryFile(std::string name, std::vector<std::byte> bytes) : m_name(std::move(name)), m_bytes(std::move(bytes)) {}

    ByteCount size() const override { return {m_bytes.size()}; }
    const std::string &name() const override { return m_name; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        if (at.value >= m_bytes.size())
            return std::size_t{0};
        const auto start = static_cast<std::size_t>(at.value);
        const auto length = std::min(into.size(), m_bytes.size() - start);
        if (length > 0)
            std::memcpy(into.data(), m_bytes.data() + start, length);
        return length;
    }

private:
    std::string m_name;
    std::vector<std::byte> m_bytes;
};

class FileWindow final : public RandomAccessFile
{
public:
    FileWindow(FilePtr file, ByteRange range, std::string name)
        : m_file(std::move(file)), m_range(range), m_name(std::move(name))
    {
    }

    ByteCount size() const override { return m_range.length; }
    const std::string &name() const override { return m_name; }
    const FilePtr &file() const { return m_file; }
    ByteOffset start() const { return m_range.start; }

    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        if (at.value >= m_range.length.value)
            return std::size_t{0};
        const auto left = m_range.length.value - at.value;
        if (into.size() > left)
            into = into.first(static_cast<std::size_t>(left));
        auto got = m_file->readAt({m_range.start.value + at.value}, into);
        if (got)
            return got;
        // Positions in errors are those of the file that was asked, as sizes are.
        auto error = got.error();
        if (error.at && error.at->value >= m_range.start.value)
            error.at->value -= m_range.start.value;
        return error;
    }

private:
    FilePtr m_file;
    ByteRange m_range;
    std::string m_name;
};

Result<Descriptor> openRegular(const std::filesystem::path &path, struct stat &status)
{
    // Looked at before it is opened: opening a device can have effects (a tape winds back, a watchdog starts).
    if (::stat(path.c_str(), &status) != 0)
        return systemError(errno);
    if (auto refusal = refusalOf(status))
        return *std::move(refusal);
    int number = -1;
    do {
        // O_NONBLOCK: should a pipe have taken the file's place in between, opening it must not wait for a writer.
        number = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    } while (number < 0 && errno == EINTR);
    if (number < 0)
        return systemError(errno);
    Descriptor descriptor(number);
    if (::fstat(number, &status) != 0)
        return systemError(errno);
    if (auto refusal = refusalOf(status))
        return *std::move(refusal);
    return descriptor;
}

}  // namespace

Result<FilePtr> openFile(const std::filesystem::path &path)
{
    struct stat status
    {
    };
    auto descriptor = openRegular(path, status);
    if (!descriptor)
        return descriptor.error();
    const ByteCount size{static_cast<std::uint64_t>(std::max<off_t>(status.st_size, 0))};
    return FilePtr(std::make_shared<const DiskFile>(*std::move(descriptor), size, path.string()));
}

FilePtr memoryFile(std::string name, std::vector<std::byte> bytes)
{
    return std::make_shared<const MemoryFile>(std::move(name), std::move(bytes));
}

FilePtr fileWindow(FilePtr file, ByteRange range, std::string name)
{
    assert(liesWithin(range, file->size()));
    // A window of a window looks at the file itself, so that nesting costs nothing at each read.
    if (const auto *outer = dynamic_cast<const FileWindow *>(file.get())) {
        range.start = outer->start() + ByteCount{range.start.value};
        auto inner = outer->file();
        file = std::move(inner);
    }
    return std::make_shared<const FileWindow>(std::move(file), range, std::move(name));
}

Result<std::vector<std::byte>> readRange(const RandomAccessFile &file, ByteRange range)
{
    if (!liesWithin(range, file.size()))
        return Error{ErrorCode::Truncated,
                     file.name() + ": bytes are missing at the end",
                     ByteOffset{file.size().value},
                     {},
                     {}};
    std::vector<std::byte> bytes;
    try {
        bytes.resize(static_cast<std::size_t>(range.length.value));
    } catch (const std::exception &) {
        return Error{ErrorCode::TooLarge, file.name() + ": there is not enough memory", range.start, {}, {}};
    }
    auto got = file.readAt(range.start, bytes);
    if (!got)
        return got.error();
    if (*got < bytes.size())
        return Error{ErrorCode::Truncated,
                     file.name() + ": the file became shorter while it was read",
                     range.start + ByteCount{*got},
                     {},
                     {}};
    return bytes;
}

}  // namespace waypoint
