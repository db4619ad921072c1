// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/epoch_average.h"

#include <QtCore/QTimer>
#include <QtWidgets/QDialog>

#include <stop_token>
#include <vector>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTreeWidget;

namespace waypoint {

class NoticeBar;
class StateLine;

/// Averages the weights of some epochs into a new file: which, how much each counts, where it goes; then how far it is,
/// and what came of it.
/// Closing it cancels what is left.
class EpochAverageSheet final : public QDialog
{
    Q_OBJECT

public:
    /// Fewer than two files: the last few of the run are ticked.
    EpochAverageSheet(EpochRunPtr run, std::vector<std::size_t> files, QWidget *parent = nullptr);
    ~EpochAverageSheet() override;

    [[nodiscard]] QString path() const;
    void setPath(const QString &path);

Q_SIGNALS:
    void openRequested(const QString &path);

private:
    QWidget *createForm();
    QWidget *createProgress();
    QWidget *createButtons();
    void fillFiles(const std::vector<std::size_t> &ticked);
    void fillWeightings();
    void choosePath();
    [[nodiscard]] std::vector<std::size_t> ticked() const;
    [[nodiscard]] EpochAverageOrder order() const;
    void filesChanged();
    void showWeights();
    void plan();
    void takePlan(const EpochAveragePlan &plan);
    void start();
    void cancel();
    void take(const EpochAverageDone &done);
    void showProgress();
    void setWriting(bool writing);

    EpochRunPtr m_run;
    std::vector<EpochWeighting> m_weightings;
    QString m_suggested;  ///< the path that was put there, for as long as nobody changes it
    QString m_writtenTo;
    QTreeWidget *m_files;
    QComboBox *m_weighting;
    QLineEdit *m_path;
    QPushButton *m_browse;
    StateLine *m_state;
    QLabel *m_notes;
    NoticeBar *m_result;
    NoticeBar *m_failure;
    QWidget *m_form = nullptr;
    QWidget *m_progressLine = nullptr;
    QProgressBar *m_progress;
    QPushButton *m_start;
    QTimer m_settle;
    QTimer m_tick;
    Job<EpochAveragePlan> m_planning;
    std::stop_source m_stop;  ///< of the writing; the job would forget what came of it
    Job<EpochAverageDone> m_writing;
};

}  // namespace waypoint
