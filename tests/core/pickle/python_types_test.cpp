// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/pickle/pickle_bytes.h"
#include "tests/core/pickle/python_streams.h"

#ifndef Q_MOC_RUN
#include "core/pickle/resolve.h"
#endif

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// A pickle with everything resolved.
struct Resolved : Unpickling
{
    explicit Resolved(std::string_view pickle) : Unpickling(pickle) { ObjectResolver().run(tree, {0}); }
    explicit Resolved(const PythonStream &from) : Resolved(QByteArray::fromBase64(from.base64).toStdString()) {}
};

QString kindText(ValueKind kind)
{
    const char *const names[] = {"None",   "Bool",    "Int",   "BigInt", "Float",  "Complex",
                                 "Str",    "Bytes",   "List",  "Tuple",  "Dict",   "Set",
                                 "Tensor", "Storage", "Array", "Object", "Global", "Persistent"};
    return names[static_cast<std::size_t>(kind)];
}

/// "Dict collections.OrderedDict: OrderedDict({'a': 1}) with {'attr': 'meta'}"
QString describe(Value value)
{
    QString text = kindText(value.kind());
    if (!value.className().empty())
        text += " " + QString::fromStdString(std::string(value.className()));
    text += ": " + QString::fromStdString(cellText(value));
    if (value.is(ValueKind::Dict) || value.is(ValueKind::List) || value.is(ValueKind::Set))
        text += " " + QString::fromStdString(pythonText(value));
    if (const ValueId attributes = value.tree().attributes(value.id()); attributes.isValid())
        text += " with " + QString::fromStdString(pythonText(value.wrap(attributes)));
    return text;
}

QString array(const ValueTree &tree, const ArrayValue &array)
{
    QStringList dims;
    for (const std::int64_t dim : array.shape)
        dims += QString::number(dim);
    const QByteArray data = QByteArray::fromStdString(std::string(tree.text(array.data)));
    return QString("%1 [%2]%3%4 %5")
        .arg(QString::fromStdString(array.dtype), dims.join(","), array.fortranOrder ? " fortran" : "",
             array.bigEndian ? " big" : "", QString::fromLatin1(data.toHex()));
}

}  // namespace

class PythonTypesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyProtocolAndWriterTellsTheSameValues();
    void objectsOfTheStandardLibraryBecomeValues_data();
    void objectsOfTheStandardLibraryBecomeValues();
    void objectsOfPython2BecomeValues_data();
    void objectsOfPython2BecomeValues();
    void numpyScalarsBecomeValues_data();
    void numpyScalarsBecomeValues();
    void numpyArraysBecomeArrays_data();
    void numpyArraysBecomeArrays();
    void callsWithOtherArgumentsStayAsTheyAre_data();
    void callsWithOtherArgumentsStayAsTheyAre();
    void longBytesOfProtocolTwoStayInTheFile();
    void sharedObjectsStayShared();
    void laterRulesWin();
    void manyCallsOnOneLargeArgumentStayAffordable();
};

void PythonTypesTest::everyProtocolAndWriterTellsTheSameValues()
{
    const QString expected =
        "{'none': None, 'bools': (True, False), 'ints': [0, -1, 255, 65536, 2147483648, -9223372036854775808, "
        "1180591620717411303424], 'floats': [0.1, -0.0, 1e+300], 'text': 'é😀\\n\\\\', 'empty': [(), [], {}, ''], "
        "'shared': [['x'], ['x']], 'triple': (1, 2, 3), (1, 2): {3: [4]}}";
    for (const PythonStream &stream : kPlainStreams) {
        const Resolved read(stream);
        QString text = QString::fromStdString(pythonText(read.root(), {.characters = 1000}));
        if (text.startsWith("OrderedDict("))
            text = text.mid(12).chopped(1);
        QCOMPARE(text, expected);
        QCOMPARE(read.result->protocol, stream.protocol);
        QVERIFY(read.root()["shared"].at(0).id() == read.root()["shared"].at(1).id());
    }
}

