// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/pickle_into.h"
#include "core/checkpoint/torch_types.h"
#include "core/pickle/value_text.h"
#include "tests/core/checkpoint/torch_pickle.h"
#include "tests/support/zip_builder.h"

#include <QTest>

#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// One value of a pickle, with torch's rules applied. Storages are all there, of zeros.
class Resolved
{
public:
    explicit Resolved(const std::string &value, const Limits &limits = {})
        : m_types([this](Storage &storage) { locate(storage); }, limits)
    {
        ByteStream stream(fileOf(pickle(value)));
        OpenOptions options;
        options.limits = limits;
        const Result<Unpickled> read = readPickleInto(stream, "", &m_types.rules(), options, m_checkpoint);
        if (read)
            m_root = read->root;
    }

    [[nodiscard]] Value root() const { return {m_checkpoint.values, m_root}; }
    [[nodiscard]] const ValueTree &tree() const { return m_checkpoint.values; }
    [[nodiscard]] int located() const { return m_located; }
    [[nodiscard]] const Storage &storageOf(Value tensor) const
    {
        return tree().storages()[tensor.tensor().ref.storage];
    }

private:
    void locate(Storage &storage)
    {
        ++m_located;
        storage.present = true;
    }

    Checkpoint m_checkpoint;
    TorchTypes m_types;
    ValueId m_root;
    int m_located = 0;
};

/// A tensor in one line: what its reference says, and its class.
QString line(Value value)
{
    if (!value.is(ValueKind::Tensor))
        return QString("no tensor: %1").arg(QString::fromStdString(pythonText(value)));
    const TensorValue &tensor = value.tensor();
    const TensorRef &ref = tensor.ref;
    std::string out = fmt::format("{} {} ({}) strides ({}) offset {}", dtypeName(ref.dtype), layoutName(ref.layout),
                                  fmt::join(ref.shape, ","), fmt::join(ref.strides, ","), ref.offset);
    out += ref.parameter ? " parameter" : "";
    out += ref.requiresGrad ? " grad" : "";
    out += ref.conjugate ? " conj" : "";
    out += ref.negative ? " neg" : "";
    if (!value.className().empty())
        out += fmt::format(" class {}", value.className());
    if (tensor.attributes.isValid())
        out += " attributes " + pythonText(value.wrap(tensor.attributes));
    if (tensor.parts.isValid())
        for (std::size_t i = 0; i < value.wrap(tensor.parts).count(); ++i)
            out += fmt::format(" part {}", value.wrap(tensor.parts).key(i).text());
    return QString::fromStdString(out);
}

std::string floats(std::int64_t count) { return storage("FloatStorage", "0", count); }

std::string layoutNamed(std::string_view name) { return call("torch.serialization", "_get_layout", {text(name)}); }

}  // namespace

class TorchTypesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyGenerationOfTensorIsRebuilt_data();
    void everyGenerationOfTensorIsRebuilt();
    void storageTypesTellTheDtype_data();
    void storageTypesTellTheDtype();
    void tensorsOfOneKeyShareAStorage();
    void aLaterMentionMayAnnounceMoreBytes();
    void farAndNearKeysOfOneStorageAreOne();
    void aViewOfALegacyStorageKeepsItsOffset();
    void classesOfModulesComeFromPersistentIds();
    void quantizedTensorsKeepTheirScheme();
    void sparseTensorsHaveParts_data();
    void sparseTensorsHaveParts();
    void nestedTensorsHaveParts();
    void metaTensorsHaveADeviceAndNoData();
    void arraysOfOtherDevicesBecomeTensors();
    void tensorsOfOtherDevicesKeepTheDevice();
    void sizesAndTypedListsBecomePlainValues();
    void devicesAreShownInWords();
    void callsThatMakeNoSenseStayAsTheyAre_data();
    void callsThatMakeNoSenseStayAsTheyAre();
    void manyTensorsOfAFewBytesStayWithinTheLimit();
    void longAttributesAreNotCopiedForEveryTensor();
};

