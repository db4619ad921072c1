// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtWidgets/QWidget>

class QLabel;

namespace waypoint {

/// How to make a TorchScript file of a model that only Python knows: two lines to copy, and a place for the file that
/// comes of it.
class TorchScriptHelp final : public QWidget
{
    Q_OBJECT

public:
    explicit TorchScriptHelp(QWidget *parent = nullptr);

    /// Why it is needed, before the lines.
    void setReason(const QString &reason);
    /// The lines.
    [[nodiscard]] static QString code();

Q_SIGNALS:
    /// A file was dropped here, or chosen with the button. Nobody has looked into it.
    void fileDropped(const QString &path);

private:
    void browse();

    QLabel *m_reason;
};

}  // namespace waypoint
