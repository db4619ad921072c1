// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject json() const { return QJsonDocument::fromJson(out).object(); }
    [[nodiscard]] QJsonArray entries() const { return json()[QStringLiteral("entries")].toArray(); }
};

}  // namespace

/// The program as a shell sees it: exit status, standard output, standard error.
class InspectCommandsTest : public QObject
{
    Q_OBJECT

private:
    QString write(const QByteArray &content, const QString &name = QStringLiteral("file.pkl"))
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write %s", qPrintable(file.fileName()));
        return file.fileName();
    }

    static Run run(const QStringList &arguments, const QString &output = {})
    {
        QProcess program;
        if (!output.isEmpty())
            program.setStandardOutputFile(output);
        program.start(QStringLiteral(WAYPOINT_INSPECT), arguments);
        if (!program.waitForFinished())
            qFatal("%s does not end", WAYPOINT_INSPECT);
        return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
    }

    Run tree(const QByteArray &pickle)
    {
        return run({QStringLiteral("tree"), write(pickle), QStringLiteral("--json"), QStringLiteral("--sha256")});
    }

    /// Entry `index` without its path, as compact JSON with sorted keys.
    static QByteArray entry(const Run &run, int index)
    {
        QJsonObject object = run.entries().at(index).toObject();
        object.remove(QStringLiteral("path"));
        return QJsonDocument(object).toJson(QJsonDocument::Compact);
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void wrongArgumentsAreStatusOne_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("none") << QStringList();
        QTest::newRow("unknown command") << QStringList{"frobnicate", "x"};
        QTest::newRow("no file") << QStringList{"tree"};
        QTest::newRow("unknown option") << QStringList{"tree", "x", "--frobnicate"};
        QTest::newRow("two files") << QStringList{"scan", "x", "y"};
    }

    void wrongArgumentsAreStatusOne()
    {
        QFETCH(QStringList, arguments);
        const Run result = run(arguments);
        QCOMPARE(result.status, 1);
        QCOMPARE(result.out, QByteArray());
        QVERIFY(!result.err.isEmpty());
    }

    void helpAndVersionAreStatusZero()
    {
        QCOMPARE(run({QStringLiteral("--help")}).status, 0);
        QCOMPARE(run({QStringLiteral("tree"), QStringLiteral("--help")}).status, 0);
        QCOMPARE(run({QStringLiteral("--version")}).out, QByteArray("waypoint-inspect " WAYPOINT_VERSION "\n"));
    }

    void whatCannotBeReadIsOneLineOnStandardError_data()
    {
        QTest::addColumn<QByteArray>("content");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("text") << QByteArray("<!DOCTYPE html><html></html>");
        QTest::newRow("cut pickle") << QByteArray("(dp0\nVname\nF1.5\n");
        QTest::newRow("cut zip") << QByteArray("PK\x03\x04 and no more");
        QTest::newRow("many lines") << QByteArray("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n");
    }

    void whatCannotBeReadIsOneLineOnStandardError()
    {
        QFETCH(QByteArray, content);
        const QString file = write(content, QStringLiteral("two\nlines \x1b[31m.pth"));
        for (const QString &command : {QStringLiteral("tree"), QStringLiteral("scan")}) {
            const Run result = run({command, file});
            QCOMPARE(result.status, 2);
            QCOMPARE(result.err.count('\n'), 1);
            QVERIFY2(result.err.contains("lines") && !result.err.contains('\x1b'), result.err.constData());
        }
        QCOMPARE(run({QStringLiteral("tree"), file, QStringLiteral("--json")}).out, QByteArray());
    }

    void aMissingFileIsStatusTwo()
    {
        const Run result = run({QStringLiteral("tree"), m_folder.filePath(QStringLiteral("nowhere.pth"))});
        QCOMPARE(result.status, 2);
        QCOMPARE(result.err.count('\n'), 1);
        QVERIFY2(result.err.contains("nowhere.pth"), result.err.constData());
    }

    void aFullDiskIsStatusTwo()
    {
        const Run result = run({QStringLiteral("tree"), write("I1\n.")}, QStringLiteral("/dev/full"));
        QCOMPARE(result.status, 2);
        QCOMPARE(result.err.count('\n'), 1);
    }

    void numbersKeepTheirValue()
    {
        const Run result = tree("(lp0\nF0.1\naF1e-05\naF50.0\naFnan\naFinf\naF-inf\naI9223372036854775807\n"
                                "aL1180591620717411303424L\naI01\na.");
        QCOMPARE(result.status, 0);
        QCOMPARE(result.err, QByteArray());
        QVERIFY(result.out.contains("\"value\": 0.1}"));
        QVERIFY(result.out.contains("\"value\": 1e-05}"));
        QVERIFY(result.out.contains("\"value\": 50.0}"));
        QVERIFY(result.out.contains("\"value\": 9223372036854775807}"));
        QCOMPARE(entry(result, 4), QByteArray(R"({"kind":"float","value":"NaN"})"));
        QCOMPARE(entry(result, 5), QByteArray(R"({"kind":"float","value":"Infinity"})"));
        QCOMPARE(entry(result, 6), QByteArray(R"({"kind":"float","value":"-Infinity"})"));
        QCOMPARE(entry(result, 8), QByteArray(R"({"kind":"int","value":"1180591620717411303424"})"));
        QCOMPARE(entry(result, 9), QByteArray(R"({"kind":"bool","value":true})"));
    }

    void pathsAreKeysAsText()
    {
        const Run result = tree("(dp0\nVa/b\n(lp1\nI7\nasI3\nN(VT\nI1\ntp2\nVtuple\ns.");
        QCOMPARE(result.status, 2);  // a tuple is no value for None's place: the dict has an odd number of parts
        const Run good = tree("(dp0\nVa/b\n(lp1\nI7\nasI3\nNs(VT\nI1\ntp2\nVtuple\ns.");
        QCOMPARE(good.status, 0);
        QStringList paths;
        for (const QJsonValue &row : good.entries())
            paths << QString::fromUtf8(
                QJsonDocument(row.toObject()[QStringLiteral("path")].toArray()).toJson(QJsonDocument::Compact));
        QCOMPARE(paths, (QStringList{"[]", "[\"a/b\"]", "[\"a/b\",\"0\"]", "[\"3\"]", "[\"('T', 1)\"]"}));
    }

    void textOfAnyKindIsValidJson()
    {
        const Run result = tree("V\\ud800 \\u202e \\u0007 \"quoted\" \\u005c\n.");
        QCOMPARE(result.status, 0);
        QVERIFY(!QJsonDocument::fromJson(result.out).isNull());
        for (const char byte : result.out)
            QVERIFY(static_cast<unsigned char>(byte) >= 0x20 || byte == '\n');
    }

    void textOfAFileCannotSteerTheTerminal()
    {
        const Run result =
            run({QStringLiteral("tree"), write("(dp0\nVkey\\u001b[2J\\u202e\nV\\u001b]0;title\\u0007\ns.")});
        QCOMPARE(result.status, 0);
        QVERIFY2(!result.out.contains('\x1b') && !result.out.contains('\x07'), result.out.constData());
        QVERIFY(!result.out.contains("\xe2\x80\xae"));
    }

    void aListWithinItselfEnds()
    {
        const Run result = tree("(lp0\ng0\na.");
        QCOMPARE(result.status, 0);
        QCOMPARE(entry(result, 1), QByteArray(R"({"count":1,"cut":"contains itself","kind":"list"})"));
    }

    void bytesAreShownAndHashed()
    {
        const Run result = tree(QByteArray("\x80\x03"
                                           "C\x03"
                                           "a\x00\xff"
                                           ".",
                                           8));
        QCOMPARE(
            entry(result, 0),
            QByteArray(
                R"({"bytes":3,"kind":"bytes","sha256":)"
                R"("2d28501a66adef190c7f5b220994e76d5cc30f1eb165a8ca6cab56dfd57092fe","value":"b'a\\x00\\xff'"})"));
    }

    void longTextIsWhole()
    {
        const QByteArray text(300'000, 'x');
        const Run result = tree(QByteArray("\x80\x02X\xe0\x93\x04\x00", 7) + text + ".");  // 300,000 little-endian
        QCOMPARE(result.entries().at(0).toObject()[QStringLiteral("value")].toString().toUtf8(), text);
    }

    void scanFindsNamesThatRunCode()
    {
        const QString file = write("cposix\nsystem\n(Vecho\ntR.");
        const Run text = run({QStringLiteral("scan"), file});
        QCOMPARE(text.status, 3);
        QVERIFY2(text.out.contains("posix.system") && text.out.contains("byte 0"), text.out.constData());
        const Run json = run({QStringLiteral("scan"), file, QStringLiteral("--json")});
        QCOMPARE(json.status, 3);
        QCOMPARE(json.json()[QStringLiteral("verdict")].toString(), QStringLiteral("dangerous"));
        QCOMPARE(json.json()[QStringLiteral("weights_only")].toBool(), false);
        const QJsonObject global = json.json()[QStringLiteral("globals")].toArray().at(0).toObject();
        QCOMPARE(global[QStringLiteral("name")].toString(), QStringLiteral("posix.system"));
        QCOMPARE(global[QStringLiteral("safety")].toString(), QStringLiteral("dangerous"));
        QVERIFY(!global[QStringLiteral("reason")].toString().isEmpty());
    }

    void aDangerousFileThatIsDamagedTooIsStatusThree()
    {
        const Run result = run({QStringLiteral("scan"), write("cposix\nsystem\n(Vecho\nt"), QStringLiteral("--json")});
        QCOMPARE(result.status, 3);
        QCOMPARE(result.err.count('\n'), 1);
        QVERIFY(!result.json()[QStringLiteral("error")].toString().isEmpty());
        QCOMPARE(result.json()[QStringLiteral("globals")].toArray().size(), 1);
    }

    void unknownNamesAreNotDangerous()
    {
        const Run result = run({QStringLiteral("scan"), write("cmylib\nNet\n."), QStringLiteral("--json")});
        QCOMPARE(result.status, 0);
        QCOMPARE(result.json()[QStringLiteral("verdict")].toString(), QStringLiteral("unknown"));
        const Run plain = run({QStringLiteral("scan"), write("I1\n."), QStringLiteral("--json")});
        QCOMPARE(plain.status, 0);
        QCOMPARE(plain.json()[QStringLiteral("verdict")].toString(), QStringLiteral("safe"));
        QCOMPARE(plain.json()[QStringLiteral("weights_only")].toBool(), true);
    }

    void everyDocumentHasTheFixedKeys()
    {
        const QJsonObject document = tree("(dp0\nVepoch\nI3\ns.").json();
        for (const QString &key :
             {QStringLiteral("file"), QStringLiteral("format"), QStringLiteral("layout"), QStringLiteral("entries"),
              QStringLiteral("sections"), QStringLiteral("globals"), QStringLiteral("warnings")})
            QVERIFY2(document.contains(key), qPrintable(key));
        const QJsonObject section = document[QStringLiteral("sections")].toArray().at(0).toObject();
        for (const QString &key :
             {QStringLiteral("path"), QStringLiteral("role"), QStringLiteral("class"), QStringLiteral("certainty"),
              QStringLiteral("parameters"), QStringLiteral("pairs_with")})
            QVERIFY2(section.contains(key), qPrintable(key));
        QCOMPARE(section[QStringLiteral("role")].toString(), QStringLiteral("epoch"));
    }
};

QTEST_GUILESS_MAIN(InspectCommandsTest)
#include "inspect_commands_test.moc"