void TorchTypesTest::everyGenerationOfTensorIsRebuilt_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const std::string &value, const char *expected) {
        QTest::newRow(name) << QByteArray::fromStdString(value) << QString(expected);
    };
    const std::string plain = tensor("FloatStorage", "0", 6);
    row("v1", call("_rebuild_tensor", {floats(6), number(0), dims({2, 3}), dims({3, 1})}),
        "float32 strided (2,3) strides (3,1) offset 0");
    row("v2", call("_rebuild_tensor_v2", {floats(6), number(1), dims({2}), dims({3}), flag(true), hooks()}),
        "float32 strided (2) strides (3) offset 1 grad");
    row("v2 with conjugate bit",
        call("_rebuild_tensor_v2", {storage("ComplexFloatStorage", "0", 2), number(0), dims({2}), dims({1}),
                                    flag(false), hooks(), dict({{"conj", flag(true)}, {"neg", flag(true)}})}),
        "complex64 strided (2) strides (1) offset 0 conj neg");
    row("v2 with hooks",
        call("_rebuild_tensor_v2",
             {floats(6), number(0), dims({}), dims({}), flag(false), dict({{"hook", number(1)}})}),
        "float32 strided () strides () offset 0 attributes {'_backward_hooks': {'hook': 1}}");
    row("v3",
        call("_rebuild_tensor_v3",
             {tuple({text("storage"), global("torch.storage", "UntypedStorage"), text("0"), text("cpu"), number(6)})
                  + "Q",
              number(0), dims({6}), dims({1}), flag(false), hooks(), global("torch", "float8_e4m3fn")}),
        "float8_e4m3fn strided (6) strides (1) offset 0");
    row("parameter", call("_rebuild_parameter", {plain, flag(true), hooks()}),
        "float32 strided (6) strides (1) offset 0 parameter grad");
    row("parameter with state",
        call("_rebuild_parameter_with_state", {plain, flag(false), hooks(), dict({{"tag", text("head")}})}),
        "float32 strided (6) strides (1) offset 0 parameter attributes {'tag': 'head'}");
    row("parameter called", call("torch.nn.parameter", "Parameter", {plain}),
        "float32 strided (6) strides (1) offset 0 parameter grad");
    row("subclass",
        call("torch._tensor", "_rebuild_from_type_v2",
             {global("torch._utils", "_rebuild_tensor_v2"), global("mylib", "Masked"),
              tuple({floats(6), number(0), dims({6}), dims({1}), flag(false), hooks()}), dict({{"mask", number(7)}})}),
        "float32 strided (6) strides (1) offset 0 class mylib.Masked attributes {'mask': 7}");
    row("subclass with slots",
        call("torch._tensor", "_rebuild_from_type_v2",
             {global("torch._utils", "_rebuild_tensor_v2"), global("mylib", "Masked"),
              tuple({floats(6), number(0), dims({6}), dims({1}), flag(false), hooks()}),
              tuple({dict({{"a", number(1)}}), dict({{"b", number(2)}})})}),
        "float32 strided (6) strides (1) offset 0 class mylib.Masked attributes {'a': 1, 'b': 2}");
    row("wrapper subclass",
        call("torch._tensor", "_rebuild_from_type_v2",
             {global("torch._utils", "_rebuild_wrapper_subclass"), global("torchao", "Float8Tensor"),
              tuple({global("torchao", "Float8Tensor"), global("torch", "bfloat16"), dims({4, 4}), dims({4, 1}),
                     number(0), layoutNamed("torch.strided"), call("torch", "device", {text("cuda"), number(1)}),
                     flag(true)}),
              dict({{"_data", plain}})}),
        "bfloat16 wrapper (4,4) strides () offset 0 grad class torchao.Float8Tensor attributes {'_data': "
        "tensor(float32, 6)}");
}

void TorchTypesTest::everyGenerationOfTensorIsRebuilt()
{
    QFETCH(QByteArray, value);
    QFETCH(QString, expected);
    const Resolved resolved(value.toStdString());
    QCOMPARE(line(resolved.root()), expected);
}

