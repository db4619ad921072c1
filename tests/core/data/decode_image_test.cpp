// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/image_bytes.h"

#include "core/data/resize_image.h"

#include <QObject>

#include <cmath>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// Each gray as red, green and blue.
std::string tripled(const std::string &gray)
{
    std::string rgb;
    for (const char c : gray)
        rgb += std::string(3, c);
    return rgb;
}

QString refusalOfImage(const std::string &file)
{
    const auto pixels = decoded(file);
    return pixels ? QString("it was read") : QString::fromStdString(describe(pixels.error()));
}

/// Triangle filter in double precision, without rounding in between: what fitted() comes near to.
double smoothed(const ImagePixels &image, ImageSize size, std::int64_t x, std::int64_t y, std::size_t channel)
{
    const auto weight = [](std::int64_t i, std::int64_t index, std::int64_t from, std::int64_t to) {
        const double scale = double(from) / double(to);
        const double away = (double(i) + 0.5 - (double(index) + 0.5) * scale) / std::max(scale, 1.0);
        return std::max(0.0, 1 - std::abs(away));
    };
    double sum = 0;
    double weights = 0;
    for (std::int64_t j = 0; j < image.size.height; ++j)
        for (std::int64_t i = 0; i < image.size.width; ++i) {
            const double w = weight(i, x, image.size.width, size.width) * weight(j, y, image.size.height, size.height);
            sum += w * image.rgb[std::size_t(j * image.size.width + i) * 3 + channel];
            weights += w;
        }
    return sum / weights;
}

}  // namespace

class DecodeImageTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pngOfEveryKindBecomesRgb_data();
    void pngOfEveryKindBecomesRgb();
    void jpegKeepsItsColours();
    void grayJpegBecomesRgb();
    void bmpOfEveryDepthBecomesRgb_data();
    void bmpOfEveryDepthBecomesRgb();
    void theFirstPictureOfAGifIsRead_data();
    void theFirstPictureOfAGifIsRead();
    void pnmIsRead();
    void everyPrefixOfAnImageIsAnError_data();
    void everyPrefixOfAnImageIsAnError();
    void changedBytesNeverCrash_data();
    void changedBytesNeverCrash();
    void otherFilesAreNamed();
    void hugeImagesAreRefusedBeforeMemoryIsTaken();
    void sizesAreKnownFromTheHeader();
    void anImageOfTheRightSizeStaysAsItIs();
    void resizingIsThatOfATriangle_data();
    void resizingIsThatOfATriangle();
    void theMiddleIsKeptOfOtherProportions();
};

void DecodeImageTest::pngOfEveryKindBecomesRgb_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("rgb");
    const auto row = [](const char *name, const std::string &file, const std::string &rgb) {
        QTest::newRow(name) << QByteArray::fromStdString(file) << QByteArray::fromStdString(rgb);
    };
    const auto gray = pattern(5, 4, 1);
    const auto rgb = pattern(5, 4, 3);
    std::string deep;
    std::string opaque;
    std::string veiled;
    for (const char c : rgb)
        deep += {c, char(c + 77)};
    for (std::size_t i = 0; i < 20; ++i) {
        opaque += rgb.substr(3 * i, 3) + char(i * 12);
        veiled += {gray[i], char(i * 12)};
    }
    row("rgb", png(5, 4, 8, 2, rgb), rgb);
    row("rgb, 16 bits", png(5, 4, 16, 2, deep), rgb);
    row("rgb and alpha", png(5, 4, 8, 6, opaque), rgb);
    row("gray", png(5, 4, 8, 0, gray), tripled(gray));
    row("gray and alpha", png(5, 4, 8, 4, veiled), tripled(gray));
    row("gray, 1 bit", png(5, 2, 1, 0, "\xa8\x50"), tripled("\xff" + std::string("\0\xff\0\xff\0\xff\0\xff\0", 9)));
    const std::string palette{1, 2, 3, 40, 50, 60};
    row("palette", png(2, 2, 8, 3, std::string("\1\0\0\1", 4), pngChunk("PLTE", palette)),
        palette.substr(3) + palette.substr(0, 3) + palette);
    row("palette with transparency",
        png(2, 2, 8, 3, std::string("\1\0\0\1", 4), pngChunk("PLTE", palette) + pngChunk("tRNS", std::string(1, '\0'))),
        palette.substr(3) + palette.substr(0, 3) + palette);
}

void DecodeImageTest::pngOfEveryKindBecomesRgb()
{
    QFETCH(QByteArray, file);
    QFETCH(QByteArray, rgb);
    const auto pixels = decoded(file.toStdString());
    QVERIFY2(pixels, qPrintable(refusalOfImage(file.toStdString())));
    QCOMPARE(QByteArray(reinterpret_cast<const char *>(pixels->rgb.data()), qsizetype(pixels->rgb.size())), rgb);
}

