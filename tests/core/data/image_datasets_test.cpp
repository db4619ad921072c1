// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/data/image_bytes.h"

#include <QElapsedTimer>
#include <QObject>

#include <map>
#include <set>

using namespace waypoint;
using namespace waypoint::test;

namespace {

std::string idx(std::initializer_list<std::uint32_t> sizes, const std::string &bytes)
{
    std::string file{'\0', '\0', '\x08', static_cast<char>(sizes.size())};
    for (const auto size : sizes)
        file += big(size);
    return file + bytes;
}

std::string gzipped(const std::string &content)
{
    std::string out(content.size() + 200, '\0');
    z_stream stream{};
    deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(content.data()));
    stream.avail_in = uInt(content.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = uInt(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

float normalised(char pixel, double mean, double deviation)
{
    return (float(std::uint8_t(pixel)) / 255.0f - float(mean)) / float(deviation);
}

/// A record of CIFAR-10 whose pixels tell its number.
std::string record(char label, char fill)
{
    std::string pixels(3072, fill);
    pixels[0] = 'r';
    pixels[1024] = 'g';
    pixels[2048] = 'b';
    pixels[33] = 'x';  // row 1, column 1 of red
    return label + pixels;
}

void writeCifar(const Folder &folder, const std::string &below = {})
{
    for (int i = 1; i <= 5; ++i)
        folder.write(below + "data_batch_" + std::to_string(i) + ".bin",
                     record(char(i), char(i)) + record(char(i + 1), char(i + 10)));
    folder.write(below + "test_batch.bin", record(9, 99));
}

/// Two folders with images of one size, `each` per class; the first pixel of each is its number.
void writeClasses(const Folder &folder, int each, int side = 8)
{
    for (int i = 0; i < 2 * each; ++i) {
        auto rgb = pattern(side, side, 3);
        rgb[0] = static_cast<char>(i);
        folder.write((i % 2 ? "dog/" : "cat/") + std::to_string(1000 + i) + ".png", png(side, side, 8, 2, rgb));
    }
}

std::string plain(const Folder &folder) { return "folder:" + folder.path() + ",mean=0,std=1,flip=false,crop=0"; }

}  // namespace

class ImageDatasetsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mnistIsReadUnderItsUsualNames_data();
    void mnistIsReadUnderItsUsualNames();
    void mnistFilesThatDoNotFitAreRefused_data();
    void mnistFilesThatDoNotFitAreRefused();
    void cifarIsReadFromEitherFolder();
    void cifarFilesThatDoNotFitAreRefused();
    void aFolderPerClassIsRead();
    void partsOfAFolderAreTrainingAndValidation();
    void imagesAreFittedToOneSize();
    void grayIsOneChannelWhereAsked();
    void flipsAndCropsComeFromSeedEpochAndSample();
    void flipsAndCropsShowTheSameImage();
    void validationIsNeitherFlippedNorCropped();
    void aBrokenImageIsNamed();
    void foldersWithoutImagesAreRefused();
    void optionsThatMakeNoSenseAreRefused_data();
    void optionsThatMakeNoSenseAreRefused();
    void readersDeliverEachImageOnce();
};

void ImageDatasetsTest::mnistIsReadUnderItsUsualNames_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<bool>("packedFile");
    for (const char *below : {"", "MNIST/raw/"})
        for (const char *name : {"%1-%2-idx%3-ubyte", "%1-%2.idx%3-ubyte"}) {
            QTest::addRow("%s%s", below, name) << QString(below) + name << false;
            QTest::addRow("%s%s.gz", below, name) << QString(below) + name + ".gz" << true;
        }
}

