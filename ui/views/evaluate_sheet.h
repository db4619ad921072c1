// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/jobs/job.h"
#include "ui/models/evaluations.h"
#include "ui/models/trainer_info.h"

#include <QtCore/QHash>
#include <QtCore/QPointer>
#include <QtCore/QStringList>
#include <QtWidgets/QDialog>

class QLabel;
class QProgressBar;
class QPushButton;
class QTabWidget;
class QTableWidget;

namespace waypoint {

class DataChooser;
class DeviceChooser;
class ModelChooser;

/// Measures checkpoints on data of the person's choice: which, on what, where; then how far it is, and what came of
/// it: loss and accuracy of each, and of one its classes and what was taken for what.
///
/// Open with `openEvaluateSheet()`; it deletes itself when it is closed. Closing it cancels what is left.
class EvaluateSheet final : public QDialog
{
    Q_OBJECT

public:
    /// Requires: `evaluations` and `info` outlive it.
    EvaluateSheet(Evaluations &evaluations, TrainerInfo &info, const QStringList &checkpoints,
                  QWidget *parent = nullptr);
    ~EvaluateSheet() override;

    [[nodiscard]] DataChooser &data() const { return *m_data; }
    [[nodiscard]] QTableWidget &results() const { return *m_results; }

private:
    QWidget *createForm();
    QWidget *createProgress();
    QWidget *createResults();
    QWidget *createButtons();
    void connectParts();
    void presetData();
    void showDevices();
    void validate();
    void measure();
    void showProgress();
    void showResults();
    void showDetails();
    void takeFailure(const QString &checkpoint, const QString &sentence);

    QPointer<Evaluations> m_evaluations;
    QPointer<TrainerInfo> m_info;
    QStringList m_checkpoints;
    QHash<QString, QString> m_failures;
    bool m_isOurs = false;  ///< the order at work was given here

    DataChooser *m_data;
    ModelChooser *m_model;
    DeviceChooser *m_device;
    QWidget *m_progressLine = nullptr;
    QProgressBar *m_progress;
    QLabel *m_progressText;
    QTableWidget *m_results;
    QTabWidget *m_details;
    QLabel *m_reason;  ///< why the selected one could not be measured
    QTableWidget *m_classes;
    QTableWidget *m_confusion;
    QPushButton *m_measure;
    QPushButton *m_cancel;
    Job<QString> m_reading;
};

/// Shows the sheet over `window`, without waiting.
void openEvaluateSheet(Evaluations &evaluations, TrainerInfo &info, const QStringList &checkpoints, QWidget *window);

}  // namespace waypoint
