// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"

#include "core/io/block_checksums.h"
#include "core/io/temporary_file.h"
#include "core/io/write_error.h"

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace waypoint {

namespace {

constexpr std::size_t kBufferBytes = 1u << 20;
constexpr std::size_t kWorthACall = 128u << 10;  ///< is written from where it is, without the buffer
constexpr std::uint64_t kWriteBackBytes = 8u << 20;

/// The kernel answers a write beyond RLIMIT_FSIZE with a signal that kills by default. Ignored, the write says EFBIG.
/// Done once for the process, and only where nobody has asked for the signal.
void ignoreSizeSignal()
{
    static std::once_flag once;
    std::call_once(once, [] {
        struct sigaction action
        {
        };
        if (::sigaction(SIGXFSZ, nullptr, &action) != 0 || (action.sa_flags & SA_SIGINFO) != 0
            || action.sa_handler != SIG_DFL)
            return;
        action.sa_handler = SIG_IGN;
        ::sigaction(SIGXFSZ, &action, nullptr);
    });
}

/// Writes all of it at a position; 0 or the system's error number. What was written before an error counts in `at`.
int writeAllAt(int descriptor, std::span<const std::byte> bytes, std::uint64_t &at)
{
    while (!bytes.empty()) {
        const auto written = ::pwrite(descriptor, bytes.data(), bytes.size(), static_cast<off_t>(at));
        if (written > 0) {
            at += static_cast<std::uint64_t>(written);
            bytes = bytes.subspan(static_cast<std::size_t>(written));
        } else if (written == 0) {
            return ENOSPC;  // no file system does that; going on would never end
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/// Reads so many bytes from a position; 0 or the system's error number.
int readAllAt(int descriptor, std::span<std::byte> into, std::uint64_t at)
{
    while (!into.empty()) {
        const auto got = ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(at));
        if (got == 0)
            return EIO;  // somebody else has cut it
        if (got < 0 && errno != EINTR)
            return errno;
        if (got > 0) {
            at += static_cast<std::uint64_t>(got);
            into = into.subspan(static_cast<std::size_t>(got));
        }
    }
    return 0;
}

/// Owner and mode of the file that will be replaced, as far as this process may give them.
void takeOver(int descriptor, const std::filesystem::path &target)
{
    struct stat old
    {
    };
    struct stat now
    {
    };
    if (::stat(target.c_str(), &old) != 0 || ::fstat(descriptor, &now) != 0)
        return;
    if ((old.st_uid != now.st_uid || old.st_gid != now.st_gid) && ::fchown(descriptor, old.st_uid, old.st_gid) != 0
        && old.st_gid != now.st_gid)
        (void)!::fchown(descriptor, static_cast<uid_t>(-1), old.st_gid);
    ::fchmod(descriptor, old.st_mode & 0777);
}

/// Lets the disk begin with what is there, while more comes: flushing at the end then has less to wait for.
void startWriteBack([[maybe_unused]] int descriptor, [[maybe_unused]] std::uint64_t from,
                    [[maybe_unused]] std::uint64_t to)
{
#ifdef SYNC_FILE_RANGE_WRITE
    ::sync_file_range(descriptor, static_cast<off64_t>(from), static_cast<off64_t>(to - from), SYNC_FILE_RANGE_WRITE);
#endif
}

int syncFile(int descriptor)
{
    while (::fsync(descriptor) != 0) {
        if (errno == EINTR)
            continue;
        return errno == EINVAL || errno == ENOTSUP ? 0 : errno;  // not every file system can
    }
    return 0;
}

}  // namespace

struct AtomicFile::State
{
    std::filesystem::path target;
    std::filesystem::path temporary;  ///< empty once it is renamed or removed
    int descriptor = -1;
    std::vector<std::byte> buffer;
    std::uint64_t written = 0;      ///< bytes in the file; the buffer follows
    std::uint64_t writtenBack = 0;  ///< bytes that the disk was told of
    BlockChecksums sums;            ///< of what is written
    Progress *progress = nullptr;
    std::optional<Error> failure;
    bool done = false;

    State() = default;
    State(const State &) = delete;
    State &operator=(const State &) = delete;
    ~State() { discard(); }

    Error fail(int number, std::uint64_t at)
    {
        Error error = writeError(number, target);
        if (number == ENOSPC || number == EDQUOT || number == EFBIG || number == EIO)
            error.at = ByteOffset{at};
        return fail(std::move(error));
    }

    Error fail(Error error)
    {
        failure = std::move(error);
        discard();
        return *failure;
    }

    Result<void> append(std::span<const std::byte> bytes, std::optional<std::uint32_t> crc = {})
    {
        std::uint64_t at = written;
        if (const int number = writeAllAt(descriptor, bytes, at); number != 0)
            return fail(number, at);
        if (crc)
            sums.add(bytes, *crc);
        else
            sums.add(bytes);
        written = at;
        if (progress)
            progress->done += bytes.size();
        if (written - writtenBack >= kWriteBackBytes)
            startWriteBack(descriptor, std::exchange(writtenBack, written), written);
        return {};
    }

    Result<void> flush()
    {
        const Result<void> appended = append(buffer);
        buffer.clear();
        return appended;
    }

    Result<void> write(std::span<const std::byte> bytes, std::optional<std::uint32_t> crc)
    {
        if (failure)
            return *failure;
        assert(!done);
        const bool isSmall = bytes.size() < kWorthACall;
        if (isSmall && buffer.size() + bytes.size() <= kBufferBytes) {
            buffer.insert(buffer.end(), bytes.begin(), bytes.end());
            return {};
        }
        if (const Result<void> flushed = flush(); !flushed)
            return flushed;
        if (!isSmall)
            return append(bytes, crc);
        buffer.assign(bytes.begin(), bytes.end());
        return {};
    }

    /// Writes over bytes of one block that is on disk, whose checksum changes with it.
    Result<void> change(std::uint64_t at, std::span<const std::byte> bytes)
    {
        const std::size_t block = sums.blockAt({at});
        const ByteRange range = sums.range(block);
        std::vector<std::byte> content(static_cast<std::size_t>(range.length.value));
        const int unread = readAllAt(descriptor, content, range.start.value);
        if (unread != 0 || !sums.match(block, content))
            return unread != 0 ? fail(unread, range.start.value) : fail(changedMeanwhile(range.start));
        std::copy(bytes.begin(), bytes.end(), content.begin() + static_cast<std::ptrdiff_t>(at - range.start.value));
        sums.replace(block, content);
        if (const int number = writeAllAt(descriptor, bytes, at); number != 0)
            return fail(number, at);
        return {};
    }

    Error changedMeanwhile(ByteOffset at) const
    {
        return {ErrorCode::Corrupt, "what was written reads back differently", at, {}, target.string()};
    }

    Result<void> readBack(const std::stop_token &stop)
    {
        const Result<FilePtr> file = openFile(temporary);
        Result<void> sound = file ? sums.check(**file, stop, progress) : Result<void>(file.error());
        if (sound)
            return {};
        Error error = sound.error();
        if (error.code != ErrorCode::Cancelled)
            error.file = target.string();
        return fail(std::move(error));
    }

    Result<void> flushToDisk()
    {
        if (failure)
            return *failure;
        assert(!done);
        done = true;
        if (const Result<void> flushed = flush(); !flushed)
            return flushed;
        if (const int number = syncFile(descriptor); number != 0)
            return fail(number, written);
        return {};
    }

    Result<void> check(const Check &checks)
    {
        if (!checks)
            return {};
        const Result<void> sound = checks(temporary);
        if (sound)
            return {};
        Error error = sound.error();
        if (error.file == temporary.string())
            error.file = target.string();  // the temporary one is gone when somebody reads this
        return fail(std::move(error));
    }

    Result<void> rename()
    {
        if (::rename(temporary.c_str(), target.c_str()) != 0)
            return fail(errno, written);
        temporary.clear();
        return syncFolder(parentFolder(target));
    }

    void discard()
    {
        if (descriptor >= 0)
            ::close(std::exchange(descriptor, -1));
        if (!temporary.empty())
            ::unlink(temporary.c_str());
        temporary.clear();
    }
};

AtomicFile::AtomicFile(std::unique_ptr<State> state) : m_state(std::move(state)) {}
AtomicFile::AtomicFile(AtomicFile &&other) noexcept = default;
AtomicFile &AtomicFile::operator=(AtomicFile &&other) noexcept = default;
AtomicFile::~AtomicFile() = default;

Result<AtomicFile> AtomicFile::create(const std::filesystem::path &path)
{
    ignoreSizeSignal();
    Result<std::filesystem::path> target = writeTarget(path);
    if (!target)
        return target.error();
    removeStaleTemporaries(*target);
    Result<TemporaryFile> temporary = createTemporary(*target);
    if (!temporary)
        return temporary.error();
    takeOver(temporary->descriptor, *target);
    auto state = std::make_unique<State>();
    state->target = *std::move(target);
    state->temporary = std::move(temporary->path);
    state->descriptor = temporary->descriptor;
    return AtomicFile(std::move(state));
}

Result<void> AtomicFile::write(std::span<const std::byte> bytes) { return m_state->write(bytes, {}); }

Result<void> AtomicFile::write(std::span<const std::byte> bytes, std::uint32_t crc)
{
    return m_state->write(bytes, crc);
}

Result<void> AtomicFile::write(std::string_view text) { return write(std::as_bytes(std::span(text))); }

ByteOffset AtomicFile::position() const { return {m_state->written + m_state->buffer.size()}; }

Result<void> AtomicFile::overwrite(ByteOffset at, std::span<const std::byte> bytes)
{
    State &state = *m_state;
    if (state.failure)
        return *state.failure;
    assert(!state.done && at.value + bytes.size() <= position().value);
    if (at.value >= state.written) {
        const auto into = static_cast<std::ptrdiff_t>(at.value - state.written);
        std::copy(bytes.begin(), bytes.end(), state.buffer.begin() + into);
        return {};
    }
    if (const Result<void> flushed = state.flush(); !flushed)
        return flushed;
    for (std::uint64_t place = at.value; !bytes.empty();) {
        const ByteRange block = state.sums.range(state.sums.blockAt({place}));
        const std::uint64_t left = block.start.value + block.length.value - place;
        const auto part = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), left)));
        if (const Result<void> changed = state.change(place, part); !changed)
            return changed;
        place += part.size();
        bytes = bytes.subspan(part.size());
    }
    return {};
}

void AtomicFile::setProgress(Progress *progress) { m_state->progress = progress; }

const std::filesystem::path &AtomicFile::target() const { return m_state->target; }

Result<void> AtomicFile::finish(const std::stop_token &stop, const Check &check)
{
    State &state = *m_state;
    if (const Result<void> flushed = state.flushToDisk(); !flushed)
        return flushed;
    if (const Result<void> sound = state.readBack(stop); !sound)
        return sound;
    if (const Result<void> checked = state.check(check); !checked)
        return checked;
    // Of many files that wait for each other, none keeps a descriptor.
    ::close(std::exchange(state.descriptor, -1));
    return {};
}

Result<void> AtomicFile::publish()
{
    State &state = *m_state;
    if (state.failure)
        return *state.failure;
    assert(state.done);
    if (const Result<void> renamed = state.rename(); !renamed)
        return renamed;
    state.discard();
    return {};
}

Result<void> AtomicFile::commit(const Check &check)
{
    if (const Result<void> flushed = m_state->flushToDisk(); !flushed)
        return flushed;
    if (const Result<void> checked = m_state->check(check); !checked)
        return checked;
    return publish();
}

}  // namespace waypoint
