// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/metrics/curves.h"
#include "tests/support/curve_text.h"
#include "tests/support/growing_log.h"
#endif

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QStringList textsOf(const QByteArray &csv)
{
    const GrowingLog log("log.csv");
    if (!log.append(csv))
        return QStringList("cannot be written");
    const auto run = readCurves(log.file());
    return run ? curveTexts(run->curves) : QStringList("error");
}

QStringList texts(const Result<RunCurvesPtr> &run) { return run ? curveTexts((*run)->curves) : QStringList("error"); }

}  // namespace

class CsvCurvesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void eachColumnOfNumbersIsACurve_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QStringList>("curves");
        const auto row = [](const char *name, const QByteArray &csv, const QStringList &curves) {
            QTest::newRow(name) << csv << curves;
        };
        row("empty cells are no points", "step,a,b\n1,0.5,\n1,,2\n2,0.25,\n", {"a: 1=0.5 2=0.25", "b: 1=2"});
        row("NaN and infinities are", "step,a\n1,nan\n2,inf\n3,-inf\n4,NaN\n", {"a: 1=nan 2=inf 3=-inf 4=nan"});
        row("text is passed over", "step,a,note\n1,2,x\n2,3,y\n", {"a: 1=2 2=3"});
        row("old Mac's and Windows' line ends", "step,a\r\n1,2\r\n", {"a: 1=2"});
        row("a byte order mark", "\xef\xbb\xbfstep,a\n1,2\n", {"a: 1=2"});
        row("blanks around names and numbers", "  step ,  a  \n 1 , 2 \n", {"a: 1=2"});
        row("quoted names with commas and quotes", "step,\"a, \"\"b\"\"\"\n1,2\n", {"a, \"b\": 1=2"});
        row("a line break between quotes", "step,note,a\n1,\"x\ny\",2\n3,z,4\n", {"a: 1=2 3=4"});
        row("a quote within a cell", "step,note,a\n1,5\" disk,2\n3,x,4\n", {"a: 1=2 3=4"});
        row("semicolons and decimal commas", "step;a\n1;0,5\n2;1,25\n", {"a: 1=0.5 2=1.25"});
        row("tabs", "step\ta\n1\t0.5\n", {"a: 1=0.5"});
        row("the index of pandas", ",loss\n0,3\n1,2\n", {"loss: 0=3 1=2"});
        row("step before iter", "iter,step,a\n5,100,1\n6,200,2\n", {"a: 100=1 200=2"});
        row("epoch where there is no step", "epoch,a\n1,2\n2,1\n", {"a: 1=2 2=1"});
        row("comments before the header", "# run 7\n\nstep,a\n1,2\n", {"a: 1=2"});
        row("the header again, as after a restart", "step,a\n1,2\nstep,a\n2,3\n", {"a: 1=2 2=3"});
        row("two columns of one name: the first", "step,a,a\n1,2,3\n", {"a: 1=2"});
        row("rows that are too short or too long", "step,a,b\n1,2\n2,3,4,5\n", {"a: 1=2 2=3", "b: 2=4"});
        row("a resumed run", "step,a\n1,1\n2,1\n3,1\n2,7\n3,7\n", {"a: 1=1 2=7 3=7"});
        row("rows from last to first", "step,a\n3,30\n2,20\n1,10\n", {"a: 1=10 2=20 3=30"});
        row("no names at all", "1,2\n3,4\n", {"column 1: 0=1 1=3", "column 2: 0=2 1=4"});
        row("numbers beyond the range of a double", "step,a\n1,1e999\n2,1e-999\n", {"a: 1=inf 2=0"});
        row("seconds since the start", "time,loss\n0.5,3\n1.5,2\n", {"loss: 0.5=3 1.5=2"});
    }
    void eachColumnOfNumbersIsACurve()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QStringList, curves);
        QCOMPARE(textsOf(csv), curves);
    }

    void aQuoteThatIsNeverClosedCostsItsLineOnly()
    {
        QByteArray csv = "step,note,a\n1,x,2\n2,\"y,3\n";
        for (int step = 3; step < 1000; ++step)
            csv += QByteArray::number(step) + ",z,4\n";
        const auto curves = textsOf(csv);
        QCOMPARE(curves.size(), 1);
        QVERIFY(curves.front().startsWith("a: 1=2 3=4 4=4 "));
        QVERIFY(curves.front().endsWith(" 999=4"));
    }

    void aTableWithoutStepsThatHasTextIsNoLog()
    {
        QCOMPARE(textsOf("name,price\nbread,2\nbutter,3\n"), QStringList("error"));
    }

    void aLastRowWithoutItsEndCountsWhereItsNumberIsAsLongAsThoseAbove_data()
    {
        QTest::addColumn<QByteArray>("csv");
        QTest::addColumn<QString>("curve");
        QTest::newRow("hand-made") << QByteArray("step,a\n1,0.5\n2,0.4") << "a: 1=0.5 2=0.4";
        QTest::newRow("digits are missing") << QByteArray("step,a\n1,0.512\n2,0.4") << "a: 1=0.512";
        QTest::newRow("a cell is missing") << QByteArray("step,a,b\n1,1,x\n2,22") << "a: 1=1";
        QTest::newRow("the step is missing digits") << QByteArray("step,a\n10,1\n2") << "a: 10=1";
    }
    void aLastRowWithoutItsEndCountsWhereItsNumberIsAsLongAsThoseAbove()
    {
        QFETCH(QByteArray, csv);
        QFETCH(QString, curve);
        QCOMPARE(textsOf(csv), QStringList(curve));
    }

    void aGrowingTableIsFollowedAndARewrittenOneReadAnew()
    {
        const GrowingLog log("metrics.csv");
        QVERIFY(log.append("epoch,step,loss\n0,1,0.125\n0,2,0.2"));
        CurveFollower follower(log.file());
        QCOMPARE(texts(follower.read()), QStringList("loss: 1=0.125"));
        QVERIFY(log.append("50\n0,3,0.5\n"));
        QCOMPARE(texts(follower.read()), QStringList("loss: 1=0.125 2=0.25 3=0.5"));
        // As Lightning does when a new metric comes up.
        QVERIFY(log.replace("epoch,step,loss,val_loss\n0,1,0.125,\n0,2,0.25,\n0,3,0.5,\n0,3,,0.75\n"));
        QCOMPARE(texts(follower.read()), QStringList({"loss: 1=0.125 2=0.25 3=0.5", "val_loss: 3=0.75"}));
    }

    void anotherVersionOfARunIsFoundWhileItsFolderIsFollowed()
    {
        const GrowingLog log("version_0/metrics.csv");
        QVERIFY(log.append("epoch,step,loss\n0,1,3\n"));
        CurveFollower follower(log.folder());
        QCOMPARE(texts(follower.read()), QStringList("loss: 1=3"));
        QVERIFY(log.add("version_1/metrics.csv", "epoch,step,loss\n0,1,5\n"));
        QCOMPARE(texts(follower.read()), QStringList({"version_0/loss: 1=3", "version_1/loss: 1=5"}));
    }

    void theNewestTrainerStateOfAnOutputFolderIsFollowed()
    {
        const GrowingLog log("checkpoint-90/trainer_state.json");
        QVERIFY(log.append("{\"log_history\": [{\"step\": 1, \"loss\": 2}]}"));
        CurveFollower follower(log.folder());
        QCOMPARE(texts(follower.read()), QStringList("loss: 1=2"));
        QVERIFY(log.add("checkpoint-100/trainer_state.json",
                        "{\"log_history\": [{\"step\": 1, \"loss\": 2}, {\"step\": 2, \"loss\": 1}]}"));
        const auto run = follower.read();
        QCOMPARE(texts(run), QStringList("loss: 1=2 2=1"));
        QVERIFY((*run)->warnings.empty());
        QCOMPARE((*run)->marks.size(), 2u);
        QCOMPARE((*run)->marks[0].step, 100.0);
    }

    void otherLogsOfAFolderAreMentioned()
    {
        const GrowingLog log("metrics.csv");
        QVERIFY(log.append("epoch,step,loss\n0,1,3\n") && log.add("extra.csv", "step,x\n1,2\n"));
        const auto run = readCurves(log.folder());
        QVERIFY(run);
        QCOMPARE(run->warnings, std::vector<std::string>{"extra.csv has curves, too, and is not shown."});
    }

    void anyBeginningOfATableGivesTheBeginningOfItsCurves()
    {
        const GrowingLog log("log.csv");
        const QByteArray whole =
            "epoch,\"a, b\",note,loss\r\n1,0.50,\"x\ny\",2.125\r\n2,0.25,z,1.125\r\n3,0.75,,0.125\r\n";
        QVERIFY(log.replace(whole));
        const auto all = readCurves(log.file());
        QVERIFY(all);
        QCOMPARE(curveTexts(all->curves), QStringList({"a, b: 1=0.5 2=0.25 3=0.75", "loss: 1=2.125 2=1.125 3=0.125"}));
        const auto header = whole.indexOf('\n') + 1;
        for (auto length = header; length < whole.size(); ++length) {
            QVERIFY(log.replace(whole.left(length)));
            if (const auto part = readCurves(log.file()))
                QVERIFY2(isBeginningOf(part->curves, all->curves), whole.left(length).constData());
        }
    }

    /// A machine that crashes leaves zeros where lines were announced and not written out.
    void zerosOfACrashAtTheEndCostNoCurve()
    {
        const GrowingLog log("metrics.csv");
        QVERIFY(log.append("step,loss\n1,2\n2,3\n" + QByteArray(100'000, '\0')));
        QVERIFY(looksLikeLog(log.file()));
        const auto run = readCurves(log.file());
        QVERIFY(run);
        QCOMPARE(curveTexts(run->curves), QStringList("loss: 1=2 2=3"));
        QCOMPARE(run->warnings.size(), std::size_t{1});
        // The run goes on.
        QVERIFY(log.append("\n3,4\n"));
        QCOMPARE(curveTexts(readCurves(log.file())->curves), QStringList("loss: 1=2 2=3 3=4"));
    }

    void moreColumnsThanAnyoneHasAreRefused()
    {
        QByteArray names = "step";
        for (int i = 0; i < 20'000; ++i)
            names += ",c" + QByteArray::number(i);
        QCOMPARE(textsOf(names + "\n1,2,3\n"), QStringList("error"));
    }
};

QTEST_GUILESS_MAIN(CsvCurvesTest)
#include "csv_curves_test.moc"
