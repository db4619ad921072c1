// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/data_test_kit.h"

#include <QObject>

#include <cstring>

using namespace waypoint;
using namespace waypoint::test;

namespace {

Datasets openedWithin(const std::string &spec, const DataLimits &limits)
{
    auto datasets = openDatasets(spec, {}, 0, limits);
    if (!datasets)
        qFatal("cannot open %s: %s", spec.c_str(), describe(datasets.error()).c_str());
    return *datasets;
}

/// x: `rows` rows of 0, 1, 2, ...; y: the number of each row.
std::string countingTensors(std::int64_t rows, std::int64_t columns)
{
    std::string x;
    std::string y;
    for (std::int64_t i = 0; i < rows * columns; ++i) {
        const float number = float(i);
        x.append(reinterpret_cast<const char *>(&number), sizeof number);
    }
    for (std::int64_t i = 0; i < rows; ++i)
        y.append(reinterpret_cast<const char *>(&i), sizeof i);
    const std::string header = QString("{\"x\":{\"dtype\":\"F32\",\"shape\":[%1,%2],\"data_offsets\":[0,%3]},"
                                       "\"y\":{\"dtype\":\"I64\",\"shape\":[%1],\"data_offsets\":[%3,%4]}}")
                                   .arg(rows)
                                   .arg(columns)
                                   .arg(x.size())
                                   .arg(x.size() + y.size())
                                   .toStdString();
    std::string length(8, '\0');
    for (std::size_t i = 0; i < 8; ++i)
        length[i] = static_cast<char>(header.size() >> (8 * i) & 0xffu);
    return length + header + x + y;
}

}  // namespace

/// What somebody sees who only wants to look: the first part, and that there is more.
class DataLimitsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aTableEndsWithAWholeLine()
    {
        const Folder folder;
        const auto path = folder.write("a.csv", "x,y\n1,0\n2,1\n3,0\n4,1\n");
        const auto whole = openedWithin("csv:" + path, {});
        QVERIFY(!whole.cut);
        QCOMPARE(whole.train->info().count, std::int64_t{4});
        const auto part = openedWithin("csv:" + path, {.numbers = 14});
        QVERIFY(part.cut);
        QCOMPARE(part.train->info().count, std::int64_t{2});
        QCOMPARE(sampleOf(*part.train, 1), (Sample{{2}, {1}}));
    }

    void ofEachFolderSomeImagesAreListed()
    {
        const Folder folder;
        for (const char *name : {"cats/1.png", "cats/2.png", "cats/3.png", "dogs/1.png", "dogs/2.png"})
            folder.write(name, "no image yet");
        const auto part = openedWithin("folder:" + folder.path(), {.files = 2});
        QVERIFY(part.cut);
        QCOMPARE(part.train->info().classes, (std::vector<std::string>{"cats", "dogs"}));
        QCOMPARE(part.train->labels(), (std::vector<std::int32_t>{0, 0, 1, 1}));
        QVERIFY(!openedWithin("folder:" + folder.path(), {.files = 6}).cut);
    }

    void whenTheTimeIsUpAFolderIsCut()
    {
        const Folder folder;
        folder.write("cats/1.png", "no image yet");
        const auto none = openedWithin("folder:" + folder.path(), {.until = DataLimits::Clock::now()});
        QVERIFY(none.cut);
        QCOMPARE(none.train->info().count, std::int64_t{0});
    }

    void tensorsGiveTheirFirstRows()
    {
        const Folder folder;
        const auto path = folder.write("t.safetensors", countingTensors(5, 3));
        const auto part = openedWithin("tensors:" + path, {.numbers = 7});
        QVERIFY(part.cut);
        QCOMPARE(samplesOf(*part.train), (std::vector<Sample>{{{0, 1, 2}, {0}}, {{3, 4, 5}, {1}}}));
        QVERIFY(!openedWithin("tensors:" + path, {.numbers = 15}).cut);
    }

    void madeUpSamplesAreNotAllLabelled()
    {
        const auto part = openedWithin("synthetic:count=1000000000,shape=2", {.numbers = 20});
        QVERIFY(part.cut);
        QCOMPARE(part.train->labels().size(), std::size_t{20});
    }

    void whatIsCutCanBeHeldOut()
    {
        const auto part = openedWithin("synthetic:count=1000,shape=2,classes=2,holdout=0.5", {.numbers = 20});
        QVERIFY(part.cut);
        QCOMPARE(part.val->info().count, std::int64_t{10});
    }

    void whoIsAskedToStopSaysSo()
    {
        const Folder folder;
        folder.write("cats/1.png", "no image yet");
        std::stop_source stop;
        stop.request_stop();
        const auto opened = openDatasets("folder:" + folder.path(), {}, 0, {.stop = stop.get_token()});
        QVERIFY(!opened);
        QCOMPARE(int(opened.error().code), int(ErrorCode::Cancelled));
    }
};

QTEST_GUILESS_MAIN(DataLimitsTest)
#include "data_limits_test.moc"
