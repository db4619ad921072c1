// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/rationed_job.h"
#include "ui/models/epoch_scan.h"
#include "ui/models/epoch_table.h"
#include "ui/models/load_checkpoint.h"
#include "ui/views/epoch_map_picture.h"

#include <QtCore/QStringList>
#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <optional>

class QAbstractButton;
class QCheckBox;
class QComboBox;
class QLabel;
class QStackedWidget;

namespace waypoint {

class EmptyState;
class EpochFileList;
class EpochPlots;
class EpochTensorList;
class LoadingPane;
class NoticeBar;
class QuietLabel;
class TaskLine;

/// Many checkpoints of a run: what each layer did over the epochs, as lines and as a map of layers and epochs, with
/// loss, metrics and learning rate beside them; and the mean of chosen epochs as a new file.
class EpochsPane final : public QWidget
{
    Q_OBJECT

public:
    explicit EpochsPane(Opener opener, QWidget *parent = nullptr);
    ~EpochsPane() override;

    /// Files, or folders with all checkpoints they hold.
    void setPaths(const QStringList &paths);
    /// A run that is compared elsewhere, and may be followed while nothing is; empty for none.
    void offerFolder(const QString &folder);
    [[nodiscard]] QString statusText() const;
    void focusFilter();

    [[nodiscard]] EpochScan &scan() { return m_scan; }
    [[nodiscard]] EpochPlots &plots() const { return *m_plots; }
    [[nodiscard]] EpochTable &table() { return m_table; }

Q_SIGNALS:
    void statusChanged();
    void openFileRequested(const QString &path);
    /// Two of the epochs, to be put side by side.
    void compareRequested(const QString &a, const QString &b);

private:
    QWidget *createContent();
    QWidget *createHeader();
    QWidget *createNotices();
    QWidget *createLists();
    void connectParts();

    void showState();
    void showNothing();
    void showRun();
    void showSentence();
    void showNotices();
    void showProgress();
    void takeArrived(const std::vector<std::size_t> &tensors);

    void setQuantity(EpochQuantity quantity);
    void drawLines();
    void choose(std::optional<std::size_t> tensor, std::optional<std::size_t> file);
    void average(const std::vector<std::size_t> &files);
    void chooseFiles();
    void chooseFolder();
    [[nodiscard]] RationedJob<EpochMapPicturePtr>::Work painting() const;

    EpochScan m_scan;
    EpochTable m_table;
    EpochQuantity m_quantity = EpochQuantity::ChangeFromPrevious;
    std::optional<std::size_t> m_tensor;
    std::optional<std::size_t> m_file;
    bool m_isChoosing = false;  ///< a part is being told what was chosen in another one

    QStackedWidget *m_stack;
    EmptyState *m_nothing;
    QAbstractButton *m_again = nullptr;
    QAbstractButton *m_openOnly = nullptr;
    QAbstractButton *m_follow = nullptr;
    QString m_offered;
    LoadingPane *m_loading;
    QLabel *m_sentence;
    QuietLabel *m_best;
    QComboBox *m_quantities;
    QCheckBox *m_logarithmic;
    TaskLine *m_task;
    NoticeBar *m_notes;
    QAbstractButton *m_readAll = nullptr;
    NoticeBar *m_unreadable;
    NoticeBar *m_stopped;
    EpochTensorList *m_tensors;
    EpochFileList *m_files;
    EpochPlots *m_plots;
    QTimer m_tick;
    RationedJob<EpochMapPicturePtr> m_painting;
};

}  // namespace waypoint