void ImageDatasetsTest::mnistIsReadUnderItsUsualNames()
{
    QFETCH(QString, pattern);
    QFETCH(bool, packedFile);
    const Folder folder;
    const auto write = [&](const char *part, const char *kind, int dimensions, const std::string &content) {
        folder.write(pattern.arg(part, kind).arg(dimensions).toStdString(), packedFile ? gzipped(content) : content);
    };
    const std::string pixels = waypoint::test::pattern(3, 8, 1);  // two images of 4x3
    write("train", "images", 3, idx({2, 4, 3}, pixels));
    write("train", "labels", 1, idx({2}, "\7\2"));
    write("t10k", "images", 3, idx({1, 4, 3}, pixels.substr(0, 12)));
    write("t10k", "labels", 1, idx({1}, "\5"));
    const auto data = opened("mnist:" + folder.path());
    QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{1, 4, 3}));
    QCOMPARE(data.train->info().targetSize, 10);
    QVERIFY(data.train->info().cheap);
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{7, 2}));
    QCOMPARE(data.val->labels(), (std::vector<std::int32_t>{5}));
    const auto second = sampleOf(*data.train, 1);
    QCOMPARE(second.target, (std::vector<float>{2}));
    for (std::size_t i = 0; i < 12; ++i)
        QCOMPARE(second.input[i], normalised(pixels[12 + i], 0.1307, 0.3081));
}

void ImageDatasetsTest::mnistFilesThatDoNotFitAreRefused_data()
{
    QTest::addColumn<QByteArray>("images");
    QTest::addColumn<QByteArray>("labels");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const std::string &images, const std::string &labels, const char *message) {
        QTest::newRow(name) << QByteArray::fromStdString(images) << QByteArray::fromStdString(labels) << message;
    };
    const auto labels = idx({2}, "\1\2");
    row("2^31 images", idx({1u << 31, 28, 28}, "x"), labels, "it announces 2147483648 items and ends before");
    row("sizes that overflow", idx({~0u, ~0u, ~0u}, "x"), labels, "it announces 4294967295 items and ends before");
    row("2^31 images, packed", gzipped(idx({1u << 31, 28, 28}, "x")), labels,
        "it announces 2147483648 items and ends before");
    row("short", idx({2, 2, 2}, "1234567"), labels, "it announces 2 items and ends before");
    row("short, packed", gzipped(idx({2, 2, 2}, "1234567")), labels, "it announces 2 items and ends before");
    row("long", idx({2, 2, 2}, "123456789"), labels, "there is more after the 2 items that it announces");
    row("labels for images", labels, labels, "it has 1 dimensions of type 0x08, not 3 of bytes");
    row("no idx", "PNG", labels, "it does not begin as an IDX file does");
    row("damaged gzip", gzipped(idx({2, 2, 2}, "12345678")).substr(0, 14) + std::string(30, '\xff'), labels, "idx: ");
    row("other number of labels", idx({3, 1, 1}, "abc"), labels, "mnist: 2 labels for 3 images");
    row("no image", idx({0, 28, 28}, ""), idx({0}, ""), "mnist: 0 images of 28x28 pixels");
    row("images without pixels", idx({2, 0, 28}, ""), labels, "mnist: 2 images of 28x0 pixels");
}

void ImageDatasetsTest::mnistFilesThatDoNotFitAreRefused()
{
    QFETCH(QByteArray, images);
    QFETCH(QByteArray, labels);
    QFETCH(QString, message);
    const Folder folder;
    QVERIFY(refusalOf("mnist:" + folder.path()).contains("there is no train-images-idx3-ubyte, nor with .gz"));
    folder.write("train-images-idx3-ubyte", images.toStdString());
    QVERIFY(refusalOf("mnist:" + folder.path()).contains("there is no train-labels-idx1-ubyte"));
    folder.write("train-labels-idx1-ubyte", labels.toStdString());
    const auto said = refusalOf("mnist:" + folder.path());
    QVERIFY2(said.contains(message), qPrintable(said));
    QVERIFY2(said.contains(QString::fromStdString(folder.path("train-"))), qPrintable(said));
}

void ImageDatasetsTest::cifarIsReadFromEitherFolder()
{
    for (const std::string below : {"", "cifar-10-batches-bin/"}) {
        const Folder folder;
        writeCifar(folder, below);
        folder.write(below + "batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
        const auto data = opened("cifar10:" + folder.path());
        QCOMPARE(data.train->info().count, 10);
        QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{3, 32, 32}));
        QCOMPARE(data.train->info().classes.size(), 10u);
        QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{1, 2, 2, 3, 3, 4, 4, 5, 5, 6}));
        QCOMPARE(data.val->labels(), (std::vector<std::int32_t>{9}));
        const auto third = sampleOf(*data.train, 3);
        QCOMPARE(third.input[0], normalised('r', 0.4914, 0.2470));
        QCOMPARE(third.input[33], normalised('x', 0.4914, 0.2470));
        QCOMPARE(third.input[1024], normalised('g', 0.4822, 0.2435));
        QCOMPARE(third.input[2048], normalised('b', 0.4465, 0.2616));
        QCOMPARE(third.input[3071], normalised(12, 0.4465, 0.2616));
    }
}

