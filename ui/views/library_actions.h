// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QModelIndex>
#include <QtCore/QStringList>

#include <functional>

class QItemSelectionModel;
class QMenu;

namespace waypoint {

class LibraryModel;
class Trash;

/// Rows of the library that a person means: those selected, sorted by what can be done with them.
struct LibraryChoice
{
    QStringList paths;        ///< of all rows
    QStringList checkpoints;  ///< files that are no logs
    QStringList runs;         ///< folders of runs
    QStringList folders;      ///< other headings
    QStringList roots;        ///< opened folders they lie in
    QStringList toTrash;      ///< files with all their names, and runs; nothing of a run at work
    bool canResume = false;   ///< one row, and training can go on from it
    bool isActive = false;    ///< something of a run at work is among them

    [[nodiscard]] bool isSingle() const { return paths.size() == 1; }
};
[[nodiscard]] LibraryChoice choiceOf(const QModelIndexList &rows);
[[nodiscard]] LibraryChoice choiceOf(const QItemSelectionModel &selection);

/// What the entries of a menu call.
struct LibraryCalls
{
    std::function<void(const QString &)> open;
    std::function<void(const QString &)> showRun;
    std::function<void(const QString &, bool)> resume;
    std::function<void(const QStringList &)> curves;
    std::function<void(const QStringList &)> evaluate;
    std::function<void(const QStringList &)> compare;
    std::function<void(const QString &)> exportFile;
};

/// The menu of the list and of the table. Requires: all outlive the menu.
void fillLibraryMenu(QMenu *menu, const LibraryChoice &choice, const LibraryCalls &calls, LibraryModel &library,
                     Trash &trash);

/// Shows where a file or folder lies, in the file manager.
void revealInFolder(const QString &path);

}  // namespace waypoint
