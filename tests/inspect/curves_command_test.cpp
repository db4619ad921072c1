// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include "tests/support/growing_log.h"

using waypoint::test::GrowingLog;

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject document() const { return QJsonDocument::fromJson(out).object(); }
};

Run run(const QString &path, const QStringList &options = {})
{
    QProcess program;
    program.start(QStringLiteral(WAYPOINT_INSPECT), QStringList{QStringLiteral("curves"), path} + options);
    if (!program.waitForFinished())
        qFatal("%s does not end", WAYPOINT_INSPECT);
    return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
}

QByteArray compact(const QJsonValue &value) { return QJsonDocument(value.toArray()).toJson(QJsonDocument::Compact); }

}  // namespace

/// `waypoint-inspect curves` as a shell sees it.
class CurvesCommandTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theDocumentHasEveryPointOfEveryCurve()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.append("{\"step\":10,\"epoch\":0,\"time\":1.7e9,\"loss/train\":0.1,\"lr\":1.0}\n"
                           "{\"step\":20,\"epoch\":1,\"time\":1.7e9,\"loss/train\":\"NaN\",\"lr\":1e-05}\n"
                           "{\"step\":30,\"epoch\":2,\"time\":1.7e9,\"loss/train\":\"-Infinity\"}\n"));
        const Run done = run(log.path(), {"--json"});
        QCOMPARE(done.status, 0);
        QCOMPARE(done.err, QByteArray());
        const auto curves = done.document()["curves"].toArray();
        QCOMPARE(curves.size(), 2);
        QCOMPARE(curves[0].toObject()["name"].toString(), QString("loss/train"));
        QCOMPARE(curves[0].toObject()["x"].toString(), QString("step"));
        QCOMPARE(compact(curves[0].toObject()["points"]), QByteArray("[[10,0.1],[20,\"NaN\"],[30,\"-Infinity\"]]"));
        QCOMPARE(compact(curves[1].toObject()["points"]), QByteArray("[[10,1],[20,1e-05]]"));
    }

    void theShapeOfTheLargestNumbersIsDrawn()
    {
        const GrowingLog log("a.csv");
        QVERIFY(log.append("step,loss\n1,1.7e308\n2,-1.7e308\n3,1.7e308\n"));
        QVERIFY(run(log.path()).out.contains("█▁█"));
    }

    void ofManyUnreadableCheckpointsTheFirstAreNamed()
    {
        const GrowingLog log("epoch_0_loss_0.5.pth");
        for (int i = 1; i < 30; ++i)
            QVERIFY(log.add(QString("epoch_%1_loss_0.25.pth").arg(i), "x"));
        const auto document = run(QString::fromStdString(log.folder().string()), {"--json"}).document();
        QCOMPARE(document["curves"].toArray()[0].toObject()["points"].toArray().size(), 29);
        QCOMPARE(document["warnings"].toArray().size(), 11);
        QCOMPARE(document["warnings"].toArray().last().toString(), QString("19 more files cannot be read."));
    }

    void floatsRoundTrip()
    {
        const GrowingLog log("a.csv");
        QVERIFY(log.append("epoch,loss\n0.25,0.30000000000000004\n0.5,1e-310\n"));
        const auto curve = run(log.path(), {"--json"}).document()["curves"].toArray()[0].toObject();
        QCOMPARE(curve["x"].toString(), QString("epoch"));
        const auto points = curve["points"].toArray();
        QCOMPARE(points[0].toArray()[0].toDouble(), 0.25);
        QCOMPARE(points[0].toArray()[1].toDouble(), 0.1 + 0.2);
        QCOMPARE(points[1].toArray()[1].toDouble(), 1e-310);
    }

    void checkpointsAndWarningsStandBesideTheCurves()
    {
        const GrowingLog log("metrics.jsonl");
        QVERIFY(log.add("run.json", "{}") && log.add("checkpoints/epoch_0000.pth") && log.add("checkpoints/best.pth"));
        QVERIFY(log.append("{\"step\":10,\"epoch\":0,\"time\":1.7e9,\"loss\":0.5}\n{\"step\":"));
        const auto document = run(QString::fromStdString(log.folder().string()), {"--json"}).document();
        const auto marks = document["checkpoints"].toArray();
        QCOMPARE(marks.size(), 2);
        QVERIFY(marks[0].toObject()["epoch"].isNull());
        QCOMPARE(marks[1].toObject()["step"].toInt(), 10);
        QCOMPARE(document["warnings"].toArray().size(), 1);
        QCOMPARE(document["kind"].toString(), QString("Waypoint run"));
    }

    void theTableSaysWhereACurveIsLowestAndHighest()
    {
        const GrowingLog log("a.csv");
        QVERIFY(log.append("step,loss\n1,4\n2,0.5\n3,8\n4,1\n"));
        const Run done = run(log.path());
        QCOMPARE(done.status, 0);
        QVERIFY(done.out.contains("0.5 at 2"));
        QVERIFY(done.out.contains("8 at 3"));
        QVERIFY(!done.out.contains('\x1b'));
    }

    void namesFromAFileCannotSteerTheTerminal()
    {
        const GrowingLog log("a.jsonl");
        QVERIFY(log.append("{\"step\": 1, \"loss\\u001b[2J\": 4}\n"));
        const Run done = run(log.path());
        QCOMPARE(done.status, 0);
        QVERIFY(!done.out.contains('\x1b'));
    }

    void whatHasNoCurvesIsOneLineAndStatusTwo_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("Dear diary,\n");
        QTest::newRow("binary") << QByteArray(100, '\x01');
        QTest::newRow("JSON without curves") << QByteArray("{\"a\": 1}");
        QTest::newRow("broken JSON") << QByteArray("{\"a\": [1, 2");
        QTest::newRow("table without numbers") << QByteArray("step,a\n1,x\n");
    }
    void whatHasNoCurvesIsOneLineAndStatusTwo()
    {
        QFETCH(QByteArray, content);
        const GrowingLog log("file");
        QVERIFY(log.append(content));
        for (const QStringList &options : {QStringList(), QStringList("--json")}) {
            const Run done = run(log.path(), options);
            QCOMPARE(done.status, 2);
            QCOMPARE(done.out, QByteArray());
            QCOMPARE(done.err.count('\n'), 1);
            QVERIFY(done.err.contains(log.path().toUtf8()));
        }
    }

    void missingPathsAndArgumentsAreToldApart()
    {
        QCOMPARE(run("/no/such/log").status, 2);
        QCOMPARE(run("/dev/null", {"--no-such-option"}).status, 1);
    }
};

QTEST_GUILESS_MAIN(CurvesCommandTest)
#include "curves_command_test.moc"