void ImageDatasetsTest::cifarFilesThatDoNotFitAreRefused()
{
    const Folder folder;
    const auto spec = "cifar10:" + folder.path();
    QVERIFY(refusalOf(spec).contains("Download cifar-10-binary.tar.gz (the binary version)"));
    writeCifar(folder);
    folder.write("data_batch_3.bin", record(1, 1) + "more");
    QVERIFY(refusalOf(spec).contains("cifar10: 3077 bytes are no whole number of images (3073 bytes each)"));
    QVERIFY(refusalOf(spec).contains("data_batch_3.bin"));
    folder.write("data_batch_3.bin", record(1, 1) + record(10, 1));
    QVERIFY(refusalOf(spec).contains("at byte 3,073"));
    QVERIFY(refusalOf(spec).contains("cifar10: 10 is no label from 0 to 9"));
}

void ImageDatasetsTest::aFolderPerClassIsRead()
{
    const Folder folder;
    const auto cat = pattern(8, 6, 3);
    folder.write("zebra/b.PNG", rgbPng(8, 6));
    folder.write("zebra/a/deep.png", rgbPng(8, 6));
    folder.write("cat/one.png", png(8, 6, 8, 2, cat));
    folder.write("cat/notes.txt", "no image");
    folder.write("cat/.hidden.png", "no image");
    folder.write(".git/x.png", "no image");
    const auto data = opened(plain(folder));
    QCOMPARE(data.train->info().classes, (std::vector<std::string>{"cat", "zebra"}));
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{0, 1, 1}));
    QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{3, 6, 8}));
    QVERIFY(!data.train->info().cheap);
    const auto sample = sampleOf(*data.train, 0);
    for (std::size_t c = 0; c < 3; ++c)
        for (std::size_t i = 0; i < 48; ++i)
            QCOMPARE(sample.input[c * 48 + i], normalised(cat[i * 3 + c], 0, 1));
    // ImageNet's numbers unless others are given.
    const auto usual = sampleOf(*opened("folder:" + folder.path()).train, 0);
    QCOMPARE(usual.input[0], normalised(cat[0], 0.485, 0.229));
    QCOMPARE(usual.input[48], normalised(cat[1], 0.456, 0.224));
    QCOMPARE(usual.input[96], normalised(cat[2], 0.406, 0.225));
}

void ImageDatasetsTest::partsOfAFolderAreTrainingAndValidation()
{
    const Folder folder;
    folder.write("train/a/1.png", rgbPng(8, 8));
    folder.write("train/b/1.png", rgbPng(8, 8));
    folder.write("train/c/1.png", rgbPng(8, 8));
    folder.write("val/c/1.png", rgbPng(8, 8));
    const auto data = opened("folder:" + folder.path());
    QCOMPARE(data.train->labels(), (std::vector<std::int32_t>{0, 1, 2}));
    QCOMPARE(data.val->labels(), (std::vector<std::int32_t>{2}));
    QCOMPARE(data.val->info().classes, data.train->info().classes);
    QCOMPARE(sampleOf(*data.val, 0).target, (std::vector<float>{2}));
    folder.write("val/d/1.png", rgbPng(8, 8));
    QVERIFY(refusalOf("folder:" + folder.path()).contains("class 'd' is not among those to train on"));
}

