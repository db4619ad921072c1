// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/checkpoint/compare/average.h"
#include "core/checkpoint/compare/epoch_series.h"
#include "tests/support/memory_storage.h"
#include "tests/support/tree_builder.h"

#include <QTemporaryDir>

#include <filesystem>
#include <limits>
#include <span>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// A float32 tensor of these numbers.
Any filled(const std::vector<float> &values, DType dtype = DType::Float32)
{
    return Any::Make([=](ValueTree &tree) {
        const auto bytes = std::as_bytes(std::span(values));
        TensorValue tensor;
        tensor.ref.dtype = dtype;
        tensor.ref.shape = {static_cast<std::int64_t>(values.size())};
        tensor.ref.strides = {1};
        tensor.ref.storage = tree.addStorage(storageOf(memoryFile("values", {bytes.begin(), bytes.end()}), dtype));
        return tree.addTensor(std::move(tensor));
    });
}

EpochFile fileOf(const Any &root, const std::string &label)
{
    std::shared_ptr<Checkpoint> checkpoint = built(root);
    checkpoint->path = label + ".pth";
    return {.checkpoint = checkpoint, .model = *modelToFollow(*checkpoint), .label = label};
}

using State = std::vector<std::pair<std::string, std::vector<float>>>;

/// Checkpoints of a run, one for each state_dict.
EpochSeriesPtr seriesOf(const std::vector<State> &states)
{
    std::vector<EpochFile> files;
    for (const State &state : states) {
        std::vector<Pair> pairs;
        for (const auto &[name, values] : state)
            pairs.emplace_back(name, filled(values));
        files.push_back(fileOf(dict({{"epoch", static_cast<std::int64_t>(files.size())}, {"model", dict(pairs)}}),
                               "epoch " + std::to_string(files.size())));
        files.back().position = static_cast<double>(files.size());
    }
    const auto series = lineUpEpochs(std::move(files));
    return series ? *series : nullptr;
}

QStringList namesOf(const EpochSeries &series)
{
    QStringList names;
    for (const EpochTensor &tensor : series.tensors) {
        QString name = QString::fromStdString(tensor.name);
        for (const EntryId entry : tensor.entries)
            name += entry == kNoEntry ? QLatin1String(" -") : QLatin1String(" x");
        names << name;
    }
    return names;
}

QStringList textsOf(const std::vector<std::string> &texts)
{
    QStringList list;
    for (const std::string &text : texts)
        list << QString::fromStdString(text);
    return list;
}

/// A tensor's numbers at each moment -> its fate.
QString fateOver(const std::string &name, const std::vector<std::vector<float>> &moments)
{
    std::vector<State> states;
    for (const auto &moment : moments)
        states.push_back({{name, moment}, {"other.weight", {1, 2}}});
    const EpochSeriesPtr series = seriesOf(states);
    QString fate;
    const auto take = [&](std::size_t tensor, const TensorSeries &points, const std::optional<Error> &) {
        if (tensor == 0)
            fate = QString::fromUtf8(fateName(fateOf(series->tensors[0], points)).data());
    };
    const auto followed = followTensors(*series, {}, take);
    return followed ? fate : QStringLiteral("error");
}

QString messageOf(const Result<EpochAverage> &average)
{
    return average ? QString() : QString::fromStdString(average.error().detail);
}

}  // namespace

class EpochSeriesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void tensorsOfAllFilesHaveARow();
    void aFileOfAnotherModelIsNamed();
    void buffersAreTold();
    void modulesAreFollowedByTheNamesOfTheirStateDict();
    void theModelIsFoundOrNamed();
    void oneFileIsNotEnough();
    void tiedTensorsAreReadOnceAndToldTwice();
    void fates_data();
    void fates();
    void weightsMustFitTheFiles();
    void tensorsMustFitEachOther();
    void progressCountsWhatIsRead();
    void aFailedMeanLeavesTheOldFile();
};

