// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/held_disk.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/models/compare_model.h"
#include "ui/models/compare_scan.h"
#include "ui/models/compare_summary.h"
#include "ui/models/compare_text.h"
#include "ui/models/compare_values_model.h"

#include <QtTest/QAbstractItemModelTester>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

#include <cmath>
#include <limits>
#include <set>

using namespace waypoint;
using namespace waypoint::test;

namespace {

CheckpointPtr checkpointOf(const std::vector<Pair> &items) { return built(dict(items)); }

/// A model of three layers, the second of which has a counter, an optimizer, and a few values.
CheckpointPtr trained(std::int64_t epoch, double lr)
{
    const Any net = dict({{"conv1.weight", tensor({6, 1, 5, 5})},
                          {"conv1.bias", tensor({6})},
                          {"bn.weight", tensor({6})},
                          {"bn.num_batches_tracked", tensor({}, {.dtype = DType::Int64})},
                          {"fc.weight", tensor({10, 6})},
                          {"fc.bias", tensor({10})}});
    const Any state = dict({{0, momentumOf({6, 1, 5, 5})},
                            {1, momentumOf({6})},
                            {2, momentumOf({6})},
                            {3, momentumOf({10, 6})},
                            {4, momentumOf({10})}});
    auto keys = sgdKeys();
    keys.front().second = lr;
    const Any optimizer = dict({{"state", state}, {"param_groups", list({group(keys, firstIds(5))})}});
    return checkpointOf({{"net", net}, {"optimizer", optimizer}, {"epoch", epoch}});
}

CompareContentPtr contentOfTwo(const CheckpointPtr &a, const CheckpointPtr &b)
{
    return layOutComparison(DiffSide{a, kRootEntry}, DiffSide{b, kRootEntry});
}

std::size_t indexOf(const CompareContent &content, const std::string &name)
{
    for (std::size_t i = 0; i < content.names.size(); ++i)
        if (content.names[i] == name)
            return i;
    return content.names.size();
}

TensorDifference same(double norm = 1) { return {.count = 10, .normA = norm, .normB = norm, .dot = norm * norm}; }

TensorDifference moved(double relative, double norm = 1)
{
    return {.count = 10,
            .changed = 4,
            .l2 = relative * norm,
            .maxAbs = relative * norm / 2,
            .normA = norm,
            .normB = norm,
            .dot = norm * norm * (1 - relative * relative / 2)};
}

/// Numbers for every tensor: `changes` by name, all others the same.
std::shared_ptr<CompareNumbers> numbersOf(const CompareContentPtr &content,
                                          const std::map<std::string, TensorDifference> &changes)
{
    auto numbers = std::make_shared<CompareNumbers>(content);
    for (std::size_t i = 0; i < numbers->size(); ++i)
        if (numbers->isPending(i))
            numbers->put(i, changes.contains(content->names[i]) ? changes.at(content->names[i]) : same());
    return numbers;
}

QStringList shownNames(const CompareNumbers &numbers, const CompareQuery &query)
{
    QStringList names;
    const CompareOrderPtr order = arrangeCompared(numbers, query);
    for (const std::uint32_t tensor : order->shown)
        names << QString::fromStdString(numbers.content()->names[tensor]);
    return names;
}

CompareQuery everything()
{
    CompareQuery query;
    query.filter.onlyDifferences = false;
    return query;
}

CompareQuery filtered(const std::string &text)
{
    CompareQuery query = everything();
    query.sorted = false;
    query.filter.text = text;
    return query;
}

}  // namespace

class CompareModelTest : public QObject
{
    Q_OBJECT

private:
    CompareContentPtr m_content;
    std::shared_ptr<CompareNumbers> m_numbers;