void TorchTypesTest::storageTypesTellTheDtype_data()
{
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("dtype");
    QTest::newRow("float") << "torch"
                           << "FloatStorage"
                           << "float32";
    QTest::newRow("on a GPU") << "torch.cuda"
                              << "HalfStorage"
                              << "float16";
    QTest::newRow("bfloat16") << "torch"
                              << "BFloat16Storage"
                              << "bfloat16";
    QTest::newRow("quantised") << "torch"
                               << "QInt8Storage"
                               << "qint8";
    QTest::newRow("complex") << "torch"
                             << "ComplexDoubleStorage"
                             << "complex128";
    QTest::newRow("untyped") << "torch.storage"
                             << "_UntypedStorage"
                             << "uint8";
    QTest::newRow("from C++") << "torch"
                              << "Float8_e5m2Storage"
                              << "float8_e5m2";
    QTest::newRow("dtype itself") << "torch"
                                  << "int16"
                                  << "int16";
}

void TorchTypesTest::storageTypesTellTheDtype()
{
    QFETCH(QString, module);
    QFETCH(QString, type);
    QFETCH(QString, dtype);
    const Resolved resolved(
        tuple({text("storage"), global(module.toStdString(), type.toStdString()), text("0"), text("mps"), number(5)})
        + "Q");
    QVERIFY(resolved.root().is(ValueKind::Storage));
    const Storage &storage = resolved.tree().storages().at(0);
    QCOMPARE(QString::fromUtf8(dtypeName(storage.dtype).data()), dtype);
    QCOMPARE(storage.bytes.value, 5 * std::uint64_t{dtypeBytes(storage.dtype)});
    QCOMPARE(storage.device, std::string("mps"));
}

void TorchTypesTest::tensorsOfOneKeyShareAStorage()
{
    const std::string first = tensor("FloatStorage", "3", 6);
    const std::string second = tensor("FloatStorage", "weights", 6);
    const Resolved resolved(list({first, second, first, second}));
    QCOMPARE(resolved.tree().storages().size(), std::size_t{2});
    QCOMPARE(resolved.located(), 2);
    QCOMPARE(resolved.root().at(0).tensor().ref.storage, resolved.root().at(2).tensor().ref.storage);
    QCOMPARE(resolved.root().at(1).tensor().ref.storage, resolved.root().at(3).tensor().ref.storage);
}

void TorchTypesTest::aLaterMentionMayAnnounceMoreBytes()
{
    const Resolved resolved(list({tensor("FloatStorage", "0", 1), tensor("DoubleStorage", "0", 4)}));
    QCOMPARE(resolved.tree().storages().size(), std::size_t{1});
    QCOMPARE(resolved.tree().storages()[0].bytes.value, std::uint64_t{32});
    QCOMPARE(resolved.located(), 2);
    QCOMPARE(line(resolved.root().at(0)), QString("float32 strided (1) strides (1) offset 0"));
    QCOMPARE(line(resolved.root().at(1)), QString("float64 strided (4) strides (1) offset 0"));
}

void TorchTypesTest::farAndNearKeysOfOneStorageAreOne()
{
    std::string items =
        list({tensor("FloatStorage", "2000", 1), tensor("FloatStorage", "1000", 1), tensor("FloatStorage", "2000", 1)});
    const Resolved resolved(items);
    QCOMPARE(resolved.tree().storages().size(), std::size_t{2});
    QCOMPARE(resolved.root().at(0).tensor().ref.storage, resolved.root().at(2).tensor().ref.storage);
}

void TorchTypesTest::aViewOfALegacyStorageKeepsItsOffset()
{
    const std::string view = tuple({text("storage"), global("torch", "FloatStorage"), text("77"), text("cpu"),
                                    number(10), tuple({text("78"), number(4), number(3)})})
                             + "Q";
    const Resolved resolved(call("_rebuild_tensor_v2", {view, number(1), dims({2}), dims({1}), flag(false), hooks()}));
    QCOMPARE(line(resolved.root()), QString("float32 strided (2) strides (1) offset 5"));
    QCOMPARE(resolved.storageOf(resolved.root()).bytes.value, std::uint64_t{40});
}

