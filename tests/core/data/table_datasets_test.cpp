// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/data_test_kit.h"

#include <QObject>

#include <array>
#include <cmath>
#include <map>
#include <set>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::array<int, 10> classCounts(const Dataset &dataset)
{
    std::array<int, 10> counts{};
    for (const auto label : dataset.labels())
        ++counts[std::size_t(label)];
    return counts;
}

struct Moments
{
    double mean = 0;
    double deviation = 0;
};

Moments momentsOf(const Dataset &dataset, std::size_t column)
{
    double sum = 0;
    double squares = 0;
    const auto samples = samplesOf(dataset);
    for (const auto &sample : samples)
        sum += double(sample.input[column]);
    const double mean = sum / double(samples.size());
    for (const auto &sample : samples)
        squares += (double(sample.input[column]) - mean) * (double(sample.input[column]) - mean);
    return {mean, std::sqrt(squares / double(samples.size()))};
}

}  // namespace

class TableDatasetsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void irisHasItsFlowers();
    void irisIsStandardisedByItsTrainingPart();
    void digitsAreImagesFromZeroToOne();
    void aFifthOfEachClassIsHeldOut_data();
    void aFifthOfEachClassIsHeldOut();
    void whatIsHeldOutDependsOnTheSeedOnly();
    void anotherShareMayBeHeldOut();
    void aTableIsReadAsItIs();
    void namesOfClassesAreSorted();
    void wholeNumbersOfClassesAreSortedAsNumbers();
    void quotesBlanksAndLineEndsAreNoPartOfAField();
    void valuesToBeMetAreNoClasses();
    void anyColumnCanBeTheTarget();
    void aTableWithoutNamesIsReadWhenToldSo();
    void whatIsWrongInATableIsSaidWithItsPlace_data();
    void whatIsWrongInATableIsSaidWithItsPlace();
    void aTableToValidateOnUsesTheClassesOfTraining();
    void dataToValidateOnHasToFit();
    void madeUpDataIsTheSameEachTime();
    void madeUpDataOfAnotherSeedHasTheSameClasses();
    void muchMadeUpDataIsTheSameAsLittle();
    void whatIsNoSpecIsRefusedWithTheList_data();
    void whatIsNoSpecIsRefusedWithTheList();
};

void TableDatasetsTest::irisHasItsFlowers()
{
    const auto data = opened("iris,holdout=0");
    QVERIFY(!data.val);
    QCOMPARE(data.train->info(), (DatasetInfo{.name = "iris,holdout=0",
                                              .count = 150,
                                              .shape = {4},
                                              .target = TargetKind::Class,
                                              .targetSize = 3,
                                              .classes = {"setosa", "versicolor", "virginica"},
                                              .cheap = true}));
    QCOMPARE(classCounts(*data.train), (std::array<int, 10>{50, 50, 50}));
    // Flower 35 is not the same as flower 10: its petals are wider. UCI's file errs there.
    const auto flowers = samplesOf(*data.train);
    QVERIFY(flowers[34].input[3] > flowers[9].input[3]);
    QVERIFY(flowers[34].input[3] > flowers[37].input[3]);
}

void TableDatasetsTest::irisIsStandardisedByItsTrainingPart()
{
    const auto data = opened("iris", {}, 5);
    for (std::size_t column = 0; column < 4; ++column) {
        const auto train = momentsOf(*data.train, column);
        QVERIFY(std::abs(train.mean) < 1e-6);
        QVERIFY(std::abs(train.deviation - 1) < 1e-6);
    }
    QVERIFY(std::abs(momentsOf(*data.val, 0).mean) > 1e-4);
}

void TableDatasetsTest::digitsAreImagesFromZeroToOne()
{
    const auto data = opened("digits,holdout=0");
    QCOMPARE(data.train->info().count, 1797);
    QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{1, 8, 8}));
    QCOMPARE(data.train->info().targetSize, 10);
    std::set<float> grays;
    for (const auto &sample : samplesOf(*data.train))
        grays.insert(sample.input.begin(), sample.input.end());
    QCOMPARE(grays.size(), 17u);
    QCOMPARE(*grays.begin(), 0.0f);
    QCOMPARE(*grays.rbegin(), 1.0f);
    // The first one is a 0: dark in the middle, bright around it.
    const auto first = sampleOf(*data.train, 0);
    QCOMPARE(first.target, (std::vector<float>{0}));
    QCOMPARE(first.input[8 * 3 + 3], 0.0f);
    QCOMPARE(first.input[8 * 3 + 2], 12.0f / 16);
}

void TableDatasetsTest::aFifthOfEachClassIsHeldOut_data()
{
    QTest::addColumn<QString>("spec");
    for (const char *spec : {"iris", "digits", "synthetic:classes=7,shape=3,count=1000,holdout=0.2"})
        QTest::newRow(spec) << spec;
}

