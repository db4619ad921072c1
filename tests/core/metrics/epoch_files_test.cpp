// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/metrics/epoch_files.h"
#include "tests/support/optimizer_builder.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>

#include <atomic>
#include <cmath>
#include <map>

using namespace waypoint;
using namespace waypoint::test;

namespace fs = std::filesystem;

namespace {

Any weights() { return dict({{"fc.weight", tensor({4, 3})}, {"fc.bias", tensor({4})}}); }

/// A checkpoint as a tutorial saves it, with more beside it.
Any saved(std::int64_t epoch, std::vector<Pair> more = {})
{
    std::vector<Pair> pairs{{"epoch", epoch}, {"model", weights()}};
    pairs.insert(pairs.end(), more.begin(), more.end());
    return dict(pairs);
}

Any sgdWithRates(const std::vector<double> &rates)
{
    std::vector<Any> groups;
    for (std::size_t i = 0; i < rates.size(); ++i) {
        auto keys = sgdKeys();
        keys.front().second = rates[i];
        groups.push_back(group(keys, {static_cast<std::int64_t>(i)}));
    }
    return optimizer(dict({}), std::move(groups));
}

/// A folder of files whose content is made here: the disk has only their names.
class Folder
{
public:
    fs::path add(const std::string &name, std::optional<Any> content)
    {
        const fs::path path = this->path() / name;
        QDir().mkpath(QString::fromStdString(path.parent_path().string()));
        QFile file(QString::fromStdString(path.string()));
        if (!file.open(QIODevice::WriteOnly))
            qFatal("cannot write");
        if (content)
            m_contents.emplace(path, *content);
        return path;
    }

    [[nodiscard]] fs::path path() const { return m_folder.path().toStdString(); }
    [[nodiscard]] int opened() const { return *m_opened; }

    [[nodiscard]] Result<EpochFiles> find(const std::vector<fs::path> &paths, EpochChoice choice = {}) const
    {
        choice.open = [this](const fs::path &path, const OpenOptions &) {
            ++*m_opened;
            Opened opened;
            const auto content = m_contents.find(path);
            if (content == m_contents.end()) {
                opened.error = Error{ErrorCode::Corrupt, "it is damaged"};
                return opened;
            }
            auto checkpoint = built(content->second);
            checkpoint->path = path;
            opened.checkpoint = std::move(checkpoint);
            return opened;
        };
        return epochFilesIn(paths, choice, {});
    }
    [[nodiscard]] Result<EpochFiles> findAll(EpochChoice choice = {}) const
    {
        return find({path()}, std::move(choice));
    }

private:
    QTemporaryDir m_folder;
    std::map<fs::path, Any> m_contents;
    std::shared_ptr<std::atomic<int>> m_opened = std::make_shared<std::atomic<int>>(0);
};

/// "epoch_2.pth epoch 2 @2", one for each file; why there are none.
QStringList told(const Result<EpochFiles> &files)
{
    if (!files)
        return {QStringLiteral("error: ") + QString::fromStdString(files.error().detail)};
    QStringList lines;
    for (const EpochEntry &entry : files->entries)
        lines << QStringLiteral("%1 %2 @%3")
                     .arg(QString::fromStdString(entry.file.checkpoint->path.filename().string()),
                          QString::fromStdString(entry.file.label))
                     .arg(entry.file.position);
    return lines;
}

QStringList notesOf(const Result<EpochFiles> &files)
{
    QStringList notes;
    for (const std::string &note : files->notes)
        notes << QString::fromStdString(note);
    return notes;
}

QStringList lines(std::initializer_list<const char *> texts)
{
    QStringList list;
    for (const char *text : texts)
        list << QString::fromUtf8(text);
    return list;
}

}  // namespace

class EpochFilesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesStandInTheOrderOfTheirEpochs();
    void whatIsInsideOutranksTheName();
    void lastAndBestAreLeftOut();
    void checkpointsInTheMiddleOfAnEpochStay();
    void stepsAreTheAxisWhereThereAreNoEpochs();
    void aRunFolderStandsForItsCheckpoints();
    void namesWithoutEpochsKeepTheirOrder();
    void strayFilesInAFolderAreLeftOut();
    void anotherModelIsLeftOut();
    void unreadableFilesAreTold();
    void manyFilesAreThinnedBeforeTheyAreOpened();
    void oneInSoMany();
    void namedFilesStayForMeans();
    void aSectionCanBeChosen();
    void whereNothingIs();
    void stoppingIsNoResult();
    void scalarsAreListedInTheirOrder();
    void theBestFileIsFound();
};

