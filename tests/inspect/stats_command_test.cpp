// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>
#include <vector>

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonArray tensors() const
    {
        return QJsonDocument::fromJson(out).object()[QStringLiteral("tensors")].toArray();
    }
    [[nodiscard]] QStringList paths() const
    {
        QStringList paths;
        for (const QJsonValue &tensor : tensors())
            paths << tensor[QStringLiteral("path")].toArray().last().toString();
        return paths;
    }
};

}  // namespace

/// `waypoint-inspect stats` as a shell sees it, on a safetensors file of four tensors.
class StatsCommandTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_file;

    Run run(const QStringList &options)
    {
        QProcess program;
        program.start(QStringLiteral(WAYPOINT_INSPECT), QStringList{QStringLiteral("stats")} + options);
        if (!program.waitForFinished())
            qFatal("%s does not end", WAYPOINT_INSPECT);
        return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
    }

    static QByteArray safetensors(const QByteArray &header, const QByteArray &data)
    {
        QByteArray length(8, '\0');
        for (int i = 0; i < 8; ++i)
            length[i] = static_cast<char>(static_cast<quint64>(header.size()) >> (8 * i));
        return length + header + data;
    }

    QString written(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write");
        return file.fileName();
    }

private Q_SLOTS:
    void initTestCase()
    {
        const std::vector<float> values{
            1, 2, 3, 4, std::numeric_limits<float>::quiet_NaN(), 0.1f, std::numeric_limits<float>::infinity()};
        const QByteArray data(reinterpret_cast<const char *>(values.data()), 28);
        const QByteArray header = R"({"fc.weight": {"dtype": "F32", "shape": [2, 2], "data_offsets": [0, 16]},)"
                                  R"( "fc.bias": {"dtype": "F32", "shape": [2], "data_offsets": [16, 24]},)"
                                  R"( "scale": {"dtype": "F32", "shape": [], "data_offsets": [24, 28]},)"
                                  R"( "none": {"dtype": "F32", "shape": [0], "data_offsets": [28, 28]}})";
        m_file = written(QStringLiteral("four.safetensors"), safetensors(header, data));
    }

    void theDocumentHasEveryTensor()
    {
        const Run result = run({m_file, QStringLiteral("--json")});
        QCOMPARE(result.status, 0);
        QCOMPARE(result.err, QByteArray());
        QCOMPARE(result.paths(), (QStringList{QStringLiteral("fc.weight"), QStringLiteral("fc.bias"),
                                              QStringLiteral("scale"), QStringLiteral("none")}));
        const QJsonObject weight = result.tensors()[0].toObject();
        QCOMPARE(weight[QStringLiteral("count")].toInt(), 4);
        QCOMPARE(weight[QStringLiteral("min")].toDouble(), 1.0);
        QCOMPARE(weight[QStringLiteral("max")].toDouble(), 4.0);
        QCOMPARE(weight[QStringLiteral("mean")].toDouble(), 2.5);
        QCOMPARE(weight[QStringLiteral("std")].toDouble(), std::sqrt(1.25));
        QCOMPARE(weight[QStringLiteral("l2")].toDouble(), std::sqrt(30.0));
        QCOMPARE(weight[QStringLiteral("zeros")].toInt(-1), 0);
        QCOMPARE(weight[QStringLiteral("nan")].toInt(-1), 0);
        QCOMPARE(weight[QStringLiteral("inf")].toInt(-1), 0);
    }

    void numbersRoundTripAndSpecialOnesAreText()
    {
        const QJsonArray tensors = run({m_file, QStringLiteral("--json")}).tensors();
        QCOMPARE(tensors[1][QStringLiteral("max")].toDouble(), static_cast<double>(0.1f));
        QCOMPARE(tensors[1][QStringLiteral("nan")].toInt(), 1);
        QCOMPARE(tensors[2][QStringLiteral("max")].toString(), QStringLiteral("Infinity"));
        QCOMPARE(tensors[2][QStringLiteral("std")].toString(), QStringLiteral("NaN"));
        QCOMPARE(tensors[3][QStringLiteral("count")].toInt(-1), 0);
        QCOMPARE(tensors[3][QStringLiteral("mean")].toString(), QStringLiteral("NaN"));
    }

    void aGlobPicksTensors()
    {
        const auto matching = [this](const QString &glob) {
            return run({m_file, QStringLiteral("--json"), QStringLiteral("--match"), glob}).paths();
        };
        QCOMPARE(matching(QStringLiteral("fc.*")),
                 (QStringList{QStringLiteral("fc.weight"), QStringLiteral("fc.bias")}));
        QCOMPARE(matching(QStringLiteral("*.bias")), QStringList{QStringLiteral("fc.bias")});
        QCOMPARE(matching(QStringLiteral("fc")), QStringList());
        QCOMPARE(run({m_file, QStringLiteral("--match"), QStringLiteral("fc")}).status, 0);
    }

    void histogramsComeWhenAskedFor()
    {
        const QJsonArray tensors = run({m_file, QStringLiteral("--json"), QStringLiteral("--histogram")}).tensors();
        for (const char *key : {"histogram", "histogram_symlog"}) {
            const QJsonObject histogram = tensors[0][QLatin1String(key)].toObject();
            const QJsonArray counts = histogram[QStringLiteral("counts")].toArray();
            const QJsonArray edges = histogram[QStringLiteral("edges")].toArray();
            QCOMPARE(edges.size(), counts.size() + 1);
            QCOMPARE(edges.first().toDouble(), 1.0);
            QCOMPARE(edges.last().toDouble(), 4.0);
            int all = 0;
            for (const QJsonValue &count : counts)
                all += count.toInt();
            QCOMPARE(all, 4);
        }
        QVERIFY(!run({m_file, QStringLiteral("--json")}).tensors()[0].toObject().contains(QStringLiteral("histogram")));
    }

    void theTableHasALineForEachTensor()
    {
        const Run result = run({m_file});
        QCOMPARE(result.status, 0);
        const QList<QByteArray> lines = result.out.trimmed().split('\n');
        QCOMPARE(lines[1], QByteArray("4 tensors, 7 numbers"));
        QCOMPARE(lines.size(), 8);
        QCOMPARE(lines[4].simplified(), QByteArray("fc.weight 4 1 4 2.5 1.118 5.477 0 0 0"));
        QCOMPARE(lines[6].simplified(), QByteArray("scale 1 inf inf inf nan inf 0 0 1"));
        for (qsizetype i = 4; i < lines.size(); ++i)
            QCOMPARE(lines[i].size(), lines[3].size());  // columns end where their heads do
    }

    void aFileThatCannotBeReadIsOneLine()
    {
        const Run missing = run({m_folder.filePath(QStringLiteral("missing.pth"))});
        QCOMPARE(missing.status, 2);
        QCOMPARE(missing.err.count('\n'), 1);
        QCOMPARE(missing.out, QByteArray());
        const Run none = run({written(QStringLiteral("text.pth"), "no checkpoint"), QStringLiteral("--json")});
        QCOMPARE(none.status, 2);
        QCOMPARE(none.err.count('\n'), 1);
        QCOMPARE(run({}).status, 1);
    }
};

QTEST_GUILESS_MAIN(StatsCommandTest)
#include "stats_command_test.moc"
