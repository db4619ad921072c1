// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <vector>

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject document() const { return QJsonDocument::fromJson(out).object(); }
    [[nodiscard]] QJsonArray list(const char *key) const { return document()[QLatin1String(key)].toArray(); }
    /// One value of each object in a list.
    [[nodiscard]] QStringList each(const char *key, const char *value) const
    {
        QStringList texts;
        for (const QJsonValue &item : list(key))
            texts << item[QLatin1String(value)].toVariant().toString();
        return texts;
    }
    [[nodiscard]] bool says(const char *line) const { return out.contains(line); }
};

QStringList words(const char *text) { return QString::fromUtf8(text).split(QLatin1Char(' ')); }

}  // namespace

/// `waypoint-inspect epochs` and `average` as a shell sees them, on a folder of safetensors files.
class EpochsCommandTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;

    static Run run(const QStringList &arguments)
    {
        QProcess program;
        program.start(QStringLiteral(WAYPOINT_INSPECT), arguments);
        if (!program.waitForFinished())
            qFatal("%s does not end", WAYPOINT_INSPECT);
        return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
    }
    static Run epochs(const QStringList &arguments) { return run(QStringList{QStringLiteral("epochs")} + arguments); }
    static Run average(const QStringList &arguments) { return run(QStringList{QStringLiteral("average")} + arguments); }

    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }
    [[nodiscard]] QString runFolder() const { return path(QStringLiteral("run")); }
    [[nodiscard]] QString epoch(int number) const
    {
        return QDir(runFolder())
            .filePath(QStringLiteral("epoch=%1-val_loss=0.%2.safetensors").arg(number).arg(9 - number));
    }

    static void write(const QString &file, const QByteArray &content)
    {
        QFile out(file);
        if (!out.open(QIODevice::WriteOnly) || out.write(content) != content.size())
            qFatal("cannot write");
    }

    /// fc.weight of two numbers, out.weight of one.
    static QByteArray model(float a, float b, float out)
    {
        const QByteArray header = R"({"fc.weight": {"dtype": "F32", "shape": [1, 2], "data_offsets": [0, 8]},)"
                                  R"( "out.weight": {"dtype": "F32", "shape": [1], "data_offsets": [8, 12]}})";
        QByteArray length(8, '\0');
        for (int i = 0; i < 8; ++i)
            length[i] = static_cast<char>(static_cast<quint64>(header.size()) >> (8 * i));
        const std::vector<float> values{a, b, out};
        return length + header + QByteArray(reinterpret_cast<const char *>(values.data()), 12);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(QStringLiteral("run")));
        write(epoch(0), model(3, 4, 7));
        write(epoch(1), model(6, 8, 7));
        write(epoch(2), model(6, 8, 7));
    }

    void theDocumentHasFilesTensorsAndTheBest()
    {
        const Run result = epochs({runFolder(), QStringLiteral("--json")});
        QCOMPARE(result.status, 0);
        QCOMPARE(result.err, QByteArray());
        QCOMPARE(result.document()[QStringLiteral("axis")].toString(), QStringLiteral("epoch"));
        QCOMPARE(result.each("files", "file"), (QStringList{epoch(0), epoch(1), epoch(2)}));
        QCOMPARE(result.each("files", "epoch"), words("0 1 2"));
        QCOMPARE(result.each("tensors", "name"), words("fc.weight out.weight"));
        QCOMPARE(result.each("tensors", "fate"), words("learning frozen"));
        QCOMPARE(result.list("frozen"), QJsonArray{QStringLiteral("out.weight")});
        const QJsonObject best = result.document()[QStringLiteral("best")].toObject();
        QCOMPARE(best[QStringLiteral("file")].toString(), epoch(2));
        QCOMPARE(best[QStringLiteral("metric")].toString(), QStringLiteral("val_loss"));
    }

    void pointsHaveNumbersOrNull()
    {
        const QJsonArray points =
            epochs({runFolder(), QStringLiteral("--json")}).list("tensors")[0][QStringLiteral("points")].toArray();
        QCOMPARE(points.size(), 3);
        QCOMPARE(points[0][QStringLiteral("l2")].toDouble(), 5.0);
        QVERIFY(points[0][QStringLiteral("relative_previous")].isNull());
        QCOMPARE(points[1][QStringLiteral("relative_previous")].toDouble(), 1.0);
        QCOMPARE(points[2][QStringLiteral("relative_previous")].toDouble(-1), 0.0);
        QCOMPARE(points[2][QStringLiteral("relative_first")].toDouble(), 1.0);
        QVERIFY(points[1][QStringLiteral("update_ratio_per_step")].isNull());  // no file tells its step
    }

    void theTableIsForPeople()
    {
        const Run result = epochs({runFolder()});
        QCOMPARE(result.status, 0);
        QVERIFY2(result.says("3 checkpoints, epoch 0 to epoch 2: 2 parameter tensors and 0 buffers\n"), result.out);
        QVERIFY2(result.says("Frozen, the same in all files: out.weight.\n"), result.out);
        QVERIFY2(result.says("Best by val_loss: epoch 2 with 0.7 (epoch=2-val_loss=0.7.safetensors).\n"), result.out);
    }

    void tensorsAndFilesCanBeChosen()
    {
        QCOMPARE(epochs({runFolder(), QStringLiteral("--json"), QStringLiteral("--match"), QStringLiteral("out.*")})
                     .each("tensors", "name"),
                 words("out.weight"));
        const Run some =
            epochs({runFolder(), QStringLiteral("--json"), QStringLiteral("--every"), QStringLiteral("2")});
        QCOMPARE(some.each("files", "epoch"), words("0 2"));
        QCOMPARE(some.list("notes"), QJsonArray{QStringLiteral("2 of 3 checkpoints are taken, evenly spread.")});
        QCOMPARE(epochs({epoch(2), epoch(0), QStringLiteral("--json")}).each("files", "epoch"), words("0 2"));
    }

    void wrongArgumentsAreOneLine()
    {
        const std::vector<QStringList> wrong{
            {epoch(0)},
            {runFolder(), QStringLiteral("--match"), QStringLiteral("nothing")},
            {runFolder(), QStringLiteral("--metric"), QStringLiteral("bleu")},
            {runFolder(), QStringLiteral("--section"), QStringLiteral("ema")},
        };
        for (const QStringList &arguments : wrong) {
            const Run result = epochs(arguments);
            QCOMPARE(result.status, 1);
            QCOMPARE(result.err.count('\n'), 1);
            QCOMPARE(result.out, QByteArray());
        }
        QCOMPARE(epochs({}).status, 1);
        QCOMPARE(epochs({runFolder(), QStringLiteral("--every"), QStringLiteral("0")}).status, 1);
    }

    void aDamagedFileIsAnErrorByNameAndAWarningInItsFolder()
    {
        QVERIFY(QDir(m_folder.path()).mkdir(QStringLiteral("damaged")));
        const QDir folder(path(QStringLiteral("damaged")));
        const QString bad = folder.filePath(QStringLiteral("epoch=1.safetensors"));
        write(folder.filePath(QStringLiteral("epoch=0.safetensors")), model(1, 2, 3));
        write(bad, "no checkpoint");
        write(folder.filePath(QStringLiteral("epoch=2.safetensors")), model(2, 2, 3));
        const Run named = epochs({epoch(0), bad});
        QCOMPARE(named.status, 2);
        QCOMPARE(named.err.count('\n'), 1);
        QVERIFY2(named.err.contains(bad.toUtf8()), named.err);
        const Run listed = epochs({folder.path(), QStringLiteral("--json")});
        QCOMPARE(listed.status, 0);
        QCOMPARE(listed.each("files", "epoch"), words("0 2"));
        QCOMPARE(listed.each("unreadable", "file"), QStringList{bad});
        QCOMPARE(average({folder.path(), QStringLiteral("-o"), path(QStringLiteral("never.pth"))}).status, 2);
        QVERIFY(!QFile::exists(path(QStringLiteral("never.pth"))));
    }

    void aMissingPathIsOneLine()
    {
        for (const QString &missing : {path(QStringLiteral("missing")), path(QStringLiteral("missing.pth"))}) {
            const Run result = epochs({missing});
            QCOMPARE(result.status, 2);
            QCOMPARE(result.err.count('\n'), 1);
        }
    }

    void theMeanIsReadBack()
    {
        const QString out = path(QStringLiteral("mean.pth"));
        const Run made = average(
            {epoch(0), epoch(1), QStringLiteral("--weights"), QStringLiteral("1,3"), QStringLiteral("-o"), out});
        QCOMPARE(made.status, 0);
        QVERIFY2(made.says("(epoch 0)\n"), made.out);
        const Run stats = run({QStringLiteral("stats"), out, QStringLiteral("--json")});
        QCOMPARE(stats.list("tensors")[0][QStringLiteral("min")].toDouble(), 0.25 * 3 + 0.75 * 6);
        QCOMPARE(stats.list("tensors")[0][QStringLiteral("max")].toDouble(), 0.25 * 4 + 0.75 * 8);
        QCOMPARE(stats.list("tensors")[1][QStringLiteral("max")].toDouble(), 7.0);
    }

    void meansThatCannotBeAreRefused()
    {
        const QString out = path(QStringLiteral("refused.pth"));
        const auto refused = [&](const QStringList &arguments) {
            const Run result = average(arguments);
            return result.err.count('\n') == 1 && !QFile::exists(out) ? result.status : -1;
        };
        QCOMPARE(
            refused({epoch(0), epoch(1), QStringLiteral("--weights"), QStringLiteral("1"), QStringLiteral("-o"), out}),
            1);
        QCOMPARE(refused({epoch(0), QStringLiteral("-o"), out}), 1);
        QCOMPARE(refused({epoch(0), epoch(1), QStringLiteral("-o"), path(QStringLiteral("no/folder/mean.pth"))}), 2);
        QCOMPARE(average({epoch(0), epoch(1)}).status, 1);
    }
};

QTEST_GUILESS_MAIN(EpochsCommandTest)
#include "epochs_command_test.moc"