void EpochFilesTest::filesStandInTheOrderOfTheirEpochs()
{
    Folder folder;
    for (const int epoch : {10, 9, 0})
        folder.add("net_epoch_" + std::to_string(epoch) + ".pth", weights());
    const auto files = folder.findAll();
    QCOMPARE(told(files),
             lines({"net_epoch_0.pth epoch 0 @0", "net_epoch_9.pth epoch 9 @9", "net_epoch_10.pth epoch 10 @10"}));
    QCOMPARE(files->axis, CurveAxis::Epoch);
    QCOMPARE(files->files().size(), std::size_t{3});
}

void EpochFilesTest::whatIsInsideOutranksTheName()
{
    Folder folder;
    folder.add("a_1.pth", saved(20));
    folder.add("b_2.pth", saved(10));
    QCOMPARE(told(folder.findAll()), lines({"b_2.pth epoch 10 @10", "a_1.pth epoch 20 @20"}));
}

void EpochFilesTest::lastAndBestAreLeftOut()
{
    Folder folder;
    folder.add("best.pth", saved(0));
    folder.add("epoch_0.pth", saved(0));
    folder.add("epoch_1.pth", saved(1));
    folder.add("last.pth", saved(1));
    const auto files = folder.findAll();
    QCOMPARE(told(files), lines({"epoch_0.pth epoch 0 @0", "epoch_1.pth epoch 1 @1"}));
    QCOMPARE(files->entries[0].alsoAs, std::vector<fs::path>{folder.path() / "best.pth"});
    QCOMPARE(files->entries[1].alsoAs, std::vector<fs::path>{folder.path() / "last.pth"});
    QCOMPARE(files->others, (std::vector<fs::path>{folder.path() / "best.pth", folder.path() / "last.pth"}));
    QCOMPARE(notesOf(files), QStringList());
}

void EpochFilesTest::checkpointsInTheMiddleOfAnEpochStay()
{
    Folder folder;
    folder.add("a.pth", saved(1, {{"global_step", 100}}));
    folder.add("b.pth", saved(1, {{"global_step", 150}}));
    folder.add("c.pth", saved(2, {{"global_step", 200}}));
    const auto files = folder.findAll();
    QCOMPARE(told(files),
             lines({"a.pth epoch 1, step 100 @100", "b.pth epoch 1, step 150 @150", "c.pth epoch 2, step 200 @200"}));
    QCOMPARE(files->axis, CurveAxis::Step);
}

void EpochFilesTest::stepsAreTheAxisWhereThereAreNoEpochs()
{
    Folder folder;
    folder.add("step_2000.pth", weights());
    folder.add("step_10000.pth", weights());
    const auto files = folder.findAll();
    QCOMPARE(told(files), lines({"step_2000.pth step 2000 @2000", "step_10000.pth step 10000 @10000"}));
    QCOMPARE(files->axis, CurveAxis::Step);
}

void EpochFilesTest::aRunFolderStandsForItsCheckpoints()
{
    Folder folder;
    folder.add("run.json", std::nullopt);
    folder.add("checkpoints/epoch_0001.pth", saved(1));
    folder.add("checkpoints/epoch_0000.pth", saved(0));
    folder.add("exported.pth", weights());
    QCOMPARE(told(folder.findAll()), lines({"epoch_0000.pth epoch 0 @0", "epoch_0001.pth epoch 1 @1"}));
}

void EpochFilesTest::namesWithoutEpochsKeepTheirOrder()
{
    Folder folder;
    const auto warm = folder.add("warm.pth", weights());
    const auto cold = folder.add("cold.pth", weights());
    const auto third = folder.add("epoch_3.pth", weights());
    const auto named = folder.find({warm, cold});
    QCOMPARE(told(named), lines({"warm.pth warm.pth @0", "cold.pth cold.pth @1"}));
    QCOMPARE(named->axis, CurveAxis::Time);
    QCOMPARE(notesOf(named).size(), 1);
    QCOMPARE(told(folder.find({warm, third})), lines({"warm.pth warm.pth @0", "epoch_3.pth epoch 3 @1"}));
}

