// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/run/run_config.h"

#include <QtCore/QString>
#include <QtWidgets/QFrame>

class QPlainTextEdit;

namespace waypoint {

/// The run of a configuration as one types it into a shell.
[[nodiscard]] QString runCommandText(const RunConfig &config, const QString &folder);
/// As run.json has it.
[[nodiscard]] QString runJsonText(const RunConfig &config, const QString &folder);

/// A run as command line and as run.json, to read and to copy; goes away with a click beside it.
class TrainTextView final : public QFrame
{
    Q_OBJECT

public:
    explicit TrainTextView(QWidget *parent = nullptr);

    void setRun(const RunConfig &config, const QString &folder);
    /// Below `anchor`, as far as the screen has room.
    void popUp(const QWidget &anchor);

private:
    [[nodiscard]] QPlainTextEdit *createPart(const QString &name, int lines);

    QPlainTextEdit *m_command;
    QPlainTextEdit *m_json;
};

}  // namespace waypoint