void TableDatasetsTest::aFifthOfEachClassIsHeldOut()
{
    QFETCH(QString, spec);
    const auto whole = opened(spec.section(",holdout", 0, 0).toStdString() + ",holdout=0");
    const auto parts = opened(spec.toStdString(), {}, 9);
    const auto all = classCounts(*whole.train);
    const auto train = classCounts(*parts.train);
    const auto val = classCounts(*parts.val);
    for (std::size_t i = 0; i < all.size(); ++i) {
        QCOMPARE(train[i] + val[i], all[i]);
        QVERIFY(std::abs(val[i] - all[i] * 0.2) <= 0.5);
    }
}

void TableDatasetsTest::whatIsHeldOutDependsOnTheSeedOnly()
{
    // Digits are told apart by their pixels: no two of the 1797 are equal.
    const auto parts = opened("digits", {}, 1);
    QCOMPARE(samplesOf(*opened("digits", {}, 1).val), samplesOf(*parts.val));
    QVERIFY(samplesOf(*opened("digits", {}, 2).val) != samplesOf(*parts.val));
    std::set<std::vector<float>> seen;
    for (const auto &part : {parts.train, parts.val})
        for (const auto &sample : samplesOf(*part))
            QVERIFY(seen.insert(sample.input).second);
    QCOMPARE(seen.size(), 1797u);
}

void TableDatasetsTest::anotherShareMayBeHeldOut()
{
    QCOMPARE(opened("iris,holdout=0.5").val->info().count, 75);
    QCOMPARE(refusalOf("iris,holdout=0.001"),
             QString("This setting does not fit (holdout=0.001 of 150 samples leaves none to validate on). Choose "
                     "another share, or name the data to validate on with --val."));
    QVERIFY(refusalOf("iris,holdout=1").contains("holdout=1: a share from 0 to below 1 is expected"));
    QVERIFY(refusalOf("iris,holdout=0.3", "iris").contains("holdout and --val both say what to validate on"));
}

void TableDatasetsTest::aTableIsReadAsItIs()
{
    const Folder folder;
    const auto data = opened("csv:" + folder.write("t.csv", "a,b,label\n1,-2.5,0\n1e-3,+4,1\n7,0.1,1\n"));
    QVERIFY(!data.val);
    QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{2}));
    QCOMPARE(data.train->info().targetSize, 2);
    QCOMPARE(samplesOf(*data.train), (std::vector<Sample>{{{1, -2.5f}, {0}}, {{0.001f, 4}, {1}}, {{7, 0.1f}, {1}}}));
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{0, 1, 1}));
}

void TableDatasetsTest::namesOfClassesAreSorted()
{
    const Folder folder;
    const auto data = opened("csv:" + folder.write("a,b.csv", "x,kind\n1,rose\n2,iris\n3,10\n4,rose\n"));
    QCOMPARE(data.train->info().classes, (std::vector<std::string>{"10", "iris", "rose"}));
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{2, 1, 0, 2}));
}

void TableDatasetsTest::wholeNumbersOfClassesAreSortedAsNumbers()
{
    const Folder folder;
    const auto data = opened("csv:" + folder.write("t.csv", "x,kind\n1,10\n2,9.0\n3,-1\n4,9\n"));
    QCOMPARE(data.train->info().classes, (std::vector<std::string>{"-1", "9", "10"}));
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{2, 1, 0, 1}));
}

void TableDatasetsTest::quotesBlanksAndLineEndsAreNoPartOfAField()
{
    const Folder folder;
    const auto path = folder.write(
        "t.csv", "\xef\xbb\xbf\"x, in cm\",y , kind\r\n\"1\", 2,\"a \"\"b\"\"\nc\"\r\n\r\n3,4 , \"d\" \r\n");
    const auto data = opened("csv:" + path);
    QCOMPARE(data.train->info().classes, (std::vector<std::string>{"a \"b\"\nc", "d"}));
    QCOMPARE(samplesOf(*data.train), (std::vector<Sample>{{{1, 2}, {0}}, {{3, 4}, {1}}}));
    QCOMPARE(samplesOf(*opened("csv:" + folder.write("s.csv", "x;y;k\n1;2;b\n3;4;a")).train),
             (std::vector<Sample>{{{1, 2}, {1}}, {{3, 4}, {0}}}));
}