void PythonTypesTest::objectsOfTheStandardLibraryBecomeValues_data()
{
    QTest::addColumn<QString>("expected");
    const std::pair<const char *, const char *> rows[] = {
        {"od", "Dict collections.OrderedDict: 1 item OrderedDict({'a': 1}) with {'attr': 'meta'}"},
        {"dd", "Dict collections.defaultdict: 1 item defaultdict(list, {'k': [1]}) with {'default_factory': list}"},
        {"ctr", "Dict collections.Counter: 2 items Counter({'a': 2, 'b': 1})"},
        {"dq", "List collections.deque: deque([1, 2], maxlen=5) deque([1, 2], maxlen=5) with {'maxlen': 5}"},
        {"st", "Set: {7} {7}"},
        {"fs", "Set frozenset: frozenset({7}) frozenset({7})"},
        {"ba", "Bytes bytearray: bytearray(b'\\xff\\x00')"},
        {"by", "Bytes: b'\\xff\\x00'"},
        {"eb", "Bytes: b''"},
        {"cx", "Complex: (1+2j)"},
        {"date", "Object datetime.date: 2024-01-31"},
        {"time", "Object datetime.time: 01:02:03.000004"},
        {"dtz", "Object datetime.datetime: 2024-01-31T12:30:15+01:00"},
        {"td", "Object datetime.timedelta: -1 day, 0:00:05"},
        {"dec", "Object decimal.Decimal: 1.50"},
        {"fr", "Object fractions.Fraction: 1/3"},
        {"uid", "Object uuid.UUID: 00000000-0000-0000-0000-000000001234"},
        {"ns", "Object types.SimpleNamespace: 1 attribute"},
        {"rx", "Object re._compile: a+"},
    };
    for (const auto &[key, expected] : rows)
        QTest::newRow(key) << expected;
}

void PythonTypesTest::objectsOfTheStandardLibraryBecomeValues()
{
    QFETCH(QString, expected);
    for (const PythonStream &stream : kTypeStreams) {
        const Resolved read(stream);
        QCOMPARE(describe(read.root()[QTest::currentDataTag()]), expected);
        // These change their module from version to version.
        QVERIFY(describe(read.root()["pth"]).endsWith("PurePosixPath: /a/b"));
        QVERIFY(describe(read.root()["win"]).endsWith("PureWindowsPath: C:\\a"));
        QVERIFY(describe(read.root()["sl"]).endsWith(".slice: slice(1, None, 2)"));
        QVERIFY(describe(read.root()["get"]).endsWith(".getattr: datetime.datetime.now"));
    }
}

void PythonTypesTest::objectsOfPython2BecomeValues_data()
{
    QTest::addColumn<QString>("expected");
    const std::pair<const char *, const char *> rows[] = {
        {"od", "Dict collections.OrderedDict: 1 item OrderedDict({'a': 1})"},
        {"ctr", "Dict collections.Counter: 2 items Counter({'a': 2, 'b': 1})"},
        {"dd", "Dict collections.defaultdict: 1 item defaultdict(list, {'k': [1]}) with {'default_factory': list}"},
        {"dq", "List collections.deque: deque([1, 2], maxlen=5) deque([1, 2], maxlen=5) with {'maxlen': 5}"},
        {"st", "Set: {7} {7}"},
        {"fs", "Set frozenset: frozenset({7}) frozenset({7})"},
        {"ba", "Bytes bytearray: bytearray(b'\\xff\\x00')"},
        {"by", "Bytes: b'\\xff\\x00'"},
        {"cx", "Complex: (1+2j)"},
        {"sl", "Object __builtin__.slice: slice(1, None, 2)"},
        {"xr", "Object __builtin__.xrange: xrange(1, 9, 2)"},
        {"date", "Object datetime.date: 2024-01-31"},
        {"dt", "Object datetime.datetime: 2024-01-31T12:30:15.123456"},
        {"td", "Object datetime.timedelta: -1 day, 0:00:05"},
        {"dec", "Object decimal.Decimal: 1.50"},
        {"fr", "Object fractions.Fraction: 1/3"},
        {"uid", "Object uuid.UUID: 00000000-0000-0000-0000-000000001234"},
        {"old", "Object __main__.Old: 1 attribute"},
        {"new", "Object __main__.New: 1 attribute"},
        {"long", "Int: 5"},
    };
    for (const auto &[key, expected] : rows)
        QTest::newRow(key) << expected;
}

