// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "tests/ui/epoch_values.h"
#include "ui/models/epoch_file_table.h"
#include "ui/models/epoch_filter.h"
#include "ui/models/epoch_scan.h"
#include "ui/models/epoch_table.h"
#include "ui/models/epoch_weights.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>

#include <cmath>
#include <future>
#include <numeric>

using namespace waypoint;
using namespace waypoint::test;

namespace {

class EpochModelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void trackHasANumberForEachFile();
    void changeFromZerosIsInfiniteAndSaysNothingElse();
    void sentenceNamesWhatDoesNotLearn();
    void tableTicksAFewWeightsAtFirst();
    void tickedLinesKeepTheirColours();
    void tableRefusesMoreLinesThanCanBeToldApart();
    void valueColumnFollowsTheChosenEpoch();
    void filterFindsNamesAndFates();
    void filterSortsByValue();
    void fileTableHasTheNumbersAndMarksTheBest();
    void weightsSumToOneAndLowLossCountsMore();
    void numbersThatAFileLacksAreNoWeights();
    void stoppedScanKeepsNothingAndCanGoOn();
};

TensorFate fateIn(const EpochTable &table, int row)
{
    const QString fate = table.index(row, EpochTable::Fate).data().toString();
    for (const TensorFate known :
         {TensorFate::Learning, TensorFate::Frozen, TensorFate::Stalled, TensorFate::Dead, TensorFate::Broken})
        if (fateText(known) == fate)
            return known;
    qFatal("no fate");
}

QStringList shownNames(const EpochFilter &filter)
{
    QStringList names;
    for (int row = 0; row < filter.rowCount(); ++row)
        names << filter.index(row, EpochTable::Name).data().toString();
    return names;
}

void EpochModelsTest::trackHasANumberForEachFile()
{
    const TensorSeries series = learning(4, 0.5);
    const EpochTrackPtr track = trackOf(parameter("a.weight", 4), series, {});
    QCOMPARE(track->fate, TensorFate::Learning);
    for (const EpochQuantity quantity : kEpochQuantities)
        QCOMPARE(track->of(quantity).size(), std::size_t{4});
    // Nothing comes before the first.
    QVERIFY(std::isnan(track->of(EpochQuantity::ChangeFromPrevious)[0]));
    for (std::size_t file = 1; file < 4; ++file) {
        QCOMPARE(track->of(EpochQuantity::ChangeFromPrevious)[file], series[file]->fromPrevious->relative());
        QCOMPARE(track->of(EpochQuantity::Norm)[file], series[file]->stats.l2);
    }
    QCOMPARE(track->last(EpochQuantity::Norm), series.back()->stats.l2);
}

void EpochModelsTest::changeFromZerosIsInfiniteAndSaysNothingElse()
{
    TensorSeries series = learning(3, 0.5);
    series[1]->fromPrevious->normA = 0;
    const EpochTrackPtr track = trackOf(parameter("a.bias", 3), series, {});
    QVERIFY(std::isinf(track->of(EpochQuantity::ChangeFromPrevious)[1]));
    QVERIFY(!track->isBroken[1]);
}

void EpochModelsTest::sentenceNamesWhatDoesNotLearn()
{
    const EpochRunPtr run = runOf({"conv1.weight", "conv1.bias", "fc.weight"}, 12, "lenet-run");
    const std::vector<EpochTrackPtr> tracks{track(*run, 0, frozen(12)), track(*run, 1, frozen(12)),
                                            track(*run, 2, learning(12, 0.1))};
    QCOMPARE(epochSentence(*run, tracks), QStringLiteral("12 epochs of lenet-run · 3 tensors: 1 learning, 2 frozen "
                                                         "(conv1.weight, conv1.bias)"));
    QCOMPARE(epochSentence(*run, {nullptr, nullptr, nullptr}), QStringLiteral("12 epochs of lenet-run · 3 tensors"));
}

void EpochModelsTest::tableTicksAFewWeightsAtFirst()
{
    std::vector<std::string> names;
    for (int i = 0; i < 50; ++i)
        for (const char *part : {".weight", ".bias"})
            names.push_back("layer" + std::to_string(i) + part);
    EpochTable table;
    table.setRun(runOf(names, 2), std::vector<EpochTrackPtr>(names.size()));
    const std::vector<std::size_t> drawn = table.drawn();
    QVERIFY(!drawn.empty() && drawn.size() < 10);
    for (const std::size_t tensor : drawn)
        QVERIFY(table.name(tensor).endsWith(QStringLiteral(".weight")));
    QCOMPARE(table.name(drawn.front()), QStringLiteral("layer0.weight"));
    QCOMPARE(table.name(drawn.back()), QStringLiteral("layer49.weight"));
}