void TableDatasetsTest::valuesToBeMetAreNoClasses()
{
    const Folder folder;
    const auto path = folder.write("t.csv", "a,b,y\n1,2,0.5\n3,4,-1.25\n");
    const auto data = opened("csv:" + path + ",label=values");
    QCOMPARE(data.train->info().target, TargetKind::Values);
    QCOMPARE(data.train->info().targetSize, 1);
    QCOMPARE(samplesOf(*data.train), (std::vector<Sample>{{{1, 2}, {0.5f}}, {{3, 4}, {-1.25f}}}));
    QVERIFY(data.train->labels().empty());
    QCOMPARE(samplesOf(*opened("csv:" + path + ",label=values,target=y:a").train),
             (std::vector<Sample>{{{2}, {0.5f, 1}}, {{4}, {-1.25f, 3}}}));
}

void TableDatasetsTest::anyColumnCanBeTheTarget()
{
    const Folder folder;
    const auto path = folder.write("t.csv", "kind,b,y\nu,2,0.5\nt,4,-1.25\n");
    QCOMPARE(samplesOf(*opened("csv:" + path + ",target=kind").train),
             (std::vector<Sample>{{{2, 0.5f}, {1}}, {{4, -1.25f}, {0}}}));
    QCOMPARE(refusalOf("csv:" + path + ",target=sort"),
             QString("This setting does not fit (target=sort: there is no such column; there are kind, b, y). Give the "
                     "name of a column."));
}

void TableDatasetsTest::aTableWithoutNamesIsReadWhenToldSo()
{
    const Folder folder;
    const auto path = folder.write("t.csv", "1,2,0\n3,4,1\n");
    QVERIFY(refusalOf("csv:" + path).contains("line 1 has numbers where the names of the columns are expected"));
    QCOMPARE(samplesOf(*opened("csv:" + path + ",header=false").train),
             (std::vector<Sample>{{{1, 2}, {0}}, {{3, 4}, {1}}}));
}

void TableDatasetsTest::whatIsWrongInATableIsSaidWithItsPlace_data()
{
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("message");
    QTest::newRow("text in a number") << "a,b,k\n1,2,x\n1,two,x\n"
                                      << "at byte 12 in 'FILE' (csv: line 3, column 'b': 'two' is not a number)";
    QTest::newRow("missing number") << "a,b,k\n1,,x\n"
                                    << "line 2, column 'b': an empty field is not a number";
    QTest::newRow("NaN") << "a,b,k\n1,nan,x\n"
                         << "line 2, column 'b': 'nan' is not a number";
    QTest::newRow("too large") << "a,b,k\n1,1e999,x\n"
                               << "line 2, column 'b': '1e999' is not a number";
    QTest::newRow("short row") << "a,b,k\n1,2,x\n\n3,y\n"
                               << "line 4 has 2 columns, line 1 has 3";
    QTest::newRow("long row") << "a,k\n1,2,x\n"
                              << "line 2 has 3 columns, line 1 has 2";
    QTest::newRow("no label") << "a,k\n1,\n"
                              << "line 2, column 'k': the class label is missing";
    QTest::newRow("a value as label")
        << "a,k\n1,0.5\n"
        << "line 2, column 'k': '0.5' is no class label, which is a whole number or a name";
    QTest::newRow("only a header") << "a,k\n"
                                   << "there is no row after the header";
    QTest::newRow("empty") << ""
                           << "there is no line in it";
    QTest::newRow("one column") << "k\n1\n"
                                << "line 1 has no column besides the target";
    QTest::newRow("open quote") << "a,k\n\"1,x\n"
                                << "line 2: the quote never closes";
    QTest::newRow("text after a quote") << "a,k\n1,\"x\"y\n"
                                        << "line 2: text follows a closing quote";
}

void TableDatasetsTest::whatIsWrongInATableIsSaidWithItsPlace()
{
    QFETCH(QString, table);
    QFETCH(QString, message);
    const Folder folder;
    const auto path = folder.write("t.csv", table.toStdString());
    const auto said = refusalOf("csv:" + path).replace(QString::fromStdString(path), "FILE");
    QVERIFY2(said.contains(message) && said.contains("in 'FILE'"), qPrintable(said));
}

void TableDatasetsTest::aTableToValidateOnUsesTheClassesOfTraining()
{
    const Folder folder;
    const auto train = "csv:" + folder.write("t.csv", "x,k\n1,a\n2,b\n3,c\n");
    const auto val = "csv:" + folder.write("v.csv", "x,k\n5,c\n6,b\n");
    const auto data = opened(train, val);
    QCOMPARE(data.val->info().classes, data.train->info().classes);
    QCOMPARE(data.val->labels(), (std::vector<std::int32_t>{2, 1}));
    QCOMPARE(samplesOf(*data.val), (std::vector<Sample>{{{5}, {2}}, {{6}, {1}}}));
    QVERIFY(refusalOf(val, train).contains("it has 3 classes, not 2"));
    QVERIFY(refusalOf(train, "csv:" + folder.write("w.csv", "x,k\n5,d\n"))
                .contains("class 'd' is not among those to train on"));
}

