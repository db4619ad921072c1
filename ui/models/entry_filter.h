// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <string>
#include <string_view>
#include <vector>

namespace waypoint {

/// What the person typed and which chips are picked.
struct EntryFilter
{
    std::string text;         ///< UTF-8: part of a name, a glob (* ? [..]) over a whole name, or part of a path
    std::vector<Role> roles;  ///< empty: all
    bool problems = false;    ///< only tensors with an ailment, and what the file's warnings concern

    [[nodiscard]] bool isActive() const { return !text.empty() || !roles.empty() || problems; }
    bool operator==(const EntryFilter &) const = default;
};

/// A text filter made ready for many names. Letter case does not matter. In paths `/` and `.` are the same, so that
/// net/conv1, net.conv1 and conv1.weight all find net/conv1.weight.
class NamePattern
{
public:
    explicit NamePattern(std::string_view text);

    [[nodiscard]] bool isEmpty() const { return m_text.empty(); }
    /// Whether the text could match a path that no single name of it matches.
    [[nodiscard]] bool looksAtPaths() const { return m_hasSeparator; }
    /// A glob matches a whole name, other text any part of it.
    [[nodiscard]] bool matches(std::string_view nameOrPath) const;

private:
    std::string m_text;
    bool m_isGlob = false;
    bool m_hasSeparator = false;
};

}  // namespace waypoint
