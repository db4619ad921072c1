// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/publish_together.h"

#include "core/io/temporary_file.h"
#include "core/io/write_error.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace waypoint {

namespace {

/// A name that gets another file, and a way back.
class Replacement
{
public:
    explicit Replacement(std::filesystem::path target) : m_target(std::move(target)) {}

    /// Keeps what has the name now, if anything has, under another one.
    Result<void> keepOld()
    {
        std::error_code ignored;
        // What is no file stays where it is: publish() says that it is in the way.
        if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(m_target, ignored)))
            return {};
        m_old = temporaryName(m_target);
        // A second name, so that the file never lacks its own; not every file system has that.
        if (::link(m_target.c_str(), m_old.c_str()) == 0 || std::rename(m_target.c_str(), m_old.c_str()) == 0)
            return {};
        m_old.clear();
        return writeError(errno, m_target);
    }

    void undo() const
    {
        if (m_old.empty())
            ::unlink(m_target.c_str());
        else if (std::rename(m_old.c_str(), m_target.c_str()) == 0)
            ::unlink(m_old.c_str());  // between two names of one file rename does nothing
    }

    void forgetOld() const
    {
        if (!m_old.empty())
            ::unlink(m_old.c_str());
    }

private:
    std::filesystem::path m_target;
    std::filesystem::path m_old;
};

}  // namespace

Result<void> publishTogether(std::span<AtomicFile> files)
{
    std::vector<Replacement> done;
    for (AtomicFile &file : files) {
        Replacement replacement(file.target());
        Result<void> published = replacement.keepOld();
        if (published) {
            done.push_back(std::move(replacement));
            published = file.publish();
        }
        if (published)
            continue;
        for (; !done.empty(); done.pop_back())
            done.back().undo();
        return published;
    }
    for (const Replacement &replacement : done)
        replacement.forgetOld();
    return {};
}

}  // namespace waypoint