void TableDatasetsTest::dataToValidateOnHasToFit()
{
    const Folder folder;
    const auto train = "csv:" + folder.write("t.csv", "x,y,k\n1,2,0\n2,3,1\n");
    QVERIFY(refusalOf(train, "digits").contains("its samples are 1x8x8, not 2"));
    QVERIFY(refusalOf(train, train + ",label=values").contains("it has values, not class labels"));
    QVERIFY(refusalOf(train, "csv:/nowhere.csv").contains("no such file"));
}

void TableDatasetsTest::madeUpDataIsTheSameEachTime()
{
    const std::string spec = "synthetic:classes=5,shape=3x8x6,count=23,seed=4";
    const auto data = opened(spec);
    QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{3, 8, 6}));
    QCOMPARE(data.train->info().targetSize, 5);
    QVERIFY(!data.val);
    const auto samples = samplesOf(*data.train);
    QCOMPARE(samplesOf(*opened(spec, {}, 99).train), samples);
    QVERIFY(samplesOf(*opened("synthetic:classes=5,shape=3x8x6,count=23,seed=5").train) != samples);
    QVERIFY(samples[0].input != samples[5].input);
    QCOMPARE(samples[5].target, samples[0].target);
}

void TableDatasetsTest::madeUpDataOfAnotherSeedHasTheSameClasses()
{
    // The class whose mean over one seed's samples is nearest names nearly all samples of another seed.
    const auto train = samplesOf(*opened("synthetic:classes=4,shape=16,count=400,seed=1").train);
    std::vector<std::vector<double>> means(4, std::vector<double>(16));
    for (const auto &sample : train)
        for (std::size_t i = 0; i < 16; ++i)
            means[std::size_t(sample.target[0])][i] += double(sample.input[i]) / 100;
    int right = 0;
    for (const auto &sample : samplesOf(*opened("synthetic:classes=4,shape=16,count=400,seed=2").train)) {
        std::array<double, 4> distance{};
        for (std::size_t label = 0; label < 4; ++label)
            for (std::size_t i = 0; i < 16; ++i)
                distance[label] += std::pow(double(sample.input[i]) - means[label][i], 2);
        right += std::min_element(distance.begin(), distance.end()) - distance.begin() == int(sample.target[0]);
    }
    QVERIFY2(right > 350, qPrintable(QString::number(right)));
}

void TableDatasetsTest::muchMadeUpDataIsTheSameAsLittle()
{
    const auto few = opened("synthetic:classes=3,shape=3x64x64,count=10").train;
    const auto many = opened("synthetic:classes=3,shape=3x64x64,count=1000000").train;
    QVERIFY(few->info().cheap);
    QVERIFY(!many->info().cheap);
    for (std::int64_t i = 0; i < 10; ++i)
        QCOMPARE(sampleOf(*many, i), sampleOf(*few, i));
    QCOMPARE(many->labels().size(), 1'000'000u);
}

void TableDatasetsTest::whatIsNoSpecIsRefusedWithTheList_data()
{
    QTest::addColumn<QString>("spec");
    QTest::addColumn<QString>("message");
    QTest::newRow("unknown") << "imagenet"
                             << "'imagenet' is no data that Waypoint knows";
    QTest::newRow("empty") << ""
                           << "no data is named";
    QTest::newRow("no file") << "csv:"
                             << "'csv:': FILE is missing, as in csv:FILE";
    QTest::newRow("no folder") << "mnist"
                               << "'mnist': DIR is missing, as in mnist:DIR";
    QTest::newRow("a path too many") << "iris:flowers.csv"
                                     << "'iris:flowers.csv': iris takes no path";
    QTest::newRow("an option that is none") << "iris,fast"
                                            << "'iris,fast': 'fast' is not KEY=VALUE";
    QTest::newRow("an unknown option") << "iris,size=3"
                                       << "iris has no setting 'size'; it takes holdout";
    QTest::newRow("a word for a number") << "synthetic:classes=ten"
                                         << "classes=ten: expected a whole number";
    QTest::newRow("no samples") << "synthetic:count=0"
                                << "synthetic: count is a number from 1 to 1,000,000,000";
    QTest::newRow("a bad shape") << "synthetic:shape=3x0"
                                 << "shape=3x0: sizes above 0";
    QTest::newRow("an absurd shape") << "synthetic:shape=99999999999x99999999999"
                                     << "at most 268,435,456 numbers";
}

void TableDatasetsTest::whatIsNoSpecIsRefusedWithTheList()
{
    QFETCH(QString, spec);
    QFETCH(QString, message);
    const auto said = refusalOf(spec.toStdString());
    QVERIFY2(said.startsWith("This setting does not fit") && said.contains(message), qPrintable(said));
}

QTEST_GUILESS_MAIN(TableDatasetsTest)
#include "table_datasets_test.moc"
