// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/data_files.h"
#include "ui/models/data_look.h"
#include "ui/models/data_text.h"
#include "ui/models/sample_pictures.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QTest>

#include <set>

using namespace waypoint;
using namespace waypoint::test;

namespace {

DataLook lookedAt(const QString &spec)
{
    auto look = lookAtData(spec.toStdString(), {}, 0);
    if (!look)
        qFatal("cannot look at %s: %s", qPrintable(spec), qPrintable(dataProblem(look.error())));
    return *std::move(look);
}

QString problemOf(const QString &spec)
{
    const auto look = lookAtData(spec.toStdString(), {}, 0);
    return look ? QString() : dataProblem(look.error());
}

QStringList labelsOf(const DataLook &look)
{
    QStringList labels;
    for (const DataSample &sample : look.samples)
        labels << QString::fromStdString(sample.label);
    return labels;
}

}  // namespace

class DataLookTest final : public QObject
{
    Q_OBJECT

private:
    DataFiles m_files;

private Q_SLOTS:
    void irisIsCountedByClassAndNamesItsColumns()
    {
        const DataLook look = lookedAt(QStringLiteral("iris"));
        QCOMPARE(look.info.count, std::int64_t{120});
        QCOMPARE(look.heldOut, std::int64_t{30});
        QCOMPARE(look.classCounts, (std::vector<std::int64_t>{40, 40, 40}));
        QCOMPARE(look.columns.size(), std::size_t{4});
        QCOMPARE(look.columns.front(), std::string("sepal_length"));
        QVERIFY(!look.isCut);
        QCOMPARE(dataSummary(look), QStringLiteral("120 training samples, 30 held out · 4 features · 3 classes"));
    }

    void samplesAreOfAllClasses()
    {
        const DataLook look = lookedAt(QStringLiteral("digits"));
        const QStringList labels = labelsOf(look);
        QCOMPARE(QSet<QString>(labels.begin(), labels.end()).size(), 10);
        QCOMPARE(look.samples.front().values.size(), std::size_t{64});
        QVERIFY(look.samples.size() >= 12 && look.samples.size() <= 24);
    }

    void ofAThousandClassesSomeAreShown()
    {
        const DataLook look = lookedAt(QStringLiteral("synthetic:classes=1000,count=3000,shape=1x4x4"));
        const QStringList labels = labelsOf(look);
        QCOMPARE(labels.size(), 24);
        QCOMPARE(QSet<QString>(labels.begin(), labels.end()).size(), 24);
        QVERIFY(labels.last().toInt() > 900);
        QCOMPARE(look.classCounts.size(), std::size_t{1000});
    }

    void aTableHasItsOwnNamesAndValues()
    {
        const QString file = m_files.write(QStringLiteral("houses.csv"), "rooms,price,area\n3,100.5,70\n4,200,90\n");
        const DataLook look = lookedAt("csv:" + file + ",target=price,label=values");
        QCOMPARE(look.columns, (std::vector<std::string>{"rooms", "area"}));
        QCOMPARE(look.targets, std::vector<std::string>{"price"});
        QCOMPARE(look.samples.front().values, (std::vector<float>{3, 70}));
        QCOMPARE(labelsOf(look), (QStringList{QStringLiteral("100.5"), QStringLiteral("200")}));
        QVERIFY(look.classCounts.empty());
        QCOMPARE(dataSummary(look),
                 QStringLiteral("2 training samples, none held out · 2 features · 1 value to predict"));
    }

    void tensorsWithFloatsAreValues()
    {
        const DataLook look = lookedAt("tensors:" + m_files.valueTensors(QStringLiteral("t.safetensors")));
        QCOMPARE(labelsOf(look), (QStringList{QStringLiteral("0.5"), QStringLiteral("0.25")}));
        QCOMPARE(look.samples.back().values, (std::vector<float>{4, 5, 6}));
    }

