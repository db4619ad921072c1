// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/pickle_writer.h"
#include "core/pickle/resolve.h"
#include "tests/core/pickle/pickle_bytes.h"

#include <QTest>

#include <array>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// "0", "1", ... from a CPU.
PickleWriter numbering()
{
    return PickleWriter([next = 0](StorageIndex) mutable {
        return PickleWriter::StorageName{std::to_string(next++), "cpu"};
    });
}

Result<std::string> pickleOf(const ValueTree &tree, ValueId root) { return numbering().write(tree, root); }

/// What is read back of a written value, as Python would write it.
QString readBack(const ValueTree &tree, ValueId root, const TextLimits &limits = {})
{
    const Result<std::string> pickle = pickleOf(tree, root);
    if (!pickle)
        return "refused: " + QString::fromStdString(pickle.error().detail);
    Unpickling unpickling(*pickle);
    if (!unpickling.result)
        return "unreadable: " + QString::fromStdString(unpickling.error());
    ObjectResolver().run(unpickling.tree, {0});
    return QString::fromStdString(pythonText(unpickling.root(), limits));
}

ValueId list(ValueTree &tree, std::initializer_list<ValueId> items)
{
    return tree.addContainer(ValueKind::List, std::span(items.begin(), items.size()));
}

ValueId tuple(ValueTree &tree, std::initializer_list<ValueId> items)
{
    return tree.addContainer(ValueKind::Tuple, std::span(items.begin(), items.size()));
}

ValueId dict(ValueTree &tree, std::initializer_list<ValueId> pairs)
{
    return tree.addContainer(ValueKind::Dict, std::span(pairs.begin(), pairs.size()));
}

/// A float32 vector of two elements on a storage.
TensorValue vectorOn(StorageIndex storage, DType dtype = DType::Float32)
{
    TensorValue tensor;
    tensor.ref.dtype = dtype;
    tensor.ref.storage = storage;
    tensor.ref.shape = SmallDims{2};
    tensor.ref.strides = SmallDims{1};
    return tensor;
}

QString textOf(Value value) { return QString::fromStdString(pythonText(value)); }

bool contains(const Result<std::string> &pickle, std::string_view part)
{
    return pickle && pickle->find(part) != std::string::npos;
}

}  // namespace

class PickleWriterTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bytesAreThoseOfPythonsOwnPickler()
    {
        // Python 3.11: pickle.dumps([None, True, 1, 256, -1, 70000, 2**31, -2**31, 1.5], 2)
        ValueTree tree;
        const ValueId root =
            list(tree, {tree.addNone(), tree.addBool(true), tree.addInt(1), tree.addInt(256), tree.addInt(-1),
                        tree.addInt(70000), tree.addInt(1ll << 31), tree.addInt(-(1ll << 31)), tree.addFloat(1.5)});
        const auto pickle = pickleOf(tree, root);
        QVERIFY(pickle);
        QCOMPARE(*pickle, fromHex("80025d7100284e884b014d00014affffffff4a701101008a0500000080004a00000080"
                                  "473ff8000000000000652e"));
    }

    void intsOfAnySizeAreExact()
    {
        ValueTree tree;
        std::vector<ValueId> numbers;
        for (const std::int64_t number :
             {std::int64_t(255), std::int64_t(65535), std::int64_t(65536), std::int64_t(-32769),
              std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()})
            numbers.push_back(tree.addInt(number));
        for (const char *decimal :
             {"1180591620717411303424", "-1180591620717411303424", "18446744073709551615", "-9223372036854775809"})
            numbers.push_back(tree.addBigInt(decimal));
        const std::string huge = "1" + std::string(1000, '0');
        numbers.push_back(tree.addBigInt(huge));
        QCOMPARE(
            readBack(tree, tree.addContainer(ValueKind::List, numbers), {.characters = 2000}),
            QString("[255, 65535, 65536, -32769, 9223372036854775807, -9223372036854775808, 1180591620717411303424, "
                    "-1180591620717411303424, 18446744073709551615, -9223372036854775809, %1]")
                .arg(QString::fromStdString(huge)));
    }

    void textAndBytesAreExact()
    {
        ValueTree tree;
        const ValueId array = tree.addBytes("ab");
        tree.setClassName(array, tree.addStr("bytearray"));
        const ValueId root = list(tree, {tree.addStr(""), tree.addStr("é😀\n"), tree.addBytes(""),
                                         tree.addBytes(bytes("\x00\x7f\x80\xff")), array});
        QCOMPARE(readBack(tree, root),
                 QString::fromUtf8("['', 'é😀\\n', b'', b'\\x00\\x7f\\x80\\xff', bytearray(b'ab')]"));
    }

    void textThatIsStillInTheFileIsRead()
    {
        ValueTree tree;
        const std::string text(100'000, 'x');
        const ValueId root = tree.addExternal(ValueKind::Str, {fileOf(text), {{}, {text.size()}}});
        const auto pickle = pickleOf(tree, list(tree, {root, root}));
        QVERIFY(contains(pickle, text));
        QVERIFY(pickle->size() < 1.5 * static_cast<double>(text.size()));
    }

    void dictsKeepTheirClassOrderAndAttributes()
    {
        ValueTree tree;
        const ValueId ordered = dict(tree, {tree.addStr("b"), tree.addInt(1), tree.addStr("a"), tree.addInt(2)});
        tree.setClassName(ordered, tree.addStr("collections.OrderedDict"));
        tree.setAttributes(ordered, dict(tree, {tree.addStr("_metadata"), tree.addStr("kept")}));
        const auto pickle = pickleOf(tree, ordered);
        QVERIFY(pickle);
        Unpickling unpickling(*pickle);
        ObjectResolver().run(unpickling.tree, {0});
        QCOMPARE(textOf(unpickling.root()), "OrderedDict({'b': 1, 'a': 2})");
        const Value attributes(unpickling.tree, unpickling.tree.attributes(unpickling.root().id()));
        QCOMPARE(textOf(attributes), "{'_metadata': 'kept'}");
    }

    void longContainersAreWrittenInBatches()
    {
        ValueTree tree;
        std::vector<ValueId> items;
        for (int i = 0; i < 10'000; ++i)
            items.push_back(tree.addInt(i));
        const auto pickle = pickleOf(tree, tree.addContainer(ValueKind::List, items));
        QVERIFY(pickle);
        Unpickling unpickling(*pickle);
        QCOMPARE(unpickling.root().count(), std::size_t(10'000));
        for (int i = 0; i < 10'000; ++i)
            QCOMPARE(unpickling.root().at(std::size_t(i)).integer(), std::optional<std::int64_t>(i));
    }

    // --- sharing ---

    void whatIsSharedStaysShared()
    {
        ValueTree tree;
        const ValueId shared = list(tree, {tree.addStr("x")});
        const auto pickle = pickleOf(tree, list(tree, {shared, shared}));
        QVERIFY(pickle);
        Unpickling unpickling(*pickle);
        QVERIFY(unpickling.root().at(0).id() == unpickling.root().at(1).id());
    }

    void listsAndDictsThatContainThemselvesAreWritten()
    {
        ValueTree tree;
        const ValueId inner = list(tree, {tree.addInt(1)});
        tree.append(inner, std::array{inner});
        const ValueId outer = dict(tree, {tree.addStr("list"), inner});
        tree.append(outer, std::array{tree.addStr("self"), outer});
        const auto pickle = pickleOf(tree, outer);
        QVERIFY(pickle);
        Unpickling unpickling(*pickle);
        const Value root = unpickling.root();
        QVERIFY(root["self"].id() == root.id());
        QVERIFY(root["list"].at(1).id() == root["list"].id());
    }

    void aTupleThatContainsItselfThroughAListIsWritten()
    {
        // In Python: l = []; t = (l, 1); l.append(t)
        ValueTree tree;
        const ValueId inner = list(tree, {});
        const ValueId outer = tuple(tree, {inner, tree.addInt(1)});
        tree.append(inner, std::array{outer});
        const auto pickle = pickleOf(tree, outer);
        QVERIFY(pickle);
        Unpickling unpickling(*pickle);
        const Value root = unpickling.root();
        QVERIFY(root.is(ValueKind::Tuple));
        QVERIFY(root.at(0).at(0).id() == root.id());
        QCOMPARE(root.at(1).integer(), std::optional<std::int64_t>(1));
    }

    void aTupleThatContainsItselfDirectlyIsRefusedWithItsPath()
    {
        ValueTree tree;
        const ValueId endless = tuple(tree, {tree.addInt(1)});
        tree.append(endless, std::array{endless});
        const auto pickle = pickleOf(tree, dict(tree, {tree.addStr("a"), list(tree, {tree.addInt(1), endless})}));
        QVERIFY(!pickle);
        QCOMPARE(pickle.error().code, ErrorCode::Unsupported);
        QCOMPARE(pickle.error().detail, std::string("'a/1': it contains itself in a way that no pickle can say"));
    }

    void depthCostsNoStack()
    {
        ValueTree tree;
        ValueId deep = tree.addInt(7);
        for (int i = 0; i < 300'000; ++i)
            deep = i % 2 == 0 ? list(tree, {deep}) : tuple(tree, {deep});
        const auto pickle = pickleOf(tree, deep);
        QVERIFY(pickle);
        Unpickling unpickling(*pickle);
        Value inside = unpickling.root();
        for (int i = 0; i < 300'000; ++i)
            inside = inside.at(0);
        QCOMPARE(inside.integer(), std::optional<std::int64_t>(7));
    }

    // --- objects ---

    void anObjectIsMadeAsItWasMade()
    {
        ValueTree tree;
        const ValueId none = tuple(tree, {});
        const ValueId state = dict(tree, {tree.addStr("lr"), tree.addFloat(0.1)});
        const ValueId created = tree.addObject(
            {.callable = tree.addGlobal("argparse", "Namespace"), .args = none, .state = state, .newObject = true});
        const ValueId called = tree.addObject({.callable = tree.addGlobal("datetime", "date"),
                                               .args = tuple(tree, {tree.addBytes(bytes("\x07\xe8\x01\x1f"))})});
        const auto pickle = pickleOf(tree, list(tree, {created, called}));
        QVERIFY(contains(pickle, "cargparse\nNamespace\n"));
        QVERIFY(contains(pickle, bytes(")\x81")));  // NEWOBJ
        Unpickling unpickling(*pickle);
        ObjectResolver().run(unpickling.tree, {0});
        QCOMPARE(unpickling.root().at(0)["lr"].number(), std::optional(0.1));
        QVERIFY(unpickling.root().at(0).object().newObject);
        QVERIFY(!unpickling.root().at(1).object().newObject);
        QCOMPARE(textOf(unpickling.root().at(1)), "datetime.date('2024-01-31')");
    }

    /// GLOBAL ends at a line break: what follows would be opcodes, of whoever chose the name.
    void aNameThatWouldBecomeOpcodesIsRefused()
    {
        ValueTree tree;
        for (const char *name : {"Name\ncos\nsystem\n", "a b", "<computed>", ""}) {
            const ValueId root = dict(tree, {tree.addStr("model"), tree.addGlobal("module", name)});
            const auto pickle = pickleOf(tree, root);
            QVERIFY2(!pickle, name);
            QCOMPARE(pickle.error().code, ErrorCode::Unsupported);
            QVERIFY2(pickle.error().detail.starts_with("'model': it names 'module."), pickle.error().detail.c_str());
        }
        const ValueId odd = dict(tree, {});
        tree.setClassName(odd, tree.addStr("collections.OrderedDict\ncos\nsystem\n"));
        QVERIFY(!pickleOf(tree, odd));
    }

    // --- tensors ---

    void tensorsOnOneStorageNameItOnce()
    {
        ValueTree tree;
        const StorageIndex storage = tree.addStorage({.dtype = DType::Float32, .bytes = {16}});
        const StorageIndex other = tree.addStorage({.dtype = DType::Float32, .bytes = {8}});
        const ValueId root = list(tree, {tree.addTensor(vectorOn(other)), tree.addTensor(vectorOn(storage)),
                                         tree.addTensor(vectorOn(storage))});
        std::vector<StorageIndex> asked;
        const PickleWriter writer([&asked](StorageIndex index) {
            asked.push_back(index);
            return PickleWriter::StorageName{std::to_string(asked.size() - 1), "cuda:0"};
        });
        const auto pickle = writer.write(tree, root);
        QVERIFY(contains(pickle, "ctorch\nFloatStorage\n") && contains(pickle, "cuda:0"));
        QCOMPARE(asked, (std::vector<StorageIndex>{other, storage}));
    }

    void typesWithoutAStorageClassAndMixedStoragesGoUntyped()
    {
        ValueTree tree;
        const StorageIndex eight = tree.addStorage({.dtype = DType::Float8E4M3FN, .bytes = {2}});
        const auto pickle = pickleOf(tree, tree.addTensor(vectorOn(eight, DType::Float8E4M3FN)));
        QVERIFY(contains(pickle, "_rebuild_tensor_v3\n") && contains(pickle, "ctorch.storage\nUntypedStorage\n")
                && contains(pickle, "ctorch\nfloat8_e4m3fn\n"));
        const StorageIndex mixed = tree.addStorage({.dtype = DType::Float32, .bytes = {8}});
        const auto two = pickleOf(
            tree, list(tree, {tree.addTensor(vectorOn(mixed)), tree.addTensor(vectorOn(mixed, DType::Int32))}));
        QVERIFY(contains(two, "ctorch\nint32\n") && !contains(two, "FloatStorage"));
    }

    void whatHasNoFormInAPickleIsRefusedWithItsPath()
    {
        ValueTree tree;
        TensorValue wrapper;
        wrapper.ref.dtype = DType::Float32;
        wrapper.ref.layout = TensorLayout::Wrapper;
        const ValueId weights = dict(tree, {tree.addStr("fc.weight"), tree.addTensor(wrapper)});
        const auto pickle = pickleOf(tree, dict(tree, {tree.addStr("model"), weights}));
        QVERIFY(!pickle);
        QCOMPARE(pickle.error().detail,
                 std::string("'model/fc.weight': it is a tensor whose class keeps its data in its own way"));
        ArrayValue records{.dtype = "[('a', '<f8')]"};
        records.data = tree.addBytes("");
        QCOMPARE(pickleOf(tree, tree.addArray(records)).error().detail,
                 std::string("it is a NumPy array of type [('a', '<f8')]"));
    }
};

QTEST_GUILESS_MAIN(PickleWriterTest)
#include "pickle_writer_test.moc"
