// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLineEdit;

namespace waypoint {

/// A SPEC as the command line takes it: to read, to copy, to edit.
class SpecLine final : public QWidget
{
    Q_OBJECT

public:
    explicit SpecLine(QWidget *parent = nullptr);

    /// Leaves the line alone where it says so already, so that somebody who types in it keeps the place.
    void setSpec(const QString &spec);

Q_SIGNALS:
    /// By a person.
    void edited(const QString &spec);

private:
    QLineEdit *m_line;
};

}  // namespace waypoint
