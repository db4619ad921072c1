// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/library_folder.h"

/// A waypoint-train that measures everything at 75 %, and refuses files called "broken".
namespace waypoint::test {

inline void useEvaluatingTrainer(const LibraryFolder &folder, bool slowly = false)
{
    const QByteArray answer =
        R"({"checkpoint":"x","model":"iris","data":"iris","part":"all","samples":4,"loss":0.5,"loss_name":)"
        R"("cross-entropy","accuracy":0.75,"classes":[{"name":"cat","samples":2,"precision":1.0,"recall":0.5,"f1":0.66},)"
        R"({"name":"dog","samples":2,"precision":0.66,"recall":1.0,"f1":0.8}],"confusion":[[1,1],[0,2]]})";
    QByteArray script = "#!/bin/sh\n";
    if (slowly)
        script += "sleep 20\n";
    script += "case \"$*\" in *broken*) echo 'waypoint-train: no model fits this file' >&2; exit 2;; esac\n";
    script += "echo '" + answer + "'\n";
    const QString program = folder.write(QStringLiteral("trainer/waypoint-train"), script);
    QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    qputenv("WAYPOINT_TRAINER", program.toLocal8Bit());
}

}  // namespace waypoint::test
