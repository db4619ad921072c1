// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/trainer_program.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QFileInfo>
#include <QtCore/QProcess>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <cstdio>
#include <memory>

using namespace waypoint;

/// Asks copies of this test's own program, put where the window would be, what they find: see main().
class TrainerProgramTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_environment = QProcessEnvironment::systemEnvironment();
        m_environment.remove(QStringLiteral("WAYPOINT_TRAINER"));
        m_environment.insert(QStringLiteral("PATH"), path("on-path"));
    }

    void isFoundWhereItMayBe_data()
    {
        QTest::addColumn<QString>("window");
        QTest::addColumn<QString>("trainer");
        const auto row = [](const char *name, const char *window, const char *trainer) {
            QTest::newRow(name) << QString::fromLatin1(window) << QString::fromLatin1(trainer);
        };
        row("beside the window", "bin/waypoint", "bin/waypoint-train");
        row("in libexec", "bin/waypoint", "libexec/waypoint/waypoint-train");
        row("in the build tree", "app/desktop/waypoint", "app/train/waypoint-train");
        row("on the PATH", "bin/waypoint", "on-path/waypoint-train");
    }

    void isFoundWhereItMayBe()
    {
        QFETCH(QString, window);
        QFETCH(QString, trainer);
        copyTo(trainer);
        QCOMPARE(foundBy(window), path(trainer));
    }

    void nearerOneIsTaken()
    {
        copyTo(QStringLiteral("on-path/waypoint-train"));
        copyTo(QStringLiteral("bin/waypoint-train"));
        QCOMPARE(foundBy(QStringLiteral("bin/waypoint")), path("bin/waypoint-train"));
    }

    void whatMayNotRunIsPassedOver()
    {
        copyTo(QStringLiteral("on-path/waypoint-train"));
        copyTo(QStringLiteral("bin/waypoint-train"));
        QVERIFY(QFile::setPermissions(path("bin/waypoint-train"), QFile::ReadOwner | QFile::WriteOwner));
        QCOMPARE(foundBy(QStringLiteral("bin/waypoint")), path("on-path/waypoint-train"));
    }

    void nowhereIsEmpty() { QCOMPARE(foundBy(QStringLiteral("bin/waypoint")), QString()); }

    void chosenOneIsTakenAsItIs()
    {
        copyTo(QStringLiteral("bin/waypoint-train"));
        m_environment.insert(QStringLiteral("WAYPOINT_TRAINER"), QStringLiteral("/nowhere/my trainer"));
        QCOMPARE(foundBy(QStringLiteral("bin/waypoint")), QStringLiteral("/nowhere/my trainer"));
    }

private:
    [[nodiscard]] QString path(const QString &name) const { return m_folder->filePath(name); }
    [[nodiscard]] QString path(const char *name) const { return path(QString::fromLatin1(name)); }

    void copyTo(const QString &name) const
    {
        QVERIFY(QDir().mkpath(QFileInfo(path(name)).path()));
        QVERIFY(QFile::copy(QCoreApplication::applicationFilePath(), path(name)));
    }

    [[nodiscard]] QString foundBy(const QString &window) const
    {
        copyTo(window);
        QProcess process;
        process.setProcessEnvironment(m_environment);
        process.start(path(window), {QStringLiteral("--where")});
        return process.waitForFinished() ? QString::fromLocal8Bit(process.readAllStandardOutput())
                                         : process.errorString();
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QProcessEnvironment m_environment;
};

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc == 2 && QByteArray(argv[1]) == "--where") {
        std::fputs(trainerProgram().toLocal8Bit().constData(), stdout);
        return 0;
    }
    TrainerProgramTest tests;
    return QTest::qExec(&tests, argc, argv);
}

#include "trainer_program_test.moc"
