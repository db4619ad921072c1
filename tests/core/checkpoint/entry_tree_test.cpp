// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/entry_tree.h"

#include <QTest>

#include <chrono>

using namespace waypoint;

namespace {

using Cut = EntryTree::Cut;

/// Builds values by hand, as a reader does.
struct Values
{
    ValueTree tree;

    ValueId text(std::string_view text) { return tree.addStr(text); }
    ValueId number(std::int64_t value) { return tree.addInt(value); }
    ValueId list(std::vector<ValueId> items) { return tree.addContainer(ValueKind::List, items); }
    ValueId tuple(std::vector<ValueId> items) { return tree.addContainer(ValueKind::Tuple, items); }
    ValueId dict(const std::vector<std::pair<std::string_view, ValueId>> &pairs)
    {
        std::vector<ValueId> flat;
        for (const auto &[key, value] : pairs)
            flat.insert(flat.end(), {tree.addStr(key), value});
        return tree.addContainer(ValueKind::Dict, flat);
    }
    ValueId object(ObjectValue object)
    {
        object.callable = tree.addGlobal("a", "Class");
        return tree.addObject(object);
    }
    ValueId tensor() { return tree.addTensor({.ref = {.dtype = DType::Float32, .shape = {2, 2}, .strides = {2, 1}}}); }
    EntryTree entries(ValueId root, const Limits &limits = {}) { return {tree, root, limits}; }
};

/// All paths, in the order of the rows.
QStringList paths(const EntryTree &entries)
{
    QStringList found;
    for (EntryId id = 0; id < entries.size(); ++id)
        found << QString::fromStdString(entries.pathText(id));
    return found;
}

}  // namespace

class EntryTreeTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aDictListsItsItemsByKey()
    {
        Values v;
        const ValueId optimizer =
            v.dict({{"state", v.dict({})}, {"param_groups", v.list({v.dict({{"lr", v.number(1)}})})}});
        const EntryTree entries = v.entries(v.dict({{"epoch", v.number(3)}, {"optimizer", optimizer}}));
        QCOMPARE(paths(entries), QStringList({"", "epoch", "optimizer", "optimizer/state", "optimizer/param_groups",
                                              "optimizer/param_groups/0", "optimizer/param_groups/0/lr"}));
        QCOMPARE(entries.find("optimizer/param_groups/0/lr"), EntryId(6));
        QCOMPARE(entries.path(6), (std::vector<std::string>{"optimizer", "param_groups", "0", "lr"}));
        QVERIFY(entries.isNamed(6));
        QVERIFY(!entries.isNamed(5));
        QCOMPARE(entries.find("optimizer/param_groups/00"), kNoEntry);
        QCOMPARE(entries.find("optimizer/param_groups/1"), kNoEntry);
        QCOMPARE(entries.find(""), kRootEntry);
    }

    void keysThatAreNoTextKeepTheirRows()
    {
        Values v;
        const ValueId pair = v.tuple({v.number(1), v.number(2)});
        const ValueId root =
            v.tree.addContainer(ValueKind::Dict, std::vector<ValueId>{v.number(1), v.text("number"), v.text("1"),
                                                                      v.text("text"), pair, v.tree.addNone()});
        const EntryTree entries = v.entries(root);
        QCOMPARE(paths(entries), QStringList({"", "1", "1", "(1, 2)"}));
        QCOMPARE(entries.find("1"), EntryId(1));
        QVERIFY(entries.key(1).is(ValueKind::Int));
        QVERIFY(entries.key(2).is(ValueKind::Str));
    }

    void pathsLeadThroughEveryRowOfThatName()
    {
        Values v;
        const ValueId inner = v.dict({{"a", v.number(2)}});
        const EntryTree entries = v.entries(
            v.tree.addContainer(ValueKind::Dict, std::vector<ValueId>{v.number(1), v.number(0), v.text("1"), inner}));
        QCOMPARE(entries.find("1"), EntryId(1));
        QCOMPARE(entries.find("1/a"), EntryId(3));
    }

    void slashesInKeysAreEscaped()
    {
        Values v;
        const ValueId inner = v.dict({{"b%2Fc", v.number(1)}, {"", v.number(2)}});
        const EntryTree entries = v.entries(v.dict({{"loss/train", inner}, {"%2F/", v.number(3)}}));
        QCOMPARE(entries.find("%2F%2F"), EntryId(2));
        QCOMPARE(entries.pathText(1), std::string("loss%2Ftrain"));
        QCOMPARE(entries.find("loss%2Ftrain"), EntryId(1));
        QCOMPARE(entries.find("loss%2Ftrain/b%2Fc"), EntryId(3));
        QCOMPARE(entries.find("loss%2Ftrain/"), EntryId(4));
        QCOMPARE(entries.find("loss/train"), kNoEntry);
    }

    void anObjectShowsArgumentsItemsAndAttributes()
    {
        Values v;
        const ValueId object = v.object({.args = v.tuple({v.number(1)}),
                                         .kwargs = v.dict({{"size", v.number(2)}}),
                                         .state = v.dict({{"name", v.text("x")}}),
                                         .listItems = v.list({v.number(3)}),
                                         .dictItems = v.dict({{"k", v.number(4)}})});
        QCOMPARE(paths(v.entries(object)), QStringList({"", "args", "kwargs", "items", "list_items", "name", "args/0",
                                                        "kwargs/size", "items/k", "list_items/0"}));
    }

    void emptyArgumentsAreNotShownAndListItemsAreItems()
    {
        Values v;
        const ValueId object = v.object({.args = v.tuple({}), .listItems = v.list({v.number(3)})});
        QCOMPARE(paths(v.entries(object)), QStringList({"", "items", "items/0"}));
    }

    void slotsAndDictStateAreOneSetOfAttributes()
    {
        Values v;
        const ValueId state = v.tuple({v.dict({{"a", v.number(1)}}), v.dict({{"b", v.number(2)}})});
        QCOMPARE(paths(v.entries(v.object({.state = state}))), QStringList({"", "a", "b"}));
        const ValueId slotsOnly = v.tuple({v.tree.addNone(), v.dict({{"b", v.number(2)}})});
        QCOMPARE(paths(v.entries(v.object({.state = slotsOnly}))), QStringList({"", "b"}));
        QCOMPARE(paths(v.entries(v.object({.state = v.list({v.number(1)})}))), QStringList({"", "state", "state/0"}));
    }

    void anObjectInWordsIsALeaf()
    {
        Values v;
        const ValueId date = v.object({.args = v.tuple({v.number(1)}), .display = v.text("2024-01-31")});
        QCOMPARE(v.entries(date).size(), std::size_t(1));
    }

    void aCallableThatIsNoNameIsShown()
    {
        Values v;
        const ValueId callable = v.object({.args = v.tuple({v.text("os")})});
        const ValueId result = v.tree.addObject({.callable = callable, .args = v.tuple({v.text("ls")})});
        QCOMPARE(paths(v.entries(result)),
                 QStringList({"", "callable", "args", "callable/args", "args/0", "callable/args/0"}));
    }

    void tensorsShowPartsAndAttributes()
    {
        Values v;
        const ValueId parts = v.dict({{"indices", v.tensor()}, {"values", v.tensor()}});
        const ValueId attributes = v.dict({{"tag", v.text("x")}});
        const ValueId sparse =
            v.tree.addTensor({.ref = {.layout = TensorLayout::SparseCoo}, .attributes = attributes, .parts = parts});
        QCOMPARE(paths(v.entries(sparse)), QStringList({"", "indices", "values", "tag"}));
    }

    void attributesOfADictFollowItsItemsAndMetadataIsLeftOut()
    {
        Values v;
        const ValueId items = v.dict({{"weight", v.tensor()}});
        v.tree.setAttributes(items, v.dict({{"_metadata", v.dict({{"version", v.number(1)}})}}));
        QCOMPARE(paths(v.entries(items)), QStringList({"", "weight"}));
        v.tree.setAttributes(items, v.dict({{"note", v.text("x")}}));
        QCOMPARE(paths(v.entries(items)), QStringList({"", "weight", "note"}));
    }

    void tiedWeightsAreShownTwice()
    {
        Values v;
        const ValueId shared = v.dict({{"weight", v.tensor()}});
        const EntryTree entries = v.entries(v.dict({{"encoder", shared}, {"decoder", shared}}));
        QCOMPARE(paths(entries), QStringList({"", "encoder", "decoder", "encoder/weight", "decoder/weight"}));
        QCOMPARE(entries[3].value, entries[4].value);
    }

    void aListThatContainsItselfIsCutThere()
    {
        Values v;
        const ValueId list = v.list({v.number(1)});
        v.tree.append(list, std::vector<ValueId>{list});
        const EntryTree entries = v.entries(list);
        QCOMPARE(paths(entries), QStringList({"", "0", "1"}));
        QCOMPARE(entries.cut(2), Cut::ContainsItself);
        QCOMPARE(entries[2].childCount, 0u);
        QCOMPARE(entries.cut(0), Cut::No);
    }

    void anObjectWhoseStateHoldsItIsCutThere()
    {
        Values v;
        const ValueId state = v.dict({});
        const ValueId object = v.object({.state = state});
        v.tree.append(state, std::vector<ValueId>{v.text("self"), object, v.text("__dict__"), state});
        const EntryTree entries = v.entries(object);
        QCOMPARE(entries.cut(entries.find("self")), Cut::ContainsItself);
        QCOMPARE(entries.cut(entries.find("__dict__/__dict__")), Cut::ContainsItself);
    }

    void aBillionLaughsStaysSmall()
    {
        Values v;
        ValueId level = v.list({v.text("ha")});
        for (int i = 0; i < 100; ++i)
            level = v.list(std::vector<ValueId>(10, level));
        const EntryTree entries = v.entries(level);
        QVERIFY2(entries.size() < 50'000, qPrintable(QString::number(entries.size())));
        // The first way down is shown whole, its neighbours refer to it.
        EntryId deep = kRootEntry;
        for (int i = 0; i < 100; ++i)
            deep = entries.child(deep, "0");
        QVERIFY(entries.value(entries.child(deep, "0")).is(ValueKind::Str));
        QCOMPARE(entries.cut(deep + 1), Cut::ShownElsewhere);
    }

    void hugeSharedListsCostNothingOnceTheyAreCut()
    {
        Values v;
        const ValueId wide = v.list(std::vector<ValueId>(200'000, v.number(0)));
        const EntryTree entries = v.entries(v.list(std::vector<ValueId>(200'000, wide)));
        QVERIFY(entries.size() < 2'000'000);
        QCOMPARE(entries.cut(200'000), Cut::ShownElsewhere);
    }

    void sharedStateOfManyObjectsCountsAsShared()
    {
        Values v;
        const ValueId state = v.dict({{"a", v.number(1)}, {"b", v.number(2)}});
        for (int i = 0; i < 5'000; ++i)
            v.tree.append(state, std::vector<ValueId>{v.text("k"), v.number(i)});
        std::vector<ValueId> objects;
        for (int i = 0; i < 5'000; ++i)
            objects.push_back(v.object({.state = state}));
        QVERIFY(v.entries(v.list(objects)).size() < 200'000);
    }

    void nestingBeyondTheLimitIsCutAndNotFollowed()
    {
        Values v;
        ValueId level = v.list({});
        for (int i = 0; i < 100'000; ++i)
            level = v.list({level});
        const EntryTree entries = v.entries(level, {.entryDepth = 50});
        QCOMPARE(entries.size(), std::size_t(51));
        QCOMPARE(entries.cut(50), Cut::TooDeep);
        QCOMPARE(entries.cut(49), Cut::No);
    }

    void rowsBeyondTheLimitAreCutAtTheirParent()
    {
        Values v;
        const ValueId inner = v.list({v.number(1)});
        const EntryTree entries = v.entries(v.list({inner, inner, inner, inner, inner}), {.entries = 4});
        QCOMPARE(entries.size(), std::size_t(4));
        QCOMPARE(entries.cut(0), Cut::TooMany);
        QCOMPARE(entries[0].childCount, 3u);
        QCOMPARE(entries.cut(1), Cut::TooMany);
        QCOMPARE(entries[1].childCount, 0u);
    }

    void objectArraysShowTheirItems()
    {
        Values v;
        const ValueId array =
            v.tree.addArray({.dtype = "object", .shape = {2}, .data = v.list({v.number(1), v.text("x")})});
        QCOMPARE(paths(v.entries(array)), QStringList({"", "0", "1"}));
        const ValueId plain = v.tree.addArray({.dtype = "float64", .shape = {1}, .data = v.tree.addBytes("12345678")});
        QCOMPARE(v.entries(plain).size(), std::size_t(1));
    }

    void persistentIdsShowWhatTheyAre()
    {
        Values v;
        const ValueId id =
            v.tree.addContainer(ValueKind::Persistent, std::vector<ValueId>{v.tuple({v.text("storage")})});
        QCOMPARE(paths(v.entries(id)), QStringList({"", "id", "id/0"}));
    }

    void nothingAtAllIsOneRow()
    {
        Values v;
        const EntryTree entries = v.entries({});
        QCOMPARE(entries.size(), std::size_t(1));
        QVERIFY(!entries.value(kRootEntry).isValid());
        QCOMPARE(EntryTree().find("a"), kNoEntry);
    }

    void hundredThousandTensorsAreListedAndFound()
    {
        Values v;
        std::vector<ValueId> flat;
        for (int i = 0; i < 100'000; ++i)
            flat.insert(flat.end(), {v.text("layers." + std::to_string(i) + ".weight"), v.tensor()});
        const ValueId root = v.dict({{"state_dict", v.tree.addContainer(ValueKind::Dict, flat)}});
        const auto start = std::chrono::steady_clock::now();
        const EntryTree entries = v.entries(root);
        const auto spent = std::chrono::steady_clock::now() - start;
        QCOMPARE(entries.size(), std::size_t(100'002));
        QCOMPARE(entries.find("state_dict/layers.99999.weight"), EntryId(100'001));
        // Ten times what it takes here, for slow machines and sanitizers.
        QVERIFY2(spent < std::chrono::milliseconds(300), "rows of 100,000 tensors take too long");
    }
};

QTEST_GUILESS_MAIN(EntryTreeTest)
#include "entry_tree_test.moc"
