// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace waypoint {

/// How a whole file is locked: by the open file description, where the system and the file system have that; else as
/// flock(2) does. Both end with the process, however it ends. Two programs on one file system find the same kind.
enum class LockKind { OpenFileDescription, Flock };

enum class LockAnswer { Free, Held, Unsupported };

/// Takes the lock: Free where it is ours now. Unsupported sets errno.
[[nodiscard]] LockAnswer takeLock(int descriptor, LockKind kind);

/// Whether another open file holds it. The first kind asks; flock has no such question, so the second takes a shared
/// lock for a moment, which takeLock waits for.
[[nodiscard]] LockAnswer askLock(int descriptor, LockKind kind);

}  // namespace waypoint
