// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/trash.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;

class TrashTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;

    QString path(const QString &name) const { return m_folder->filePath(name); }

    QString write(const QString &name, const QByteArray &content) const
    {
        QDir().mkpath(QFileInfo(path(name)).path());
        QFile file(path(name));
        file.open(QIODevice::WriteOnly);
        file.write(content);
        return path(name);
    }

    static QByteArray contentOf(const QString &file)
    {
        QFile opened(file);
        return opened.open(QIODevice::ReadOnly) ? opened.readAll() : QByteArray("not there");
    }

    static bool isThere(const QString &file) { return QFile::exists(file); }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        qputenv("XDG_DATA_HOME", path(QStringLiteral("data")).toLocal8Bit());
    }

    void fileGoesAndComesBackWithItsContentAndLeavesNothingInTheTrash()
    {
        const QString file = write(QStringLiteral("run/epoch_0003.pth"), "weights");
        const TrashOutcome gone = moveToTrash({file});
        QCOMPARE(gone.problems, QStringList());
        QCOMPARE(gone.done.size(), std::size_t(1));
        QVERIFY(!isThere(file));
        const QString inTrash = gone.done.front().inTrash;
        QCOMPARE(contentOf(inTrash), QByteArray("weights"));
        const QFileInfo info(inTrash);
        const QString note = info.path() + QStringLiteral("/../info/") + info.fileName() + QStringLiteral(".trashinfo");
        QVERIFY(isThere(note));
        QCOMPARE(moveBack(gone.done).problems, QStringList());
        QCOMPARE(contentOf(file), QByteArray("weights"));
        QVERIFY(!isThere(inTrash));
        QVERIFY(!isThere(note));
    }

    void twoOfOneNameBothComeBack()
    {
        const QString a = write(QStringLiteral("a/last.pth"), "a");
        const QString b = write(QStringLiteral("b/last.pth"), "b");
        const TrashOutcome gone = moveToTrash({a, b});
        QCOMPARE(gone.done.size(), std::size_t(2));
        QVERIFY(gone.done[0].inTrash.startsWith(path(QStringLiteral("data/Trash/files/"))));
        QVERIFY(gone.done[0].inTrash != gone.done[1].inTrash);
        QCOMPARE(moveBack(gone.done).problems, QStringList());
        QCOMPARE(contentOf(a), QByteArray("a"));
        QCOMPARE(contentOf(b), QByteArray("b"));
    }

    void folderGoesAndComesBackWhole()
    {
        write(QStringLiteral("run/checkpoints/last.pth"), "weights");
        write(QStringLiteral("run/run.json"), "{}");
        const TrashOutcome gone = moveToTrash({path(QStringLiteral("run"))});
        QVERIFY(!isThere(path(QStringLiteral("run"))));
        QCOMPARE(moveBack(gone.done).problems, QStringList());
        QCOMPARE(contentOf(path(QStringLiteral("run/checkpoints/last.pth"))), QByteArray("weights"));
    }

    void undoWritesOverNothing()
    {
        const QString file = write(QStringLiteral("last.pth"), "old");
        const TrashOutcome gone = moveToTrash({file});
        write(QStringLiteral("last.pth"), "new");
        const TrashOutcome back = moveBack(gone.done);
        QCOMPARE(back.problems,
                 QStringList{QStringLiteral("last.pth stays in the trash: there is another one in its place.")});
        QCOMPARE(contentOf(file), QByteArray("new"));
        QCOMPARE(contentOf(gone.done.front().inTrash), QByteArray("old"));
    }

    void whatIsNotThereIsSaidToBeGone()
    {
        const TrashOutcome outcome = moveToTrash({path(QStringLiteral("nowhere.pth"))});
        QVERIFY(outcome.done.empty());
        QCOMPARE(outcome.problems, QStringList{QStringLiteral("nowhere.pth is not there any more.")});
    }

    void requestsRunInTheBackgroundOneAfterTheOther()
    {
        const QString a = write(QStringLiteral("a.pth"), "a");
        const QString b = write(QStringLiteral("b.pth"), "b");
        Trash trash;
        QSignalSpy moved(&trash, &Trash::moved);
        QSignalSpy restored(&trash, &Trash::restored);
        trash.move({a, b});
        trash.undo();
        QTRY_COMPARE(restored.size(), 1);
        QCOMPARE(moved.size(), 1);
        QCOMPARE(restored.front().front().toStringList(), (QStringList{a, b}));
        QVERIFY(isThere(a) && isThere(b));
        QVERIFY(!trash.canUndo());
        QCOMPARE(trash.sentence(), QStringLiteral("2 things are back."));
    }

    void sentenceNamesWhatWentAndUndoIsOffered()
    {
        const QString a = write(QStringLiteral("a.pth"), "a");
        Trash trash;
        QSignalSpy changed(&trash, &Trash::changed);
        trash.move({a});
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(trash.sentence(), QStringLiteral("a.pth is in the trash."));
        QVERIFY(trash.canUndo());
    }
};

QTEST_GUILESS_MAIN(TrashTest)
#include "trash_test.moc"
