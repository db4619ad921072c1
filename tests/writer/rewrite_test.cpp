// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc of Qt 6.4 stumbles over concepts in the standard library
#include "core/base/describe_error.h"
#include "core/checkpoint/reader.h"
#include "core/checkpoint/torch_writer.h"
#include "tests/support/tree_document.h"
#endif

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QTest>

using namespace waypoint;
using nlohmann::json;

/// Opens every checkpoint that make_fixtures.py wrote with the real PyTorch, writes it again and opens that: nothing
/// may be different. compare_rewritten.py asks PyTorch the same afterwards.
class RewriteTest : public QObject
{
    Q_OBJECT

private:
    static QString originals() { return qEnvironmentVariable("WAYPOINT_FIXTURES", QStringLiteral(WAYPOINT_FIXTURES)); }
    static QString rewritten()
    {
        return qEnvironmentVariable("WAYPOINT_REWRITTEN", QStringLiteral(WAYPOINT_REWRITTEN));
    }

    static bool isPickled(Format format)
    {
        return format == Format::TorchZip || format == Format::TorchLegacy || format == Format::TorchTar
               || format == Format::Pickle;
    }

    /// What both must agree in: every entry with the hash of its elements. Storages have other names in the other file.
    static json comparable(const Checkpoint &checkpoint, const std::string &path)
    {
        json document = test::treeDocument(checkpoint, path);
        json rows = json::array();
        for (json row : document["entries"]) {
            if (row.contains("storage"))
                row["storage"].erase("key");  // numbered anew; "index" tells which tensors share one
            rows.push_back(std::move(row));
        }
        return rows;
    }

    static std::string firstDifference(const json &before, const json &after)
    {
        for (std::size_t i = 0; i < std::min(before.size(), after.size()); ++i)
            if (before[i] != after[i])
                return "was " + before[i].dump() + "\n is " + after[i].dump();
        return "number of rows: " + std::to_string(before.size()) + " and " + std::to_string(after.size());
    }

private Q_SLOTS:
    void initTestCase() { QDir(rewritten()).removeRecursively(); }

    void whatWasReadIsWrittenAndReadAgain_data()
    {
        QTest::addColumn<QString>("name");
        QFile index(originals() + QStringLiteral("/index.txt"));
        QVERIFY2(index.open(QIODevice::ReadOnly), "run the make_fixtures test first: ctest does");
        const QList<QByteArray> names = index.readAll().split('\n');
        for (const QByteArray &name : names)
            if (!name.isEmpty())
                QTest::newRow(name.constData()) << QString::fromUtf8(name);
    }

    void whatWasReadIsWrittenAndReadAgain()
    {
        QFETCH(QString, name);
        const std::string from = (originals() + u'/' + name).toStdString();
        const std::string to = (rewritten() + u'/' + name).toStdString();
        const Opened before = openCheckpoint(from);
        if (!before.checkpoint || !isPickled(before.checkpoint->format))
            return;
        QVERIFY(QDir().mkpath(QFileInfo(QString::fromStdString(to)).path()));
        const Result<void> written = writeTorchFile(to, before.checkpoint->values, before.checkpoint->root);
        QVERIFY2(written, written ? "" : describe(written.error()).c_str());
        const Opened after = openCheckpoint(to);
        QVERIFY2(after.checkpoint, after.error ? describe(*after.error).c_str() : "");
        const json wanted = comparable(*before.checkpoint, from);
        const json found = comparable(*after.checkpoint, to);
        QVERIFY2(wanted == found, firstDifference(wanted, found).c_str());
    }
};

QTEST_GUILESS_MAIN(RewriteTest)
#include "rewrite_test.moc"