void PythonTypesTest::objectsOfPython2BecomeValues()
{
    QFETCH(QString, expected);
    for (const PythonStream &stream : kPython2TypeStreams) {
        const Resolved read(stream);
        QCOMPARE(describe(read.root()[QTest::currentDataTag()]), expected);
    }
}

void PythonTypesTest::numpyScalarsBecomeValues_data()
{
    QTest::addColumn<QString>("expected");
    const std::pair<const char *, const char *> rows[] = {
        {"f8", "Float numpy.float64: 1.5"},
        {"f2", "Float numpy.float16: 0.5"},
        {"i1", "Int numpy.int8: -5"},
        {"u8", "BigInt numpy.uint64: 18446744073709551615"},
        {"b", "Bool numpy.bool_: True"},
        {"c8", "Complex numpy.complex64: (1+2j)"},
        {"u", "Str numpy.str_: hé"},
        {"s", "Bytes numpy.bytes_: b'ab'"},
        {"ms", "Object numpy.datetime64: 1969-12-31T23:59:59.500"},
        {"day", "Object numpy.datetime64: 2024-02-29"},
        {"nat", "Object numpy.datetime64: NaT"},
        {"td", "Object numpy.timedelta64: 5 s"},
        {"dt", "Object numpy.dtype: >float32"},
    };
    for (const auto &[key, expected] : rows)
        QTest::newRow(key) << expected;
}

void PythonTypesTest::numpyScalarsBecomeValues()
{
    QFETCH(QString, expected);
    for (const PythonStream &stream : kNumpyStreams) {
        const Resolved read(stream);
        QCOMPARE(describe(read.root()[QTest::currentDataTag()]), expected);
    }
}

void PythonTypesTest::numpyArraysBecomeArrays_data()
{
    QTest::addColumn<QString>("expected");
    const std::pair<const char *, const char *> rows[] = {
        {"arr", "int16 [1,2] 0100feff"},
        {"fo", "uint8 [2,2] fortran 00020103"},
        {"be", "int32 [2] big 0000000000000001"},
        {"au", "<U1 [1] 61000000"},
        {"ao", "object [2] "},
        {"az", "float64 [0,3] "},
        {"a0", "uint8 [] 05"},
        {"st", "[('a', '>f8'), ('b', '<i4', (2,))] [1] 00000000000000000000000000000000"},
        {"mat", "bool [1,1] 01"},
    };
    for (const auto &[key, expected] : rows)
        QTest::newRow(key) << expected;
}

void PythonTypesTest::numpyArraysBecomeArrays()
{
    QFETCH(QString, expected);
    for (const PythonStream &stream : kNumpyStreams) {
        const Resolved read(stream);
        const Value value = read.root()[QTest::currentDataTag()];
        QCOMPARE(value.kind(), ValueKind::Array);
        QCOMPARE(array(read.tree, read.tree.array(value.id())), expected);
        if (expected.startsWith("object"))
            QCOMPARE(QString::fromStdString(pythonText(value.wrap(read.tree.array(value.id()).data))), "[None, 'x']");
    }
}

void PythonTypesTest::callsWithOtherArgumentsStayAsTheyAre_data()
{
    QTest::addColumn<QByteArray>("pickle");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const std::string &pickle, const char *expected) {
        QTest::newRow(name) << QByteArray::fromStdString(pickle) << expected;
    };
    row("dict of a number", bytes("ccollections\nOrderedDict\nK\x01\x85R."), "OrderedDict(1)");
    row("dict of no pairs",
        bytes("ccollections\nOrderedDict\n](K\x01K\x02"
              "e\x85R."),
        "OrderedDict([1, 2])");
    row("set of a number", bytes("cbuiltins\nset\nK\x01\x85R."), "set(1)");
    row("date out of range", bytes("cdatetime\ndate\nC\x04\x07\xe8\x0d\x01\x85R."),
        "datetime.date(b'\\x07\\xe8\\r\\x01')");
    row("date too short", bytes("cdatetime\ndate\nC\x03\x07\xe8\x01\x85R."), "datetime.date(b'\\x07\\xe8\\x01')");
    row("text beyond Latin-1", bytes("c_codecs\nencode\n\x8c\x03\xe2\x82\xac\x8c\x06latin1\x86R."),
        "_codecs.encode('€', 'latin1')");
    row("other encoding",
        bytes("c_codecs\nencode\n\x8c\x01"
              "a\x8c\x06"
              "utf-16\x86R."),
        "_codecs.encode('a', 'utf-16')");
    row("unknown class", bytes("cos\nsystem\n\x8c\x02ls\x85R."), "os.system('ls')");
    row("array of the wrong size",
        bytes("cnumpy.core.multiarray\n_reconstruct\n)R(K\x01K\x05\x85"
              "cnumpy\ndtype\n\x8c\x02"
              "f8\x85R\x89"
              "C\x02"
              "abtb."),
        "numpy.core.multiarray._reconstruct(state=(1, (5,), numpy.dtype('float64'), False, b'ab'))");
}

