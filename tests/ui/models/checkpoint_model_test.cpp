// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/sample_checkpoint.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// The tree as text: a line per row, two spaces per level, cells joined by " | "; without what only the data tells.
QStringList rows(const QAbstractItemModel &model, const QModelIndex &parent = {}, int depth = 0)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(parent); ++row) {
        QStringList cells;
        for (int column = 0; column < model.columnCount(parent); ++column)
            if (!isStatistic(static_cast<EntryColumn>(column)))
                cells << model.index(row, column, parent).data().toString();
        lines << QString(2 * depth, QLatin1Char(' ')) + cells.join(QStringLiteral(" | "));
        lines << rows(model, model.index(row, 0, parent), depth + 1);
    }
    return lines;
}

}  // namespace

class CheckpointModelTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void showsEveryEntryWithItsCells()
    {
        CheckpointModel model;
        model.setContent(contentOf(trainingCheckpoint()));
        const QStringList shown = rows(model);
        const QStringList expected{
            QStringLiteral("epoch_50.pth | dict |  |  |  | 75.8 KB | 3 items"),
            QStringLiteral("  net | dict |  |  |  | 37.9 KB | 2 items"),
            QStringLiteral("    fc.0.weight | Tensor | 64×3×7×7 | float32 | cpu | 37.6 KB | "),
            QStringLiteral("    fc.0.bias | Tensor | 64 | float32 | cpu | 256 B | "),
            QStringLiteral("  optimizer | SGD |  |  |  | 37.9 KB | 2 items"),
            QStringLiteral("    state | dict |  |  |  | 37.9 KB | 2 items"),
            QStringLiteral("      0 · fc.0.weight | dict |  |  |  | 37.6 KB | 1 item"),
            QStringLiteral("        momentum_buffer | Tensor | 64×3×7×7 | float32 | cpu | 37.6 KB | "),
        };
        QCOMPARE(shown.mid(0, expected.size()), expected);
        QCOMPARE(shown.last(), QStringLiteral("  epoch | int |  |  |  |  | 50"));
    }

    void keepsTheRulesOfModels()
    {
        CheckpointModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setContent(contentOf(trainingCheckpoint()));
        EntryQuery filtered;
        filtered.filter.text = "bias";
        model.setContent(contentOf(trainingCheckpoint(), filtered));
        QCOMPARE(model.rowCount(model.index(0, 0)), 2);
        model.setContent({});
        QCOMPARE(model.rowCount(), 0);
    }

    void rowsAndColumnsPastTheEndAreInvalid()
    {
        CheckpointModel model;
        model.setContent(contentOf(trainingCheckpoint()));
        const QModelIndex root = model.index(0, 0);
        QVERIFY(!model.index(1, 0).isValid());
        QVERIFY(!model.index(-1, 0).isValid());
        QVERIFY(!model.index(0, model.columnCount()).isValid());
        QVERIFY(!model.index(0, -1).isValid());
        QVERIFY(model.index(2, 0, root).isValid());
        QVERIFY(!model.index(3, 0, root).isValid());
        const QModelIndex leaf = model.index(2, 0, root);
        QVERIFY(!model.index(0, 0, leaf).isValid());
        // Only the first column has children.
        QVERIFY(!model.index(0, 0, model.index(0, 1)).isValid());
    }

    void parentOfEveryRowIsWhereItWasFound()
    {
        CheckpointModel model;
        model.setContent(contentOf(trainingCheckpoint()));
        const EntryTree &entries = model.content().checkpoint->entries;
        for (EntryId id = 1; id < entries.size(); ++id) {
            const QModelIndex index = model.indexOf(id);
            QCOMPARE(model.entry(index), id);
            QCOMPARE(model.entry(index.parent()), entries[id].parent);
            QCOMPARE(model.index(index.row(), 0, index.parent()), index);
        }
    }

    void statisticsShowAsSoonAsTheyAreKnown()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        CheckpointModel model;
        model.setContent(contentOf(checkpoint));
        const auto stats = std::make_shared<EntryStats>(checkpoint, std::stop_token());
        model.setStats(stats);
        const EntryId weight = checkpoint->entries.find("net/fc.0.weight");
        const auto cell = [&](EntryColumn column, int role = Qt::DisplayRole) {
            return model.indexOf(weight, column).data(role).toString();
        };
        QCOMPARE(cell(EntryColumn::Mean), QString());
        QCOMPARE(cell(EntryColumn::Value), QString());
        TensorStats numbers;
        numbers.count = 9408;
        numbers.min = -0.25;
        numbers.max = 0.5;
        numbers.mean = 0.0123456789;
        numbers.std = 0.1;
        numbers.zeros = 2352;
        numbers.nan = 3;
        stats->put(stats->pieceOf(weight), numbers);
        const QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.refresh({weight});
        QCOMPARE(changes.size(), 1);
        QCOMPARE(changes[0][0].toModelIndex(), model.indexOf(weight));
        QCOMPARE(cell(EntryColumn::Mean), QStringLiteral("0.01235"));
        QCOMPARE(cell(EntryColumn::Mean, Qt::ToolTipRole), QStringLiteral("0.0123456789"));
        QCOMPARE(cell(EntryColumn::Zeros), QStringLiteral("25 %"));
        QCOMPARE(cell(EntryColumn::Zeros, Qt::ToolTipRole), QStringLiteral("2,352 of 9,408 values are zero"));
        QCOMPARE(cell(EntryColumn::NotFinite), QStringLiteral("3"));
        QCOMPARE(cell(EntryColumn::Value), QStringLiteral("3 NaN · -0.25 … 0.5"));
        QVERIFY(cell(EntryColumn::Value, Qt::ToolTipRole).startsWith(QStringLiteral("3 of 9,408 values are NaN.")));
    }

    void rowsWithProblemsAndThoseAboveThemSaySo()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        CheckpointModel model;
        model.setContent(contentOf(checkpoint));
        const auto stats = std::make_shared<EntryStats>(checkpoint, std::stop_token());
        model.setStats(stats);
        const auto tip = [&](const char *path) {
            return model.indexOf(checkpoint->entries.find(path)).data(Qt::ToolTipRole).toString();
        };
        const auto background = [&](const char *path) {
            return model.indexOf(checkpoint->entries.find(path)).data(Qt::BackgroundRole);
        };
        TensorStats sick;
        sick.count = 64;
        sick.nan = 64;
        stats->put(stats->pieceOf(checkpoint->entries.find("net/fc.0.bias")), sick);
        TensorStats sound;
        sound.count = 9408;
        sound.min = -1;
        sound.max = 1;
        stats->put(stats->pieceOf(checkpoint->entries.find("net/fc.0.weight")), sound);
        QVERIFY(tip("net/fc.0.bias").contains(QStringLiteral("64 of 64 values are NaN.")));
        QVERIFY(background("net/fc.0.bias").isValid());
        QVERIFY(tip("net").endsWith(QStringLiteral("Below: NaN")));
        QVERIFY(tip("").endsWith(QStringLiteral("Below: NaN")));
        QVERIFY(!tip("net/fc.0.weight").contains(QStringLiteral("NaN")));
        QVERIFY(!background("net/fc.0.weight").isValid());
        QVERIFY(!tip("optimizer").contains(QStringLiteral("NaN")));
    }

    void entryThatIsFilteredOutHasNoIndex()
    {
        CheckpointModel model;
        EntryQuery query;
        query.filter.text = "epoch";
        const CheckpointPtr checkpoint = trainingCheckpoint();
        model.setContent(contentOf(checkpoint, query));
        QVERIFY(model.indexOf(checkpoint->entries.find("epoch")).isValid());
        QVERIFY(!model.indexOf(checkpoint->entries.find("net/fc.0.weight")).isValid());
        QVERIFY(!model.indexOf(kNoEntry).isValid());
    }

    void sortRoleIsTheRawValue()
    {
        CheckpointModel model;
        const CheckpointPtr checkpoint = trainingCheckpoint();
        model.setContent(contentOf(checkpoint));
        const EntryId weight = checkpoint->entries.find("net/fc.0.weight");
        const auto raw = [&](EntryId id, EntryColumn column) {
            return model.indexOf(id, column).data(CheckpointModel::SortRole);
        };
        QCOMPARE(raw(weight, EntryColumn::Bytes), QVariant(37632.0));
        QCOMPARE(raw(weight, EntryColumn::Shape), QVariant(9408.0));
        QCOMPARE(raw(weight, EntryColumn::Value), QVariant());
        QCOMPARE(raw(checkpoint->entries.find("epoch"), EntryColumn::Value), QVariant(50.0));
    }

    void tooltipsSayWhatTheCellsRound()
    {
        CheckpointModel model;
        const CheckpointPtr checkpoint =
            named(built(dict({{"lr", 0.00012345678}, {"w", tensor({100, 100})}})), "a.pth");
        model.setContent(contentOf(checkpoint));
        const auto tip = [&](const char *path, EntryColumn column) {
            return model.indexOf(checkpoint->entries.find(path), column).data(Qt::ToolTipRole).toString();
        };
        const auto cell = [&](const char *path, EntryColumn column) {
            return model.indexOf(checkpoint->entries.find(path), column).data().toString();
        };
        QCOMPARE(cell("lr", EntryColumn::Value), QStringLiteral("0.0001235"));
        QCOMPARE(tip("lr", EntryColumn::Value), QStringLiteral("0.00012345678"));
        QCOMPARE(cell("w", EntryColumn::Bytes), QStringLiteral("40.0 KB"));
        QCOMPARE(tip("w", EntryColumn::Bytes), QStringLiteral("40,000 bytes"));
        QCOMPARE(tip("w", EntryColumn::Shape), QStringLiteral("(100, 100)\n10,000 elements"));
    }

    void everyRowOfASectionKnowsItsRole()
    {
        CheckpointModel model;
        const CheckpointPtr checkpoint = trainingCheckpoint();
        model.setContent(contentOf(checkpoint));
        const auto role = [&](const char *path) {
            return model.indexOf(checkpoint->entries.find(path)).data(CheckpointModel::SectionRole);
        };
        QCOMPARE(role("net/fc.0.bias"), QVariant(static_cast<int>(Role::Model)));
        QCOMPARE(role("optimizer/state/0"), QVariant(static_cast<int>(Role::Optimizer)));
        QCOMPARE(role("epoch"), QVariant(static_cast<int>(Role::Epoch)));
        QCOMPARE(role(""), QVariant());
    }

    void idsInParamGroupsAreNamedToo()
    {
        CheckpointModel model;
        const CheckpointPtr checkpoint = trainingCheckpoint();
        model.setContent(contentOf(checkpoint));
        const EntryId first = checkpoint->entries.find("optimizer/param_groups/0/params/1");
        QCOMPARE(model.indexOf(first).data().toString(), QStringLiteral("1 · fc.0.bias"));
    }

    void swappingContentIsOneReset()
    {
        CheckpointModel model;
        QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
        model.setContent(contentOf(flatCheckpoint(1000)));
        QCOMPARE(resets.size(), 1);
        QCOMPARE(model.rowCount(model.index(0, 0)), 1000);
    }
};

QTEST_MAIN(CheckpointModelTest)
#include "checkpoint_model_test.moc"