void EpochSeriesTest::tensorsOfAllFilesHaveARow()
{
    const auto series = seriesOf({{{"fc1.weight", {1}}, {"fc2.weight", {2}}},
                                  {{"fc1.weight", {1}}, {"new.weight", {5}}, {"fc2.weight", {2}}},
                                  {{"fc1.weight", {1}}, {"new.weight", {5}}}});
    QVERIFY(series);
    QCOMPARE(namesOf(*series), (QStringList{QStringLiteral("fc1.weight x x x"), QStringLiteral("new.weight - x x"),
                                            QStringLiteral("fc2.weight x x -")}));
    QCOMPARE(series->notes.size(), std::size_t{2});
    QVERIFY(textsOf(series->notes).contains(QStringLiteral("epoch 0 lacks 1 of 3 tensors: new.weight.")));
    QVERIFY(textsOf(series->notes).contains(QStringLiteral("epoch 2 lacks 1 of 3 tensors: fc2.weight.")));
}

void EpochSeriesTest::aFileOfAnotherModelIsNamed()
{
    const auto series = seriesOf({{{"fc.weight", {1, 2}}}, {{"fc.weight", {1, 2, 3}}}});
    QVERIFY(series);
    QCOMPARE(textsOf(series->notes),
             QStringList{QStringLiteral(
                 "fc.weight does not keep its first shape: files with another one are left out there.")});
}

void EpochSeriesTest::buffersAreTold()
{
    const auto series = seriesOf({{{"bn.weight", {1}}, {"bn.running_mean", {1}}}, {{"bn.weight", {1}}}});
    QVERIFY(series);
    QVERIFY(series->tensors[0].isParameter);
    QVERIFY(!series->tensors[1].isParameter);
}

void EpochSeriesTest::modulesAreFollowedByTheNamesOfTheirStateDict()
{
    const auto leaf = [](const char *name) {
        return object("torch.nn.Linear", {{"_parameters", dict({{name, parameter({2})}})},
                                          {"_buffers", dict({{"kept", tensor({2})}, {"passing", tensor({2})}})},
                                          {"_non_persistent_buffers_set", list({"passing"})},
                                          {"_modules", dict({})},
                                          {"cache", tensor({2})}});
    };
    const Any module = object("Net", {{"_parameters", dict({})},
                                      {"_buffers", dict({})},
                                      {"_modules", dict({{"fc", leaf("weight")}, {"out", leaf("bias")}})}});
    const auto series = lineUpEpochs({fileOf(module, "a"), fileOf(module, "b")});
    QVERIFY(series);
    QCOMPARE(namesOf(**series), (QStringList{QStringLiteral("fc.weight x x"), QStringLiteral("fc.kept x x"),
                                             QStringLiteral("out.bias x x"), QStringLiteral("out.kept x x")}));
    QVERIFY((*series)->tensors[0].isParameter);
    QVERIFY(!(*series)->tensors[1].isParameter);
}

void EpochSeriesTest::theModelIsFoundOrNamed()
{
    const Any weights = dict({{"fc.weight", tensor({4, 3})}, {"fc.bias", tensor({4})}});
    const auto both = built(dict({{"net", weights}, {"ema", weights}, {"epoch", 3}}));
    const auto path = [&](const Result<EntryId> &entry) {
        return entry ? QString::fromStdString(both->entries.pathText(*entry))
                     : QString::fromStdString(entry.error().detail);
    };
    QCOMPARE(path(modelToFollow(*both)), QStringLiteral("net"));
    QCOMPARE(path(modelToFollow(*both, "ema")), QStringLiteral("ema"));
    QCOMPARE(path(modelToFollow(*both, "emma")), QStringLiteral("there is no part 'emma' in it"));
    QCOMPARE(path(modelToFollow(*both, "epoch")), QStringLiteral("there is no tensor in 'epoch'"));
    QVERIFY(!modelToFollow(*built(dict({{"epoch", 3}, {"lr", 0.1}}))));
}

void EpochSeriesTest::oneFileIsNotEnough()
{
    const Any weights = dict({{"fc.weight", tensor({4, 3})}, {"fc.bias", tensor({4})}});
    QVERIFY(!lineUpEpochs({}));
    const auto one = lineUpEpochs({fileOf(weights, "a")});
    QVERIFY(!one);
    QCOMPARE(one.error().code, ErrorCode::BadArgument);
}

