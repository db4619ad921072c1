// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QProcess>
#include <QtCore/QStringList>

namespace waypoint::test {

/// What a Python script prints, run by the interpreter that has NumPy and PyTorch; what it says where it fails.
inline QString runPython(const QString &script, const QStringList &arguments = {})
{
    QProcess python;
    python.start(qEnvironmentVariable("WAYPOINT_TORCH_PYTHON", QStringLiteral("/usr/bin/python3")),
                 QStringList{QStringLiteral("-c"), script} + arguments);
    if (!python.waitForFinished(120'000))
        return QStringLiteral("python did not finish: ") + python.errorString();
    return QString::fromUtf8(python.readAllStandardOutput() + python.readAllStandardError());
}

}  // namespace waypoint::test