void ImageDatasetsTest::imagesAreFittedToOneSize()
{
    const Folder folder;
    folder.write("a/1.png", rgbPng(8, 8));
    folder.write("a/2.png", rgbPng(9, 8));
    const auto shape = [&](const std::string &option) { return opened(plain(folder) + option).train->info().shape; };
    QCOMPARE(shape(""), (std::vector<std::int64_t>{3, 224, 224}));
    QCOMPARE(shape(",size=16"), (std::vector<std::int64_t>{3, 16, 16}));
    QCOMPARE(shape(",size=4x6"), (std::vector<std::int64_t>{3, 4, 6}));
    folder.write("a/2.png", rgbPng(8, 8));
    QCOMPARE(shape(""), (std::vector<std::int64_t>{3, 8, 8}));
    folder.write("a/1.png", rgbPng(80, 80));
    folder.write("a/2.png", rgbPng(80, 80));
    QCOMPARE(shape(""), (std::vector<std::int64_t>{3, 224, 224}));
}

void ImageDatasetsTest::grayIsOneChannelWhereAsked()
{
    const Folder folder;
    const auto gray = pattern(5, 5, 1);
    folder.write("a/1.png", png(5, 5, 8, 0, gray));
    const auto data = opened(plain(folder) + ",channels=1");
    QCOMPARE(data.train->info().shape, (std::vector<std::int64_t>{1, 5, 5}));
    const auto sample = sampleOf(*data.train, 0);
    for (std::size_t i = 0; i < gray.size(); ++i)
        QCOMPARE(sample.input[i], normalised(gray[i], 0, 1));
}

void ImageDatasetsTest::flipsAndCropsComeFromSeedEpochAndSample()
{
    const Folder folder;
    writeClasses(folder, 20);
    const auto data = opened("folder:" + folder.path());
    const auto samples = [&](std::uint64_t seed, std::int64_t epoch) {
        std::vector<Sample> all;
        for (std::int64_t i = 0; i < 40; ++i)
            all.push_back(sampleOf(*data.train, {seed, epoch, i, true}));
        return all;
    };
    const auto first = samples(1, 0);
    QCOMPARE(samples(1, 0), first);
    QVERIFY(samples(1, 1) != first);
    QVERIFY(samples(2, 0) != first);
}

void ImageDatasetsTest::flipsAndCropsShowTheSameImage()
{
    const Folder folder;
    const auto rgb = pattern(8, 6, 3);
    folder.write("a/1.png", png(8, 6, 8, 2, rgb));
    const auto data = opened("folder:" + folder.path() + ",mean=0,std=1,flip=true,crop=2");
    // Every sample is one of 2 x 5 x 5 placements, black outside; over many epochs each of them comes up.
    std::map<std::vector<float>, int> expected;
    for (const bool flipped : {false, true})
        for (int down = -2; down <= 2; ++down)
            for (int right = -2; right <= 2; ++right) {
                std::vector<float> image(3 * 48);
                for (int c = 0; c < 3; ++c)
                    for (int y = 0; y < 6; ++y)
                        for (int x = 0; x < 8; ++x) {
                            const int fromX = (flipped ? 7 - x : x) + right;
                            const int fromY = y + down;
                            const bool inside = fromX >= 0 && fromX < 8 && fromY >= 0 && fromY < 6;
                            if (inside)
                                image[std::size_t(c * 48 + y * 8 + x)] =
                                    normalised(rgb[std::size_t((fromY * 8 + fromX) * 3 + c)], 0, 1);
                        }
                expected[image] = 0;
            }
    QCOMPARE(expected.size(), 50u);
    for (std::int64_t epoch = 0; epoch < 2000; ++epoch) {
        const auto found = expected.find(sampleOf(*data.train, {7, epoch, 0, true}).input);
        QVERIFY(found != expected.end());
        ++found->second;
    }
    for (const auto &[image, times] : expected)
        QVERIFY2(times > 10 && times < 90, qPrintable(QString::number(times)));
}

void ImageDatasetsTest::validationIsNeitherFlippedNorCropped()
{
    const Folder folder;
    writeClasses(folder, 3);
    const auto data = opened("folder:" + folder.path());
    const auto still = sampleOf(*data.train, {0, 0, 2, false});
    for (std::int64_t epoch = 0; epoch < 20; ++epoch)
        QCOMPARE(sampleOf(*data.train, {std::uint64_t(epoch), epoch, 2, false}), still);
}