    [[nodiscard]] CompareSummary summary() const { return summaryOf(*m_content, *tallyOf(*m_numbers)); }

private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates)); }

    void init()
    {
        m_content = contentOfTwo(trained(9, 0.1), trained(49, 0.01));
        m_numbers = numbersOf(m_content, {{"net/fc.weight", moved(0.08)},
                                          {"net/fc.bias", moved(0.02)},
                                          {"net/bn.weight", moved(0.002)},
                                          {"net/bn.num_batches_tracked", moved(4, 1000)}});
    }

    void whatChangedMostComesFirst()
    {
        CompareQuery query;
        query.filter.text = "net";
        const QStringList expected{QStringLiteral("net/bn.num_batches_tracked"), QStringLiteral("net/fc.weight"),
                                   QStringLiteral("net/fc.bias"), QStringLiteral("net/bn.weight")};
        QCOMPARE(shownNames(*m_numbers, query), expected);
        query.descending = false;
        QCOMPARE(shownNames(*m_numbers, query), QStringList(expected.rbegin(), expected.rend()));
    }

    void weightsComeBeforeWhatTheOptimizerHolds()
    {
        const std::string momentum = "optimizer/state/0/momentum_buffer";
        const auto numbers = numbersOf(m_content, {{"net/fc.weight", moved(0.08)}, {momentum, moved(8)}});
        QVERIFY(indexOf(*m_content, momentum) < m_content->names.size());
        CompareQuery query;
        const QStringList expected{QStringLiteral("net/fc.weight"), QString::fromStdString(momentum)};
        for (const bool descending : {true, false}) {
            query.descending = descending;
            QCOMPARE(shownNames(*numbers, query), expected);
        }
    }

    void whatIsNotKnownComesLastInBothOrders()
    {
        const auto numbers = std::make_shared<CompareNumbers>(m_content);
        numbers->put(indexOf(*m_content, "net/fc.bias"), moved(0.5));
        CompareQuery query;
        query.filter.text = "net";
        for (const bool descending : {true, false}) {
            query.descending = descending;
            const QStringList names = shownNames(*numbers, query);
            QCOMPARE(names.size(), 6);
            QCOMPARE(names.first(), QStringLiteral("net/fc.bias"));
        }
    }

    void filterTakesWordsPatternsAndStatuses()
    {
        QCOMPARE(shownNames(*m_numbers, filtered("conv1 bias")), QStringList(QStringLiteral("net/conv1.bias")));
        QCOMPARE(shownNames(*m_numbers, filtered("*.bias")),
                 QStringList({QStringLiteral("net/conv1.bias"), QStringLiteral("net/fc.bias")}));
        QCOMPARE(shownNames(*m_numbers, filtered("net/fc")),
                 QStringList({QStringLiteral("net/fc.weight"), QStringLiteral("net/fc.bias")}));
        CompareQuery query = filtered("net/*");
        query.filter.onlyDifferences = true;
        QCOMPARE(shownNames(*m_numbers, query).size(), 4);
        // A picked status shows what the switch would leave out.
        query.filter.statuses = {DiffStatus::Same};
        QCOMPARE(shownNames(*m_numbers, query),
                 QStringList({QStringLiteral("net/conv1.weight"), QStringLiteral("net/conv1.bias")}));
    }

    void cellsHaveFourDigitsAndTooltipsAll()
    {
        CompareModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto numbers = numbersOf(m_content, {{"net/fc.weight", moved(0.0812345678, 2)}});
        model.setContent(numbers, arrangeCompared(*numbers, CompareQuery()));
        QCOMPARE(model.rowCount(), 1);
        QStringList cells;
        for (int column = 0; column < model.columnCount(); ++column)
            cells << model.index(0, column).data().toString();
        QCOMPARE(cells, QStringList({QStringLiteral("net/fc.weight"), QStringLiteral("changed"), QStringLiteral("10×6"),
                                     QStringLiteral("8.123 %"), QStringLiteral("0.1625"), QStringLiteral("0.08123"),
                                     QStringLiteral("0.9967"), QStringLiteral("40 %")}));
        const QString tip = model.index(0, static_cast<int>(CompareColumn::L2)).data(Qt::ToolTipRole).toString();
        QCOMPARE(tip.toDouble(), 0.0812345678 * 2);
        const QStringList copied = model.line(*model.tensor(model.index(0, 0))).split(QLatin1Char('\t'));
        QCOMPARE(copied.size(), kCompareColumns);
        QCOMPARE(copied[3].toDouble(), 0.0812345678);
        QCOMPARE(copied[7].toDouble(), 0.4);
        model.setContent(numbers, arrangeCompared(*numbers, everything()));
        QCOMPARE(model.rowCount(), static_cast<int>(m_content->names.size()));
        model.setContent(nullptr, nullptr);
        QCOMPARE(model.rowCount(), 0);
    }

    void barsAreLogarithmicAndNeverHideAChange()
    {
        QCOMPARE(compare_text::barOf(0), 0.0);
        QCOMPARE(compare_text::barOf(1), 1.0);
        QCOMPARE(compare_text::barOf(std::numeric_limits<double>::infinity()), 1.0);
        QVERIFY(compare_text::barOf(1e-12) > 0);
        QVERIFY(compare_text::barOf(1e-12) < compare_text::barOf(1e-3));
        const double step = compare_text::barOf(0.1) - compare_text::barOf(0.01);
        QVERIFY(std::abs(compare_text::barOf(0.01) - compare_text::barOf(0.001) - step) < 1e-12);
    }

    void failuresAndWhatHasNoNumbersSaySo()
    {
        const auto numbers = std::make_shared<CompareNumbers>(m_content);
        const std::size_t broken = indexOf(*m_content, "net/fc.weight");
        numbers->put(broken, Error{ErrorCode::Truncated, "zip: entry 'data/3' runs past the end", {}, {}, {}});
        QCOMPARE(compare_text::cell(*numbers, broken, CompareColumn::Status), QStringLiteral("unreadable"));
        QVERIFY(compare_text::tip(*numbers, broken, CompareColumn::Status).contains(QStringLiteral("data/3")));
        QCOMPARE(tallyOf(*numbers)->failed, 1u);
        QCOMPARE(summaryOf(*m_content, *tallyOf(*numbers)).kind, CompareSummary::Kind::Running);
    }

    void theSummaryNamesHowMuchWhereAndWhatIsFrozen()
    {
        const CompareSummary said = summary();
        QCOMPARE(said.kind, CompareSummary::Kind::Differs);
        QVERIFY2(said.headline.startsWith(QStringLiteral("4 of 6 tensors of the model changed; relative change ")),
                 qPrintable(said.headline));
        // Counters take no part in how much the weights changed.
        QVERIFY2(said.headline.contains(QStringLiteral("largest in fc.weight (8 %)")), qPrintable(said.headline));
        QVERIFY2(said.headline.endsWith(QStringLiteral("1 layer did not change: conv1.")), qPrintable(said.headline));
        QVERIFY2(said.details.contains(QStringLiteral("optimizer: 0 of 5 tensors changed")), qPrintable(said.details));
        QVERIFY2(said.details.contains(QStringLiteral("settings and values differ")), qPrintable(said.details));
    }

    void equalFilesAndStrangersAreToldPlainly()
    {
        m_content = contentOfTwo(trained(9, 0.1), trained(9, 0.1));
        m_numbers = numbersOf(m_content, {});
        QCOMPARE(summary().kind, CompareSummary::Kind::Same);
        QVERIFY2(summary().headline.startsWith(QStringLiteral("A and B hold the same: all 11 tensors and ")),
                 qPrintable(summary().headline));
        m_content = contentOfTwo(checkpointOf({{"encoder.weight", tensor({2, 3})}}),
                                 checkpointOf({{"decoder.bias", tensor({7})}}));
        m_numbers = numbersOf(m_content, {});
        QCOMPARE(summary().kind, CompareSummary::Kind::Nothing);
        QVERIFY2(summary().details.contains(QStringLiteral("encoder.weight")), qPrintable(summary().details));
        QVERIFY2(summary().details.contains(QStringLiteral("decoder.bias")), qPrintable(summary().details));
    }

    void shapesAndTypesThatDifferShowBoth()
    {
        m_content = contentOfTwo(
            checkpointOf({{"a.weight", tensor({2, 3})}, {"b.weight", tensor({4})}}),
            checkpointOf({{"a.weight", tensor({2, 5})}, {"b.weight", tensor({4}, {.dtype = DType::Float16})}}));
        m_numbers = numbersOf(m_content, {{"b.weight", moved(1e-4)}});
        QCOMPARE(compare_text::cell(*m_numbers, 0, CompareColumn::Status), QStringLiteral("reshaped"));
        QCOMPARE(compare_text::cell(*m_numbers, 0, CompareColumn::Shape), QStringLiteral("2×3 → 2×5"));
        QCOMPARE(compare_text::cell(*m_numbers, 1, CompareColumn::Status), QStringLiteral("retyped"));
        QCOMPARE(compare_text::cell(*m_numbers, 1, CompareColumn::Shape), QStringLiteral("4 · float32 → float16"));
        QVERIFY2(summary().headline.contains(QStringLiteral("1 of another shape; 1 of another dtype")),
                 qPrintable(summary().headline));
    }

    void settingsStandSideBySide()
    {
        CompareValuesModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setContent(m_content, arrangeCompared(*m_numbers, CompareQuery()));
        QStringList rows;
        for (int row = 0; row < model.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < model.columnCount(); ++column)
                cells << model.index(row, column).data().toString();
            rows << cells.join(QStringLiteral(" | "));
        }
        rows.sort();
        QCOMPARE(rows, QStringList({QStringLiteral("epoch | 9 | 49 | +40"),
                                    QStringLiteral("optimizer/param_groups/0/lr | 0.1 | 0.01 | × 0.1")}));
        model.setContent(m_content, arrangeCompared(*m_numbers, everything()));
        QVERIFY(model.rowCount() > 2);
    }

    void theSelectedTensorIsComparedBeforeTheOthers()
    {
        const auto disk = std::make_shared<Disk>();
        disk->hold();
        const std::vector<std::int64_t> lengths(200, 4);
        const CompareContentPtr content = contentOfTwo(tensorsOn(disk, lengths), tensorsOn(disk, lengths, 1000));
        CompareScan scan;
        std::multiset<std::size_t> told;
        connect(&scan, &CompareScan::arrived, this,
                [&](const std::vector<std::size_t> &tensors) { told.insert(tensors.begin(), tensors.end()); });
        scan.begin(Comparison::of(content));
        QTRY_VERIFY(disk->waiting() > 0);
        scan.want(180);
        disk->release();
        QTRY_COMPARE(scan.state(), CompareScan::State::Finished);
        QCOMPARE(scan.progress(), 1.0);
        QCOMPARE(told.size(), 200u);
        QCOMPARE(std::set<std::size_t>(told.begin(), told.end()).size(), 200u);
        // All float32 of record 7 are 7: those of B are 1000 larger.
        QCOMPARE(scan.comparison()->numbers->known(180)->maxAbs, 1000.0);
        const std::vector<std::uint64_t> begun = disk->begun();
        const auto placeOf = [&](std::uint64_t record) {
            return std::find(begun.begin(), begun.end(), record) - begun.begin();
        };
        QVERIFY(placeOf(180) < placeOf(170));
        QVERIFY(placeOf(180) < placeOf(199));
    }

    void aStoppedScanStillComparesWhatIsSelectedAndGoesOn()
    {
        const auto disk = std::make_shared<Disk>();
        disk->hold();
        const std::vector<std::int64_t> lengths(300, 4);
        const CompareContentPtr content = contentOfTwo(tensorsOn(disk, lengths), tensorsOn(disk, lengths, 1000));
        CompareScan scan;
        scan.begin(Comparison::of(content));
        QTRY_VERIFY(disk->waiting() > 0);
        scan.stop();
        disk->release();
        scan.want(250);
        const CompareNumbersPtr numbers = scan.comparison()->numbers;
        QTRY_VERIFY(numbers->known(250));
        QCOMPARE(scan.state(), CompareScan::State::Stopped);
        QVERIFY(numbers->isPending(251));
        scan.resume();
        QTRY_COMPARE(scan.state(), CompareScan::State::Finished);
        QVERIFY(numbers->known(251));
    }
};

QTEST_MAIN(CompareModelTest)
#include "compare_model_test.moc"