void DecodeImageTest::jpegKeepsItsColours()
{
    std::string rgb;
    for (int i = 0; i < 32 * 16; ++i)
        rgb += i % 32 < 16 ? std::string("\xc8\x32\x1e") : std::string("\x14\x50\xb4");
    const auto pixels = decoded(jpeg(32, 16, 3, rgb));
    QVERIFY(pixels);
    QCOMPARE(pixels->size, (ImageSize{32, 16}));
    // Colour is stored at half the resolution: it runs over the edge between columns 15 and 16 a little.
    for (std::size_t i = 0; i < rgb.size(); ++i)
        if (i / 3 % 32 < 14 || i / 3 % 32 > 17)
            QVERIFY(std::abs(int(pixels->rgb[i]) - int(std::uint8_t(rgb[i]))) <= 3);
}

void DecodeImageTest::grayJpegBecomesRgb()
{
    const auto pixels = decoded(jpeg(8, 8, 1, std::string(64, 'd')));
    QVERIFY(pixels);
    QCOMPARE(*pixels, pixelsOf(8, 8, std::string(192, 'd')));
}

void DecodeImageTest::bmpOfEveryDepthBecomesRgb_data()
{
    QTest::addColumn<QByteArray>("file");
    const std::string palette{3, 2, 1, 0, 60, 50, 40, 0};
    const std::string other{60, 50, 40};  // as stored: blue, green, red
    const std::string first{3, 2, 1};
    // Pixels in all of them: first colour, second / second, first.
    const std::string pad(2, '\0');
    const auto row = [](const char *name, const std::string &file) {
        QTest::newRow(name) << QByteArray::fromStdString(file);
    };
    row("24 bits", bmp(2, 2, 24, other + first + pad + first + other + pad));
    row("24 bits from the top", bmp(2, -2, 24, first + other + pad + other + first + pad));
    row("32 bits", bmp(2, 2, 32, other + '\0' + first + '\0' + first + '\0' + other + '\0'));
    row("8 bits", bmp(2, 2, 8, std::string("\1\0\0\0\0\1\0\0", 8), palette));
    row("4 bits", bmp(2, 2, 4, std::string("\x10\0\0\0\x01\0\0\0", 8), palette));
    row("1 bit", bmp(2, 2, 1, std::string("\x80\0\0\0\x40\0\0\0", 8), palette));
}

void DecodeImageTest::bmpOfEveryDepthBecomesRgb()
{
    QFETCH(QByteArray, file);
    const auto pixels = decoded(file.toStdString());
    QVERIFY2(pixels, qPrintable(refusalOfImage(file.toStdString())));
    QCOMPARE(*pixels, pixelsOf(2, 2, {1, 2, 3, 40, 50, 60, 40, 50, 60, 1, 2, 3}));
}

void DecodeImageTest::theFirstPictureOfAGifIsRead_data()
{
    QTest::addColumn<bool>("interlaced");
    QTest::newRow("plain") << false;
    QTest::newRow("interlaced") << true;
}

void DecodeImageTest::theFirstPictureOfAGifIsRead()
{
    QFETCH(bool, interlaced);
    std::string indices;
    std::string rgb;
    for (int i = 0; i < 7 * 11; ++i) {
        const bool blue = (i * i / 3 + i / 7) % 2 == 1;
        indices += blue ? '\1' : '\0';
        rgb += blue ? std::string("\0\0\xff", 3) : std::string("\xff\0\0", 3);
    }
    const auto pixels = decoded(gif(7, 11, interlaced, indices));
    QVERIFY(pixels);
    QCOMPARE(*pixels, pixelsOf(7, 11, rgb));
}

void DecodeImageTest::pnmIsRead()
{
    const auto rgb = pattern(3, 2, 3);
    QCOMPARE(*decoded("P6\n# made here\n3 2\n255\n" + rgb), pixelsOf(3, 2, rgb));
    QCOMPARE(*decoded("P5 3 2 255\n" + pattern(3, 2, 1)), pixelsOf(3, 2, tripled(pattern(3, 2, 1))));
}

void DecodeImageTest::everyPrefixOfAnImageIsAnError_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::newRow("png") << QByteArray::fromStdString(rgbPng(9, 7));
    QTest::newRow("jpeg") << QByteArray::fromStdString(jpeg(24, 24, 3, pattern(24, 24, 3)));
    QTest::newRow("bmp") << QByteArray::fromStdString(bmp(4, 2, 24, pattern(4, 2, 3)));
    QTest::newRow("gif") << QByteArray::fromStdString(gif(7, 9, false, std::string(63, '\1')));
    QTest::newRow("pnm") << QByteArray::fromStdString("P6 3 2 255\n" + pattern(3, 2, 3));
}

void DecodeImageTest::everyPrefixOfAnImageIsAnError()
{
    QFETCH(QByteArray, file);
    const auto whole = file.toStdString();
    QVERIFY(decoded(whole));
    // What follows the last pixel is not needed: a PNG's or a GIF's last chunk, a JPEG's end mark.
    std::size_t needed = whole.size();
    while (decoded(whole.substr(0, needed - 1)))
        --needed;
    QVERIFY(whole.size() - needed <= 20);
    for (std::size_t length = 0; length < needed; ++length)
        QVERIFY2(!decoded(whole.substr(0, length)), qPrintable(QString::number(length)));
}

