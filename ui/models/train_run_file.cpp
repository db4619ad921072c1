// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/train_run_file.h"

#include "core/run/run_folder.h"
#include "core/run/surroundings.h"
#include "ui/models/text.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileInfo>

namespace waypoint {

namespace {

QString tr(const char *sentence) { return QCoreApplication::translate("training", sentence); }

QString sentenceOf(const QString &name, const Error &error)
{
    switch (error.code) {
    case ErrorCode::NotFound:
        return tr("There is no %1.").arg(name);
    case ErrorCode::NoPermission:
        return tr("You may not read %1.").arg(name);
    case ErrorCode::Unsupported:
        return tr("%1 was written by a newer Waypoint; use that one.").arg(name);
    default:
        return tr("%1 is no run.json: %2.").arg(name, text::fromUtf8(error.detail));
    }
}

}  // namespace

RunFileAnswer readRunFile(const QString &path)
{
    const bool isFolder = QFileInfo(path).isDir();
    const std::filesystem::path file = isFolder ? RunPaths(text::toPath(path)).run() : text::toPath(path);
    const QString name = isFolder ? tr("run.json in %1").arg(QFileInfo(path).fileName()) : QFileInfo(path).fileName();
    const auto text = readText(file);
    if (!text)
        return {std::nullopt, sentenceOf(name, text.error())};
    const auto run = parseRunJson(*text);
    if (!run)
        return {std::nullopt, sentenceOf(name, run.error())};
    // Any object would do for parseRunJson; a configuration is what this is asked for.
    if (text->find("\"config\"") == std::string::npos)
        return {std::nullopt, tr("%1 is no run.json: it has no \"config\".").arg(name)};
    return {run->config, {}};
}

}  // namespace waypoint
