// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/write_verified.h"

#include <new>

namespace waypoint {

Result<void> writeVerified(const std::filesystem::path &path, ByteCount bytes, Progress *progress,
                           const std::stop_token &stop, const FillFile &fill)
{
    try {
        Result<AtomicFile> file = AtomicFile::create(path);
        if (!file)
            return file.error();
        if (progress)
            progress->total = 2 * bytes.value;
        file->setProgress(progress);
        if (Result<void> filled = fill(*file); !filled)
            return filled;
        if (Result<void> finished = file->finish(stop); !finished)
            return finished;
        return file->publish();
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory to write the file"};
    }
}

}  // namespace waypoint
