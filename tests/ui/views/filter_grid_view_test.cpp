// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/support/fault_file.h"
#include "ui/views/filter_grid_view.h"
#include "ui/views/plot_colors.h"

#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QScrollBar>
#include <QtWidgets/QSlider>

using namespace waypoint;
using namespace waypoint::test;

namespace {

class FilterGridViewTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void threeChannelsAreRedGreenAndBlue();
    void eachTileHasItsScaleOrAllHaveOne();
    void allKernelsAreAGridOfFiltersAndChannels();
    void strideAndTypeDoNotMatter();
    void kernelsOfOneDimensionAreStrips();
    void hoveringTellsTheElement();
    void ofThousandsOnlyWhatIsSeenIsRead();
    void tilesGrowWithTheSlider();
    void theChosenTilesStayFromTensorToTensor();
    void settingsAreKeptForTheNextFile();
    void tensorsThatAreNoFiltersSaySo();
    void whatCannotBeReadIsSaid();

private:
    QTemporaryDir m_folder;

    void give(NumericTensor numbers)
    {
        auto tensor = std::make_shared<ShownTensor>();
        tensor->numbers = std::move(numbers);
        m_view->setTensor(std::move(tensor));
    }
    void show(NumericTensor numbers)
    {
        give(std::move(numbers));
        QTRY_VERIFY(m_view->numbers());
    }
    void choose(FilterTiles tiles)
    {
        auto &box = m_view->tilesBox();
        box.setCurrentIndex(box.findData(static_cast<int>(tiles)));
        Q_EMIT box.activated(box.currentIndex());
    }
    FilterGrid &grid() const { return m_view->grid(); }
    QPoint pixelOf(const FilterPlace &place, int rows, int columns) const
    {
        const QRect tile = grid().tileRect(place.filter, place.channel);
        return {tile.left() + static_cast<int>((2 * place.column + 1) * tile.width() / (2 * columns)),
                tile.top() + static_cast<int>((2 * place.row + 1) * tile.height() / (2 * rows))};
    }
    QRgb painted(const FilterPlace &place, int rows = 2, int columns = 2) const
    {
        return grid().viewport()->grab().toImage().pixel(pixelOf(place, rows, columns));
    }

    std::unique_ptr<FilterGridView> m_view;
};

void FilterGridViewTest::init()
{
    QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
    QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_folder.path());
    QSettings().clear();
    m_view = std::make_unique<FilterGridView>();
    m_view->resize(700, 500);
    m_view->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_view.get()));
}

void FilterGridViewTest::cleanup() { m_view.reset(); }

void FilterGridViewTest::threeChannelsAreRedGreenAndBlue()
{
    // One filter: red at the first place, green at the second, blue at the third, all of them at the last.
    show(tensorOf<float>(DType::Float32, {1, -1, -1, 1, -1, 1, -1, 1, -1, -1, 1, 1}, {1, 3, 2, 2}));
    QCOMPARE(m_view->tilesBox().currentData().toInt(), static_cast<int>(FilterTiles::Colour));
    QCOMPARE(painted({0, 0, 0, 0}), qRgb(255, 0, 0));
    QCOMPARE(painted({0, 0, 0, 1}), qRgb(0, 255, 0));
    QCOMPARE(painted({0, 0, 1, 0}), qRgb(0, 0, 255));
    QCOMPARE(painted({0, 0, 1, 1}), qRgb(255, 255, 255));
}

void FilterGridViewTest::settingsAreKeptForTheNextFile()
{
    m_view->sharedBox().setChecked(true);
    m_view->findChild<QSlider *>()->setValue(99);
    const FilterGridView next;
    QVERIFY(next.sharedBox().isChecked());
    QCOMPARE(next.findChild<QSlider *>()->value(), 99);
}

void FilterGridViewTest::eachTileHasItsScaleOrAllHaveOne()
{
    show(tensorOf<float>(DType::Float32, {-1, 1, 0, 0, -0.25F, 0.25F, 0, 0}, {2, 1, 2, 2}));
    QTRY_COMPARE(painted({1, 0, 0, 0}), colors::diverging(0, false));
    QCOMPARE(painted({0, 0, 0, 0}), colors::diverging(0, false));
    m_view->sharedBox().setChecked(true);
    QCOMPARE(painted({0, 0, 0, 1}), colors::diverging(1, false));
    QVERIFY(painted({1, 0, 0, 1}) != colors::diverging(1, false));
}

void FilterGridViewTest::allKernelsAreAGridOfFiltersAndChannels()
{
    // Kernel [o, i] is filled with 10 o + i.
    std::vector<float> numbers;
    for (int o = 0; o < 3; ++o)
        for (int i = 0; i < 4; ++i)
            numbers.insert(numbers.end(), 4, static_cast<float>(10 * o + i));
    show(tensorOf(DType::Float32, numbers, {3, 4, 2, 2}));
    choose(FilterTiles::AllChannels);
    m_view->sharedBox().setChecked(true);
    QTRY_COMPARE(painted({2, 3, 1, 1}), colors::viridis(1));
    QCOMPARE(painted({0, 0, 0, 0}), colors::viridis(0));
    QVERIFY(grid().tileRect(1, 0).top() > grid().tileRect(0, 3).top());
    QVERIFY(grid().tileRect(0, 1).left() > grid().tileRect(0, 0).right());
}

