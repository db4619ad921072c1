// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "ui/views/epochs_pane.h"

#include "tests/ui/epoch_values.h"
#include "ui/jobs/stall_watch.h"
#include "ui/views/epoch_average_sheet.h"
#include "ui/views/epoch_file_list.h"
#include "ui/views/epoch_map.h"
#include "ui/views/epoch_plots.h"
#include "ui/views/epoch_tensor_list.h"
#include "ui/views/plot.h"

#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTreeView>
#include <QtWidgets/QTreeWidget>

#include <cmath>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr int kPatience = 60'000;  // milliseconds; a busy machine is slow

class EpochsPaneTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_pane.reset(); }
    void startsByAskingForARun();
    void folderOfARunIsToldInASentence();
    void folderWithoutCheckpointsSaysSo();
    void singleFileIsOfferedToBeOpened();
    void unreadableFileIsNamed();
    void filesOfAnotherModelAreNoted();
    void mapShowsWhatIsFrozenBrokenAndMissing();
    void clickOnTheMapChoosesTensorAndEpoch();
    void arrowKeysMoveOverTheMap();
    void columnsOfTheMapStandBelowThePointsOfThePlot();
    void ticksDecideWhichLinesAreDrawn();
    void twoSelectedEpochsAreCompared();
    void sheetAveragesTheTickedEpochs();
    void sheetSparesTheCheckpoints();
    void hundredsOfEpochsAndTensorsStayFluid();

private:
    [[nodiscard]] EpochMap &map() const { return m_pane->plots().map(); }
    [[nodiscard]] QString label(const char *name) const
    {
        const auto *found = m_pane->findChild<QLabel *>(QLatin1String(name));
        return found ? found->text() : QString();
    }
    /// Everything that can be read now.
    [[nodiscard]] QString words() const;
    void showValues(const EpochRunPtr &run, const std::vector<TensorSeries> &series);
    [[nodiscard]] QImage picture() const { return map().viewport()->grab().toImage(); }
    [[nodiscard]] QColor colourOf(std::size_t tensor, std::size_t file) const;

    std::unique_ptr<EpochsPane> m_pane;
};

void EpochsPaneTest::init()
{
    m_pane = std::make_unique<EpochsPane>(diskOpener());
    m_pane->resize(1100, 800);
    m_pane->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_pane.get()));
}

QString EpochsPaneTest::words() const
{
    QStringList words;
    for (const QLabel *part : m_pane->findChildren<QLabel *>())
        if (part->isVisible())
            words << part->text();
    return words.join(QLatin1Char('\n'));
}

void EpochsPaneTest::showValues(const EpochRunPtr &run, const std::vector<TensorSeries> &series)
{
    std::vector<EpochTrackPtr> tracks;
    for (std::size_t i = 0; i < series.size(); ++i)
        tracks.push_back(track(*run, i, series[i]));
    m_pane->scan().show(run, tracks);
    // Once the plot above has found its place.
    QTRY_VERIFY_WITH_TIMEOUT(!map().cellRect(0, 0).isEmpty() && !map().cellRect(0, run->fileCount() - 1).isEmpty(),
                             kPatience);
}

QColor EpochsPaneTest::colourOf(std::size_t tensor, std::size_t file) const
{
    return picture().pixelColor(map().cellRect(tensor, file).center());
}

void EpochsPaneTest::startsByAskingForARun()
{
    QVERIFY(words().contains(QStringLiteral("folder of a run")));
    QCOMPARE(m_pane->statusText(), QString());
}

void EpochsPaneTest::folderOfARunIsToldInASentence()
{
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("my-run")));
    writeRun(folder.filePath(QStringLiteral("my-run")), 4);
    m_pane->setPaths({folder.filePath(QStringLiteral("my-run"))});
    QTRY_COMPARE_WITH_TIMEOUT(label("epochSentence"),
                              QStringLiteral("4 epochs of my-run · 3 tensors: 1 learning, 2 frozen "
                                             "(conv.weight, fc.bias)"),
                              kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(m_pane->statusText().contains(QStringLiteral("3 tensors")), kPatience);
}