void PythonTypesTest::callsWithOtherArgumentsStayAsTheyAre()
{
    QFETCH(QByteArray, pickle);
    QFETCH(QString, expected);
    const Resolved read(std::string_view(pickle.data(), static_cast<std::size_t>(pickle.size())));
    QCOMPARE(QString::fromStdString(read.text()), expected);
    QVERIFY(read.root().is(ValueKind::Object));
}

void PythonTypesTest::longBytesOfProtocolTwoStayInTheFile()
{
    std::string text;
    for (int i = 0; i < 40'000; ++i)
        text += "\xc3\xbf";
    const std::string length{'\x80', '\x38', '\x01', '\0'};
    const Resolved read(bytes("c_codecs\nencode\nX") + length + text + bytes("\x8c\x06latin1\x86R."));
    QVERIFY(read.result);
    QCOMPARE(read.root().kind(), ValueKind::Bytes);
    const ExternalBytes *external = read.tree.externalBytes(read.root().id());
    QVERIFY(external && external->latin1);
    QCOMPARE(external->range.start.value, std::uint64_t(21));
    QCOMPARE(external->range.length.value, std::uint64_t(80'000));
}

void PythonTypesTest::sharedObjectsStayShared()
{
    const Resolved read(bytes("(ccollections\nOrderedDict\n)R\x8c\x01xK\x01s\x94h\x00t."));
    QCOMPARE(QString::fromStdString(read.text()), "(OrderedDict({'x': 1}), OrderedDict({'x': 1}))");
    QVERIFY(read.root().at(0).id() == read.root().at(1).id());
}

void PythonTypesTest::laterRulesWin()
{
    ObjectResolver resolver;
    resolver.add("collections.OrderedDict", [](ValueTree &, ValueId) {});
    resolver.add("collections.OrderedDict",
                 [](ValueTree &tree, ValueId id) { tree.becomeContainer(id, ValueKind::List, {}); });
    resolver.setPersistent([](ValueTree &tree, ValueId id) { tree.becomeCopyOf(id, tree.children(id)[0]); });
    Unpickling read(bytes("(ccollections\nOrderedDict\n)RK\x07Qt."));
    resolver.run(read.tree, {0});
    QCOMPARE(QString::fromStdString(read.text()), "([], 7)");
}

void PythonTypesTest::manyCallsOnOneLargeArgumentStayAffordable()
{
    const auto calls = [](std::string prefix, std::string_view call) {
        prefix += "(";
        for (int i = 0; i < 200'000; ++i)
            prefix += call;
        return prefix + "t.";
    };
    std::string pairs = "](";
    for (int i = 0; i < 100'000; ++i)
        pairs += ")";
    std::string text(60'000, 'a');
    text += "\xc3\xbf";
    const std::string length{'\x62', '\xea', '\0', '\0'};
    for (const std::string &pickle :
         {calls(bytes("ccollections\nOrderedDict\n\x94") + pairs + bytes("e\x85\x94"), bytes("h\x00h\x01R")),
          calls(bytes("cbuiltins\nset\n\x94") + pairs + bytes("e\x85\x94"), bytes("h\x00h\x01R")),
          calls(bytes("c_codecs\nencode\n\x94X") + length + text + bytes("\x8c\x06latin1\x86\x94"),
                bytes("h\x00h\x01R"))}) {
        const Resolved read(pickle);
        QVERIFY2(read.result, read.error().c_str());
        QVERIFY(read.tree.memory().value < (std::uint64_t(1) << 30));
    }
}

QTEST_GUILESS_MAIN(PythonTypesTest)
#include "python_types_test.moc"
