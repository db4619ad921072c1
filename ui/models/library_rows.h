// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/evaluations.h"
#include "ui/models/file_facts.h"
#include "ui/models/folder_scan.h"
#include "ui/models/run_story.h"

#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <optional>
#include <vector>

namespace waypoint {

enum class LibraryColumn { Name, State, Epoch, Loss, Metric, Evaluated, Size, Changed };
inline constexpr int kLibraryColumns = 8;

/// A file of the library with what is known of it.
struct LibraryFile
{
    FoundFile found;
    QString path;
    FileFactsPtr facts;  ///< null until it was opened
    std::optional<EvaluationLine> evaluated;
    bool hasBestLoss = false;  ///< of its group
    bool hasBestMetric = false;
};

/// A run as it stands.
struct LibraryRun
{
    QString folder;
    QString title;  ///< its folder's name: many runs train the same model
    QString about;  ///< "mlp on digits"
    RunStory story;
    bool isKnown = false;  ///< story is one
};

/// A top row: a run, a folder with files, or the runs that are at work (which have no files here).
struct LibraryGroup
{
    enum class Kind { Active, Run, Folder };
    Kind kind = Kind::Folder;
    QString path;
    QString root;  ///< the folder that was opened; empty for a run elsewhere
    QString title;
    QString note;
    std::int64_t modified = 0;
    LibraryRun run;                  ///< of Run
    std::vector<LibraryRun> active;  ///< of Active
    std::vector<LibraryFile> files;
    int row = 0;  ///< among the groups

    [[nodiscard]] int count() const { return static_cast<int>(kind == Kind::Active ? active.size() : files.size()); }
};

/// Which files have the best loss and metric; returns the numbers of those that changed.
std::vector<int> markBest(LibraryGroup &group);

/// "last", "best": what other names lead to the file.
[[nodiscard]] QStringList badgesOf(const LibraryFile &file);

/// A cell as text, and as the number or text it sorts by (invalid where there is nothing).
[[nodiscard]] QString cellText(const LibraryFile &file, LibraryColumn column);
[[nodiscard]] QVariant cellValue(const LibraryFile &file, LibraryColumn column);
[[nodiscard]] QString cellToolTip(const LibraryFile &file, LibraryColumn column);
[[nodiscard]] QString cellText(const LibraryGroup &group, LibraryColumn column);
[[nodiscard]] QVariant cellValue(const LibraryGroup &group, LibraryColumn column);

/// The line below a name in the narrow list: "loss 0.264 · 2 minutes ago · 12 KB".
[[nodiscard]] QString detailsOf(const LibraryFile &file);
[[nodiscard]] QString detailsOf(const LibraryRun &run);
[[nodiscard]] QString detailsOf(const LibraryGroup &group);
/// What a filter's words are looked for in.
[[nodiscard]] QString filterText(const LibraryFile &file);
[[nodiscard]] QString filterText(const LibraryGroup &group);

}  // namespace waypoint