void EpochsPaneTest::folderWithoutCheckpointsSaysSo()
{
    const QTemporaryDir folder;
    m_pane->setPaths({folder.path()});
    QTRY_VERIFY_WITH_TIMEOUT(words().contains(QStringLiteral("No checkpoints there")), kPatience);
    QVERIFY2(words().contains(QStringLiteral("%1 holds no checkpoint").arg(folder.path())), qPrintable(words()));
}

void EpochsPaneTest::singleFileIsOfferedToBeOpened()
{
    const QTemporaryDir folder;
    writeRun(folder.path(), 1);
    const QSignalSpy opened(m_pane.get(), &EpochsPane::openFileRequested);
    m_pane->setPaths({folder.path()});
    QTRY_VERIFY_WITH_TIMEOUT(words().contains(QStringLiteral("Only one checkpoint")), kPatience);
    for (QAbstractButton *button : m_pane->findChildren<QAbstractButton *>())
        if (button->isVisible() && button->text() == QStringLiteral("Open It"))
            button->click();
    QCOMPARE(opened.count(), 1);
    QCOMPARE(QFileInfo(opened.first().first().toString()).fileName(), QStringLiteral("epoch_0.safetensors"));
}

void EpochsPaneTest::unreadableFileIsNamed()
{
    const QTemporaryDir folder;
    writeRun(folder.path(), 3);
    QFile broken(folder.filePath(QStringLiteral("epoch_3.safetensors")));
    QVERIFY(broken.open(QIODevice::WriteOnly) && broken.write("{not a checkpoint") > 0);
    broken.close();
    m_pane->setPaths({folder.path()});
    QTRY_VERIFY_WITH_TIMEOUT(label("epochSentence").contains(QStringLiteral("3 epochs")), kPatience);
    QVERIFY2(words().contains(QStringLiteral("epoch_3.safetensors")), qPrintable(words()));
}

void EpochsPaneTest::filesOfAnotherModelAreNoted()
{
    const QTemporaryDir folder;
    writeRun(folder.path(), 4);
    QVERIFY(writeSafetensors(folder.filePath(QStringLiteral("epoch_9.safetensors")), {"other.weight", "and.bias"}));
    m_pane->setPaths({folder.path()});
    QTRY_VERIFY_WITH_TIMEOUT(label("epochSentence").contains(QStringLiteral("4 epochs")), kPatience);
    QVERIFY2(words().contains(QStringLiteral("epoch_9.safetensors")), qPrintable(words()));
}

void EpochsPaneTest::mapShowsWhatIsFrozenBrokenAndMissing()
{
    TensorSeries broken = learning(6, 0.2);
    broken[4]->stats.nan = 1;
    TensorSeries missing = learning(6, 0.1);
    missing[3].reset();
    showValues(runOf({"learns", "frozen", "broken", "missing"}, 6), {learning(6, 0.3), frozen(6), broken, missing});
    const QColor ground = map().palette().color(QPalette::Base);
    QCOMPARE(colourOf(1, 2), QColor(EpochMapPicture::kZero));
    QCOMPARE(colourOf(2, 4), QColor(ColorScale::kOdd));
    QCOMPARE(colourOf(3, 3), ground);
    // Nothing comes before the first.
    QCOMPARE(colourOf(0, 0), ground);
    for (const QColor &other : {colourOf(1, 2), colourOf(2, 4), ground})
        QVERIFY(colourOf(0, 2) != other);
}

