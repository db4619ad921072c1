// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/salvage_look.h"

#include <QtWidgets/QDialog>

class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace waypoint {

class NoticeBar;
class StateLine;

/// Salvaging: reads all of a damaged file, says what can be saved and what is lost, and why, and writes what can be to
/// a file of its own. Open it with open(); it is modal to its window.
class SalvageSheet final : public QDialog
{
    Q_OBJECT

public:
    explicit SalvageSheet(const QString &path, QWidget *parent);
    ~SalvageSheet() override;

    [[nodiscard]] SalvageLook &look() { return m_look; }
    /// What can be saved; why nothing can.
    [[nodiscard]] QString sentence() const;
    /// What came of writing, or what is in the way.
    [[nodiscard]] QString status() const;
    [[nodiscard]] QTableView &lost() const { return *m_lost; }
    [[nodiscard]] QString target() const;

Q_SIGNALS:
    void written(const QString &path);
    /// The sheet is closed.
    void openRequested(const QString &path);

protected:
    void reject() override;

private:
    QWidget *createHead();
    QWidget *createBody();
    QWidget *createTarget();
    QWidget *createProgress();
    QWidget *createButtons();
    void listen();
    void showPlan();
    void showTarget();
    void showButtons();
    void chooseTarget();
    void start();
    void takeWritten(const QString &path);
    void takeFailure(const QString &sentence);

    SalvageLook m_look;
    QString m_writtenTo;
    bool m_isDone = false;

    NoticeBar *m_result;
    NoticeBar *m_failure;
    QLabel *m_sentence;
    QLabel *m_remark;
    SalvageLostModel *m_lostModel;
    QTableView *m_lost;
    QLabel *m_notes;
    QWidget *m_targetPart = nullptr;
    QLineEdit *m_target;
    StateLine *m_targetState;
    QWidget *m_progressLine = nullptr;
    QLabel *m_progressText;
    QProgressBar *m_progress;
    QPushButton *m_choose;
    QPushButton *m_close;
    QPushButton *m_salvage;
};

}  // namespace waypoint
