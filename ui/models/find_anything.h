// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <stop_token>
#include <vector>

namespace waypoint {

/// Where "find anything" looks: values, so that the search can run in the background.
struct SearchPlaces
{
    CheckpointPtr checkpoint;  ///< of the current tab; may be null
    QStringList openFiles;     ///< paths of the tabs
    QStringList recentFiles;
};

/// One thing found.
struct Finding
{
    enum class Kind { Entry, OpenFile, RecentFile };
    Kind kind = Kind::Entry;
    EntryId entry = kNoEntry;
    QString path;  ///< of a file
    QString title;
    QString details;
};

/// The best matches first, at most `most`. Every word of `text` must occur in the path; names that are or begin with
/// the text come before names that hold it, short before long. Any thread.
[[nodiscard]] std::vector<Finding> findAnything(const SearchPlaces &places, const QString &text, std::size_t most,
                                                const std::stop_token &stop = {});

}  // namespace waypoint
