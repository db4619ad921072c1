// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/tensor/npy_writer.h"
#include "tests/core/tensor/numeric_tensors.h"
#include "tests/support/fault_file.h"
#include "tests/support/python.h"

#include <QDir>
#include <QTemporaryDir>

using namespace waypoint;
using namespace waypoint::test;

class NpyWriterTest final : public QObject
{
    Q_OBJECT

private:
    /// What NumPy says of the file: dtype, shape, numbers.
    QString readByNumPy(const NumericTensor &tensor)
    {
        const auto path = m_folder.filePath("tensor.npy");
        if (auto written = writeNpy(tensor, path.toStdString(), {}); !written)
            return QString::fromStdString(written.error().detail);
        return runPython(QStringLiteral("import sys, numpy as np; a = np.load(sys.argv[1], allow_pickle=False)\n"
                                        "print(a.dtype.str, a.shape, a.tolist(), a.flags.c_contiguous)"),
                         {path})
            .trimmed();
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void numbersThatNumPyHasStayAsTheyAre()
    {
        QCOMPARE(readByNumPy(tensorOf<float>(DType::Float32, {0.1F, -2, 3, 4, 5, 6}, {2, 3})),
                 QStringLiteral("<f4 (2, 3) [[0.10000000149011612, -2.0, 3.0], [4.0, 5.0, 6.0]] True"));
        QCOMPARE(readByNumPy(tensorOf<std::int64_t>(DType::Int64, {9007199254740993, -1}, {2})),
                 QStringLiteral("<i8 (2,) [9007199254740993, -1] True"));
        QCOMPARE(readByNumPy(tensorOf<std::uint8_t>(DType::Bool, {0, 1, 2}, {3})),
                 QStringLiteral("|b1 (3,) [False, True, True] True"));
        QCOMPARE(readByNumPy(tensorOf<std::uint16_t>(DType::Float16, {0x3c00, 0xc000}, {1, 2})),
                 QStringLiteral("<f2 (1, 2) [[1.0, -2.0]] True"));
        QCOMPARE(readByNumPy(tensorOf<double>(DType::ComplexDouble, {1, -2}, {})),
                 QStringLiteral("<c16 () (1-2j) True"));
        QCOMPARE(readByNumPy(tensorOf<float>(DType::Float32, {}, {0, 4})), QStringLiteral("<f4 (0, 4) [] True"));
    }

    void otherTypesAreWrittenWider()
    {
        QCOMPARE(readByNumPy(tensorOf<std::uint16_t>(DType::BFloat16, {0x3f80, 0xc000}, {2})),
                 QStringLiteral("<f4 (2,) [1.0, -2.0] True"));
        QCOMPARE(readByNumPy(tensorOf<std::uint8_t>(DType::Float8E4M3FN, {0x7e, 0x38}, {2})),
                 QStringLiteral("<f4 (2,) [448.0, 1.0] True"));
        QCOMPARE(readByNumPy(tensorOf<std::uint16_t>(DType::ComplexHalf, {0x3c00, 0xc000}, {1})),
                 QStringLiteral("<c8 (1,) [(1-2j)] True"));
        QCOMPARE(readByNumPy(tensorOf<std::uint8_t>(DType::Float4E2M1FNx2, {0x10, 0xf7}, {1, 2})),
                 QStringLiteral("<f4 (1, 4) [[0.0, 0.5, 6.0, -6.0]] True"));
        auto quantized = tensorOf<std::int8_t>(DType::QInt8, {10, 20, 30, 40}, {2, 2});
        quantized.quantization = {.scales = {0.5, 2}, .zeroPoints = {0, 10}, .axis = 0};
        QCOMPARE(readByNumPy(quantized), QStringLiteral("<f4 (2, 2) [[5.0, 10.0], [40.0, 60.0]] True"));
        auto packed = tensorOf<std::uint8_t>(DType::QUInt4x2, {0x21, 0x43, 0x65, 0x00}, {2, 3});
        packed.quantization = {.scales = {2}, .zeroPoints = {1}};
        QCOMPARE(readByNumPy(packed), QStringLiteral("<f4 (2, 3) [[0.0, 2.0, 4.0], [6.0, 8.0, 10.0]] True"));
    }

    void viewsAreWrittenInTheirOwnOrder()
    {
        auto tensor = tensorOf<std::int16_t>(DType::Int16, {0, 1, 2, 3, 4, 5}, {2, 3});
        tensor.ref.shape = {3, 2};
        tensor.ref.strides = {1, 3};
        QCOMPARE(readByNumPy(tensor), QStringLiteral("<i2 (3, 2) [[0, 3], [1, 4], [2, 5]] True"));
        auto big = tensorOf<std::uint16_t>(DType::Int16, {0x0201}, {1});
        big.storage.bigEndian = true;
        QCOMPARE(readByNumPy(big), QStringLiteral("<i2 (1,) [258] True"));
        auto conjugated = tensorOf<float>(DType::ComplexFloat, {1, 2}, {1});
        conjugated.ref.conjugate = true;
        QCOMPARE(readByNumPy(conjugated), QStringLiteral("<c8 (1,) [(1-2j)] True"));
    }

    void aLargeTensorIsWrittenWhole()
    {
        std::vector<std::uint16_t> stored(3'000'000);
        for (std::size_t i = 0; i < stored.size(); ++i)
            stored[i] = static_cast<std::uint16_t>(0x3f80 + i % 7);
        const auto path = m_folder.filePath("large.npy");
        QVERIFY(writeNpy(tensorOf(DType::BFloat16, stored, {3000, 1000}), path.toStdString(), {}));
        // bfloat16 is the upper half of a float32.
        QCOMPARE(runPython(QStringLiteral("import sys, numpy as np; a = np.load(sys.argv[1], mmap_mode='r')\n"
                                          "b = (np.arange(3000000) % 7 + 0x3f80).astype('<u4') << 16\n"
                                          "print(a.shape, (a.reshape(-1) == b.view('<f4')).all())"),
                           {path}),
                 QStringLiteral("(3000, 1000) True\n"));
    }

    void failureAndCancellationLeaveNothing()
    {
        QTemporaryDir folder;
        const auto path = folder.filePath("tensor.npy").toStdString();
        std::stop_source stop;
        stop.request_stop();
        const auto tensor = tensorOf<float>(DType::Float32, {1, 2, 3}, {3});
        QCOMPARE(writeNpy(tensor, path, stop.get_token()).error().code, ErrorCode::Cancelled);

        auto broken = std::make_shared<FaultFile>(memoryFile("numbers", std::vector<std::byte>(12)));
        broken->failsAt = ByteOffset{8};
        QCOMPARE(writeNpy(tensorOn(broken, DType::Float32, {3}), path, {}).error().code, ErrorCode::ReadFailed);
        const auto bits = tensorOf<std::uint8_t>(DType::Bits8, {1}, {1});
        QCOMPARE(writeNpy(bits, path, {}).error().code, ErrorCode::Unsupported);
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList());
        QCOMPARE(writeNpy(tensor, folder.filePath("none/tensor.npy").toStdString(), {}).error().code,
                 ErrorCode::WriteFailed);
    }
};

QTEST_GUILESS_MAIN(NpyWriterTest)
#include "npy_writer_test.moc"
