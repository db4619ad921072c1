// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/file_lock.h"

#include <cerrno>
#include <chrono>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace waypoint {

namespace {

struct flock wholeFile()
{
    struct flock lock
    {
    };
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    return lock;
}

LockAnswer takeByDescription(int descriptor)
{
#ifdef F_OFD_SETLK
    auto lock = wholeFile();
    while (::fcntl(descriptor, F_OFD_SETLK, &lock) != 0) {
        if (errno == EAGAIN || errno == EACCES)
            return LockAnswer::Held;
        if (errno != EINTR)
            return LockAnswer::Unsupported;
    }
    return LockAnswer::Free;
#else
    static_cast<void>(descriptor);
    errno = ENOSYS;
    return LockAnswer::Unsupported;
#endif
}

LockAnswer askByDescription(int descriptor)
{
#ifdef F_OFD_GETLK
    auto lock = wholeFile();
    if (::fcntl(descriptor, F_OFD_GETLK, &lock) != 0)
        return LockAnswer::Unsupported;
    return lock.l_type == F_UNLCK ? LockAnswer::Free : LockAnswer::Held;
#else
    static_cast<void>(descriptor);
    errno = ENOSYS;
    return LockAnswer::Unsupported;
#endif
}

LockAnswer flockNow(int descriptor, int operation)
{
    while (::flock(descriptor, operation | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return LockAnswer::Held;
        if (errno != EINTR)
            return LockAnswer::Unsupported;
    }
    return LockAnswer::Free;
}

LockAnswer takeByFlock(int descriptor)
{
    // A watcher that asks holds it for microseconds.
    auto answer = flockNow(descriptor, LOCK_EX);
    for (int tries = 0; answer == LockAnswer::Held && tries < 10; ++tries) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        answer = flockNow(descriptor, LOCK_EX);
    }
    return answer;
}

LockAnswer askByFlock(int descriptor)
{
    const auto answer = flockNow(descriptor, LOCK_SH);
    if (answer == LockAnswer::Free)
        ::flock(descriptor, LOCK_UN);
    return answer;
}

}  // namespace

LockAnswer takeLock(int descriptor, LockKind kind)
{
    return kind == LockKind::Flock ? takeByFlock(descriptor) : takeByDescription(descriptor);
}

LockAnswer askLock(int descriptor, LockKind kind)
{
    return kind == LockKind::Flock ? askByFlock(descriptor) : askByDescription(descriptor);
}

}  // namespace waypoint
