// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <vector>

namespace {

struct Run
{
    int status = -1;
    QByteArray out;
    QByteArray err;

    [[nodiscard]] QJsonObject document() const { return QJsonDocument::fromJson(out).object(); }
    [[nodiscard]] QJsonArray tensors() const { return document()[QStringLiteral("tensors")].toArray(); }
    [[nodiscard]] QList<QByteArray> lines() const
    {
        QList<QByteArray> lines;
        for (const QByteArray &line : out.trimmed().split('\n'))
            lines += line.simplified();
        return lines;
    }
    /// The first line that begins so; empty where there is none.
    [[nodiscard]] QByteArray line(const QByteArray &start) const
    {
        for (const QByteArray &line : lines())
            if (line.startsWith(start))
                return line;
        return {};
    }
};

}  // namespace

/// `waypoint-inspect diff` as a shell sees it, on safetensors files and a JSON index of a few tensors.
class DiffCommandTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_folder;
    QString m_a;
    QString m_b;

    static Run run(const QStringList &options)
    {
        QProcess program;
        program.start(QStringLiteral(WAYPOINT_INSPECT), QStringList{QStringLiteral("diff")} + options);
        if (!program.waitForFinished())
            qFatal("%s does not end", WAYPOINT_INSPECT);
        return {program.exitCode(), program.readAllStandardOutput(), program.readAllStandardError()};
    }

    struct Tensor
    {
        QByteArray name;
        std::vector<float> values;
    };

    QString written(const QString &name, const QByteArray &content)
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(content) != content.size())
            qFatal("cannot write");
        return file.fileName();
    }

    /// A safetensors file of vectors.
    QString written(const QString &name, const std::vector<Tensor> &tensors)
    {
        QJsonObject header;
        QByteArray data;
        for (const Tensor &tensor : tensors) {
            const qsizetype begin = data.size();
            data.append(reinterpret_cast<const char *>(tensor.values.data()),
                        static_cast<qsizetype>(tensor.values.size() * sizeof(float)));
            header[QString::fromLatin1(tensor.name)] =
                QJsonObject{{QStringLiteral("dtype"), QStringLiteral("F32")},
                            {QStringLiteral("shape"), QJsonArray{static_cast<int>(tensor.values.size())}},
                            {QStringLiteral("data_offsets"), QJsonArray{begin, data.size()}}};
        }
        const QByteArray text = QJsonDocument(header).toJson(QJsonDocument::Compact);
        QByteArray length(8, '\0');
        for (int i = 0; i < 8; ++i)
            length[i] = static_cast<char>(static_cast<quint64>(text.size()) >> (8 * i));
        return written(name, length + text + data);
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_a = written(QStringLiteral("a.safetensors"), std::vector<Tensor>{{"bn.weight", {1, 1}},
                                                                           {"fc.bias", {0, 0, 0}},
                                                                           {"fc.weight", {3, 0, 4, 0}},
                                                                           {"head.weight", {1, 2, 3}},
                                                                           {"old.weight", {1}}});
        m_b = written(QStringLiteral("b.safetensors"), std::vector<Tensor>{{"bn.weight", {1, 1}},
                                                                           {"fc.bias", {0, 3, 0}},
                                                                           {"fc.weight", {3, 0, 4, 1}},
                                                                           {"head.weight", {1, 2}},
                                                                           {"young.scale", {1, 1, 1, 1, 1}}});
    }

    void theDocumentHasEveryTensor()
    {
        const Run result = run({m_a, m_b, QStringLiteral("--json")});
        QCOMPARE(result.status, 0);
        QCOMPARE(result.err, QByteArray());
        QMap<QString, QString> statuses;
        QMap<QString, QJsonObject> rows;
        for (const QJsonValue &tensor : result.tensors()) {
            const QString name = tensor[QStringLiteral("path")].toArray().last().toString();
            rows[name] = tensor.toObject();
            statuses[name] = tensor[QStringLiteral("status")].toString();
        }
        QCOMPARE(statuses, (QMap<QString, QString>{{"bn.weight", "same"},
                                                   {"fc.bias", "changed"},
                                                   {"fc.weight", "changed"},
                                                   {"head.weight", "reshaped"},
                                                   {"old.weight", "removed"},
                                                   {"young.scale", "added"}}));
        const QJsonObject weight = rows[QStringLiteral("fc.weight")];
        QCOMPARE(weight[QStringLiteral("l2")].toDouble(), 1.0);
        QCOMPARE(weight[QStringLiteral("relative")].toDouble(), 1.0 / 5);
        QCOMPARE(weight[QStringLiteral("max_abs")].toDouble(), 1.0);
        QCOMPARE(weight[QStringLiteral("changed_share")].toDouble(), 0.25);
        QCOMPARE(weight[QStringLiteral("path_b")], weight[QStringLiteral("path_a")]);
        const QJsonObject bias = rows[QStringLiteral("fc.bias")];
        QCOMPARE(bias[QStringLiteral("relative")].toString(), QStringLiteral("Infinity"));
        QCOMPARE(bias[QStringLiteral("cosine")].toString(), QStringLiteral("NaN"));
        const QJsonObject added = rows[QStringLiteral("young.scale")];
        QVERIFY(added[QStringLiteral("path_a")].isNull());
        QVERIFY(added[QStringLiteral("l2")].isNull());
        QVERIFY(rows[QStringLiteral("head.weight")][QStringLiteral("relative")].isNull());
    }

    void peopleSeeWhatDiffers()
    {
        const Run result = run({m_a, m_b});
        QCOMPARE(result.status, 0);
        QVERIFY(result.line("6 tensors: 2 changed, 1 of another shape, 1 only in B, 1 only in A, 1 same")
                    .endsWith("overall"));
        QVERIFY(result.line("fc.weight").startsWith("fc.weight changed 0.2 1 1 "));
        QVERIFY(result.line("fc.bias").startsWith("fc.bias changed inf 3 3 nan 33.33%"));
        QCOMPARE(result.line("head.weight"), QByteArray("head.weight reshaped 3 → 2"));
        QCOMPARE(result.line("old.weight"), QByteArray("old.weight removed 1"));
        QCOMPARE(result.line("young.scale"), QByteArray("young.scale added 5"));
        QCOMPARE(result.line("bn.weight"), QByteArray());
    }

    void whatIsTheSameIsListedWhenAskedFor()
    {
        QVERIFY(run({m_a, m_b, QStringLiteral("--all")}).line("bn.weight").startsWith("bn.weight same 0 0 0 1 0%"));
        const Run same = run({m_a, m_a});
        QCOMPARE(same.lines().last(), QByteArray("5 tensors, all the same"));
    }

    void linesAreSortedAndPicked()
    {
        const auto names = [this](const QStringList &options) {
            QByteArrayList listed;
            for (const QByteArray &line : run(QStringList{m_a, m_b} + options).lines())
                if (line.contains(" changed "))
                    listed += line.left(line.indexOf(' '));
            return listed;
        };
        QCOMPARE(
            names({QStringLiteral("--match"), QStringLiteral("fc.*"), QStringLiteral("--sort"), QStringLiteral("l2")}),
            (QByteArrayList{"fc.bias", "fc.weight"}));
        QCOMPARE(names({QStringLiteral("--match"), QStringLiteral("*.weight")}).last(), QByteArray("fc.weight"));
        QVERIFY(run({m_a, m_b, QStringLiteral("--layers")}).line("fc ").startsWith("fc 2 changed"));
        QCOMPARE(run({m_a, m_b, QStringLiteral("--json"), QStringLiteral("--match"), QStringLiteral("bn*")})
                     .tensors()
                     .size(),
                 qsizetype(1));
    }

    void errorsSayWhichFile()
    {
        const QString missing = m_folder.filePath(QStringLiteral("missing.pth"));
        for (const QStringList &files : {QStringList{missing, m_a}, QStringList{m_a, missing}}) {
            const Run result = run(files + QStringList{QStringLiteral("--json")});
            QCOMPARE(result.status, 2);
            QCOMPARE(result.err.count('\n'), qsizetype(1));
            QVERIFY(result.err.contains("missing.pth"));
            QCOMPARE(result.out, QByteArray());
        }
        const Run section = run({m_a, m_b, QStringLiteral("--section-b"), QStringLiteral("ema")});
        QCOMPARE(section.status, 1);
        QVERIFY(section.err.contains("b.safetensors: there is no 'ema'"));
        QCOMPARE(run({m_a}).status, 1);
    }
};

QTEST_GUILESS_MAIN(DiffCommandTest)
#include "diff_command_test.moc"
