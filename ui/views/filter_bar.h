// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/models/entry_filter.h"

#include <QtCore/QTimer>
#include <QtWidgets/QWidget>

class QLineEdit;
class QToolButton;

namespace waypoint {

class FlowLayout;
class QuietLabel;

/// The filter line above the tree: text, and a chip for each role the file has.
class FilterBar final : public QWidget
{
    Q_OBJECT

public:
    explicit FilterBar(QWidget *parent = nullptr);

    /// Chips for these roles; picked ones that stay keep being picked.
    void setRoles(const std::vector<Role> &roles);
    void setFilter(const EntryFilter &filter);
    [[nodiscard]] EntryFilter filter() const;
    /// A chip for rows with problems, as long as there are some or it is picked.
    void setProblems(std::size_t count);
    /// Picks that chip.
    void showOnlyProblems();
    /// How many rows match; shown at the end of the line.
    void setCount(const QString &count);
    void focusText();
    void clear();

Q_SIGNALS:
    /// Emitted a moment after the last key, and at once for chips.
    void filterChanged();
    /// Enter or Down: the person wants to go on in the tree.
    void leftDownwards();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QToolButton *addChip(Role role);
    QToolButton *createProblemChip();
    void showChips();
    void chipToggled();

    QLineEdit *m_text;
    QuietLabel *m_count;
    QWidget *m_chipRow;
    FlowLayout *m_chips;
    std::vector<std::pair<Role, QToolButton *>> m_chipOf;
    QToolButton *m_problemChip;
    std::size_t m_problems = 0;
    QTimer m_settle;
};

}  // namespace waypoint