void EpochModelsTest::tickedLinesKeepTheirColours()
{
    EpochTable table;
    table.setRun(runOf({"a", "b", "c"}, 2), std::vector<EpochTrackPtr>(3));
    QCOMPARE(table.drawn().size(), std::size_t{3});
    const int colour = table.lineOf(2);
    QVERIFY(table.setData(table.index(0, 0), Qt::Unchecked, Qt::CheckStateRole));
    QCOMPARE(table.lineOf(2), colour);
    QCOMPARE(table.drawn(), (std::vector<std::size_t>{1, 2}));
    QVERIFY(table.setData(table.index(0, 0), Qt::Checked, Qt::CheckStateRole));
    QCOMPARE(table.drawn(), (std::vector<std::size_t>{0, 1, 2}));
}

void EpochModelsTest::tableRefusesMoreLinesThanCanBeToldApart()
{
    const std::vector<std::string> names(EpochTable::kMostLines + 3, "same");
    EpochTable table;
    table.setRun(runOf(names, 2), std::vector<EpochTrackPtr>(names.size()));
    std::vector<std::size_t> all(names.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    table.setDrawn(all);
    QCOMPARE(table.drawn().size(), EpochTable::kMostLines);
    QVERIFY(!table.setData(table.index(table.rowCount() - 1, 0), Qt::Checked, Qt::CheckStateRole));
}

void EpochModelsTest::valueColumnFollowsTheChosenEpoch()
{
    const EpochRunPtr run = runOf({"a.weight"}, 3);
    const EpochTrackPtr followed = track(*run, 0, learning(3, 0.25));
    EpochTable table;
    table.setRun(run, {followed});
    table.setQuantity(EpochQuantity::Norm);
    const auto shown = [&] { return table.index(0, EpochTable::Value).data().toString(); };
    QCOMPARE(shown(), quantityText(EpochQuantity::Norm, followed->of(EpochQuantity::Norm)[2]));
    table.setFile(1);
    QCOMPARE(shown(), quantityText(EpochQuantity::Norm, followed->of(EpochQuantity::Norm)[1]));
    QCOMPARE(table.headerData(EpochTable::Value, Qt::Horizontal, Qt::DisplayRole).toString(), run->label(1));
}

void EpochModelsTest::filterFindsNamesAndFates()
{
    const EpochRunPtr run = runOf({"conv.weight", "conv.bias", "fc.weight"}, 9, {}, {"conv.running_mean"});
    EpochTable table;
    EpochFilter filter(table);
    table.setRun(run, std::vector<EpochTrackPtr>(4));
    QCOMPARE(shownNames(filter), (QStringList{"conv.weight", "conv.bias", "fc.weight"}));
    filter.setOnlyParameters(false);
    QCOMPARE(filter.rowCount(), 4);
    filter.setWords(QStringLiteral("conv WEIGHT"));
    QCOMPARE(shownNames(filter), QStringList{"conv.weight"});
    // What becomes known is found at once.
    filter.setWords(QStringLiteral("frozen"));
    QCOMPARE(filter.rowCount(), 0);
    table.setTracks({track(*run, 0, learning(9, 0.1)), track(*run, 1, frozen(9)), nullptr, nullptr}, {0, 1});
    QCOMPARE(shownNames(filter), QStringList{"conv.bias"});
    QCOMPARE(fateIn(table, 1), TensorFate::Frozen);
}

void EpochModelsTest::filterSortsByValue()
{
    const EpochRunPtr run = runOf({"slow", "fast", "unknown", "middle"}, 5);
    EpochTable table;
    EpochFilter filter(table);
    table.setRun(run, {track(*run, 0, learning(5, 0.01)), track(*run, 1, learning(5, 0.9)), nullptr,
                       track(*run, 3, learning(5, 0.1))});
    filter.sort(EpochTable::Value, Qt::DescendingOrder);
    QCOMPARE(shownNames(filter), (QStringList{"fast", "middle", "slow", "unknown"}));
    filter.sort(EpochTable::Name, Qt::AscendingOrder);
    QCOMPARE(shownNames(filter), (QStringList{"slow", "fast", "unknown", "middle"}));
}

void EpochModelsTest::fileTableHasTheNumbersAndMarksTheBest()
{
    auto run = std::make_shared<EpochRun>(*runOf({"a"}, 3));
    run->scalars = {{"loss", CurveKind::Loss, {3, 1, std::nan("")}}};
    run->best = BestEpoch{1, "loss", 1, true};
    EpochFileTable table;
    table.setRun(run);
    QCOMPARE(table.rowCount(), 3);
    const int loss = EpochFileTable::FirstNumber;
    QCOMPARE(table.headerData(loss, Qt::Horizontal, Qt::DisplayRole).toString(), QStringLiteral("loss"));
    QCOMPARE(table.index(0, loss).data().toString(), QStringLiteral("3"));
    QCOMPARE(table.index(2, loss).data().toString(), QString());
    QVERIFY(table.index(0, EpochFileTable::Mark).data(EpochFileTable::BadgesRole).toStringList().isEmpty());
    QCOMPARE(table.index(1, EpochFileTable::Mark).data(EpochFileTable::BadgesRole).toStringList(), QStringList{"best"});
    QCOMPARE(table.index(1, table.fileColumn()).data().toString(), QStringLiteral("epoch_1.pth"));
    // What epochs are chosen by comes first.
    run->scalars = {{"loss/train", CurveKind::Loss, {3, 2, 1}},
                    {"loss/val", CurveKind::Loss, {6, 5, 4}},
                    {"accuracy/val", CurveKind::Accuracy, {0.7, 0.9, 0.8}}};
    run->best = BestEpoch{1, "accuracy/val", 0.9, false};
    table.setRun(run);
    QStringList titles;
    for (int column = EpochFileTable::FirstNumber; column < table.fileColumn(); ++column)
        titles << table.headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
    QCOMPARE(titles, (QStringList{"accuracy/val", "loss/val", "loss/train"}));
    QCOMPARE(table.index(2, loss).data().toString(), QStringLiteral("0.8"));
}

void EpochModelsTest::weightsSumToOneAndLowLossCountsMore()
{
    auto run = std::make_shared<EpochRun>(*runOf({"a"}, 3));
    run->scalars = {{"loss", CurveKind::Loss, {4, 2, 1}}, {"accuracy/val", CurveKind::Accuracy, {0.25, 0.5, 0.25}}};
    for (const EpochWeighting &weighting : weightingsFor(*run, {0, 1, 2})) {
        const std::vector<double> weights = weightsOf(*run, {0, 1, 2}, weighting);
        QVERIFY(std::abs(std::accumulate(weights.begin(), weights.end(), 0.0) - 1) < 1e-12);
    }
    const auto byLoss = weightsOf(*run, {0, 2}, {EpochWeighting::Kind::Scalar, 0});
    QVERIFY(std::abs(byLoss[1] / byLoss[0] - 4) < 1e-12);
    const auto byAccuracy = weightsOf(*run, {0, 1}, {EpochWeighting::Kind::Scalar, 1});
    QVERIFY(std::abs(byAccuracy[1] / byAccuracy[0] - 2) < 1e-12);
}

void EpochModelsTest::numbersThatAFileLacksAreNoWeights()
{
    auto run = std::make_shared<EpochRun>(*runOf({"a"}, 3));
    run->scalars = {{"loss", CurveKind::Loss, {4, std::nan(""), 1}}, {"score", CurveKind::Other, {0, 1, 2}}};
    const auto offersScalar = [&](const std::vector<std::size_t> &files, std::size_t scalar) {
        const auto offered = weightingsFor(*run, files);
        return std::count(offered.begin(), offered.end(), EpochWeighting{EpochWeighting::Kind::Scalar, scalar}) == 1;
    };
    QVERIFY(!offersScalar({0, 1, 2}, 0));
    QVERIFY(offersScalar({0, 2}, 0));
    QVERIFY(!offersScalar({0, 1}, 1));
    QVERIFY(offersScalar({1, 2}, 1));
}

void EpochModelsTest::stoppedScanKeepsNothingAndCanGoOn()
{
    const QTemporaryDir folder;
    writeRun(folder.path(), 3);
    auto gate = std::make_shared<std::promise<void>>();
    auto opened = std::shared_future<void>(gate->get_future());
    EpochScan scan([opened](const std::filesystem::path &path, const OpenOptions &options) {
        opened.wait();
        return openCheckpoint(path, options);
    });
    scan.begin({folder.path()});
    QCOMPARE(scan.state(), EpochScan::State::Finding);
    scan.stop();
    QCOMPARE(scan.state(), EpochScan::State::Failed);
    gate->set_value();
    QVERIFY(!scan.run());
    scan.goOn();
    QTRY_COMPARE_WITH_TIMEOUT(scan.state(), EpochScan::State::Finished, 60'000);
    QCOMPARE(scan.run()->fileCount(), std::size_t{3});
    QCOMPARE(scan.knownCount(), scan.run()->tensorCount());
}

}  // namespace

QTEST_GUILESS_MAIN(EpochModelsTest)
#include "epoch_models_test.moc"
