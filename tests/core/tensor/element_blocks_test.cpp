// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/element_blocks.h"
#include "tests/support/fault_file.h"
#include "tests/support/memory_storage.h"
#include "tests/support/zip_builder.h"

#include <bit>
#include <random>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

TensorRef tensor(DType dtype, SmallDims shape, SmallDims strides, std::int64_t offset = 0)
{
    TensorRef out;
    out.dtype = dtype;
    out.shape = std::move(shape);
    out.strides = std::move(strides);
    out.offset = offset;
    return out;
}

std::string bytesFrom(unsigned seed, std::size_t count)
{
    std::mt19937 random(seed);
    std::string out(count, '\0');
    for (auto &c : out)
        c = static_cast<char>(random());
    return out;
}

Result<std::string> elementsOf(const TensorRef &view, const Storage &storage)
{
    std::string out;
    auto read = forEachBlock(view, storage, {}, [&](std::span<const std::byte> block) {
        out.append(reinterpret_cast<const char *>(block.data()), block.size());
    });
    if (!read)
        return read.error();
    return out;
}

/// The same, element by element.
std::string gathered(const TensorRef &view, const std::string &bytes)
{
    std::string out;
    const std::size_t unit = dtypeBytes(view.dtype);
    for (std::int64_t i = 0; i < *view.elementCount(); ++i) {
        auto rest = i;
        auto at = view.offset;
        for (auto d = view.shape.size(); d-- > 0;) {
            at += rest % view.shape[d] * view.strides[d];
            rest /= view.shape[d];
        }
        out += bytes.substr(static_cast<std::size_t>(at) * unit, unit);
    }
    return out;
}

/// A storage too large for memory: every byte follows from its place.
class EndlessFile final : public RandomAccessFile
{
public:
    explicit EndlessFile(std::uint64_t size) : m_size(size) {}

    static unsigned char byteAt(std::uint64_t at) { return static_cast<unsigned char>(at * 0x9e3779b97f4a7c15u >> 56); }

    [[nodiscard]] ByteCount size() const override { return {m_size}; }
    [[nodiscard]] const std::string &name() const override { return m_name; }
    Result<std::size_t> readAt(ByteOffset at, std::span<std::byte> into) const override
    {
        for (std::size_t i = 0; i < into.size(); ++i)
            into[i] = static_cast<std::byte>(byteAt(at.value + i));
        return into.size();
    }

private:
    std::uint64_t m_size;
    std::string m_name = "endless";
};

}  // namespace

class ElementBlocksTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aContiguousTensorIsItsBytes()
    {
        const auto bytes = bytesFrom(1, 3'000'000);
        const auto storage = storageOf(fileOf(bytes));
        std::vector<std::size_t> sizes;
        std::string all;
        QVERIFY(forEachBlock(tensor(DType::Float32, {700'000}, {1}, 5), storage, {}, [&](auto block) {
            sizes.push_back(block.size());
            all.append(reinterpret_cast<const char *>(block.data()), block.size());
        }));
        QVERIFY(sizes.size() > 1);
        for (const std::size_t size : sizes)
            QVERIFY2(size > 0 && size <= 1 << 20 && size % 4 == 0, qPrintable(QString::number(size)));
        QVERIFY(all == bytes.substr(20, 2'800'000));
    }

    void viewsOfEveryShapeAreGathered()
    {
        const auto bytes = bytesFrom(2, 60'000);
        const auto file = fileOf(bytes);
        std::mt19937 random(7);
        const auto pick = [&](int from, int to) { return std::uniform_int_distribution(from, to)(random); };
        const std::vector dtypes{DType::Int8, DType::BFloat16, DType::Float32, DType::Int64, DType::ComplexDouble};
        int read = 0;
        while (read < 2000) {
            std::vector<std::int64_t> shape;
            std::vector<std::int64_t> strides;
            for (int d = pick(0, 5); d > 0; --d) {
                shape.push_back(pick(1, 6));
                strides.push_back(pick(-3, 40));
            }
            const auto view = tensor(dtypes[static_cast<std::size_t>(pick(0, 4))], SmallDims(shape), SmallDims(strides),
                                     pick(0, 300));
            const auto range = view.storageRange();
            if (!range || range->start.value + range->length.value > bytes.size())
                continue;
            ++read;
            const auto elements = elementsOf(view, storageOf(file));
            QVERIFY(elements);
            QVERIFY(*elements == gathered(view, bytes));
        }
    }

    void largeGapsAreNotReadAlong()
    {
        const auto bytes = bytesFrom(3, 9'000'000);
        const auto disk = std::make_shared<FaultFile>(fileOf(bytes));
        for (const auto &view :
             {tensor(DType::Float32, {100, 20}, {1, 100'000}), tensor(DType::Float32, {22}, {100'000}),
              tensor(DType::Float32, {7, 10}, {300'000, 7}, 11)})
            QVERIFY(*elementsOf(view, storageOf(disk)) == gathered(view, bytes));
        QVERIFY2(disk->bytesRead() < 200'000, qPrintable(QString::number(disk->bytesRead())));
    }

    void densePartsAreReadInLargePieces()
    {
        const auto bytes = bytesFrom(4, 12'000'000);
        const auto disk = std::make_shared<FaultFile>(fileOf(bytes));
        const auto view = tensor(DType::Float32, {1000, 3000}, {1, 1000});
        QVERIFY(*elementsOf(view, storageOf(disk)) == gathered(view, bytes));
        QVERIFY2(disk->reads() <= 4, qPrintable(QString::number(disk->reads())));
    }

    void aTransposedTensorBeyondTheBandsIsRead()
    {
        constexpr std::int64_t kRows = 4300;
        constexpr std::int64_t kColumns = 4001;
        const auto file = std::make_shared<EndlessFile>(kRows * kColumns * 4 + 8);
        const auto disk = std::make_shared<FaultFile>(file);
        const auto view = tensor(DType::Float32, {kRows, kColumns}, {1, kRows}, 2);
        std::int64_t element = 0;
        std::int64_t wrong = 0;
        QVERIFY(forEachBlock(view, storageOf(disk), {}, [&](std::span<const std::byte> block) {
            for (std::size_t i = 0; i < block.size(); i += 4, ++element) {
                const auto at = 2 + element / kColumns + element % kColumns * kRows;
                wrong +=
                    std::to_integer<unsigned char>(block[i]) != EndlessFile::byteAt(static_cast<std::uint64_t>(at) * 4);
            }
        }));
        QCOMPARE(element, kRows * kColumns);
        QCOMPARE(wrong, 0);
        QVERIFY2(disk->bytesRead() < 3u * kRows * kColumns * 4, qPrintable(QString::number(disk->bytesRead())));
    }

    void anExpandedTensorRepeatsItsElements()
    {
        const auto view = tensor(DType::Int8, {3, 2}, {0, 1});
        QCOMPARE(*elementsOf(view, storageOf(fileOf("ab"))), std::string("ababab"));
        const auto large = tensor(DType::Int8, {5'000'000}, {0});
        QVERIFY(*elementsOf(large, storageOf(fileOf("x"))) == std::string(5'000'000, 'x'));
    }

    void endlessRepetitionIsRefused()
    {
        const auto view = tensor(DType::Int8, {kMost}, {0});
        QCOMPARE(elementsOf(view, storageOf(fileOf("x"))).error().code, ErrorCode::TooLarge);
        const auto nested = tensor(DType::Float64, {1 << 20, 1 << 20, 1 << 20}, {0, 0, 0});
        QCOMPARE(elementsOf(nested, storageOf(fileOf("12345678"))).error().code, ErrorCode::TooLarge);
    }

    void bigEndianStoragesAreSwapped()
    {
        auto storage = storageOf(fileOf("abcdefghijklmnop"));
        storage.bigEndian = true;
        QCOMPARE(*elementsOf(tensor(DType::Float32, {2}, {1}), storage), std::string("dcbahgfe"));
        QCOMPARE(*elementsOf(tensor(DType::Float64, {1}, {1}, 1), storage), std::string("ponmlkji"));
        QCOMPARE(*elementsOf(tensor(DType::ComplexFloat, {1}, {1}), storage), std::string("dcbahgfe"));
        QCOMPARE(*elementsOf(tensor(DType::UInt8, {4}, {1}), storage), std::string("abcd"));
        QCOMPARE(*elementsOf(tensor(DType::Int16, {3}, {2}), storage), std::string("bafeji"));
    }

    void lazyConjugationAndNegationAreApplied()
    {
        const std::array<float, 4> numbers{1, 2, 3, -4};
        const std::string bytes(reinterpret_cast<const char *>(numbers.data()), sizeof numbers);
        const auto read = [&](bool conjugate, bool negative) {
            auto view = tensor(DType::ComplexFloat, {2}, {1});
            view.conjugate = conjugate;
            view.negative = negative;
            std::array<float, 4> out{};
            std::memcpy(out.data(), elementsOf(view, storageOf(fileOf(bytes)))->data(), sizeof out);
            return out;
        };
        QCOMPARE(read(false, false), numbers);
        QCOMPARE(read(true, false), (std::array<float, 4>{1, -2, 3, 4}));
        QCOMPARE(read(false, true), (std::array<float, 4>{-1, -2, -3, 4}));
        QCOMPARE(read(true, true), (std::array<float, 4>{-1, 2, -3, -4}));

        auto imaginary = tensor(DType::Float32, {2}, {2}, 1);
        imaginary.negative = true;
        const auto out = *elementsOf(imaginary, storageOf(fileOf(bytes)));
        QCOMPARE(std::bit_cast<float>(std::array<char, 4>{out[0], out[1], out[2], out[3]}), -2.0f);

        auto integers = tensor(DType::Int16, {2}, {1});
        integers.negative = true;
        QCOMPARE(*elementsOf(integers, storageOf(fileOf(std::string("\1\0\xff\xff", 4)))),
                 std::string("\xff\xff\1\0", 4));
    }

    void packedTypesAreHandedOutAsStored()
    {
        QCOMPARE(*elementsOf(tensor(DType::QUInt4x2, {2, 3}, {3, 1}), storageOf(fileOf("abcd"))), std::string("abcd"));
        QCOMPARE(elementsOf(tensor(DType::QUInt4x2, {3, 2}, {1, 3}), storageOf(fileOf("abcd"))).error().code,
                 ErrorCode::Unsupported);
        QCOMPARE(*elementsOf(tensor(DType::QUInt8, {2}, {1}, 1), storageOf(fileOf("abcd"))), std::string("bc"));
    }

    void aShortStorageIsTruncatedAtItsEnd()
    {
        const auto view = tensor(DType::Float32, {10}, {1}, 1);
        const auto alone = elementsOf(view, storageOf(fileOf(std::string(30, 'x'))));
        QCOMPARE(alone.error().code, ErrorCode::Truncated);
        QCOMPARE(alone.error().at, std::optional(ByteOffset{30}));
        const auto placed = elementsOf(view, storageOf(fileOf(std::string(30, 'x')), DType::Float32, ByteOffset{1000}));
        QCOMPARE(placed.error().at, std::optional(ByteOffset{1030}));
        QCOMPARE(placed.error().detail,
                 std::string("storage '0' ends after 30 bytes: its tensor needs the 40 bytes from byte 4 on"));

        const auto disk = std::make_shared<FaultFile>(fileOf(std::string(100, 'x')));
        disk->endsAt = ByteOffset{16};
        QCOMPARE(elementsOf(view, storageOf(disk)).error().at, std::optional(ByteOffset{16}));
        QCOMPARE(elementsOf(tensor(DType::Float32, {5}, {3}), storageOf(disk)).error().code, ErrorCode::Truncated);
        disk->failsAt = ByteOffset{8};
        QCOMPARE(elementsOf(view, storageOf(disk)).error().code, ErrorCode::ReadFailed);
    }

    void whatHasNoElementsSaysSo()
    {
        const auto storage = storageOf(fileOf("abcd"));
        QCOMPARE(elementsOf(tensor(DType::Unknown, {1}, {1}), storage).error().code, ErrorCode::Unsupported);
        auto sparse = tensor(DType::Float32, {1}, {});
        sparse.layout = TensorLayout::SparseCoo;
        QCOMPARE(elementsOf(sparse, storage).error().code, ErrorCode::Unsupported);
        QCOMPARE(elementsOf(tensor(DType::Float32, {1}, {1}, -1), storage).error().code, ErrorCode::Corrupt);
        QCOMPARE(elementsOf(tensor(DType::Float32, {3}, {kMost}), storage).error().code, ErrorCode::Corrupt);
        QCOMPARE(elementsOf(tensor(DType::Float32, {1}, {1}), Storage{}).error().code, ErrorCode::Truncated);
    }

    void anEmptyTensorNeedsNoStorage()
    {
        QCOMPARE(*elementsOf(tensor(DType::Float32, {0, 3}, {3, 1}, 99), Storage{}), std::string());
        QCOMPARE(*sha256OfElements(tensor(DType::Float32, {0}, {1}), Storage{}, {}),
                 std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }

    void theHashIsOverTheElementsInOrder()
    {
        // "abc" in every second byte.
        QCOMPARE(*sha256OfElements(tensor(DType::UInt8, {3}, {2}), storageOf(fileOf("a-b-c-")), {}),
                 std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void readingStopsWhenAsked()
    {
        const auto storage = storageOf(std::make_shared<EndlessFile>(std::uint64_t{1} << 40));
        for (const auto &view : {tensor(DType::Int8, {std::int64_t{1} << 40}, {1}),
                                 tensor(DType::Int8, {1 << 20, 1 << 20}, {1, 1 << 20})}) {
            std::stop_source source;
            std::uint64_t seen = 0;
            const auto read = forEachBlock(view, storage, source.get_token(), [&](auto block) {
                seen += block.size();
                source.request_stop();
            });
            QCOMPARE(read.error().code, ErrorCode::Cancelled);
            QVERIFY2(seen > 0 && seen <= 1 << 20, qPrintable(QString::number(seen)));  // within one block
        }
    }
};

QTEST_GUILESS_MAIN(ElementBlocksTest)
#include "element_blocks_test.moc"
