// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs/file_watch.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;

namespace {

void write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
}

}  // namespace

class FileWatchTest : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_path;

    void watchFresh(FileWatch &watch)
    {
        write(m_path, "first");
        watch.watch(m_path.toStdString(), stampOf(m_path.toStdString()));
    }

private Q_SLOTS:
    void init()
    {
        QVERIFY(m_folder.isValid());
        m_path = m_folder.filePath(QStringLiteral("last.pth"));
    }

    void fileThatGrowsIsReportedOnce()
    {
        FileWatch watch;
        QList<FileStamp> stamps;
        connect(&watch, &FileWatch::changed, this, [&](const FileStamp &stamp) { stamps << stamp; });
        watchFresh(watch);
        write(m_path, "second version");
        QTRY_COMPARE(stamps.size(), 1);
        QVERIFY(stamps.front().exists);
        QCOMPARE(stamps.front().bytes, 14u);
    }

    void fileThatIsReplacedIsWatchedOn()
    {
        FileWatch watch;
        QList<std::uint64_t> sizes;
        connect(&watch, &FileWatch::changed, this, [&](const FileStamp &stamp) { sizes << stamp.bytes; });
        watchFresh(watch);
        const QString beside = m_folder.filePath(QStringLiteral("last.pth.tmp"));
        write(beside, "replacement");
        QVERIFY(QFile::remove(m_path));
        QVERIFY(QFile::rename(beside, m_path));
        QTRY_VERIFY(!sizes.isEmpty() && sizes.last() == 11u);
        write(m_path, "and then written into");
        QTRY_COMPARE(sizes.last(), 21u);
    }

    void fileThatIsRemovedIsReportedAsGone()
    {
        FileWatch watch;
        QList<bool> exists;
        connect(&watch, &FileWatch::changed, this, [&](const FileStamp &stamp) { exists << stamp.exists; });
        watchFresh(watch);
        QVERIFY(QFile::remove(m_path));
        QTRY_COMPARE(exists, QList<bool>{false});
    }

    void changeBetweenReadingAndWatchingIsNoticed()
    {
        write(m_path, "first");
        const FileStamp read = stampOf(m_path.toStdString());
        write(m_path, "changed meanwhile");
        FileWatch watch;
        QSignalSpy changed(&watch, &FileWatch::changed);
        watch.watch(m_path.toStdString(), read);
        QTRY_COMPARE(changed.size(), 1);
    }

    void folderChangesWhenAFileInItDoes()
    {
        write(m_path, "first");
        const FileStamp before = stampOf(m_folder.path().toStdString());
        write(m_path, "second version");
        const FileStamp after = stampOf(m_folder.path().toStdString());
        QVERIFY(before.exists && after.exists);
        QVERIFY(before != after);
    }
};

QTEST_GUILESS_MAIN(FileWatchTest)
#include "file_watch_test.moc"