void EpochsPaneTest::clickOnTheMapChoosesTensorAndEpoch()
{
    showValues(runOf({"a.weight", "b.weight", "c.weight"}, 5), {learning(5, 0.3), learning(5, 0.2), learning(5, 0.1)});
    QTest::mouseClick(map().viewport(), Qt::LeftButton, {}, map().cellRect(1, 3).center());
    QCOMPARE(m_pane->findChild<EpochTensorList *>()->current(), std::optional<std::size_t>(1));
    QCOMPARE(m_pane->findChild<EpochFileList *>()->current(), std::optional<std::size_t>(3));
    const QString said = map().readOut().join(QLatin1Char('\n'));
    QVERIFY2(said.contains(QStringLiteral("b.weight · epoch 3")), qPrintable(said));
    // And the other way round.
    m_pane->findChild<EpochTensorList *>()->setCurrent(2);
    QVERIFY(map().readOut().join(QString()).contains(QStringLiteral("c.weight · epoch 3")));
}

void EpochsPaneTest::arrowKeysMoveOverTheMap()
{
    showValues(runOf({"a.weight", "b.weight"}, 5), {learning(5, 0.3), learning(5, 0.2)});
    QTest::mouseClick(map().viewport(), Qt::LeftButton, {}, map().cellRect(0, 1).center());
    for (const Qt::Key key : {Qt::Key_Down, Qt::Key_Right})
        QTest::keyClick(&map(), key);
    QVERIFY(map().readOut().front().contains(QStringLiteral("b.weight · epoch 2")));
    const QSignalSpy opened(m_pane.get(), &EpochsPane::openFileRequested);
    QTest::keyClick(&map(), Qt::Key_Return);
    QCOMPARE(opened.count(), 1);
    QVERIFY(opened.first().first().toString().endsWith(QStringLiteral("epoch_2.pth")));
}

void EpochsPaneTest::columnsOfTheMapStandBelowThePointsOfThePlot()
{
    showValues(runOf({"a.weight"}, 7), {learning(7, 0.3)});
    const Plot &plot = m_pane->plots().linePlot();
    const auto isBelow = [&](std::size_t file) {
        const auto [low, high] = plot.visibleX();
        const QRectF area = plot.dataArea();
        const double x = area.left() + (static_cast<double>(file) - low) / (high - low) * area.width() + plot.x();
        return std::abs(map().cellRect(0, file).center().x() + map().x() - x) <= 2;
    };
    for (std::size_t file = 0; file < 7; ++file)
        QTRY_VERIFY(isBelow(file));
}

void EpochsPaneTest::ticksDecideWhichLinesAreDrawn()
{
    showValues(runOf({"a.weight", "b.weight"}, 5), {learning(5, 0.3), learning(5, 0.2)});
    Plot &plot = m_pane->plots().linePlot();
    plot.setCursor(2);
    QTRY_VERIFY(plot.readOut().join(QString()).contains(QStringLiteral("b.weight")));
    EpochTable &table = m_pane->table();
    QVERIFY(table.setData(table.index(1, EpochTable::Name), Qt::Unchecked, Qt::CheckStateRole));
    QVERIFY(!plot.readOut().join(QString()).contains(QStringLiteral("b.weight")));
    QVERIFY(plot.readOut().join(QString()).contains(QStringLiteral("a.weight")));
}

void EpochsPaneTest::twoSelectedEpochsAreCompared()
{
    showValues(runOf({"a.weight"}, 5), {learning(5, 0.3)});
    auto *files = m_pane->findChild<EpochFileList *>();
    const auto *compare = files->findChild<QAction *>(QStringLiteral("epochCompare"));
    const auto select = [&](int row) {
        files->view().selectionModel()->select(files->view().model()->index(row, 0),
                                               QItemSelectionModel::Select | QItemSelectionModel::Rows);
    };
    select(4);
    QVERIFY(!compare->isEnabled());
    select(1);
    QVERIFY(compare->isEnabled());
    const QSignalSpy asked(m_pane.get(), &EpochsPane::compareRequested);
    const_cast<QAction *>(compare)->trigger();
    QCOMPARE(asked.count(), 1);
    // The earlier one is A.
    QVERIFY(asked.first().first().toString().endsWith(QStringLiteral("epoch_1.pth")));
    QVERIFY(asked.first().last().toString().endsWith(QStringLiteral("epoch_4.pth")));
}

