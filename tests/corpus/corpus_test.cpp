// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc of Qt 6.4 stumbles over concepts in the standard library
#include "app/inspect/exit_status.h"
#include "core/base/describe_error.h"
#include "core/checkpoint/reader.h"
#include "tests/corpus/corpus_comparison.h"
#include "tests/support/tree_document.h"
#endif

#include <QProcess>
#include <QTest>

#include <filesystem>
#include <fstream>
#include <iostream>

using namespace waypoint;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr int kSkipped = 77;  // SKIP_RETURN_CODE of this test
constexpr std::string_view kOracle = ".oracle.json";

fs::path corpusFolder()
{
    const char *named = std::getenv("WAYPOINT_CORPUS");
    return named ? named : WAYPOINT_DEFAULT_CORPUS;
}

std::string lines(const std::vector<std::string> &texts)
{
    std::string all = std::to_string(texts.size()) + " differences";
    for (std::size_t i = 0; i < std::min<std::size_t>(texts.size(), 40); ++i)
        all += "\n    " + texts[i];
    return all;
}

bool startsWith(const QString &name, std::initializer_list<const char *> prefixes)
{
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&name](const char *prefix) { return name.startsWith(QLatin1String(prefix)); });
}

}  // namespace

/// Real checkpoints from many versions of PyTorch and other tools, where a folder of them is at hand: compares each
/// with the oracle that lies beside it. Hostile files are only ever read by Waypoint's own reader.
class CorpusTest : public QObject
{
    Q_OBJECT

private:
    static void addFiles(const std::function<bool(const QString &)> &wanted)
    {
        QTest::addColumn<QString>("name");
        for (const fs::directory_entry &entry : fs::recursive_directory_iterator(corpusFolder())) {
            const std::string path = entry.path().string();
            if (!path.ends_with(kOracle))
                continue;
            const std::string file = path.substr(0, path.size() - kOracle.size());
            const QString name = QString::fromStdString(fs::relative(file, corpusFolder()).string());
            if (wanted(name))
                QTest::newRow(qPrintable(name)) << name;
        }
    }

    static json oracleOf(const QString &name)
    {
        std::ifstream file((corpusFolder() / name.toStdString()).string() + std::string(kOracle));
        return json::parse(file);
    }

    /// Names as the opcodes have them; not those of a payload hidden in text, nor those that a file computes.
    static std::vector<std::string> namesOf(const std::vector<GlobalUse> &globals)
    {
        std::vector<std::string> names;
        for (const GlobalUse &global : globals)
            if (!global.member.starts_with("inside a string") && global.name.find("<computed>") == std::string::npos)
                names.push_back(global.name);
        return names;
    }

private Q_SLOTS:
    void everyEntryEqualsTheOracle_data()
    {
        addFiles([](const QString &name) { return !startsWith(name, {"mal__", "bad__", "tarx__"}); });
    }

    void everyEntryEqualsTheOracle()
    {
        QFETCH(QString, name);
        const fs::path path = corpusFolder() / name.toStdString();
        const json oracle = oracleOf(name);
        const Opened opened = openCheckpoint(path);
        QVERIFY2(opened.checkpoint, opened.error ? describe(*opened.error).c_str() : "");
        std::vector<std::string> found = test::corpusDifferences(oracle, test::treeDocument(*opened.checkpoint, path));
        const std::vector<std::string> names = test::globalDifferences(oracle, namesOf(opened.globals));
        found.insert(found.end(), names.begin(), names.end());
        QVERIFY2(found.empty(), lines(found).c_str());
    }

    void whatIsNoCheckpointGivesAClearError_data()
    {
        addFiles([](const QString &name) { return startsWith(name, {"bad__", "tarx__"}); });
    }

    void whatIsNoCheckpointGivesAClearError()
    {
        QFETCH(QString, name);
        const Opened opened = openCheckpoint(corpusFolder() / name.toStdString());
        QVERIFY(!opened.checkpoint);
        QVERIFY(opened.error);
        const std::string line = errorLine(name.toStdString(), *opened.error);
        QVERIFY2(line.size() > std::string("waypoint-inspect: : ").size() + name.toStdString().size(), line.c_str());
        QVERIFY2(line.find('\n') == std::string::npos, line.c_str());
    }

    void hostileFilesAreReportedAndNotRun_data()
    {
        addFiles([](const QString &name) { return startsWith(name, {"mal__"}); });
    }

    void hostileFilesAreReportedAndNotRun()
    {
        QFETCH(QString, name);
        const json oracle = oracleOf(name);
        const fs::path path = corpusFolder() / name.toStdString();
        QProcess program;
        program.start(QStringLiteral(WAYPOINT_INSPECT),
                      {QStringLiteral("scan"), QString::fromStdString(path.string()), QStringLiteral("--json")});
        QVERIFY(program.waitForFinished());
        const json document = json::parse(program.readAllStandardOutput().toStdString());
        const std::vector<std::string> found = test::globalDifferences(oracle, namesOf(openCheckpoint(path).globals));
        QVERIFY2(found.empty(), lines(found).c_str());
        // A payload that hides in text is reported; loading the file does not run it.
        const bool namesCode = !oracle.at("static_globals").empty();
        QCOMPARE(program.exitCode(), namesCode ? 3 : 0);
        QCOMPARE(document.at("verdict").get<std::string>(), std::string(namesCode ? "dangerous" : "unknown"));
    }
};

int main(int argc, char **argv)
{
    if (!fs::is_directory(corpusFolder())) {
        std::cout << "No corpus: name a folder of checkpoints with oracles in WAYPOINT_CORPUS to run this test.\n";
        return kSkipped;
    }
    QCoreApplication app(argc, argv);
    CorpusTest test;
    return QTest::qExec(&test, argc, argv);
}

#include "corpus_test.moc"
