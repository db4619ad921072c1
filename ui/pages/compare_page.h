// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_files.h"

#include <QtCore/QStringList>
#include <QtWidgets/QWidget>

class QAbstractButton;
class QStackedWidget;

namespace waypoint {

class CompareHeader;
class ComparePane;
class DropOverlay;
class EmptyState;
class EpochsPane;
class LoadingPane;
class NoticeBar;
class ProblemPane;

/// What changed: two checkpoints side by side, or many epochs of a run along an axis.
class ComparePage final : public QWidget
{
    Q_OBJECT

public:
    /// `opener` reads files, on other threads.
    explicit ComparePage(Opener opener = diskOpener(), QWidget *parent = nullptr);
    ~ComparePage() override;

    /// Two files side by side; more, or a folder of checkpoints: as epochs. One file: it becomes A, and the page asks
    /// for B; where it asks for B already, it becomes B.
    void compare(const QStringList &paths);
    /// Two sections of files (the same or others): "model" with "ema".
    void compareSections(const QString &a, const QString &sectionA, const QString &b, const QString &sectionB);

    /// One line for the window's status bar.
    [[nodiscard]] QString statusText() const;
    void focusFilter();

    [[nodiscard]] CompareFiles &files() { return m_files; }
    [[nodiscard]] ComparePane &pane() const { return *m_pane; }
    [[nodiscard]] CompareHeader &header() const { return *m_header; }
    [[nodiscard]] ProblemPane &problem() const { return *m_problem; }
    [[nodiscard]] NoticeBar &changedBar() const { return *m_changedBar; }
    /// Shows epochs, not two checkpoints.
    [[nodiscard]] bool isShowingEpochs() const;

Q_SIGNALS:
    void statusChanged();
    void openFileRequested(const QString &path);
    /// An entry of a file, as a path within.
    void openEntryRequested(const QString &path, const QString &entry);
    void exportRequested(const QString &path);
    /// The file is damaged: what can be saved of it shall be shown.
    void salvageRequested(const QString &path);

protected:
    void dragEnterEvent(QDragEnterEvent *event) override;
    void dragLeaveEvent(QDragLeaveEvent *event) override;
    void dropEvent(QDropEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QWidget *createSwitch();
    QWidget *createTwo();
    void createBars();
    void createAsking();
    void connectParts();
    [[nodiscard]] EpochsPane &epochs();
    void showEpochs(const QStringList &paths);
    void showTwo();
    void showFiles();
    void showAsking();
    void showFailure();
    void showChange(int side, bool exists);
    void chooseFiles();
    void replaceFailed();
    void chooseFolder();
    [[nodiscard]] QString runFolder() const;

    Opener m_opener;
    CompareFiles m_files;
    CompareFiles::Side m_failed = CompareFiles::A;
    QAbstractButton *m_toTwo = nullptr;
    QAbstractButton *m_toEpochs = nullptr;
    CompareHeader *m_header;
    NoticeBar *m_changedBar;
    NoticeBar *m_warningBar;
    EmptyState *m_asking;
    LoadingPane *m_loading;
    ProblemPane *m_problem;
    EmptyState *m_stopped;
    ComparePane *m_pane;
    QStackedWidget *m_stack;  ///< what there is of the two
    QWidget *m_two;
    EpochsPane *m_epochs = nullptr;  ///< made when it is first wanted
    QStackedWidget *m_ways;
    DropOverlay *m_dropOverlay;
};

}  // namespace waypoint
