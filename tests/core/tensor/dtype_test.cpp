// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/tensor/dtype.h"

#include <QTest>

using namespace waypoint;

class DTypeTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyNameLeadsBackToItsType()
    {
        for (int i = 1; i <= static_cast<int>(DType::Bits16); ++i) {
            const auto dtype = static_cast<DType>(i);
            QCOMPARE(dtypeFromName(dtypeName(dtype)), std::optional(dtype));
            QVERIFY(dtypeBytes(dtype) > 0);
            QVERIFY(dtypeSwapUnit(dtype) > 0 && dtypeBytes(dtype) % dtypeSwapUnit(dtype) == 0);
        }
        QCOMPARE(dtypeName(DType::BFloat16), std::string_view("bfloat16"));
        QCOMPARE(dtypeName(DType::ComplexFloat), std::string_view("complex64"));
    }

    void torchsOtherNamesAreKnown()
    {
        QCOMPARE(dtypeFromName("half"), std::optional(DType::Float16));
        QCOMPARE(dtypeFromName("long"), std::optional(DType::Int64));
        QCOMPARE(dtypeFromName("cdouble"), std::optional(DType::ComplexDouble));
    }

    void unknownNamesGiveNothing()
    {
        QCOMPARE(dtypeFromName("unknown"), std::optional<DType>());
        QCOMPARE(dtypeFromName("Float32"), std::optional<DType>());
        QCOMPARE(dtypeFromName(""), std::optional<DType>());
        QCOMPARE(dtypeBytes(DType::Unknown), 0u);
        QCOMPARE(dtypeName(static_cast<DType>(250)), std::string_view("unknown"));
    }

    void complexNumbersSwapByComponent()
    {
        QCOMPARE(dtypeBytes(DType::ComplexFloat), 8u);
        QCOMPARE(dtypeSwapUnit(DType::ComplexFloat), 4u);
        QCOMPARE(dtypeSwapUnit(DType::Float64), 8u);
    }

    void typesBelowAByteTakeAByteEachInAStorage()
    {
        QCOMPARE(dtypeBits(DType::QUInt4x2), 4u);
        QCOMPARE(dtypeBytes(DType::QUInt4x2), 1u);
        QCOMPARE(dtypeBits(DType::Float4E2M1FNx2), 4u);
    }

    void kindsAreToldApart()
    {
        QVERIFY(isFloatingPoint(DType::Float8E5M2) && !isFloatingPoint(DType::ComplexHalf));
        QVERIFY(isComplex(DType::ComplexHalf) && !isComplex(DType::Float16));
        QVERIFY(isQuantized(DType::QInt32) && !isQuantized(DType::Int32));
    }
};

QTEST_GUILESS_MAIN(DTypeTest)
#include "dtype_test.moc"
