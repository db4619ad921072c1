// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_model.h"

#include <QtCore/QTimer>
#include <QtWidgets/QTreeView>

namespace waypoint {

/// The table of tensors of a comparison: sorted by its headers, with bars, copied as lines for a spreadsheet.
class CompareTable final : public QTreeView
{
    Q_OBJECT

public:
    explicit CompareTable(QWidget *parent = nullptr);

    /// Another order of rows, or another comparison. The selected tensor stays selected where it is shown.
    void setContent(const CompareNumbersPtr &numbers, const CompareOrderPtr &order);
    [[nodiscard]] const CompareModel &compareModel() const { return *m_model; }
    /// Numbers came: rows in view that they concern are painted anew.
    void refresh(const std::vector<std::size_t> &tensors);

    [[nodiscard]] std::optional<std::size_t> currentTensor() const;
    /// False where it is filtered out.
    bool selectTensor(std::size_t tensor);
    /// Rows in view, top down.
    [[nodiscard]] std::vector<std::size_t> tensorsInView() const;
    /// The header's part of a query.
    [[nodiscard]] CompareQuery query() const;

    void copyRows();
    void copyNames();

Q_SIGNALS:
    void currentTensorChanged();
    /// Other rows are in view; a moment after they came.
    void viewMoved();
    /// In the file of side A or B.
    void inspectRequested(int side);
    void exportRequested(int side);
    /// What is known of the current tensor shall have the keyboard.
    void detailsRequested();

protected:
    void contextMenuEvent(QContextMenuEvent *event) override;
    void currentChanged(const QModelIndex &current, const QModelIndex &previous) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    void inspectCurrent();
    void createActions();
    void fitColumns();
    [[nodiscard]] int nameWidth() const;
    [[nodiscard]] std::vector<std::size_t> selectedTensors() const;

    CompareModel *m_model;
    QTimer m_moved;
    QAction *m_copyRows = nullptr;
    QAction *m_copyNames = nullptr;
    bool m_restoring = false;  ///< rows move by program, not by hand
    bool m_fitting = false;    ///< columns are resized by program
    bool m_columnsByHand = false;
};

}  // namespace waypoint