EpochRunPtr runFrom(const QString &folder)
{
    Progress progress;
    return findEpochRun({folder}, 0, diskOpener(), {}, progress).run;
}

void EpochsPaneTest::sheetAveragesTheTickedEpochs()
{
    const QTemporaryDir folder;
    writeRun(folder.path(), 4);
    EpochAverageSheet sheet(runFrom(folder.path()), {1, 3});
    sheet.show();
    const QString target = folder.filePath(QStringLiteral("mean.pth"));
    sheet.setPath(target);
    auto *start = sheet.findChild<QAbstractButton *>(QStringLiteral("averageStart"));
    QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), kPatience);
    start->click();
    auto *open = sheet.findChild<QAbstractButton *>(QStringLiteral("averageOpen"));
    QTRY_VERIFY_WITH_TIMEOUT(open->isVisible(), kPatience);
    const QSignalSpy opened(&sheet, &EpochAverageSheet::openRequested);
    open->click();
    QCOMPARE(opened.first().first().toString(), target);
    // Epochs 1 and 3 average to what epoch 2 has: nothing changes from the one to the other.
    const QString second = folder.filePath(QStringLiteral("epoch_2.safetensors"));
    m_pane->setPaths({second, target});
    QTRY_VERIFY_WITH_TIMEOUT(label("epochSentence").contains(QStringLiteral("3 frozen")), kPatience);
}

void EpochsPaneTest::sheetSparesTheCheckpoints()
{
    const QTemporaryDir folder;
    writeRun(folder.path(), 3);
    EpochAverageSheet sheet(runFrom(folder.path()), {0, 1});
    sheet.show();
    auto *start = sheet.findChild<QAbstractButton *>(QStringLiteral("averageStart"));
    QTRY_VERIFY_WITH_TIMEOUT(start->isEnabled(), kPatience);
    sheet.setPath(folder.filePath(QStringLiteral("epoch_2.safetensors")));
    const auto isRefused = [&] {
        const auto labels = sheet.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [](const QLabel *part) {
            return part->isVisible() && part->text().contains(QStringLiteral("is one of the checkpoints"));
        });
    };
    QTRY_VERIFY_WITH_TIMEOUT(isRefused(), kPatience);
    QVERIFY(!start->isEnabled());
}

void EpochsPaneTest::hundredsOfEpochsAndTensorsStayFluid()
{
    constexpr std::size_t kCount = 500;
    std::vector<std::string> names;
    std::vector<TensorSeries> series;
    for (std::size_t i = 0; i < kCount; ++i) {
        names.push_back("layer" + std::to_string(i) + ".weight");
        series.push_back(learning(kCount, 1e-3 * static_cast<double>(i % 7)));
    }
    showValues(runOf(names, kCount), series);
    StallWatch watch;
    QTest::qWait(50);  // the picture of the start is drawn
    watch.restart();
    auto *quantities = m_pane->findChild<QComboBox *>(QStringLiteral("epochQuantity"));
    for (int quantity = 0; quantity < quantities->count(); ++quantity) {
        quantities->setCurrentIndex(quantity);
        for (std::size_t file = 0; file < kCount; file += 50) {
            QTest::mouseMove(map().viewport(), map().cellRect(0, file).center());
            QCoreApplication::processEvents();
        }
    }
    // Ten times what it takes: the machine may be busy.
    QVERIFY2(watch.longestCpuTurn() < std::chrono::milliseconds(150),
             qPrintable(QString::number(watch.longestCpuTurn().count())));
}

}  // namespace

QTEST_MAIN(EpochsPaneTest)
#include "epochs_pane_test.moc"