void TorchTypesTest::classesOfModulesComeFromPersistentIds()
{
    const std::string type =
        tuple({text("module"), global("__main__", "Net"), text("net.py"), text("class Net: ...")}) + "Q";
    const Resolved resolved(type + tuple({}) + "\x81");
    QVERIFY(resolved.root().is(ValueKind::Object));
    QCOMPARE(std::string(resolved.root().className()), std::string("__main__.Net"));
}

void TorchTypesTest::quantizedTensorsKeepTheirScheme()
{
    const std::string perTensor = tuple({global("torch", "per_tensor_affine"), real(0.5), number(3)});
    const std::string perChannel = tuple({global("torch", "per_channel_affine"), tensor("DoubleStorage", "1", 2),
                                          tensor("LongStorage", "2", 2), number(1)});
    const auto quantized = [](const std::string &scheme) {
        return call("_rebuild_qtensor", {storage("QUInt8Storage", "0", 4), number(0), dims({2, 2}), dims({2, 1}),
                                         scheme, flag(false), hooks()});
    };
    const Resolved one(quantized(perTensor));
    QCOMPARE(line(one.root()), QString("quint8 strided (2,2) strides (2,1) offset 0"));
    QVERIFY(one.root().tensor().quantized);
    QCOMPARE(one.root().tensor().quantizer.scale, 0.5);
    QCOMPARE(one.root().tensor().quantizer.zeroPoint, std::int64_t{3});
    const Resolved many(quantized(perChannel));
    QCOMPARE(line(many.root()), QString("quint8 strided (2,2) strides (2,1) offset 0 part scales part zero_points"));
    QVERIFY(many.root().tensor().quantizer.perChannel);
    QCOMPARE(many.root().tensor().quantizer.axis, std::int64_t{1});
}

void TorchTypesTest::sparseTensorsHaveParts_data()
{
    QTest::addColumn<QString>("function");
    QTest::addColumn<QString>("layout");
    QTest::addColumn<QString>("expected");
    QTest::newRow("csr") << "_rebuild_sparse_csr_tensor"
                         << "torch.sparse_csr"
                         << "int64 sparse_csr (3,3) strides () offset 0 part crow_indices part col_indices part values";
    QTest::newRow("csc") << "_rebuild_sparse_tensor"
                         << "torch.sparse_csc"
                         << "int64 sparse_csc (3,3) strides () offset 0 part ccol_indices part row_indices part values";
    QTest::newRow("bsr") << "_rebuild_sparse_tensor"
                         << "torch.sparse_bsr"
                         << "int64 sparse_bsr (3,3) strides () offset 0 part crow_indices part col_indices part values";
    QTest::newRow("bsc") << "_rebuild_sparse_tensor"
                         << "torch.sparse_bsc"
                         << "int64 sparse_bsc (3,3) strides () offset 0 part ccol_indices part row_indices part values";
}

void TorchTypesTest::sparseTensorsHaveParts()
{
    QFETCH(QString, function);
    QFETCH(QString, layout);
    QFETCH(QString, expected);
    const std::string data = tuple({tensor("LongStorage", "0", 4), tensor("LongStorage", "1", 3),
                                    tensor("LongStorage", "2", 3), call("torch", "Size", {dims({3, 3})})});
    const Resolved resolved(call(function.toStdString(), {layoutNamed(layout.toStdString()), data}));
    QCOMPARE(line(resolved.root()), expected);
    const Resolved coo(
        call("_rebuild_sparse_tensor",
             {layoutNamed("torch.sparse_coo"), tuple({tensor("LongStorage", "0", 4), tensor("FloatStorage", "1", 2),
                                                      call("torch", "Size", {dims({3, 3})}), flag(true)})}));
    QCOMPARE(line(coo.root()),
             QString("float32 sparse_coo (3,3) strides () offset 0 part indices part values part is_coalesced"));
}