void DecodeImageTest::changedBytesNeverCrash_data() { everyPrefixOfAnImageIsAnError_data(); }

void DecodeImageTest::changedBytesNeverCrash()
{
    QFETCH(QByteArray, file);
    const auto whole = file.toStdString();
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const int change : {0x01, 0x80, 0xff}) {
            auto changed = whole;
            changed[at] = static_cast<char>(changed[at] ^ change);
            if (imageSizeOf(std::as_bytes(std::span(changed.data(), changed.size()))).height > 5000)
                continue;  // allowed, and takes long
            if (const auto pixels = decoded(changed))
                QCOMPARE(std::int64_t(pixels->rgb.size()), pixels->size.width * pixels->size.height * 3);
        }
}

void DecodeImageTest::otherFilesAreNamed()
{
    QVERIFY(refusalOfImage("").contains("an empty file"));
    QVERIFY(refusalOfImage("hello there").contains("it is no JPEG, PNG, BMP, GIF or PNM image"));
    QVERIFY(refusalOfImage(std::string("RIFF\1\2\3\4WEBPVP8 ", 16)).contains("a WebP image, which is not read"));
    QVERIFY(refusalOfImage(std::string("II*\0\1\2\3\4", 8)).contains("a TIFF image, which is not read"));
}

void DecodeImageTest::hugeImagesAreRefusedBeforeMemoryIsTaken()
{
    QVERIFY(refusalOfImage(png(1 << 20, 1 << 20, 8, 2, std::string(std::size_t(1) << 20, '\0')))
                .contains("an image of 1048576x1048576 pixels"));
    QVERIFY(refusalOfImage("P6 999999999 999999999 255\nxyz").contains("PNM: the image ends early"));
    QVERIFY(refusalOfImage(bmp(1 << 27, 1 << 27, 24, "abcd")).contains("BMP: the image ends early"));
}

void DecodeImageTest::sizesAreKnownFromTheHeader()
{
    const auto sizeOf = [](const std::string &file) {
        return imageSizeOf(std::as_bytes(std::span(file.data(), file.size())));
    };
    QCOMPARE(sizeOf(rgbPng(9, 7).substr(0, 40)), (ImageSize{9, 7}));
    const auto photo = jpeg(24, 20, 3, pattern(24, 20, 3));
    QCOMPARE(sizeOf(photo.substr(0, photo.size() / 2)), (ImageSize{24, 20}));
    QCOMPARE(sizeOf(gif(7, 9, false, std::string(63, '\1')).substr(0, 20)), (ImageSize{7, 9}));
    QCOMPARE(sizeOf(bmp(4, 2, 24, pattern(4, 2, 3))), (ImageSize{4, 2}));
    QCOMPARE(sizeOf("neither"), ImageSize{});
}

void DecodeImageTest::anImageOfTheRightSizeStaysAsItIs()
{
    const auto image = pixelsOf(6, 5, pattern(6, 5, 3));
    QCOMPARE(fitted(image, {6, 5}), image);
}

void DecodeImageTest::resizingIsThatOfATriangle_data()
{
    QTest::addColumn<int>("side");
    for (const int side : {1, 5, 12, 23, 25, 40, 96})
        QTest::addRow("to %d", side) << side;
}

void DecodeImageTest::resizingIsThatOfATriangle()
{
    QFETCH(int, side);
    const auto image = pixelsOf(24, 24, pattern(24, 24, 3));
    const auto small = fitted(image, {side, side});
    QCOMPARE(small.size, (ImageSize{side, side}));
    for (std::int64_t y = 0; y < side; ++y)
        for (std::int64_t x = 0; x < side; ++x)
            for (std::size_t c = 0; c < 3; ++c) {
                const double exact = smoothed(image, small.size, x, y, c);
                QVERIFY(std::abs(exact - small.rgb[std::size_t(y * side + x) * 3 + c]) <= 1.01);
            }
}

void DecodeImageTest::theMiddleIsKeptOfOtherProportions()
{
    // Columns 0 and 1 black, 2 to 5 white, 6 and 7 black: a square out of the middle is all white.
    std::string rgb;
    for (int i = 0; i < 8 * 4; ++i)
        rgb += std::string(3, i % 8 >= 2 && i % 8 < 6 ? '\xff' : '\0');
    QCOMPARE(fitted(pixelsOf(8, 4, rgb), {2, 2}), pixelsOf(2, 2, std::string(12, '\xff')));
    QCOMPARE(fitted(pixelsOf(8, 4, rgb), {4, 4}), pixelsOf(4, 4, std::string(48, '\xff')));
}

QTEST_GUILESS_MAIN(DecodeImageTest)
#include "decode_image_test.moc"