void FilterGridViewTest::strideAndTypeDoNotMatter()
{
    // channels_last, as halves: 1 in the second channel of the first place, -1 in the last of all.
    std::vector<std::uint16_t> halves(8);
    halves[1] = 0x3c00;
    halves[7] = 0xbc00;
    auto tensor = tensorOf(DType::Float16, halves, {1, 2, 2, 2});
    tensor.ref.strides = {8, 1, 4, 2};
    show(std::move(tensor));
    QCOMPARE(std::vector(m_view->numbers()->kernel(0, 1).begin(), m_view->numbers()->kernel(0, 1).end()),
             (std::vector<float>{1, 0, 0, -1}));
}

void FilterGridViewTest::kernelsOfOneDimensionAreStrips()
{
    show(tensorOf<float>(DType::Float32, {-1, 0, 1, 2, 3, 4}, {2, 1, 3}));
    const QRect tile = grid().tileRect(0);
    QVERIFY(tile.width() > 2 * tile.height());
    QTest::mouseMove(grid().viewport(), pixelOf({1, 0, 0, 2}, 1, 3));
    QTRY_COMPARE(m_view->status(), QStringLiteral("Filter 1 · [1, 0, 2] = 4"));
}

void FilterGridViewTest::hoveringTellsTheElement()
{
    std::vector<float> numbers(5 * 3 * 2 * 2);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = static_cast<float>(i);
    show(tensorOf(DType::Float32, numbers, {5, 3, 2, 2}));
    QTest::mouseMove(grid().viewport(), pixelOf({4, 0, 1, 0}, 2, 2));
    QTRY_COMPARE(m_view->status(), QStringLiteral("Filter 4 · [4, :, 1, 0] = red 50, green 54, blue 58"));
    choose(FilterTiles::Channel);
    QTest::mouseMove(grid().viewport(), pixelOf({3, 0, 0, 1}, 2, 2));
    QTRY_COMPARE(m_view->status(), QStringLiteral("Filter 3 · [3, 0, 0, 1] = 37"));
}

void FilterGridViewTest::ofThousandsOnlyWhatIsSeenIsRead()
{
    constexpr std::int64_t kFilters = 20'000;
    const auto disk =
        std::make_shared<FaultFile>(memoryFile("zeros", std::vector<std::byte>(kFilters * 64u * 9u * 2u)));
    give(tensorOn(disk, DType::Float16, {kFilters, 64, 3, 3}));
    TensorStats stats;
    stats.min = -1;
    stats.max = 1;
    m_view->setStats(stats);
    QTRY_VERIFY(m_view->numbers());
    QVERIFY(m_view->numbers()->range.filters < 200);
    QVERIFY2(disk->bytesRead() < 1'000'000, qPrintable(QString::number(disk->bytesRead())));
    grid().verticalScrollBar()->setValue(grid().verticalScrollBar()->maximum());
    QTRY_VERIFY(m_view->numbers()->range.contains({kFilters - 1, 1, 0, 1, 0}));
    QVERIFY2(disk->bytesRead() < 2'000'000, qPrintable(QString::number(disk->bytesRead())));
    QVERIFY(grid().viewport()->rect().contains(grid().tileRect(kFilters - 1)));
}

void FilterGridViewTest::tilesGrowWithTheSlider()
{
    show(tensorOf(DType::Float32, std::vector<float>(64 * 9, 1.0F), {64, 1, 3, 3}));
    const auto across = grid().tilesAcross();
    auto *size = m_view->findChild<QSlider *>();
    size->setValue(size->value() * 2);
    QVERIFY(grid().tilesAcross() < across);
    QVERIFY(std::abs(grid().tileRect(0).width() - size->value()) <= 1);
}

void FilterGridViewTest::theChosenTilesStayFromTensorToTensor()
{
    const std::vector<float> numbers(4 * 3 * 9, 1.0F);
    show(tensorOf(DType::Float32, numbers, {4, 3, 3, 3}));
    choose(FilterTiles::AllChannels);
    show(tensorOf(DType::Float32, numbers, {12, 1, 3, 3}));
    QCOMPARE(grid().settings().tiles, FilterTiles::Channel);
    show(tensorOf(DType::Float32, numbers, {3, 4, 3, 3}));
    QCOMPARE(grid().settings().tiles, FilterTiles::AllChannels);
}

void FilterGridViewTest::tensorsThatAreNoFiltersSaySo()
{
    give(tensorOf<float>(DType::Float32, {1, 2}, {2}));
    QVERIFY(!m_view->showsFilters());
    QVERIFY(m_view->emptyText().contains(QStringLiteral("Conv2d")));
    show(tensorOf<float>(DType::Float32, {1, 2}, {1, 1, 1, 2}));
    QVERIFY(m_view->showsFilters());
    m_view->setTensor(nullptr);
    QVERIFY(!m_view->showsFilters());
}

void FilterGridViewTest::whatCannotBeReadIsSaid()
{
    const auto disk = std::make_shared<FaultFile>(memoryFile("zeros", std::vector<std::byte>(36)));
    disk->failsAt = ByteOffset{10};
    give(tensorOn(disk, DType::Float32, {1, 1, 3, 3}));
    QTRY_VERIFY2(m_view->emptyText().contains(QStringLiteral("Input/output error")), qPrintable(m_view->emptyText()));
}

}  // namespace

QTEST_MAIN(FilterGridViewTest)
#include "filter_grid_view_test.moc"