void TorchTypesTest::nestedTensorsHaveParts()
{
    const std::string sizes = call("_rebuild_tensor_v2", {storage("LongStorage", "1", 4), number(0), dims({2, 2}),
                                                          dims({2, 1}), flag(false), hooks()});
    const Resolved resolved(
        call("_rebuild_nested_tensor", {tensor("FloatStorage", "0", 9), sizes, sizes, tensor("LongStorage", "2", 2)}));
    QCOMPARE(line(resolved.root()),
             QString("float32 nested (2) strides () offset 0 part buffer part sizes part strides "
                     "part storage_offsets"));
}

void TorchTypesTest::metaTensorsHaveADeviceAndNoData()
{
    const Resolved resolved(call("_rebuild_meta_tensor_no_storage",
                                 {global("torch", "float16"), dims({1000, 1000}), dims({1000, 1}), flag(true)}));
    QCOMPARE(line(resolved.root()), QString("float16 strided (1000,1000) strides (1000,1) offset 0 grad"));
    const Storage &storage = resolved.storageOf(resolved.root());
    QCOMPARE(storage.device, std::string("meta"));
    QVERIFY(!storage.present && !storage.source);
}

void TorchTypesTest::arraysOfOtherDevicesBecomeTensors()
{
    const std::string dtype =
        build(call("numpy", "dtype", {text("f4"), number(0), number(1)}),
              tuple({number(3), text("<"), none(), none(), none(), number(-1), number(-1), number(0)}));
    const std::string array = build(
        call("numpy.core.multiarray", "_reconstruct", {global("numpy", "ndarray"), tuple({number(0)}), rawBytes("b")}),
        tuple({number(1), dims({2}), dtype, flag(false), rawBytes(std::string("\0\0\x80?\0\0\0@", 8))}));
    const Resolved resolved(
        call("_rebuild_device_tensor_from_numpy", {array, global("torch", "float32"), text("xla:0"), flag(false)}));
    QCOMPARE(line(resolved.root()), QString("float32 strided (2) strides (1) offset 0"));
    const Storage &storage = resolved.storageOf(resolved.root());
    QCOMPARE(storage.device, std::string("xla:0"));
    QVERIFY(storage.present && storage.source);
    const Result<FilePtr> bytes = storage.source->open(storage.record);
    QVERIFY(bool(bytes));
    QCOMPARE(contentOf(*bytes), std::string("\0\0\x80?\0\0\0@", 8));
}

void TorchTypesTest::tensorsOfOtherDevicesKeepTheDevice()
{
    const Resolved resolved(
        call("_rebuild_device_tensor_from_cpu_tensor",
             {tensor("FloatStorage", "0", 2), global("torch", "bfloat16"), text("xla:1"), flag(true)}));
    QCOMPARE(line(resolved.root()),
             QString("float32 strided (2) strides (1) offset 0 grad attributes {'dtype': torch.bfloat16}"));
    QCOMPARE(resolved.storageOf(resolved.root()).device, std::string("xla:1"));
}

void TorchTypesTest::sizesAndTypedListsBecomePlainValues()
{
    const Resolved resolved(
        list({call("torch", "Size", {dims({2, 3})}), call("torch.jit._pickle", "build_intlist", {list({number(4)})}),
              call("torch.jit._pickle", "restore_type_tag", {dict({{"a", number(1)}}), text("Dict[str, int]")})}));
    QVERIFY(resolved.root().at(0).is(ValueKind::Tuple));
    QCOMPARE(std::string(resolved.root().at(0).className()), std::string("torch.Size"));
    QCOMPARE(pythonText(resolved.root().at(1)), std::string("[4]"));
    QCOMPARE(pythonText(resolved.root().at(2)), std::string("{'a': 1}"));
}

void TorchTypesTest::devicesAreShownInWords()
{
    const Resolved resolved(
        list({call("torch", "device", {text("cuda"), number(1)}), call("torch", "device", {text("cpu")})}));
    const auto display = [&resolved](std::size_t i) {
        return std::string(resolved.root().wrap(resolved.root().at(i).object().display).text());
    };
    QCOMPARE(display(0), std::string("cuda:1"));
    QCOMPARE(display(1), std::string("cpu"));
}

