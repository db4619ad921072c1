// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/checkpoint/checkpoint.h"

#include <QString>
#include <QStringList>

namespace waypoint::test {

/// The sections of a checkpoint, one a line: "optimizer: optimizer Adam? [fc.weight fc.bias] -> net".
/// "?" marks what is only likely.
inline QStringList sectionText(const Checkpoint &checkpoint)
{
    QStringList lines;
    for (const Section &section : checkpoint.sections) {
        QString line = QString::fromStdString(checkpoint.entries.pathText(section.entry)) + ": "
                       + QString::fromStdString(std::string(roleName(section.role)));
        if (!section.className.empty())
            line += ' ' + QString::fromStdString(section.className);
        if (section.certainty == Certainty::Likely)
            line += '?';
        QStringList names;
        for (const std::string &name : section.parameters)
            names += QString::fromStdString(name);
        if (!names.isEmpty())
            line += " [" + names.join(' ') + ']';
        for (const EntryId other : section.pairsWith)
            line += " -> " + QString::fromStdString(checkpoint.entries.pathText(other));
        lines += line;
    }
    return lines;
}

/// Note of the section at a path; empty where there is none.
inline QString noteAt(const Checkpoint &checkpoint, std::string_view path)
{
    for (const Section &section : checkpoint.sections)
        if (checkpoint.entries.pathText(section.entry) == path)
            return QString::fromStdString(section.note);
    return {};
}

}  // namespace waypoint::test
