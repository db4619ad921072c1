// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/sample_checkpoint.h"

#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QStringList shownBelow(const Checkpoint &checkpoint, const EntryOrder &order, EntryId parent)
{
    QStringList names;
    for (std::uint32_t row = 0; row < order.count[parent]; ++row)
        names << QString::fromStdString(checkpoint.entries.label(order.shown[order.first[parent] + row]));
    return names;
}

/// Paths of all rows shown, top down.
QStringList shownPaths(const Checkpoint &checkpoint, const EntryOrder &order, EntryId parent = kRootEntry)
{
    QStringList paths;
    for (std::uint32_t row = 0; row < order.count[parent]; ++row) {
        const EntryId id = order.shown[order.first[parent] + row];
        paths << QString::fromStdString(checkpoint.entries.pathText(id)) << shownPaths(checkpoint, order, id);
    }
    return paths;
}

EntryOrderPtr filtered(const CheckpointPtr &checkpoint, const std::string &text, std::vector<Role> roles = {})
{
    EntryQuery query;
    query.filter = {text, std::move(roles)};
    return contentOf(checkpoint, query).order;
}

EntryOrderPtr sorted(const CheckpointPtr &checkpoint, EntryColumn column, bool descending = false)
{
    EntryQuery query;
    query.sorted = true;
    query.sortBy = column;
    query.descending = descending;
    return contentOf(checkpoint, query).order;
}

void putNan(EntryStats &stats, const char *path)
{
    TensorStats sick;
    sick.count = 64;
    sick.nan = 1;
    stats.put(stats.pieceOf(stats.checkpoint()->entries.find(path)), sick);
}

}  // namespace

class EntryOrderTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void withoutQueryRowsStandAsInTheFile()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        const EntryOrderPtr order = contentOf(checkpoint).order;
        QCOMPARE(shownBelow(*checkpoint, *order, kRootEntry),
                 (QStringList{QStringLiteral("net"), QStringLiteral("optimizer"), QStringLiteral("epoch")}));
        QCOMPARE(order->shown.size(), checkpoint->entries.size() - 1);
    }

    void matchKeepsItsAncestorsAndWhatIsBelowIt()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        const EntryOrderPtr order = filtered(checkpoint, "STATE");
        QCOMPARE(
            shownPaths(*checkpoint, *order),
            (QStringList{QStringLiteral("optimizer"), QStringLiteral("optimizer/state"),
                         QStringLiteral("optimizer/state/0"), QStringLiteral("optimizer/state/0/momentum_buffer"),
                         QStringLiteral("optimizer/state/1"), QStringLiteral("optimizer/state/1/momentum_buffer")}));
        QCOMPARE(order->matches, 1u);
        const std::vector<EntryId> open{kRootEntry, checkpoint->entries.find("optimizer")};
        QCOMPARE(order->toExpand, open);
    }

    void globMatchesWholeNames()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        QCOMPARE(
            shownPaths(*checkpoint, *filtered(checkpoint, "fc.?.b*")),
            (QStringList{QStringLiteral("net"), QStringLiteral("net/fc.0.bias"), QStringLiteral("optimizer"),
                         QStringLiteral("optimizer/state"), QStringLiteral("optimizer/state/1"),
                         QStringLiteral("optimizer/state/1/momentum_buffer"), QStringLiteral("optimizer/param_groups"),
                         QStringLiteral("optimizer/param_groups/0"), QStringLiteral("optimizer/param_groups/0/params"),
                         QStringLiteral("optimizer/param_groups/0/params/1")}));
    }

    void pathFindsWhatNoSingleNameHolds_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("slash") << QStringLiteral("net/fc.0.b");
        QTest::newRow("dot") << QStringLiteral("net.fc.0.bias");
        QTest::newRow("glob") << QStringLiteral("net/*bias");
    }
    void pathFindsWhatNoSingleNameHolds()
    {
        QFETCH(QString, text);
        const CheckpointPtr checkpoint = trainingCheckpoint();
        QCOMPARE(shownPaths(*checkpoint, *filtered(checkpoint, text.toStdString())),
                 (QStringList{QStringLiteral("net"), QStringLiteral("net/fc.0.bias")}));
    }

    void roleShowsItsSectionsWhole()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        QCOMPARE(shownPaths(*checkpoint, *filtered(checkpoint, {}, {Role::Model, Role::Epoch})),
                 (QStringList{QStringLiteral("net"), QStringLiteral("net/fc.0.weight"), QStringLiteral("net/fc.0.bias"),
                              QStringLiteral("epoch")}));
    }

    void roleAndTextNarrowEachOther()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        QCOMPARE(shownPaths(*checkpoint, *filtered(checkpoint, "bias", {Role::Model})),
                 (QStringList{QStringLiteral("net"), QStringLiteral("net/fc.0.bias")}));
    }

    void nothingMatchesNothing()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        const EntryOrderPtr order = filtered(checkpoint, "no such thing");
        QCOMPARE(order->matches, 0u);
        QCOMPARE(order->count[kRootEntry], 0u);
        QCOMPARE(order->row[kRootEntry], 0u);
    }

    void namesSortWithNumbersAsNumbers()
    {
        const CheckpointPtr checkpoint =
            named(built(dict({{"conv10", 1}, {"Conv2", 2}, {"conv1", 3}, {"bn", 4}, {"conv02", 5}})), "a.pth");
        QCOMPARE(shownBelow(*checkpoint, *sorted(checkpoint, EntryColumn::Name), kRootEntry),
                 (QStringList{QStringLiteral("bn"), QStringLiteral("conv1"), QStringLiteral("Conv2"),
                              QStringLiteral("conv02"), QStringLiteral("conv10")}));
    }

    void rowsWithoutAValueComeLastInBothDirections()
    {
        const CheckpointPtr checkpoint =
            named(built(dict({{"none", nullptr}, {"big", 20}, {"small", 3.5}, {"text", "abc"}})), "a.pth");
        QCOMPARE(shownBelow(*checkpoint, *sorted(checkpoint, EntryColumn::Value), kRootEntry),
                 (QStringList{QStringLiteral("small"), QStringLiteral("big"), QStringLiteral("text"),
                              QStringLiteral("none")}));
        QCOMPARE(shownBelow(*checkpoint, *sorted(checkpoint, EntryColumn::Value, true), kRootEntry),
                 (QStringList{QStringLiteral("text"), QStringLiteral("big"), QStringLiteral("small"),
                              QStringLiteral("none")}));
    }

    void bytesSortByNumber()
    {
        const CheckpointPtr checkpoint =
            named(built(dict({{"a", tensor({9})}, {"b", tensor({100})}, {"c", tensor({20})}})), "a.pth");
        QCOMPARE(shownBelow(*checkpoint, *sorted(checkpoint, EntryColumn::Bytes, true), kRootEntry),
                 (QStringList{QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("a")}));
    }

    void stoppedWorkGivesNothing()
    {
        std::stop_source stop;
        stop.request_stop();
        const CheckpointPtr checkpoint = trainingCheckpoint();
        const EntryFactsPtr facts = gatherFacts(*checkpoint);
        EntryQuery query;
        query.filter.text = "fc";
        QVERIFY(!arrange(*checkpoint, *facts, query, stop.get_token()));
    }

    void filterForProblemsLeavesAilingTensorsAndWhatWarningsConcern()
    {
        auto checkpoint = std::const_pointer_cast<Checkpoint>(trainingCheckpoint());
        checkpoint->warnings.push_back({"something about the epoch", checkpoint->entries.find("epoch")});
        EntryStats stats(checkpoint, {});
        putNan(stats, "net/fc.0.bias");
        EntryQuery query;
        query.filter.problems = true;
        const auto order = arrange(*checkpoint, *gatherFacts(*checkpoint), query, {}, &stats);
        QCOMPARE(shownPaths(*checkpoint, *order),
                 (QStringList{QStringLiteral("net"), QStringLiteral("net/fc.0.bias"), QStringLiteral("epoch")}));
        QCOMPARE(order->matches, 2u);
        QCOMPARE(order->toExpand, (std::vector<EntryId>{kRootEntry, checkpoint->entries.find("net")}));
    }

    void filterForProblemsJoinsTheOthers()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        EntryStats stats(checkpoint, {});
        putNan(stats, "net/fc.0.bias");
        putNan(stats, "optimizer/state/1/momentum_buffer");
        const EntryFactsPtr facts = gatherFacts(*checkpoint);
        const auto shown = [&](const std::string &text, std::vector<Role> roles) {
            EntryQuery query;
            query.filter = {text, std::move(roles), true};
            return shownPaths(*checkpoint, *arrange(*checkpoint, *facts, query, {}, &stats));
        };
        const QStringList inNet{QStringLiteral("net"), QStringLiteral("net/fc.0.bias")};
        QCOMPARE(shown("", {Role::Model}), inNet);
        QCOMPARE(shown("net", {}), inNet);
        QCOMPARE(shown("weight", {}), QStringList());
    }

    void statisticsSortByWhatIsKnownAndTheRestComesLast()
    {
        const CheckpointPtr checkpoint = flatCheckpoint(4);
        EntryStats stats(checkpoint, {});
        for (const auto &[path, mean] : {std::pair("layers.0.weight", 2.0), std::pair("layers.2.weight", -1.0),
                                         std::pair("layers.3.weight", 0.5)}) {
            TensorStats numbers;
            numbers.count = 3;
            numbers.mean = mean;
            stats.put(stats.pieceOf(checkpoint->entries.find(path)), numbers);
        }
        for (const bool descending : {false, true}) {
            EntryQuery query{.filter = {}, .sorted = true, .sortBy = EntryColumn::Mean, .descending = descending};
            const auto order = arrange(*checkpoint, *gatherFacts(*checkpoint), query, {}, &stats);
            QStringList expected{QStringLiteral("layers.2.weight"), QStringLiteral("layers.3.weight"),
                                 QStringLiteral("layers.0.weight")};
            if (descending)
                std::reverse(expected.begin(), expected.end());
            QCOMPARE(shownBelow(*checkpoint, *order, kRootEntry), expected << QStringLiteral("layers.1.weight"));
        }
    }
};

QTEST_GUILESS_MAIN(EntryOrderTest)
#include "entry_order_test.moc"
