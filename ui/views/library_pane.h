// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QSet>
#include <QtWidgets/QWidget>

class QStackedWidget;
class QTreeView;

namespace waypoint {

class LibraryModel;

/// The sidebar: checkpoints and logs of the opened folders, grouped by folder, newest first. A click opens; what
/// several selected ones hold can be drawn as curves.
class LibraryPane final : public QWidget
{
    Q_OBJECT

public:
    /// Requires: `model` outlives it.
    explicit LibraryPane(LibraryModel &model, QWidget *parent = nullptr);

    [[nodiscard]] QTreeView &list() const { return *m_list; }

Q_SIGNALS:
    void openRequested(const QString &path);
    /// Files, or folders with all they hold.
    void curvesRequested(const QStringList &paths);
    void addFolderRequested();

private:
    void clicked(const QModelIndex &index);
    void open(const QModelIndex &index);
    [[nodiscard]] QStringList selectedPaths() const;
    void showMenu(const QPoint &position);
    void showWhatIsThere();
    void remember();
    void refresh();

    LibraryModel &m_model;
    QTreeView *m_list;
    QStackedWidget *m_stack;
    QSet<QString> m_closed;  ///< folders the person folded, while the list is made anew
    int m_scrolled = 0;
};

}  // namespace waypoint