void TorchTypesTest::callsThatMakeNoSenseStayAsTheyAre_data()
{
    QTest::addColumn<QByteArray>("value");
    const auto row = [](const char *name, const std::string &value) {
        QTest::newRow(name) << QByteArray::fromStdString(value);
    };
    const auto v2 = [](const std::string &storageId, const std::string &offset, const std::string &size,
                       const std::string &stride) {
        return call("_rebuild_tensor_v2", {storageId, offset, size, stride, flag(false), hooks()});
    };
    row("no storage", v2(none(), number(0), dims({1}), dims({1})));
    row("negative size", v2(floats(4), number(0), dims({-1}), dims({1})));
    row("strides of another length", v2(floats(4), number(0), dims({2, 2}), dims({1})));
    row("a size that is text", v2(floats(4), number(0), tuple({text("4")}), dims({1})));
    row("offset beyond all numbers", v2(tuple({text("storage"), global("torch", "FloatStorage"), text("0"), text("cpu"),
                                               number(4), tuple({text("1"), number(INT64_MAX), number(1)})})
                                            + "Q",
                                        number(INT64_MAX), dims({1}), dims({1})));
    row("too few arguments", call("_rebuild_tensor_v2", {floats(4)}));
    row("storage of no known type",
        v2(tuple({text("storage"), global("mylib", "Storage"), text("0"), text("cpu"), number(4)}) + "Q", number(0),
           dims({1}), dims({1})));
    row("storage of a negative length", v2(floats(-4), number(0), dims({1}), dims({1})));
    row("storage longer than all numbers",
        v2(storage("DoubleStorage", "0", INT64_MAX), number(0), dims({1}), dims({1})));
    row("subclass of an unknown function",
        call("torch._tensor", "_rebuild_from_type_v2",
             {global("os", "system"), global("a", "B"), tuple({text("id")}), none()}));
    row("unknown sparse layout", call("_rebuild_sparse_tensor", {layoutNamed("torch.sparse_x"), tuple({})}));
}

void TorchTypesTest::callsThatMakeNoSenseStayAsTheyAre()
{
    QFETCH(QByteArray, value);
    const Resolved resolved(value.toStdString());
    QVERIFY(resolved.root().is(ValueKind::Object));
    QVERIFY(resolved.root().object().args.isValid());
}

void TorchTypesTest::manyTensorsOfAFewBytesStayWithinTheLimit()
{
    // BINPUT 0 keeps the arguments, so that each further call takes four bytes.
    const std::string function = global("torch._utils", "_rebuild_tensor_v2") + "q\1";
    std::string value = function + tuple({floats(4), number(0), dims({1}), dims({1}), flag(false), hooks()}) + "q\2R";
    for (int i = 0; i < 20'000; ++i)
        value += "0h\1h\2R";
    Limits limits;
    limits.treeBytes = 2u << 20;
    const Resolved resolved(value, limits);
    QVERIFY(resolved.tree().memory().value < 3 * limits.treeBytes);
    QVERIFY(resolved.tree().tensors().size() < 20'000);
}

void TorchTypesTest::longAttributesAreNotCopiedForEveryTensor()
{
    std::string attributes = "}(";
    for (int i = 0; i < 1000; ++i)
        attributes += text("k" + std::to_string(i)) + number(i);
    attributes += "uq\1";
    std::string value =
        call("_rebuild_parameter_with_state", {tensor("FloatStorage", "0", 1), flag(false), hooks(), attributes});
    for (int i = 0; i < 500; ++i)
        value = global("torch._utils", "_rebuild_parameter_with_state") + "(" + value + flag(false) + hooks() + "h\1tR";
    const Resolved resolved(value);
    QVERIFY(resolved.root().is(ValueKind::Tensor));
    QVERIFY(resolved.tree().memory().value < 4u << 20);
}

QTEST_GUILESS_MAIN(TorchTypesTest)
#include "torch_types_test.moc"
