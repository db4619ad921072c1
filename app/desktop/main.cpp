// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"
#include "ui/theme.h"

#include <QtCore/QCommandLineParser>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);
    QApplication::setOrganizationName(QStringLiteral("Waypoint"));
    QApplication::setApplicationName(QStringLiteral("Waypoint"));
    QApplication::setApplicationVersion(QStringLiteral(WAYPOINT_VERSION));
    QGuiApplication::setDesktopFileName(QStringLiteral("org.waypoint.Waypoint"));

    QCommandLineParser parser;
    parser.setApplicationDescription(
        QCoreApplication::translate("main", "Opens PyTorch checkpoints, shows what is in them, and trains on from them."));
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("paths"),
                                 QCoreApplication::translate("main", "Checkpoint files, or folders that hold them."),
                                 QStringLiteral("[paths...]"));
    parser.process(app);

    waypoint::Theme theme;
    waypoint::MainWindow window(theme);
    window.show();
    // The window is on the screen before the first file is touched.
    QTimer::singleShot(0, &window, [&window, paths = parser.positionalArguments()] { window.openPaths(paths); });
    return QApplication::exec();
}
