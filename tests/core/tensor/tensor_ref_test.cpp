// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/small_dims.h"
#include "core/tensor/tensor_ref.h"

#include <QTest>

#include <limits>

using namespace waypoint;

namespace {

using Span = std::optional<std::pair<std::int64_t, std::int64_t>>;

constexpr auto kMost = std::numeric_limits<std::int64_t>::max();

TensorRef tensor(SmallDims shape, SmallDims strides, std::int64_t offset = 0, DType dtype = DType::Float32)
{
    TensorRef out;
    out.dtype = dtype;
    out.shape = std::move(shape);
    out.strides = std::move(strides);
    out.offset = offset;
    return out;
}

}  // namespace

class TensorRefTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void countsAndBytesAreThoseOfTheShape()
    {
        QCOMPARE(tensor({2, 3}, {3, 1}).elementCount(), std::optional<std::int64_t>(6));
        QCOMPARE(tensor({2, 3}, {3, 1}).byteCount(), ByteCount{24});
        QCOMPARE(tensor({}, {}).elementCount(), std::optional<std::int64_t>(1));
        QCOMPARE(tensor({4, 0}, {1, 1}).byteCount(), ByteCount{0});
    }

    void countsThatDoNotFitGiveNothing()
    {
        QCOMPARE(tensor({kMost, 2}, {1, 1}).elementCount(), std::optional<std::int64_t>());
        QCOMPARE(tensor({kMost, 2, 0}, {1, 1, 1}).elementCount(), std::optional<std::int64_t>(0));
        QCOMPARE(tensor({-1, 0}, {1, 1}).elementCount(), std::optional<std::int64_t>());
        QCOMPARE(tensor({kMost}, {0}, 0, DType::ComplexDouble).byteCount(),
                 ByteCount{std::numeric_limits<std::uint64_t>::max()});
    }

    void packedTypesCountBytesAsTorchStoresThem()
    {
        QCOMPARE(tensor({5, 5}, {5, 1}, 0, DType::QUInt4x2).byteCount(), ByteCount{15});
        QCOMPARE(tensor({2, 9}, {9, 1}, 0, DType::QUInt2x4).byteCount(), ByteCount{6});
        QCOMPARE(tensor({5, 0}, {1, 1}, 0, DType::QUInt4x2).byteCount(), ByteCount{0});
        QCOMPARE(tensor({8}, {1}, 0, DType::Float4E2M1FNx2).byteCount(), ByteCount{8});
        QCOMPARE(tensor({8}, {1}, 0, DType::Float6E2M3FN).byteCount(), ByteCount{6});
        QCOMPARE(tensor({8}, {1}, 0, DType::Float4E2M1FN).byteCount(), ByteCount{4});
        QCOMPARE(tensor({5, 5}, {5, 1}, 2, DType::QUInt4x2).storageRange(), (std::optional(ByteRange{{2}, {15}})));
    }

    void contiguousIsWhatTorchCallsSo()
    {
        QVERIFY(tensor({2, 3}, {3, 1}).isContiguous());
        QVERIFY(!tensor({3, 2}, {1, 3}).isContiguous());
        QVERIFY(tensor({2, 1, 3}, {3, 99, 1}).isContiguous());
        QVERIFY(tensor({0, 3}, {7, 7}).isContiguous());
        QVERIFY(tensor({}, {}).isContiguous());
        QVERIFY(!tensor({4}, {0}).isContiguous());
        QVERIFY(!tensor({2, 3}, {}).isContiguous());
    }

    void spansCoverEveryElementTouched()
    {
        QCOMPARE(tensor({2, 3}, {3, 1}, 10).elementSpan(), (Span{{10, 16}}));
        QCOMPARE(tensor({2, 3}, {1, 5}, 1).elementSpan(), (Span{{1, 13}}));
        QCOMPARE(tensor({1000, 2}, {0, 1}).elementSpan(), (Span{{0, 2}}));
        QCOMPARE(tensor({3}, {-2}, 4).elementSpan(), (Span{{0, 5}}));
        QCOMPARE(tensor({0, 7}, {7, 1}, 5).elementSpan(), (Span{{5, 5}}));
        QCOMPARE(tensor({2, 3}, {3, 1}, 10).storageRange(), (std::optional(ByteRange{{40}, {24}})));
    }

    void impossibleViewsHaveNoSpan()
    {
        QCOMPARE(tensor({2}, {1}, -1).elementSpan(), Span());
        QCOMPARE(tensor({3}, {-2}, 3).elementSpan(), Span());
        QCOMPARE(tensor({3}, {kMost}).elementSpan(), Span());
        QCOMPARE(tensor({2}, {kMost}, 1).elementSpan(), Span());
        QCOMPARE(tensor({1}, {1}, kMost).elementSpan(), Span());
        QCOMPARE(tensor({2, 2}, {1}).elementSpan(), Span());
        QCOMPARE(tensor({-2}, {1}).elementSpan(), Span());
        QCOMPARE(tensor({kMost / 2}, {1}, 0, DType::ComplexDouble).storageRange(), std::optional<ByteRange>());
        QCOMPARE(tensor({2}, {1}, 0, DType::Unknown).storageRange(), std::optional<ByteRange>());
    }

    void contiguousStridesAreTorchs()
    {
        QVERIFY((contiguousStrides({2, 3, 4}) == SmallDims{12, 4, 1}));
        QVERIFY((contiguousStrides({2, 0, 4}) == SmallDims{4, 4, 1}));
        QVERIFY(contiguousStrides({}) == SmallDims{});
        QVERIFY((contiguousStrides({2, kMost, 4}) == SmallDims{kMost, 4, 1}));
    }

    void layoutsHaveTorchsNames()
    {
        QCOMPARE(layoutName(TensorLayout::SparseCsr), std::string_view("sparse_csr"));
        QCOMPARE(layoutName(TensorLayout::Mkldnn), std::string_view("_mkldnn"));
        QCOMPARE(layoutName(TensorLayout::Wrapper), std::string_view("wrapper"));
    }
};

QTEST_GUILESS_MAIN(TensorRefTest)
#include "tensor_ref_test.moc"
