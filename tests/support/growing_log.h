// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>

#include <filesystem>

namespace waypoint::test {

/// A log in a folder of its own, written as a trainer would.
class GrowingLog
{
public:
    explicit GrowingLog(const QString &name) : m_name(name) { QDir(m_folder.path()).mkpath(QFileInfo(path()).path()); }

    [[nodiscard]] QString path() const { return m_folder.filePath(m_name); }
    [[nodiscard]] std::filesystem::path file() const { return path().toStdString(); }
    [[nodiscard]] std::filesystem::path folder() const { return m_folder.path().toStdString(); }

    bool append(const QByteArray &text) const
    {
        QFile file(path());
        return file.open(QIODevice::Append) && file.write(text) == text.size();
    }
    bool replace(const QByteArray &text) const
    {
        QFile file(path());
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }
    /// Another file in the folder.
    bool add(const QString &name, const QByteArray &text = {}) const
    {
        QDir(m_folder.path()).mkpath(QFileInfo(m_folder.filePath(name)).path());
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    }

private:
    QTemporaryDir m_folder;
    QString m_name;
};

}  // namespace waypoint::test