void EpochFilesTest::strayFilesInAFolderAreLeftOut()
{
    Folder folder;
    folder.add("epoch_1.pth", weights());
    folder.add("epoch_2.pth", weights());
    folder.add("exported.pth", weights());
    folder.add("optimizer_state.pth", sgdWithRates({0.1}));
    const auto files = folder.findAll();
    QCOMPARE(told(files), lines({"epoch_1.pth epoch 1 @1", "epoch_2.pth epoch 2 @2"}));
    QCOMPARE(notesOf(files), lines({"optimizer_state.pth holds no model and is left out.",
                                    "exported.pth tells neither epoch nor step and is left out."}));
}

void EpochFilesTest::anotherModelIsLeftOut()
{
    Folder folder;
    const Any critic = dict({{"fc.weight", tensor({9, 9})}, {"out.weight", tensor({1, 9})}});
    for (const char *epoch : {"1", "2", "3"}) {
        folder.add("G_" + std::string(epoch) + ".pth", weights());
        folder.add("C_" + std::string(epoch) + ".pth", critic);
    }
    folder.add("G_4.pth", weights());
    const auto files = folder.findAll();
    QCOMPARE(told(files).size(), 4);
    QCOMPARE(told(files).front(), QStringLiteral("G_1.pth epoch 1 @1"));
    QCOMPARE(notesOf(files),
             lines({"C_1.pth, C_2.pth and C_3.pth hold another model than most files and are left out."}));
}

void EpochFilesTest::unreadableFilesAreTold()
{
    Folder folder;
    folder.add("epoch_1.pth", weights());
    const auto bad = folder.add("epoch_2.pth", std::nullopt);
    folder.add("epoch_3.pth", weights());
    const auto files = folder.findAll();
    QCOMPARE(told(files), lines({"epoch_1.pth epoch 1 @1", "epoch_3.pth epoch 3 @3"}));
    QCOMPARE(files->unreadable.size(), std::size_t{1});
    QCOMPARE(files->unreadable[0].first, bad);
    QCOMPARE(files->unreadable[0].second.file, bad.string());
    const auto none = folder.find({bad});
    QVERIFY(!none);
    QCOMPARE(none.error().code, ErrorCode::Corrupt);
    QCOMPARE(none.error().file, bad.string());
}

void EpochFilesTest::manyFilesAreThinnedBeforeTheyAreOpened()
{
    Folder folder;
    for (int epoch = 0; epoch < 301; ++epoch)
        folder.add("epoch_" + std::to_string(epoch) + ".pth", weights());
    const auto some = folder.findAll({.most = 4});
    QCOMPARE(told(some), lines({"epoch_0.pth epoch 0 @0", "epoch_100.pth epoch 100 @100",
                                "epoch_200.pth epoch 200 @200", "epoch_300.pth epoch 300 @300"}));
    QCOMPARE(notesOf(some), lines({"4 of 301 checkpoints are taken, evenly spread."}));
    QCOMPARE(folder.opened(), 4);
    QCOMPARE(told(folder.findAll()).size(), 200);
    QCOMPARE(told(folder.findAll({.most = 0})).size(), 301);
}

void EpochFilesTest::oneInSoMany()
{
    Folder folder;
    for (int epoch = 0; epoch < 8; ++epoch)
        folder.add("epoch_" + std::to_string(epoch) + ".pth", weights());
    QCOMPARE(told(folder.findAll({.every = 3})), lines({"epoch_0.pth epoch 0 @0", "epoch_3.pth epoch 3 @3",
                                                        "epoch_6.pth epoch 6 @6", "epoch_7.pth epoch 7 @7"}));
    QCOMPARE(told(folder.findAll({.every = 100})), lines({"epoch_0.pth epoch 0 @0", "epoch_7.pth epoch 7 @7"}));
}

void EpochFilesTest::namedFilesStayForMeans()
{
    Folder folder;
    const auto second = folder.add("a/epoch_2.pth", saved(2));
    const auto other = folder.add("b/epoch_2.pth", saved(2));
    const auto first = folder.add("a/epoch_1.pth", saved(1));
    folder.add("a/last.pth", saved(2));
    const EpochChoice choice{.asNamed = true};
    QCOMPARE(told(folder.find({second, other, first}, choice)),
             lines({"epoch_2.pth epoch 2 (epoch_2.pth) @0", "epoch_2.pth epoch 2 (epoch_2.pth) @1",
                    "epoch_1.pth epoch 1 @2"}));
    QCOMPARE(told(folder.find({other, folder.path() / "a"}, choice)).size(), 3);  // and not last.pth
    const auto usual = folder.find({second, other, first});
    QCOMPARE(told(usual), lines({"epoch_1.pth epoch 1 @1", "epoch_2.pth epoch 2 @2"}));
    QCOMPARE(notesOf(usual), lines({"epoch_2.pth is of the same moment as another file and left out."}));
}

