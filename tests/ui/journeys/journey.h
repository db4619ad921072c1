// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/ui/sample_checkpoint.h"
#include "ui/main_window.h"
#include "ui/pages/inspect_page.h"
#include "ui/views/entry_view.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

/// A window as a person has it, with settings and files of its own.
namespace waypoint::test {

class Journey
{
public:
    explicit Journey(Opener opener = diskOpener())
    {
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.filePath(QStringLiteral("config")));
        // Runs, trash and measurements stay in the folder of the journey, too.
        qputenv("WAYPOINT_RUNS", m_folder.filePath(QStringLiteral("runs")).toUtf8());
        qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("data")).toUtf8());
        qputenv("WAYPOINT_TRAINER", qgetenv("WAYPOINT_TRAIN"));
        theme = std::make_unique<Theme>();
        m_opener = std::move(opener);
        open();
    }

    /// The window as it is when the program is started (again).
    void open()
    {
        window = std::make_unique<MainWindow>(*theme, m_opener);
        window->show();
    }

    /// Path of a file of this journey.
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QString folder() const { return m_folder.path(); }

    QString safetensors(const QString &name, const std::vector<std::string> &tensors) const
    {
        return writeSafetensors(path(name), tensors) ? path(name) : QString();
    }

    [[nodiscard]] InspectPage *page() const { return window->currentPage(); }
    [[nodiscard]] bool isShown() const { return page() && page()->state() == InspectPage::State::Shown; }
    [[nodiscard]] EntryView &tree() const { return page()->browser().tree(); }
    [[nodiscard]] EntryId entry(const char *path) const { return page()->checkpoint()->entries.find(path); }

    /// Names of the rows a person sees, top down.
    [[nodiscard]] QStringList visibleRows() const
    {
        QStringList names;
        for (QModelIndex row = tree().model()->index(0, 0); row.isValid(); row = tree().indexBelow(row))
            names << row.data().toString();
        return names;
    }

    template<typename Widget>
    [[nodiscard]] Widget *find(const QString &name) const
    {
        return page()->template findChild<Widget *>(name);
    }

private:
    QTemporaryDir m_folder;
    Opener m_opener;

public:
    std::unique_ptr<Theme> theme;
    std::unique_ptr<MainWindow> window;
};

}  // namespace waypoint::test
