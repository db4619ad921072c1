// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include "core/run/evaluations.h"

#include <cmath>
#include <limits>

using namespace waypoint;

namespace {

EvaluationLine someLine()
{
    return {.checkpoint = "epoch_0009.pth",
            .epoch = 9,
            .step = 80,
            .time = 1.75e9 + 0.125,
            .modified = 1'750'000'000'123,
            .data = "csv:/data/größe \"1\".csv",
            .part = "held out",
            .samples = 30,
            .loss = 0.1 + 0.2,
            .accuracy = 1.0 / 3};
}

}  // namespace

class EvaluationsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder.emplace(); }

    void whatIsAppendedIsReadBackInOrder()
    {
        const auto file = root() / "evaluations.jsonl";
        const auto first = someLine();
        auto second = someLine();
        second.accuracy.reset();
        second.epoch.reset();
        second.step.reset();
        QVERIFY(appendEvaluation(file, first));
        QVERIFY(appendEvaluation(file, second));
        const auto lines = readEvaluations(file);
        QVERIFY(lines);
        QVERIFY((*lines == std::vector{first, second}));
    }

    void aLossThatIsNoNumberIsKept()
    {
        const auto file = root() / "evaluations.jsonl";
        auto line = someLine();
        line.loss = std::numeric_limits<double>::quiet_NaN();
        QVERIFY(appendEvaluation(file, line));
        line.loss = -std::numeric_limits<double>::infinity();
        QVERIFY(appendEvaluation(file, line));
        const auto lines = readEvaluations(file);
        QVERIFY(lines && lines->size() == 2);
        QVERIFY(std::isnan((*lines)[0].loss));
        QCOMPARE((*lines)[1].loss, line.loss);
    }

    void aFileThatIsNotThereHasNone()
    {
        const auto lines = readEvaluations(root() / "evaluations.jsonl");
        QVERIFY(lines && lines->empty());
    }

    void halfAndForeignLinesArePassedOver()
    {
        const auto file = root() / "evaluations.jsonl";
        QVERIFY(appendEvaluation(file, someLine()));
        write(file, "nonsense\n[1]\n\n{\"step\":1,\"loss/train\":2}\n{\"checkpoint\":3,\"data\":\"x\"}\n{\"checkpo");
        QVERIFY(appendEvaluation(file, someLine()));  // ends the half line first
        write(file, "{\"checkpoint\":\"a\",\"data\":\"b\",\"loss/eval\":1");
        const auto lines = readEvaluations(file);
        QVERIFY(lines);
        QVERIFY((*lines == std::vector{someLine(), someLine()}));
    }

    void aFolderThatCannotBeMadeIsNamed()
    {
        write(root() / "file", "x");
        const auto written = appendEvaluation(root() / "file" / "evaluations.jsonl", someLine());
        QVERIFY(!written);
        QCOMPARE(written.error().code, ErrorCode::WriteFailed);
        QCOMPARE(written.error().file, (root() / "file").string());
    }

    void thoseOfARunAreKeptInItsFolder()
    {
        QVERIFY(QDir(m_folder->path()).mkpath("checkpoints"));
        write(root() / "run.json", "{}");
        QCOMPARE(evaluationsFile(root() / "checkpoints" / "last.pth", "/elsewhere"), root() / "evaluations.jsonl");
        QCOMPARE(evaluationsFile(root() / "last.pth", "/elsewhere"), root() / "evaluations.jsonl");
    }

    void thoseOfOtherFilesAreKeptElsewhereByTheirFolder()
    {
        QVERIFY(QDir(m_folder->path()).mkpath("a/models") && QDir(m_folder->path()).mkpath("b/models"));
        const auto of = [&](const char *file) { return evaluationsFile(root() / file, root() / "kept"); };
        const auto file = of("a/models/x.pth");
        QCOMPARE(file.parent_path(), root() / "kept");
        QVERIFY(file.filename().string().starts_with("models-"));
        QCOMPARE(of("a/models/y.pth"), file);
        QCOMPARE(of("b/../a/models/y.pth"), file);
        QVERIFY(of("b/models/x.pth") != file);
        QVERIFY(appendEvaluation(file, someLine()));  // the folder is made
    }

private:
    std::filesystem::path root() const { return m_folder->path().toStdString(); }
    static void write(const std::filesystem::path &file, const QByteArray &text)
    {
        QFile opened(QString::fromStdString(file.string()));
        QVERIFY(opened.open(QIODevice::Append));
        opened.write(text);
    }

    std::optional<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(EvaluationsTest)
#include "evaluations_test.moc"
