// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/tensor/small_dims.h"

#include <QtWidgets/QWidget>

class QLabel;
class QLineEdit;

namespace waypoint {

/// A line to type the index of an element in. What is wrong with it stands below it; Esc puts it away.
class GoToLine final : public QWidget
{
    Q_OBJECT

public:
    explicit GoToLine(QWidget *parent = nullptr);

    void setShape(const SmallDims &shape);
    /// Shows the line with everything in it selected, ready to be typed over.
    void open();
    /// Types `text` and goes there; false where it names no element.
    bool go(const QString &text);
    [[nodiscard]] QString problem() const;

Q_SIGNALS:
    void wanted(std::int64_t position);
    void closed();

protected:
    void keyPressEvent(QKeyEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void close();
    void setProblem(const QString &sentence);

    SmallDims m_shape;
    QLineEdit *m_text;
    QLabel *m_problem;
};

}  // namespace waypoint
