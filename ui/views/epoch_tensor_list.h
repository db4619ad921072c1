// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/epoch_filter.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <optional>
#include <vector>

class QAction;
class QCheckBox;
class QLineEdit;
class QTreeView;

namespace waypoint {

class QuietLabel;

/// The tensors of a run with what became of them; ticks say whose lines are drawn.
class EpochTensorList final : public QWidget
{
    Q_OBJECT

public:
    explicit EpochTensorList(EpochTable &table, QWidget *parent = nullptr);

    [[nodiscard]] QTreeView &view() const { return *m_view; }
    /// Those that the filter lets through, from top to bottom.
    [[nodiscard]] std::vector<std::size_t> shown() const { return m_filter->shown(); }
    [[nodiscard]] std::optional<std::size_t> current() const;
    void setCurrent(std::optional<std::size_t> tensor);
    /// Another run is shown.
    void begin();
    void focusFilter();

Q_SIGNALS:
    /// Other tensors are shown, or in another order.
    void shownChanged();
    void currentChanged();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void createView();
    QWidget *createTop();
    QWidget *createTools();
    [[nodiscard]] std::vector<std::size_t> selected() const;
    void drawSelected();
    void drawNone();
    void toggleSelected();
    void tellShown();
    void showCount();

    EpochTable &m_table;
    EpochFilter *m_filter;
    QLineEdit *m_words;
    QCheckBox *m_onlyParameters;
    QuietLabel *m_count;
    QTreeView *m_view;
    QAction *m_drawSelected = nullptr;
    QAction *m_drawNone = nullptr;
    QTimer m_settle;
    QTimer m_told;
};

}  // namespace waypoint