void EpochFilesTest::aSectionCanBeChosen()
{
    Folder folder;
    const auto both = [](std::int64_t epoch) { return saved(epoch, {{"ema", weights()}}); };
    folder.add("epoch_1.pth", both(1));
    folder.add("epoch_2.pth", both(2));
    folder.add("epoch_3.pth", saved(3));
    const auto files = folder.findAll({.section = "ema"});
    QCOMPARE(told(files), lines({"epoch_1.pth epoch 1 @1", "epoch_2.pth epoch 2 @2"}));
    const EpochFile &file = files->entries[0].file;
    QCOMPARE(file.checkpoint->entries.pathText(file.model), std::string("ema"));
    QCOMPARE(notesOf(files), lines({"epoch_3.pth holds no part 'ema' and is left out."}));
    QCOMPARE(told(folder.findAll({.section = "nix"})), lines({"error: there is no part 'nix' in it"}));
}

void EpochFilesTest::whereNothingIs()
{
    Folder folder;
    folder.add("notes.txt", std::nullopt);
    const auto empty = folder.findAll();
    QVERIFY(!empty);
    QCOMPARE(empty.error().code, ErrorCode::NotFound);
    const auto missing = folder.find({folder.path() / "missing.pth"});
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QCOMPARE(missing.error().file, (folder.path() / "missing.pth").string());
}

void EpochFilesTest::stoppingIsNoResult()
{
    Folder folder;
    const auto file = folder.add("epoch_1.pth", weights());
    std::stop_source stop;
    stop.request_stop();
    const auto files = epochFilesIn({file}, {}, stop.get_token());
    QVERIFY(!files);
    QCOMPARE(files.error().code, ErrorCode::Cancelled);
}

void EpochFilesTest::scalarsAreListedInTheirOrder()
{
    Folder folder;
    folder.add("a.pth", saved(0, {{"loss", 2.0}, {"optimizer", sgdWithRates({0.5, 0.1, 0.5})}}));
    folder.add("b.pth", saved(1, {{"loss", 1.0},
                                  {"metrics", dict({{"accuracy/val", 0.5}})},
                                  {"optimizer", sgdWithRates({0.25, 0.1, 0.25})}}));
    const auto files = folder.findAll();
    QVERIFY(files);
    QCOMPARE(files->entries[0].rates, (std::vector<double>{0.5, 0.1, 0.5}));
    QStringList rows;
    for (const EpochScalar &scalar : epochScalars(files->entries)) {
        QString row = QString::fromStdString(scalar.name);
        for (const double value : scalar.values)
            row += QStringLiteral(" %1").arg(value);
        rows << row;
    }
    QCOMPARE(rows, lines({"loss 2 1", "accuracy/val nan 0.5", "lr 0.5 0.25", "lr/group 1 0.1 0.1"}));
}

void EpochFilesTest::theBestFileIsFound()
{
    Folder folder;
    const auto add = [&](std::int64_t epoch, double loss, double accuracy) {
        folder.add("epoch_" + std::to_string(epoch) + ".pth",
                   saved(epoch, {{"loss", loss}, {"metrics", dict({{"accuracy/val", accuracy}})}}));
    };
    add(0, 3, 0.5);
    add(1, 1, 0.9);
    add(2, 0.5, 0.9);
    const auto files = folder.findAll();
    QVERIFY(files);
    const auto best = bestEpoch(files->entries);
    QVERIFY(best);
    QCOMPARE(best->metric, std::string("accuracy/val"));
    QCOMPARE(best->entry, std::size_t{1});
    QVERIFY(!best->lowerIsBetter);
    const auto byLoss = bestEpoch(files->entries, "loss");
    QVERIFY(byLoss);
    QCOMPARE(byLoss->entry, std::size_t{2});
    QVERIFY(byLoss->lowerIsBetter);
    QVERIFY(!bestEpoch(files->entries, "perplexity"));
    QVERIFY(!bestEpoch({files->entries[0]}));
}

QTEST_GUILESS_MAIN(EpochFilesTest)
#include "epoch_files_test.moc"
