// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QGridLayout;
class QLabel;

namespace waypoint {

/// Facts in two columns: a quiet name and a value that can be selected and copied.
class FactGrid final : public QWidget
{
    Q_OBJECT

public:
    explicit FactGrid(QWidget *parent = nullptr);

    void clear();
    /// Adds a row. Nothing is added for an empty value. The value is shown as plain text, whatever it contains.
    void add(const QString &name, const QString &value, const QString &toolTip = {});
    [[nodiscard]] int count() const { return m_count; }

private:
    QGridLayout *m_grid;
    int m_count = 0;
};

/// A heading within a pane.
[[nodiscard]] QLabel *paneHeading(const QString &text, QWidget *parent);

/// Plain text that can be selected and wraps.
[[nodiscard]] QLabel *plainLabel(const QString &text, QWidget *parent);

}  // namespace waypoint