void EpochSeriesTest::tiedTensorsAreReadOnceAndToldTwice()
{
    std::vector<EpochFile> files;
    for (const float value : {1.0f, 3.0f}) {
        const Any weight = shared(filled({value, value}));
        files.push_back(fileOf(dict({{"encoder.weight", weight}, {"decoder.weight", weight}}), "epoch"));
    }
    const auto series = lineUpEpochs(std::move(files));
    QVERIFY(series);
    std::vector<TensorSeries> told(2);
    Progress progress;
    const auto followed = followTensors(
        **series, {},
        [&](std::size_t tensor, TensorSeries points, const std::optional<Error> &) {
            told[tensor] = std::move(points);
        },
        2, &progress);
    QVERIFY(followed);
    QCOMPARE(told[0].size(), std::size_t{2});
    QCOMPARE(told[1].size(), std::size_t{2});
    QCOMPARE(told[0][1]->fromPrevious->relative(), 2.0);
    QCOMPARE(told[1][1]->fromPrevious->relative(), 2.0);
    QCOMPARE(progress.total.load(), std::uint64_t{2 * 2 * sizeof(float)});
    QCOMPARE(progress.done.load(), progress.total.load());
}

void EpochSeriesTest::fates_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QVector<QVector<float>>>("moments");
    QTest::addColumn<QString>("fate");
    constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
    constexpr float kInfinite = std::numeric_limits<float>::infinity();
    const auto row = [](const char *title, const char *name, const QVector<QVector<float>> &moments, const char *fate) {
        QTest::newRow(title) << QString::fromUtf8(name) << moments << QString::fromUtf8(fate);
    };
    row("always moves", "fc.weight", {{1, 2}, {1, 3}, {2, 3}}, "learning");
    row("never moves", "fc.weight", {{1, 2}, {1, 2}, {1, 2}}, "frozen");
    row("rests for the last third", "fc.weight", {{1}, {2}, {3}, {3}, {3}, {3}}, "stalled");
    row("rests only twice", "fc.weight", {{1}, {2}, {3}, {4}, {4}, {4}}, "learning");
    row("rests in between", "fc.weight", {{1}, {2}, {2}, {2}, {2}, {3}}, "learning");
    row("zeros all the time", "fc.weight", {{0, 0}, {0, 0}}, "dead");
    row("dies", "fc.weight", {{1, 1}, {0, 1}, {0, 0}}, "dead");
    row("a bias that starts at zero", "fc.bias", {{0, 0}, {0, 0}}, "frozen");
    row("a bias that dies", "fc.bias", {{1, 0}, {0, 0}}, "dead");
    row("starts at zero and learns", "lora_B.weight", {{0, 0}, {0, 1}}, "learning");
    row("a buffer of zeros", "bn.running_mean", {{0, 0}, {0, 0}}, "frozen");
    row("NaN for a while", "fc.weight", {{1, 2}, {kNan, 2}, {1, 3}}, "broken");
    row("infinite at the end", "fc.weight", {{1, 2}, {1, kInfinite}}, "broken");
    row("an infinite parameter that never moves", "fc.weight", {{1, kInfinite}, {1, kInfinite}}, "broken");
    row("a mask", "attn.mask", {{0, -kInfinite}, {0, -kInfinite}}, "frozen");
}

void EpochSeriesTest::fates()
{
    QFETCH(QString, name);
    QFETCH(QVector<QVector<float>>, moments);
    std::vector<std::vector<float>> numbers;
    for (const QVector<float> &moment : moments)
        numbers.emplace_back(moment.begin(), moment.end());
    QTEST(fateOver(name.toStdString(), numbers), "fate");
}

