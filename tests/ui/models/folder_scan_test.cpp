// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/folder_scan.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>

#include <fstream>

using namespace waypoint;
namespace fs = std::filesystem;

class FolderScanTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    fs::path m_root;

    void write(const fs::path &relative, const char *content)
    {
        fs::create_directories((m_root / relative).parent_path());
        std::ofstream(m_root / relative) << content;
    }

    void touch(const fs::path &relative, int secondsOld = 0)
    {
        const fs::path path = m_root / relative;
        fs::create_directories(path.parent_path());
        std::ofstream(path) << "content";
        fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::seconds(secondsOld));
    }

    static QStringList names(const FolderScan &scan)
    {
        QStringList lines;
        for (const FoundGroup &group : scan.groups)
            for (const FoundFile &file : group.files)
                lines << QString::fromStdString(file.path.lexically_relative(scan.root).string());
        return lines;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_root = m_folder->path().toStdString();
    }

    void groupsByFolderNewestFirst()
    {
        touch("old/epoch_1.pth", 900);
        touch("run/epoch_10.pth", 300);
        touch("run/epoch_20.pth", 100);
        touch("run/log.txt");
        QCOMPARE(names(scanFolder(m_root)),
                 (QStringList{QStringLiteral("run/epoch_20.pth"), QStringLiteral("run/epoch_10.pth"),
                              QStringLiteral("old/epoch_1.pth")}));
    }

    void recognisesCheckpointsByTheirEndings_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("is");
        for (const char *name : {"a.pt", "a.PTH", "a.ckpt", "a.pkl", "a.bin", "a.safetensors", "a.th", "a.pth.tar",
                                 "model.safetensors.index.json"})
            QTest::newRow(name) << QByteArray(name) << true;
        for (const char *name : {"a.txt", "a.json", "pt", ".pt", "a.pt.txt", ""})
            QTest::newRow(name) << QByteArray(name) << false;
    }
    void recognisesCheckpointsByTheirEndings()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, is);
        QCOMPARE(isCheckpointName(name.toStdString()), is);
    }

    void logsOfRunsAreListedBesideTheirCheckpoints()
    {
        touch("run/epoch_1.pth", 100);
        touch("run/metrics.jsonl", 50);
        touch("run/events.out.tfevents.1700000000.host", 70);
        touch("run/notes.csv");
        const FolderScan scan = scanFolder(m_root);
        QCOMPARE(names(scan), (QStringList{QStringLiteral("run/metrics.jsonl"),
                                           QStringLiteral("run/events.out.tfevents.1700000000.host"),
                                           QStringLiteral("run/epoch_1.pth")}));
        const std::vector<FoundFile> &files = scan.groups.front().files;
        QVERIFY(files[0].isLog && files[1].isLog && !files[2].isLog);
    }

    void folderThatIsOneCheckpointIsListedAsSuch()
    {
        touch("dcp/.metadata");
        touch("dcp/__0_0.distcp");
        const FolderScan scan = scanFolder(m_root);
        QCOMPARE(names(scan), QStringList{QStringLiteral("dcp")});
        QVERIFY(scan.groups.front().files.front().isFolder);
        QVERIFY(isOneCheckpoint(m_root / "dcp"));
        QVERIFY(!isOneCheckpoint(m_root));
    }

    void linksThatLeadInCirclesAreNotFollowed()
    {
        touch("run/a.pt");
        fs::create_directory_symlink(m_root, m_root / "run" / "again");
        QCOMPARE(names(scanFolder(m_root)), QStringList{QStringLiteral("run/a.pt")});
    }

    void runFolderIsOneGroupWithItsCheckpoints()
    {
        write("runs/iris/run.json", R"({"waypoint":1,"config":{}})");
        touch("runs/iris/metrics.jsonl");
        touch("runs/iris/checkpoints/epoch_0000.pth", 20);
        touch("runs/iris/checkpoints/epoch_0001.pth", 10);
        fs::create_hard_link(m_root / "runs/iris/checkpoints/epoch_0001.pth",
                             m_root / "runs/iris/checkpoints/last.pth");
        fs::create_hard_link(m_root / "runs/iris/checkpoints/epoch_0001.pth",
                             m_root / "runs/iris/checkpoints/best.pth");
        fs::create_symlink("checkpoints/last.pth", m_root / "runs/iris/last.pth");
        const FolderScan scan = scanFolder(m_root);
        QCOMPARE(scan.groups.size(), std::size_t(1));
        const FoundGroup &run = scan.groups.front();
        QVERIFY(run.isRun);
        QCOMPARE(run.folder, m_root / "runs/iris");
        QCOMPARE(names(scan), (QStringList{QStringLiteral("runs/iris/checkpoints/epoch_0001.pth"),
                                           QStringLiteral("runs/iris/checkpoints/epoch_0000.pth")}));
        QStringList links;
        for (const fs::path &link : run.files.front().links)
            links << QString::fromStdString(link.lexically_relative(run.folder).string());
        QCOMPARE(links, (QStringList{QStringLiteral("checkpoints/best.pth"), QStringLiteral("checkpoints/last.pth"),
                                     QStringLiteral("last.pth")}));
    }

    void runWithoutCheckpointsIsThereAndSomebodyElsesRunJsonIsNone()
    {
        write("fresh/run.json", R"({"waypoint":1})");
        write("other/run.json", R"({"name":"something"})");
        const FolderScan scan = scanFolder(m_root);
        QCOMPARE(scan.groups.size(), std::size_t(1));
        QCOMPARE(scan.groups.front().folder, m_root / "fresh");
        QVERIFY(isRunFolder(m_root / "fresh") && !isRunFolder(m_root / "other"));
    }

    void limitsEndTheScanAndAreTold()
    {
        for (int i = 0; i < 20; ++i)
            touch("run/epoch_" + std::to_string(i) + ".pt");
        const FolderScan scan = scanFolder(m_root, {.found = 5});
        QVERIFY(scan.cutShort);
        QCOMPARE(names(scan).size(), 5);
        touch("a/b/c/deep.pt");
        QVERIFY(!names(scanFolder(m_root, {.depth = 2})).contains(QStringLiteral("a/b/c/deep.pt")));
    }

    void folderThatIsGoneIsToldApartFromAnEmptyOne()
    {
        QVERIFY(scanFolder(m_root).exists);
        QVERIFY(!scanFolder(m_root / "nowhere").exists);
    }
};

QTEST_GUILESS_MAIN(FolderScanTest)
#include "folder_scan_test.moc"
