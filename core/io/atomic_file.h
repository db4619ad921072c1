// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/base/units.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>

namespace waypoint {

/// Replaces a file as a whole or not at all: a temporary file beside it, flushed to disk, looked at again, renamed over
/// the old one, the folder flushed. Whoever reads the path sees the old file or the new one, whatever happens.
///
/// Every failure is an Error with the system's reason (no space, read-only, size limit); the temporary file is
/// removed then, and the old file is as it was. After an error every further call returns it again.
/// Exceeding RLIMIT_FSIZE is such an error, not a signal: from the first create() on the process ignores SIGXFSZ,
/// unless somebody handles it.
///
/// A symbolic link is followed and stays; what is neither a regular file nor missing (a folder, a device) is refused.
/// The new file has the mode of the old one, a first one 0666 less the umask. create() removes what processes that died
/// left of the same file. One thread at a time; two objects for one path are two files, of which the later commit()
/// wins.
class AtomicFile
{
public:
    /// Called with the finished temporary file before it takes the name; its error stops that.
    using Check = std::function<Result<void>(const std::filesystem::path &)>;

    static Result<AtomicFile> create(const std::filesystem::path &path);
    AtomicFile(AtomicFile &&other) noexcept;
    AtomicFile &operator=(AtomicFile &&other) noexcept;
    ~AtomicFile();

    /// Adds to the end.
    Result<void> write(std::span<const std::byte> bytes);
    Result<void> write(std::string_view text);
    /// The same where the CRC-32 of the bytes is known: nothing needs to work it out again.
    Result<void> write(std::span<const std::byte> bytes, std::uint32_t crc);
    [[nodiscard]] ByteOffset position() const;
    /// Writes over bytes that were written before (a header that knows its sizes only at the end).
    Result<void> overwrite(ByteOffset at, std::span<const std::byte> bytes);

    /// Counts the bytes that are written, and those that finish() reads back: twice the file. It must outlive this.
    void setProgress(Progress *progress);
    /// Where it ends up: links followed.
    [[nodiscard]] const std::filesystem::path &target() const;

    /// Flushes it to disk, reads every byte back and compares it with checksums made while it was written, on all
    /// cores; then comes `check`. Corrupt or Truncated at the byte, Cancelled. Nothing can be written any more.
    Result<void> finish(const std::stop_token &stop = {}, const Check &check = {});
    /// Gives the finished file its name. Only flushing the folder can fail with the new file in place; the error says
    /// so.
    Result<void> publish();
    /// Both, but without reading back.
    Result<void> commit(const Check &check = {});

private:
    struct State;
    explicit AtomicFile(std::unique_ptr<State> state);
    std::unique_ptr<State> m_state;
};

/// Replaces `path` by `text`, as AtomicFile does.
Result<void> replaceFile(const std::filesystem::path &path, std::string_view text);

/// Gives the content of `from` a second name, replacing `to` atomically: a hard link where the file system has them,
/// else a copy written as AtomicFile does. Nothing is done where both are one file already. NotFound and its kin where
/// `from` cannot be read.
Result<void> replaceByLink(const std::filesystem::path &from, const std::filesystem::path &to);

/// Bytes an ordinary user can still write in a folder; nothing where the system does not say.
[[nodiscard]] std::optional<ByteCount> freeSpace(const std::filesystem::path &folder);

}  // namespace waypoint
