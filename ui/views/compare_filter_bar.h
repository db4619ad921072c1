// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/compare_order.h"
#include "ui/models/compare_tally.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

#include <array>

class QCheckBox;
class QLineEdit;
class QToolButton;

namespace waypoint {

class FlowLayout;
class QuietLabel;

/// The filter line above the tables of a comparison: text, "only differences", and a chip for each status there is.
class CompareFilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit CompareFilterBar(QWidget *parent = nullptr);

    [[nodiscard]] CompareFilter filter() const;
    void setFilter(const CompareFilter &filter);
    /// A chip for each part, where there are several; none is picked.
    void setParts(const std::vector<ComparePart> &parts);
    /// Chips with their counts.
    void setTally(const CompareTally &tally);
    /// Without them, for rows that have no status.
    void setChipsShown(bool shown);
    /// How many rows match.
    void setCount(const QString &count);
    void focusText();
    /// Shows everything that differs, or everything where `all` says so.
    void clear(bool all);

Q_SIGNALS:
    /// Emitted a moment after the last key, and at once for all else.
    void filterChanged();
    /// Enter or Down: the person wants to go on in the table.
    void leftDownwards();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QToolButton *addChip(const QString &name, const QString &text, const QString &toolTip);
    void showChips();
    void changeNow();

    QLineEdit *m_text;
    QuietLabel *m_count;
    QCheckBox *m_onlyDifferences;
    QWidget *m_chipRow;
    FlowLayout *m_chipFlow;
    std::vector<QToolButton *> m_partChips;  ///< by part
    std::array<QToolButton *, 6> m_chips{};  ///< by DiffStatus
    bool m_wantsChips = true;
    int m_chipsShown = 0;
    QTimer m_settle;
};

}  // namespace waypoint