void ImageDatasetsTest::aBrokenImageIsNamed()
{
    const Folder folder;
    writeClasses(folder, 2);
    const auto path = folder.write("cat/1001.png", rgbPng(8, 8).substr(0, 60));
    const auto data = opened("folder:" + folder.path());
    std::vector<float> input(3 * 64);
    std::vector<float> target(1);
    QVERIFY(data.train->read({.sample = 0}, input, target));
    const auto done = data.train->read({.sample = 1}, input, target);
    QVERIFY(!done);
    QCOMPARE(QString::fromStdString(describe(done.error())),
             "The file ends too early in '" + QString::fromStdString(path)
                 + "' (PNG: the image ends early). Replace the image, or take it out of the folder.");
}

void ImageDatasetsTest::foldersWithoutImagesAreRefused()
{
    const Folder folder;
    const auto spec = "folder:" + folder.path();
    QVERIFY(refusalOf(spec).contains("there is no folder in it"));
    folder.write("lost.png", rgbPng(8, 8));
    QVERIFY(refusalOf(spec).contains("the images lie in it directly"));
    folder.write("cat/1.png", rgbPng(8, 8));
    folder.write("dog/readme.txt", "");
    QVERIFY(refusalOf(spec).contains("folder: there is no image in it (.jpg, .jpeg,"));
    QVERIFY(refusalOf(spec).contains(QString::fromStdString(folder.path("dog"))));
    QVERIFY(refusalOf("folder:/nowhere/at/all").startsWith("There is no such file or folder: '/nowhere/at/all'"));
}

void ImageDatasetsTest::optionsThatMakeNoSenseAreRefused_data()
{
    QTest::addColumn<QString>("option");
    QTest::addColumn<QString>("message");
    QTest::newRow("size") << "size=0"
                          << "size=0: sizes above 0";
    QTest::newRow("three sizes") << "size=3x4x5"
                                 << "size=3x4x5: one side, or height x width";
    QTest::newRow("large size") << "size=100000"
                                << "up to 4096 is expected";
    QTest::newRow("mean of two") << "mean=0.5:0.5"
                                 << "mean=0.5:0.5: 3 numbers are with : between them expected";
    QTest::newRow("std of 0") << "std=0"
                              << "std=0: 3 numbers are above 0";
    QTest::newRow("crop") << "crop=9"
                          << "crop=9: pixels from 0 to the image's shorter side (8) are expected";
    QTest::newRow("flip") << "flip=maybe"
                          << "flip=maybe: expected true or false";
    QTest::newRow("channels") << "channels=2"
                              << "channels=2: 1 (gray) or 3 (colour) is expected";
    QTest::newRow("unknown") << "colour=red"
                             << "folder has no setting 'colour'";
}

void ImageDatasetsTest::optionsThatMakeNoSenseAreRefused()
{
    QFETCH(QString, option);
    QFETCH(QString, message);
    const Folder folder;
    writeClasses(folder, 1);
    const auto said = refusalOf("folder:" + folder.path() + "," + option.toStdString());
    QVERIFY2(said.contains(message), qPrintable(said));
}

void ImageDatasetsTest::readersDeliverEachImageOnce()
{
    const Folder folder;
    writeClasses(folder, 100);
    const auto data = opened(plain(folder) + ",holdout=0.25");
    QCOMPARE(data.train->info().count, 150);
    QCOMPARE(data.val->info().count, 50);
    LoaderOptions options{.batchSize = 16, .augment = true, .seed = 3, .threads = 2, .readAhead = 3};
    BatchLoader loader(data.train, options);
    options.threads = 0;
    BatchLoader plainly(data.train, options);
    for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
        const auto batches = batchesOf(loader, epoch);
        QVERIFY(sameBatches(batches, batchesOf(plainly, epoch)));
        std::set<float> numbers;
        std::size_t samples = 0;
        for (const auto &batch : batches)
            for (std::int64_t i = 0; i < batch.size; ++i, ++samples)
                numbers.insert(batch.inputs[std::size_t(i) * 3 * 64]);
        QCOMPARE(samples, 150u);
        QCOMPARE(numbers.size(), 150u);
    }
}

QTEST_GUILESS_MAIN(ImageDatasetsTest)
#include "image_datasets_test.moc"
