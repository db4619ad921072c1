// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/export_work.h"

#include <QtWidgets/QDialog>

#include <vector>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace waypoint {

class ExportForm;
class ExportPreviewModel;
class NoticeBar;
class StateLine;

/// Exporting: what to take on the left, what will be in the file on the right, where it goes below. While it is
/// written the sheet shows how far it is; afterwards it says what came of it and offers to open it.
class ExportSheet final : public QDialog
{
    Q_OBJECT

public:
    /// `chosen`: entries selected where the export was asked for.
    ExportSheet(const CheckpointPtr &checkpoint, const std::vector<EntryId> &chosen, QWidget *window);
    ~ExportSheet() override;

    [[nodiscard]] ExportForm &form() const { return *m_form; }
    [[nodiscard]] ExportWork &work() { return m_work; }
    [[nodiscard]] QTableView &preview() const { return *m_preview; }
    [[nodiscard]] QString path() const;
    /// Also what a person has typed stays.
    void setPath(const QString &path);
    /// The sentence above the preview: how many tensors, how large.
    [[nodiscard]] QString sentence() const;
    /// What came of it, or what is in the way.
    [[nodiscard]] QString status() const;

Q_SIGNALS:
    void written(const QString &path);
    /// The sheet is closed.
    void openRequested(const QString &path);

protected:
    void reject() override;

private:
    QWidget *createHead();
    QWidget *createBody();
    QWidget *createPreview();
    QWidget *createTarget();
    QWidget *createProgress();
    QWidget *createButtons();
    void listen();
    void optionsChanged();
    void showPlan();
    void showTarget();
    void showButtons();
    void choosePath();
    void start();
    void stop();
    void takeWritten(const Exported &exported);
    void takeFailure(const QString &sentence);
    void setWriting(bool writing);

    ExportWork m_work;
    QString m_suggested;  ///< the path that was put there, for as long as nobody changes it
    QString m_writtenTo;
    bool m_isDone = false;  ///< just this was written

    ExportForm *m_form;
    QLabel *m_headline;
    NoticeBar *m_result;
    NoticeBar *m_failure;
    QLabel *m_sentence;
    ExportPreviewModel *m_model;
    QTableView *m_preview;
    QLabel *m_notes;
    QPlainTextEdit *m_code;
    QLineEdit *m_path;
    StateLine *m_target;
    QWidget *m_body = nullptr;
    QWidget *m_progressLine = nullptr;
    QProgressBar *m_progress;
    QPushButton *m_choose;
    QPushButton *m_close;
    QPushButton *m_export;
};

}  // namespace waypoint
