// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/pickle/python_literal.h"
#include "core/pickle/value_text.h"

#include <QTest>

#include <limits>

using namespace waypoint;

namespace {

struct Values
{
    ValueTree tree;

    ValueId text(std::string_view text) { return tree.addStr(text); }
    ValueId number(std::int64_t value) { return tree.addInt(value); }
    ValueId real(double value) { return tree.addFloat(value); }
    ValueId list(std::vector<ValueId> items) { return tree.addContainer(ValueKind::List, items); }
    ValueId tuple(std::vector<ValueId> items) { return tree.addContainer(ValueKind::Tuple, items); }
    ValueId dict(const std::vector<std::pair<std::string_view, ValueId>> &pairs)
    {
        std::vector<ValueId> flat;
        for (const auto &[key, value] : pairs)
            flat.insert(flat.end(), {tree.addStr(key), value});
        return tree.addContainer(ValueKind::Dict, flat);
    }
    ValueId named(ValueId id, std::string_view module, std::string_view name)
    {
        tree.setClassName(id, tree.addGlobal(module, name));
        return id;
    }
    std::string python(ValueId id, const TextLimits &limits = {}) const { return pythonText({tree, id}, limits); }
    std::string cell(ValueId id) const { return cellText({tree, id}); }
    std::string key(ValueId id) const { return keyText({tree, id}); }
};

}  // namespace

class ValueTextTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // Expected texts are what repr() of Python 3.11 prints.
    void floatsAreWrittenAsPythonDoes_data()
    {
        QTest::addColumn<double>("value");
        QTest::addColumn<QString>("expected");
        const auto row = [](double value, const char *expected) { QTest::newRow(expected) << value << expected; };
        row(0.1, "0.1");
        row(1e-05, "1e-05");
        row(0.0001, "0.0001");
        row(0.00012345, "0.00012345");
        row(1, "1.0");
        row(-0.0, "-0.0");
        row(1e15, "1000000000000000.0");
        row(1e16, "1e+16");
        row(123456789012345680.0, "1.2345678901234568e+17");
        row(1e22, "1e+22");
        row(1e100, "1e+100");
        row(5e-324, "5e-324");
        row(1.0 / 3, "0.3333333333333333");
        row(1.7976931348623157e308, "1.7976931348623157e+308");
        row(9.5, "9.5");
        row(std::numeric_limits<double>::infinity(), "inf");
        row(-std::numeric_limits<double>::infinity(), "-inf");
        row(std::numeric_limits<double>::quiet_NaN(), "nan");
        row(-std::numeric_limits<double>::quiet_NaN(), "nan");
    }
    void floatsAreWrittenAsPythonDoes()
    {
        QFETCH(double, value);
        QFETCH(QString, expected);
        QCOMPARE(QString::fromStdString(pythonFloat(value)), expected);
    }

    void complexNumbersAreWrittenAsPythonDoes()
    {
        QCOMPARE(pythonComplex(1, 2), std::string("(1+2j)"));
        QCOMPARE(pythonComplex(0, -2.5), std::string("-2.5j"));
        QCOMPARE(pythonComplex(-0.0, 1), std::string("(-0+1j)"));
        QCOMPARE(pythonComplex(1, std::numeric_limits<double>::quiet_NaN()), std::string("(1+nanj)"));
        QCOMPARE(pythonComplex(1e-7, -std::numeric_limits<double>::infinity()), std::string("(1e-07-infj)"));
    }

    void textIsQuotedAndEscaped()
    {
        QCOMPARE(pythonString("a"), std::string("'a'"));
        QCOMPARE(pythonString("it's"), std::string("\"it's\""));
        QCOMPARE(pythonString("it's \"so\""), std::string("'it\\'s \"so\"'"));
        QCOMPARE(pythonString("a\n\t\r\\\x01\x7f"), std::string("'a\\n\\t\\r\\\\\\x01\\x7f'"));
        QCOMPARE(pythonString("Résumé 漢 🐍"), std::string("'Résumé 漢 🐍'"));
        QCOMPARE(pythonString("\u200b\u202e\u00a0"), std::string("'\\u200b\\u202e\\xa0'"));
        QCOMPARE(pythonString("\xed\xa0\x80"), std::string("'\\ud800'"));
        QCOMPARE(pythonString("\U000e0001"), std::string("'\\U000e0001'"));
        QCOMPARE(pythonString("\xff\xc3"), std::string("'\\xff\\xc3'"));
    }

    void bytesAreWrittenAsPythonDoes()
    {
        QCOMPARE(pythonBytes(std::string_view("\0a\xff'\n", 5)), std::string("b\"\\x00a\\xff'\\n\""));
        Values v;
        QCOMPARE(v.python(v.named(v.tree.addBytes("x"), "builtins", "bytearray")), std::string("bytearray(b'x')"));
    }

    void containersAreLiterals()
    {
        Values v;
        const ValueId group = v.dict({{"lr", v.real(0.1)},
                                      {"betas", v.tuple({v.real(0.9), v.real(0.999)})},
                                      {"params", v.list({v.number(0), v.number(1)})},
                                      {"foreach", v.tree.addNone()},
                                      {"amsgrad", v.tree.addBool(false)}});
        QCOMPARE(v.python(group), std::string("{'lr': 0.1, 'betas': (0.9, 0.999), 'params': [0, 1], 'foreach': None, "
                                              "'amsgrad': False}"));
        QCOMPARE(v.python(v.tuple({v.number(1)})), std::string("(1,)"));
        QCOMPARE(v.python(v.tuple({})), std::string("()"));
        QCOMPARE(v.python(v.tree.addContainer(ValueKind::Set)), std::string("set()"));
        const std::vector<ValueId> items{v.number(1), v.number(2)};
        QCOMPARE(v.python(v.tree.addContainer(ValueKind::Set, items)), std::string("{1, 2}"));
        QCOMPARE(v.python(v.named(v.tree.addContainer(ValueKind::Set, items), "builtins", "frozenset")),
                 std::string("frozenset({1, 2})"));
        QCOMPARE(v.python(v.tree.addBigInt("1180591620717411303424")), std::string("1180591620717411303424"));
    }

    void knownClassesUseTheirPythonForm()
    {
        Values v;
        const ValueId state = v.named(v.dict({{"a", v.number(1)}}), "collections", "OrderedDict");
        QCOMPARE(v.python(state), std::string("OrderedDict({'a': 1})"));
        QCOMPARE(v.python(v.named(v.dict({{"a", v.number(1)}}), "collections", "Counter")),
                 std::string("Counter({'a': 1})"));
        QCOMPARE(v.python(v.named(v.tuple({v.number(3), v.number(4)}), "torch", "Size")),
                 std::string("torch.Size([3, 4])"));
        const ValueId counts = v.named(v.dict({{"a", v.number(1)}}), "collections", "defaultdict");
        v.tree.setAttributes(counts, v.dict({{"default_factory", v.tree.addGlobal("builtins", "int")}}));
        QCOMPARE(v.python(counts), std::string("defaultdict(int, {'a': 1})"));
        const ValueId queue = v.named(v.list({v.number(1)}), "collections", "deque");
        v.tree.setAttributes(queue, v.dict({{"maxlen", v.number(3)}}));
        QCOMPARE(v.python(queue), std::string("deque([1], maxlen=3)"));
        QCOMPARE(v.python(v.tree.addGlobal("torch", "float32")), std::string("torch.float32"));
        QCOMPARE(v.python(v.tree.addGlobal("builtins", "int")), std::string("int"));
    }

    void objectsInWordsSayWhatTheyAre()
    {
        Values v;
        const auto object = [&](std::string_view module, std::string_view name, std::string_view display) {
            return v.python(v.tree.addObject({.callable = v.tree.addGlobal(module, name), .display = v.text(display)}));
        };
        QCOMPARE(object("torch", "device", "cuda:0"), std::string("torch.device('cuda:0')"));
        QCOMPARE(object("pathlib", "PosixPath", "/a b"), std::string("pathlib.PosixPath('/a b')"));
        QCOMPARE(object("builtins", "slice", "slice(0, 3, None)"), std::string("slice(0, 3, None)"));
    }

    void objectsLookLikeTheirCall()
    {
        Values v;
        const ValueId space = v.tree.addObject({.callable = v.tree.addGlobal("argparse", "Namespace"),
                                                .args = v.tuple({}),
                                                .state = v.dict({{"lr", v.real(0.1)}, {"my key", v.number(1)}})});
        QCOMPARE(v.python(space), std::string("Namespace(lr=0.1, **{'my key': 1})"));
        const ValueId made = v.tree.addObject({.callable = v.tree.addGlobal("a.b", "C"),
                                               .args = v.tuple({v.number(1), v.text("x")}),
                                               .kwargs = v.dict({{"k", v.number(2)}}),
                                               .listItems = v.list({v.number(3)})});
        QCOMPARE(v.python(made), std::string("a.b.C(1, 'x', [3], k=2)"));
        const ValueId odd = v.tree.addObject({.callable = v.tree.addGlobal("a", "B"), .state = v.number(7)});
        QCOMPARE(v.python(odd), std::string("a.B(state=7)"));
    }

    void tensorsAndArraysAreDescribed()
    {
        Values v;
        const ValueId tensor = v.tree.addTensor({.ref = {.dtype = DType::Float32, .shape = {64, 3, 7, 7}}});
        QCOMPARE(v.python(tensor), std::string("tensor(float32, 64×3×7×7)"));
        QCOMPARE(v.python(v.tree.addTensor({.ref = {.dtype = DType::Int64}})), std::string("tensor(int64, scalar)"));
        QCOMPARE(v.python(v.tree.addArray({.dtype = "float64", .shape = {3, 4}})), std::string("array(float64, 3×4)"));
    }

    void valuesThatContainThemselvesEnd()
    {
        Values v;
        const ValueId list = v.list({v.number(1)});
        v.tree.append(list, std::vector<ValueId>{list});
        QCOMPARE(v.python(list), std::string("[1, [...]]"));
        const ValueId state = v.dict({});
        const ValueId object = v.tree.addObject({.callable = v.tree.addGlobal("a", "B"), .state = state});
        v.tree.append(state, std::vector<ValueId>{v.text("me"), object});
        QCOMPARE(v.python(object), std::string("a.B(me=a.B(...))"));
    }

    void depthItemsAndCharactersAreBounded()
    {
        Values v;
        ValueId deep = v.list({});
        for (int i = 0; i < 100'000; ++i)
            deep = v.list({deep});
        QCOMPARE(v.python(deep, {.depth = 2}), std::string("[[[...]]]"));
        QVERIFY(v.python(deep, {.depth = 1'000'000}).size() < 200);

        const ValueId wide = v.list(std::vector<ValueId>(1000, v.number(7)));
        QCOMPARE(v.python(wide, {.items = 3}), std::string("[7, 7, 7, …]"));
        QCOMPARE(v.python(wide, {.characters = 7, .items = 1000}), std::string("[7, 7, …"));
        const ValueId text = v.text("äöüßäöüß");
        QCOMPARE(v.python(text, {.characters = 4}), std::string("'äöü…"));
        QCOMPARE(v.python(text, {.characters = 10}), std::string("'äöüßäöüß'"));

        ValueId laughs = v.list({v.text("ha")});
        for (int i = 0; i < 60; ++i)
            laughs = v.list(std::vector<ValueId>(10, laughs));
        QCOMPARE(characterCount(v.python(laughs, {.characters = 500, .items = 100, .depth = 60})), std::size_t(501));
    }

    void longTextIsReadFromTheFileAsFarAsNeeded()
    {
        Values v;
        const std::string content = "0123456789 and so on";
        const auto *bytes = reinterpret_cast<const std::byte *>(content.data());
        const FilePtr file = memoryFile("memory", {bytes, bytes + content.size()});
        const ValueId text = v.tree.addExternal(ValueKind::Str, {file, {{2}, {6}}, false});
        QCOMPARE(v.python(text), std::string("'234567'"));
        QCOMPARE(v.python(text, {.characters = 3}), std::string("'23…"));
        QCOMPARE(v.key(text), std::string("234567"));
        const ValueId missing = v.tree.addExternal(ValueKind::Bytes, {file, {{2}, {600}}, false});
        QCOMPARE(v.python(missing), std::string("b'(cannot be read)'"));
    }

    void cellsAreShort()
    {
        Values v;
        QCOMPARE(v.cell(v.text("one\ntwo")), std::string("one\\ntwo"));
        QCOMPARE(v.cell(v.tuple({v.real(0.9), v.real(0.999)})), std::string("(0.9, 0.999)"));
        QCOMPARE(v.cell(v.list(std::vector<ValueId>(9, v.number(1)))), std::string("9 items"));
        QCOMPARE(v.cell(v.list({v.text("a")})), std::string("1 item"));
        QCOMPARE(v.cell(v.dict({})), std::string("0 items"));
        QCOMPARE(v.cell(v.real(1e-05)), std::string("1e-05"));
        QCOMPARE(v.cell(v.tree.addNone()), std::string("None"));
        const ValueId date =
            v.tree.addObject({.callable = v.tree.addGlobal("datetime", "date"), .display = v.text("2024-01-31")});
        QCOMPARE(v.cell(date), std::string("2024-01-31"));
        const ValueId module = v.tree.addObject(
            {.callable = v.tree.addGlobal("a", "B"), .state = v.dict({{"training", v.tree.addBool(true)}})});
        QCOMPARE(v.cell(module), std::string("1 attribute"));
    }

    void keysArePathParts()
    {
        Values v;
        QCOMPARE(v.key(v.text("weight\n")), std::string("weight\n"));
        QCOMPARE(v.key(v.number(2744643462632)), std::string("2744643462632"));
        QCOMPARE(v.key(v.tuple({v.number(1), v.text("a")})), std::string("(1, 'a')"));
        QCOMPARE(v.key(v.tree.addNone()), std::string("None"));
        QCOMPARE(v.key(v.text("")), std::string());
        QCOMPARE(keyText({}), std::string("None"));
    }
};

QTEST_GUILESS_MAIN(ValueTextTest)
#include "value_text_test.moc"