    void imagesAreReadAsTheyAreWithoutChance()
    {
        const QString pets = m_files.pets(QStringLiteral("pets"));
        const DataLook look = lookedAt("folder:" + pets + ",flip=true,crop=4");
        QCOMPARE(look.classCounts, (std::vector<std::int64_t>{2, 1}));
        QCOMPARE(labelsOf(look), (QStringList{QStringLiteral("cats"), QStringLiteral("cats"), QStringLiteral("dogs")}));
        // Each channel from its least to its largest value: red is red again, though it came normalised.
        const auto pictures = samplePictures(look);
        QCOMPARE(pictures[0].pixelColor(0, 0), QColor(Qt::red));
        QCOMPARE(pictures[2].pixelColor(7, 7), QColor(Qt::blue));
    }

    void mnistIsDrawnInGray()
    {
        const DataLook look = lookedAt("mnist:" + m_files.mnist(QStringLiteral("mnist"), 9));
        QCOMPARE(look.info.count, std::int64_t{9});
        const auto pictures = samplePictures(look);
        const QColor pixel = pictures[3].pixelColor(0, 0);
        QCOMPARE(pixel.red(), pixel.blue());
        QVERIFY(arePictures(look.info.shape));
    }

    void largePicturesBecomeThumbnails()
    {
        const DataLook look = lookedAt(QStringLiteral("synthetic:count=40,shape=3x700x400"));
        QVERIFY(!look.samples.empty());
        QVERIFY(look.samples.size() < 24);  // their numbers together are bounded
        for (const QImage &picture : samplePictures(look))
            QVERIFY(picture.height() <= 200 && picture.height() > picture.width());
    }

    void whatIsTooMuchIsCutAndSaysSo()
    {
        QElapsedTimer timer;
        timer.start();
        const DataLook look = lookedAt(QStringLiteral("synthetic:count=1000000000,shape=8"));
        QVERIFY(timer.elapsed() < 20'000);
        QVERIFY(look.isCut);
        QVERIFY(look.classCounts.empty());
        QVERIFY(dataSummary(look).startsWith(QStringLiteral("more than ")));
    }

    void errorsNameFileAndLine()
    {
        const QString file = m_files.write(QStringLiteral("bad.csv"), "a,b\n1,0\nx,1\n");
        const QString problem = problemOf("csv:" + file);
        QVERIFY2(problem.contains(QLatin1String("bad.csv")), qPrintable(problem));
        QVERIFY2(problem.contains(QLatin1String("line 3")), qPrintable(problem));
        QVERIFY(problemOf("csv:" + m_files.path(QStringLiteral("none.csv"))).contains(QLatin1String("none.csv")));
        QCOMPARE(problemOf(QStringLiteral("iris,holdout=2")),
                 QStringLiteral("holdout=2: a share from 0 to below 1 is expected."));
    }

    void aBrokenImageIsNamed()
    {
        m_files.pets(QStringLiteral("broken"));
        m_files.write(QStringLiteral("broken/dogs/1.png"), "no picture");
        QVERIFY(
            problemOf("folder:" + m_files.path(QStringLiteral("broken")) + ",size=8").contains(QLatin1String("1.png")));
    }

    void whoIsAskedToStopStops()
    {
        std::stop_source stop;
        stop.request_stop();
        const auto look = lookAtData("digits", {}, 0, stop.get_token());
        QVERIFY(!look);
        QCOMPARE(int(look.error().code), int(ErrorCode::Cancelled));
    }

    void nothingFiniteHasNoRange()
    {
        DataLook look;
        look.samples = {{0, "0", {std::numeric_limits<float>::quiet_NaN()}}};
        QVERIFY(!valueRange(look));
        look.samples.front().values.push_back(2);
        QCOMPARE(valueRange(look)->second, 2.F);
    }
};

QTEST_MAIN(DataLookTest)
#include "data_look_test.moc"
