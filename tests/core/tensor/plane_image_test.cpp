// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/plane_image.h"
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/support/fault_file.h"

#include <cmath>
#include <limits>
#include <random>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr auto kNan = std::numeric_limits<float>::quiet_NaN();
constexpr auto kInfinity = std::numeric_limits<float>::infinity();

PlaneWindow plane(std::size_t rowDim, std::size_t columnDim, std::vector<std::int64_t> fixed = {})
{
    PlaneWindow window;
    window.fixed = std::move(fixed);
    window.rowDim = rowDim;
    window.columnDim = columnDim;
    return window;
}

/// Every pixel from the elements it stands for, one by one; empty where all is right.
QString differences(const PlaneImage &image, const Result<std::vector<Element>> &elements, std::int64_t rows,
                    std::int64_t columns)
{
    double least = kInfinity;
    double most = -kInfinity;
    for (std::int64_t y = 0; y < image.height; ++y)
        for (std::int64_t x = 0; x < image.width; ++x) {
            double sum = 0;
            double extreme = kNan;
            int count = 0;
            int odd = 0;
            for (auto r = y * image.rowsPerPixel; r < std::min(rows, (y + 1) * image.rowsPerPixel); ++r)
                for (auto c = x * image.columnsPerPixel; c < std::min(columns, (x + 1) * image.columnsPerPixel); ++c) {
                    const double value = (*elements)[static_cast<std::size_t>(r * columns + c)].real;
                    odd |= std::isnan(value) ? 1 : std::isinf(value) ? 2 : 0;
                    if (!std::isfinite(value))
                        continue;
                    sum += value;
                    ++count;
                    if (std::isnan(extreme) || std::abs(value) > std::abs(extreme))
                        extreme = value;
                    least = std::min(least, value);
                    most = std::max(most, value);
                }
            const auto at = static_cast<std::size_t>(y * image.width + x);
            const auto place = QStringLiteral("pixel %1, %2: ").arg(x).arg(y);
            if (odd != image.odd[at])
                return place + QStringLiteral("odd %1, not %2").arg(image.odd[at]).arg(odd);
            if (count == 0 ? !std::isnan(image.mean[at]) : std::abs(image.mean[at] - sum / count) > 1e-6)
                return place + QStringLiteral("mean %1, not %2").arg(image.mean[at]).arg(sum / count);
            if (count > 0 && std::abs(image.extreme[at]) != std::abs(static_cast<float>(extreme)))
                return place + QStringLiteral("extreme %1, not %2").arg(image.extreme[at]).arg(extreme);
        }
    if (image.min != least || image.max != most)
        return QStringLiteral("range %1 %2, not %3 %4").arg(image.min).arg(image.max).arg(least).arg(most);
    return {};
}

std::vector<float> noise(std::size_t count, unsigned seed)
{
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    std::vector<float> numbers(count);
    for (auto &number : numbers)
        number = normal(random);
    return numbers;
}

Result<PlaneImage> imageOfPlane(const NumericTensor &tensor, const PlaneWindow &window, std::int64_t widest,
                                std::int64_t highest, const std::stop_token &stop = {})
{
    return windowImage(tensor, wholePlane(tensor, window), widest, highest, stop);
}

}  // namespace

class PlaneImageTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSmallPlaneHasAPixelForEachElement()
    {
        const auto tensor = tensorOf<float>(DType::Float32, {1, -2, 3, kNan, 5, -kInfinity}, {2, 3});
        const auto image = imageOfPlane(tensor, plane(0, 1), 1000, 1000);
        QVERIFY(image);
        QCOMPARE(image->width, 3);
        QCOMPARE(image->height, 2);
        QCOMPARE(image->columnsPerPixel, 1);
        QCOMPARE(image->mean[1], -2.0F);
        QVERIFY(std::isnan(image->mean[3]) && std::isnan(image->mean[5]));
        QCOMPARE(image->odd, (std::vector<std::uint8_t>{0, 0, 0, 1, 0, 2}));
        QCOMPARE(image->min, -2.0);
        QCOMPARE(image->max, 5.0);
    }

    void pixelsStandForAllElementsOfTheirBlocks_data()
    {
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("widest");
        QTest::addColumn<int>("highest");
        QTest::newRow("even blocks") << 64 << 96 << 32 << 16;
        QTest::newRow("the last blocks are smaller") << 101 << 517 << 60 << 25;
        QTest::newRow("wide") << 3 << 70'001 << 100 << 100;
        QTest::newRow("high") << 70'001 << 3 << 100 << 100;
        QTest::newRow("longer than a tile") << 2 << 4'500'000 << 7 << 7;
        QTest::newRow("one pixel") << 300 << 301 << 1 << 1;
    }

    void pixelsStandForAllElementsOfTheirBlocks()
    {
        QFETCH(int, rows);
        QFETCH(int, columns);
        QFETCH(int, widest);
        QFETCH(int, highest);
        auto numbers = noise(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), 3);
        numbers[numbers.size() / 2] = kNan;
        numbers[numbers.size() / 3] = -kInfinity;
        const auto tensor = tensorOf(DType::Float32, numbers, {rows, columns});
        const auto elements = readElements(tensor, 0, std::int64_t{rows} * columns, {});
        const auto image = imageOfPlane(tensor, plane(0, 1), widest, highest);
        QVERIFY(image);
        QVERIFY(image->width <= widest && image->height <= highest);
        QCOMPARE(differences(*image, elements, rows, columns), QString());
    }

    void anyTwoDimensionsMakeAPlane()
    {
        const auto tensor = tensorOf(DType::Float32, noise(7 * 40 * 50, 4), {7, 40, 50});
        for (const auto &[rowDim, columnDim] : {std::pair{0u, 1u}, {0u, 2u}, {1u, 0u}, {1u, 2u}, {2u, 0u}, {2u, 1u}}) {
            auto window = plane(rowDim, columnDim, {3, 11, 12});
            const auto image = imageOfPlane(tensor, window, 20, 15);
            window = wholePlane(tensor, window);
            QVERIFY(image);
            QCOMPARE(differences(*image, readWindow(tensor, window, {}), window.rows, window.columns), QString());
        }
    }

    void aWindowOfAPlaneHasAPictureOfItsOwn()
    {
        const auto tensor = tensorOf(DType::Float32, noise(300 * 200, 5), {300, 200});
        auto window = plane(1, 0);
        window.firstRow = 20;
        window.rows = 101;
        window.firstColumn = 33;
        window.columns = 250;
        const auto image = windowImage(tensor, window, 40, 50, {});
        QVERIFY(image);
        QCOMPARE(differences(*image, readWindow(tensor, window, {}), 101, 250), QString());
        window.columns = 300;
        QCOMPARE(windowImage(tensor, window, 40, 50, {}).error().code, ErrorCode::BadArgument);
    }

    void everyTypeHasPictures()
    {
        const auto halves = tensorOf<std::uint16_t>(DType::Float16, {0x3c00, 0xc000, 0x7c00, 0x7e00}, {2, 2});
        auto image = imageOfPlane(halves, plane(0, 1), 1, 2);
        QCOMPARE(image->mean[0], -0.5F);
        QCOMPARE(image->extreme[0], -2.0F);
        QCOMPARE(image->odd[1], 3);
        auto quantized = tensorOf<std::uint8_t>(DType::QUInt8, {1, 2, 3, 4}, {2, 2});
        quantized.quantization = {.scales = {1, 10}, .zeroPoints = {0, 1}, .axis = 1};
        image = imageOfPlane(quantized, plane(0, 1), 2, 1);
        QCOMPARE(image->mean, (std::vector<float>{2, 20}));
        const auto packed = tensorOf<std::uint8_t>(DType::Float4E2M1FN, {0x10, 0x32, 0xf7}, {2, 3});
        image = imageOfPlane(packed, plane(1, 0), 9, 9);
        QCOMPARE(image->mean, (std::vector<float>{0, 1.5, 0.5, 6, 1, -6}));
        const auto scalar = tensorOf<double>(DType::Float64, {2.5}, {});
        image = imageOfPlane(scalar, {}, 10, 10);
        QCOMPARE(image->mean, std::vector<float>{2.5F});
    }

    void nothingAndWrongPlanesAreNoPictures()
    {
        const auto empty = tensorOf<float>(DType::Float32, {}, {0, 5});
        QCOMPARE(imageOfPlane(empty, plane(0, 1), 10, 10)->width, 0);
        const auto tensor = tensorOf<float>(DType::Float32, {1, 2}, {1, 2});
        QCOMPARE(windowImage(tensor, plane(0, 2), 10, 10, {}).error().code, ErrorCode::BadArgument);
        const auto bits = tensorOf<std::uint8_t>(DType::Bits8, {1, 2}, {1, 2});
        QCOMPARE(imageOfPlane(bits, plane(0, 1), 10, 10).error().code, ErrorCode::Unsupported);
    }

    void oneNumberExpandedWithoutEndHasNoPicture()
    {
        auto tensor = tensorOf<float>(DType::Float32, {1}, {1});
        tensor.ref.shape = {1'000'000, 1'000'000};
        tensor.ref.strides = {0, 0};
        QCOMPARE(imageOfPlane(tensor, plane(0, 1), 1000, 1000).error().code, ErrorCode::TooLarge);
        auto window = plane(1, 0);
        window.rows = window.columns = 100;
        QCOMPARE(windowImage(tensor, window, 10, 10, {})->mean, std::vector<float>(100, 1));
    }

    void aPictureCanBeStopped()
    {
        const auto tensor = tensorOf(DType::Float32, noise(10'000, 6), {100, 100});
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(imageOfPlane(tensor, plane(0, 1), 10, 10, stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void transposedPlanesAreReadInLargePieces()
    {
        const auto file = memoryFile("zeros", std::vector<std::byte>(2000u * 3000u * 4u));
        const auto disk = std::make_shared<FaultFile>(file);
        const auto tensor = tensorOn(disk, DType::Float32, {2000, 3000});
        QVERIFY(imageOfPlane(tensor, plane(1, 0), 500, 500));
        QCOMPARE(disk->bytesRead(), file->size().value);
        QVERIFY2(disk->reads() < 100, qPrintable(QString::number(disk->reads())));
    }
};

QTEST_GUILESS_MAIN(PlaneImageTest)
#include "plane_image_test.moc"
