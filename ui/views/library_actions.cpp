// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/library_actions.h"

#include "ui/models/library_model.h"
#include "ui/models/trash.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>
#include <QtCore/QItemSelectionModel>
#include <QtCore/QUrl>
#include <QtGui/QDesktopServices>
#include <QtWidgets/QMenu>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("library", sentence); }

void addRow(LibraryChoice &choice, const QModelIndex &row)
{
    const auto kind = static_cast<LibraryModel::RowKind>(row.data(LibraryModel::KindRole).toInt());
    if (kind == LibraryModel::ActiveRuns)
        return;
    const QString path = row.data(LibraryModel::PathRole).toString();
    const bool isActive = row.data(LibraryModel::IsActiveRole).toBool();
    choice.isActive = choice.isActive || isActive;
    choice.canResume = row.data(LibraryModel::CanResumeRole).toBool();
    choice.paths << path;
    if (const QString root = row.data(LibraryModel::RootRole).toString(); !root.isEmpty())
        choice.roots << root;
    if (kind == LibraryModel::File) {
        if (!row.data(LibraryModel::IsLogRole).toBool())
            choice.checkpoints << path;
        // A trainer at work still needs its newest and its best one.
        const QStringList links = row.data(LibraryModel::LinksRole).toStringList();
        if (!isActive || links.size() == 1)
            choice.toTrash << links;
        return;
    }
    const bool isRun = kind != LibraryModel::Folder;
    (isRun ? choice.runs : choice.folders) << path;
    if (isRun && !isActive)
        choice.toTrash << path;
}

void addFileEntries(QMenu *menu, const LibraryChoice &choice, const LibraryCalls &calls)
{
    const QString path = choice.paths.value(0);
    QAction *open = menu->addAction(tr("Open"), menu, [calls, path] { calls.open(path); });
    open->setEnabled(choice.isSingle());
    if (choice.isSingle() && choice.checkpoints.size() == 1) {
        menu->addAction(tr("Resume"), menu, [calls, path] { calls.resume(path, false); })->setEnabled(choice.canResume);
        menu->addAction(tr("Resume with Options…"), menu, [calls, path] { calls.resume(path, true); })
            ->setEnabled(choice.canResume);
        menu->addAction(tr("Export…"), menu, [calls, path] { calls.exportFile(path); })
            ->setToolTip(tr("Writes weights or everything to a new file, for a CPU or another program"));
    }
}

/// Two files, many, or all that a run holds.
void addComparison(QMenu *menu, const LibraryChoice &choice, const LibraryCalls &calls)
{
    const bool isFolder = !choice.runs.isEmpty() || !choice.folders.isEmpty();
    if (choice.checkpoints.isEmpty() && !isFolder)
        return;
    const QStringList paths = isFolder ? choice.paths : choice.checkpoints;
    const QString name = isFolder || paths.size() > 2 ? tr("Compare Epochs")
                         : paths.size() == 2          ? tr("Compare")
                                                      : tr("Compare with…");
    menu->addAction(name, menu, [calls, paths] { calls.compare(paths); })->setToolTip(tr("What changed between them"));
}

void addRunEntries(QMenu *menu, const LibraryChoice &choice, const LibraryCalls &calls)
{
    const QString path = choice.paths.value(0);
    menu->addAction(tr("Show Run"), menu, [calls, path] { calls.showRun(path); });
    menu->addAction(tr("Resume"), menu, [calls, path] { calls.resume(path, false); })->setEnabled(choice.canResume);
}

void addRemovals(QMenu *menu, const LibraryChoice &choice, LibraryModel &library, Trash &trash)
{
    if (!choice.runs.isEmpty() && choice.runs.size() == choice.paths.size()) {
        menu->addAction(tr("Remove from List"), menu,
                        [&library, folders = choice.runs] {
                            for (const QString &folder : folders)
                                library.hideRun(folder);
                        })
            ->setEnabled(!choice.isActive);
        menu->addAction(tr("Move Run to Trash"), menu, [&trash, paths = choice.toTrash] { trash.move(paths); })
            ->setEnabled(!choice.isActive && !choice.toTrash.isEmpty());
        return;
    }
    if (choice.folders.isEmpty()) {
        QAction *remove =
            menu->addAction(tr("Move to Trash"), menu, [&trash, paths = choice.toTrash] { trash.move(paths); });
        remove->setShortcut(QKeySequence::Delete);
        remove->setEnabled(!choice.toTrash.isEmpty());
    }
}

}  // namespace

LibraryChoice choiceOf(const QModelIndexList &rows)
{
    LibraryChoice choice;
    for (const QModelIndex &row : rows)
        addRow(choice, row);
    for (QStringList *list : {&choice.paths, &choice.runs, &choice.roots, &choice.toTrash})
        list->removeDuplicates();
    choice.canResume = choice.canResume && choice.isSingle();
    return choice;
}

LibraryChoice choiceOf(const QItemSelectionModel &selection) { return choiceOf(selection.selectedRows()); }

void fillLibraryMenu(QMenu *menu, const LibraryChoice &choice, const LibraryCalls &calls, LibraryModel &library,
                     Trash &trash)
{
    if (choice.paths.isEmpty())
        return;
    const bool isRun = choice.isSingle() && choice.runs.size() == 1;
    if (isRun)
        addRunEntries(menu, choice, calls);
    else if (choice.folders.isEmpty() && choice.runs.isEmpty())
        addFileEntries(menu, choice, calls);
    menu->addAction(tr("Show Curves"), menu, [calls, paths = choice.paths] { calls.curves(paths); })
        ->setToolTip(tr("Loss, metrics and learning rate over the run"));
    addComparison(menu, choice, calls);
    if (!choice.checkpoints.isEmpty())
        menu->addAction(tr("Evaluate…"), menu, [calls, paths = choice.checkpoints] { calls.evaluate(paths); })
            ->setToolTip(tr("Measures loss and accuracy on data of your choice"));
    if (choice.isSingle())
        menu->addAction(tr("Show in Folder"), menu, [path = choice.paths.front()] { revealInFolder(path); });
    menu->addSeparator();
    addRemovals(menu, choice, library, trash);
    if (choice.roots.size() == 1)
        menu->addAction(tr("Remove Folder from Library"), menu,
                        [&library, root = choice.roots.front()] { library.removeFolder(root); })
            ->setToolTip(choice.roots.front());
}

void revealInFolder(const QString &path) { QDesktopServices::openUrl(QUrl::fromLocalFile(QFileInfo(path).path())); }

}  // namespace waypoint