void EpochSeriesTest::weightsMustFitTheFiles()
{
    const auto series = seriesOf({{{"fc.weight", {1}}}, {{"fc.weight", {2}}}, {{"fc.weight", {3}}}});
    const auto average = averageOf(series, {1, 1, 2});
    QVERIFY(average);
    QCOMPARE(average->weights, (std::vector<double>{0.25, 0.25, 0.5}));
    QCOMPARE(messageOf(averageOf(series, {1, 2})), QStringLiteral("2 weights are given for 3 files"));
    QCOMPARE(messageOf(averageOf(series, {0, 0, 0})), QStringLiteral("all weights are 0"));
    constexpr double kHuge = std::numeric_limits<double>::max();
    for (const double bad : {-1.0, std::numeric_limits<double>::quiet_NaN(), kHuge})
        QCOMPARE(messageOf(averageOf(series, {kHuge, 1, bad})),
                 QStringLiteral("a weight is negative or no finite number"));
}

void EpochSeriesTest::tensorsMustFitEachOther()
{
    QCOMPARE(messageOf(averageOf(seriesOf({{{"a", {1}}, {"b", {1}}}, {{"a", {1}}}}))),
             QStringLiteral("it has no tensor 'b'"));
    QCOMPARE(messageOf(averageOf(seriesOf({{{"a", {1}}}, {{"a", {1, 2}}}}))),
             QStringLiteral("'a' has the shape (1) here and (2) in the last file"));
    const auto integers = fileOf(dict({{"a", filled({1, 2}, DType::Int32)}, {"b", filled({1, 2})}}), "integers");
    const auto floats = fileOf(dict({{"a", filled({1, 2})}, {"b", filled({1, 2})}}), "floats");
    QCOMPARE(messageOf(averageOf(*lineUpEpochs({integers, floats}))),
             QStringLiteral("'a' is no float32 tensor here, as it is in the last file"));
    const Any one = shared(filled({1, 2}));
    const auto tied = fileOf(dict({{"a", one}, {"b", one}}), "tied");
    QCOMPARE(messageOf(averageOf(*lineUpEpochs({floats, tied}))),
             QStringLiteral("'a' and 'b' are one tensor here and two in another file"));
}

void EpochSeriesTest::progressCountsWhatIsRead()
{
    QTemporaryDir folder;
    const auto series = seriesOf({{{"fc.weight", {1, 2}}}, {{"fc.weight", {3, 4}}}, {{"fc.weight", {5, 6}}}});
    const auto average = averageOf(series, {1, 0, 1});
    QVERIFY(average);
    Progress progress;
    QVERIFY(writeAverage(*average, folder.filePath(QStringLiteral("mean.pth")).toStdString(), {}, &progress));
    QCOMPARE(progress.total.load(), std::uint64_t{2 * 2 * sizeof(float)});  // what counts for nothing is not read
    QCOMPARE(progress.done.load(), progress.total.load());
}

void EpochSeriesTest::aFailedMeanLeavesTheOldFile()
{
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "mean.pth";
    const auto good = seriesOf({{{"fc.weight", {1, 2}}}, {{"fc.weight", {2, 4}}}});
    QVERIFY(writeAverage(*averageOf(good), path, {}));
    const auto size = std::filesystem::file_size(path);
    // Says eight bytes and has four.
    const Any cut = Any::Make([](ValueTree &tree) {
        TensorValue tensor;
        tensor.ref.dtype = DType::Float32;
        tensor.ref.shape = {2};
        tensor.ref.strides = {1};
        tensor.ref.storage = tree.addStorage(storageOf(memoryFile("cut", std::vector<std::byte>(4)), DType::Float32));
        return tree.addTensor(std::move(tensor));
    });
    const auto broken = lineUpEpochs(
        {fileOf(dict({{"fc.weight", cut}}), "cut"), fileOf(dict({{"fc.weight", filled({1, 2})}}), "whole")});
    const auto average = averageOf(*broken);
    QVERIFY(average);
    const auto written = writeAverage(*average, path, {});
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Truncated);
    std::stop_source stop;
    stop.request_stop();
    const auto stopped = writeAverage(*averageOf(good), path, stop.get_token());
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
    QCOMPARE(std::filesystem::file_size(path), size);
    QCOMPARE(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1);
}

QTEST_GUILESS_MAIN(EpochSeriesTest)
#include "epoch_series_test.moc"
