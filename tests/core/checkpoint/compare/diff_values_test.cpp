// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/compare/diff_text.h"
#include "tests/support/optimizer_builder.h"

#include <QElapsedTimer>
#include <QTest>

#include <cmath>
#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

Any bigInteger(const std::string &decimal)
{
    return Any::Make([=](ValueTree &tree) { return tree.addBigInt(decimal); });
}

Any bytes(const std::string &content)
{
    return Any::Make([=](ValueTree &tree) { return tree.addBytes(content); });
}

/// A dict that holds itself.
Any cyclic(int number)
{
    return Any::Make([=](ValueTree &tree) {
        const ValueId dict = tree.addContainer(ValueKind::Dict);
        const std::vector<ValueId> items{tree.addStr("self"), dict, tree.addStr("number"), tree.addInt(number)};
        tree.append(dict, items);
        return dict;
    });
}

Any adamWith(std::vector<Pair> keys)
{
    return optimizer(stateOf({0}, {{4, 4}}, momentsOf), {group(std::move(keys), {0})});
}

}  // namespace

/// What is said about values that are no tensors.
class DiffValuesTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void scalars_data();
    void scalars();
    void listsOfScalarsAreOneValue();
    void dictsGoByKey();
    void containersOnOneSideAreOneRow();
    void settingsOfOptimizers();
    void parameterIdsSayNothing();
    void aTensorAndANumber();
    void aTensorThatIsNotThereYet();
    void otherKindsOfContainers();
    void valuesThatHoldThemselves();
    void sharedValues();
    void keysThatLookAlike();
    void textArrays();
    void hundredThousandValues();
};

void DiffValuesTest::scalars_data()
{
    QTest::addColumn<int>("row");
    QTest::addColumn<QStringList>("wanted");
    const QStringList same;
    const QStringList differs{"v | v"};
    const QStringList type{"v | v | type"};
    QTest::newRow("integers") << 0 << differs;
    QTest::newRow("equal integers") << 1 << same;
    QTest::newRow("1 and 1.0") << 2 << type;
    QTest::newRow("True and 1") << 3 << type;
    QTest::newRow("NaN and NaN") << 4 << same;
    QTest::newRow("NaN and 0") << 5 << differs;
    QTest::newRow("-0.0 and 0.0") << 6 << same;
    QTest::newRow("None and None") << 7 << same;
    QTest::newRow("None and 0") << 8 << differs;
    QTest::newRow("text") << 9 << differs;
    QTest::newRow("equal text") << 10 << same;
    QTest::newRow("1 and '1'") << 11 << differs;
    QTest::newRow("long integers") << 12 << differs;
    QTest::newRow("equal long integers") << 13 << same;
    QTest::newRow("2**53 + 1 and 2.0**53") << 14 << differs;
    QTest::newRow("2**63 as int and float") << 15 << differs;
    QTest::newRow("bytes") << 16 << differs;
    QTest::newRow("bytes and text") << 17 << differs;
    QTest::newRow("infinity and the largest integer") << 18 << differs;
    QTest::newRow("classes by name") << 19 << differs;
}

void DiffValuesTest::scalars()
{
    const std::vector<std::pair<Any, Any>> rows{
        {3, 4},
        {3, 3},
        {1, 1.0},
        {true, 1},
        {kNan, kNan},
        {kNan, 0.0},
        {-0.0, 0.0},
        {nullptr, nullptr},
        {nullptr, 0},
        {"cosine", "linear"},
        {"cosine", "cosine"},
        {1, "1"},
        {bigInteger("36893488147419103232"), bigInteger("36893488147419103233")},
        {bigInteger("36893488147419103232"), bigInteger("36893488147419103232")},
        {std::int64_t(9007199254740993), 9007199254740992.0},
        {std::numeric_limits<std::int64_t>::max(), 9223372036854775808.0},
        {bytes("ab"), bytes("ac")},
        {bytes("ab"), "ab"},
        {std::numeric_limits<double>::infinity(), std::numeric_limits<std::int64_t>::max()},
        {global("torch.float32"), global("torch.float16")},
    };
    QFETCH(int, row);
    QFETCH(QStringList, wanted);
    const auto &[a, b] = rows[static_cast<std::size_t>(row)];
    const auto diff = diffOf(dict({{"v", a}}), dict({{"v", b}}));
    QCOMPARE(diff.values.size(), std::size_t(1));
    QCOMPARE(valueText(diff), wanted);
    QCOMPARE(valueText(diffOf(dict({{"v", b}}), dict({{"v", a}}))), wanted);
}

void DiffValuesTest::listsOfScalarsAreOneValue()
{
    const auto diff =
        diffOf(dict({{"betas", tuple({0.9, 0.999})}, {"same", list({1, list({2, 3})})}, {"type", tuple({1, 2})}}),
               dict({{"betas", tuple({0.95, 0.999})}, {"same", list({1, list({2, 3})})}, {"type", list({1, 2})}}));
    QCOMPARE(diff.values.size(), std::size_t(3));
    QCOMPARE(valueText(diff), (QStringList{"betas | betas", "type | type | type"}));
    QCOMPARE(valueText(diffOf(dict({{"losses", list({0.3, 0.2})}}), dict({{"losses", list({0.3, 0.2, 0.1})}}))),
             QStringList{"losses | losses"});
    QCOMPARE(valueText(diffOf(dict({{"l", list({kNan})}}), dict({{"l", list({kNan})}}))), QStringList());
}

void DiffValuesTest::dictsGoByKey()
{
    const auto diff = diffOf(dict({{"config", dict({{"lr", 0.1}, {"name", "a"}, {"depth", 3}})}}),
                             dict({{"config", dict({{"depth", 4}, {"width", 7}, {"lr", 0.1}})}}));
    QCOMPARE(valueText(diff), (QStringList{"config/name | -", "config/depth | config/depth", "- | config/width"}));
    QCOMPARE(diff.values.front().path, std::string("config/lr"));
}

void DiffValuesTest::containersOnOneSideAreOneRow()
{
    const auto config = dict({{"a", 1}, {"b", dict({{"c", 2}, {"d", list({1, 2})}})}});
    QCOMPARE(valueText(diffOf(dict({{"epoch", 1}, {"config", config}}), dict({{"epoch", 1}}))),
             QStringList{"config | -"});
    // Tensors are rows of their own; the optimizer's settings are told once.
    const auto net = stateDict({{"w", {4, 4}}});
    const auto diff = diffOf(dict({{"net", net}, {"opt", sgd({{4, 4}})}, {"x", 1}}), dict({{"net", net}, {"x", 1}}));
    QCOMPARE(valueText(diff), QStringList{"opt | -"});
    QCOMPARE(tensorText(diff), (QStringList{"net/w | net/w | path", "opt/state/0/momentum_buffer | -"}));
}

void DiffValuesTest::settingsOfOptimizers()
{
    auto other = adamKeys();
    other[0].second = 0.01;
    other[1].second = tuple({0.5, 0.999});
    other.emplace_back("decoupled_weight_decay", true);
    const auto diff =
        diffOf(dict({{"opt", adamWith(adamKeys())}, {"epoch", 3}}), dict({{"opt", adamWith(other)}, {"epoch", 4}}));
    QCOMPARE(valueText(diff), (QStringList{"opt/param_groups/0/lr | opt/param_groups/0/lr",
                                           "opt/param_groups/0/betas | opt/param_groups/0/betas",
                                           "- | opt/param_groups/0/decoupled_weight_decay", "epoch | epoch"}));
}

void DiffValuesTest::parameterIdsSayNothing()
{
    const auto a = optimizer(stateOf({0}, {{4}}, momentsOf), {group(adamKeys(), {0})});
    const auto b = optimizer(stateOf({139'000}, {{4}}, momentsOf), {group(adamKeys(), {139'000})});
    QCOMPARE(valueText(diffOf(a, b)), QStringList());
    const auto c = optimizer(stateOf({0}, {{4}}, momentsOf), {group(adamKeys(), {0, 1})});
    QCOMPARE(valueText(diffOf(a, c)), QStringList{"param_groups/0/params | param_groups/0/params"});
}

void DiffValuesTest::aTensorAndANumber()
{
    // PyTorch kept an optimizer's step as a number first, and as a tensor later.
    const auto diff = diffOf(dict({{"step", tensor({})}, {"w", tensor({2})}}), dict({{"step", 5}, {"w", tensor({2})}}));
    QCOMPARE(valueText(diff), QStringList{"step | step"});
    QCOMPARE(tensorText(diff), QStringList{"w | w | path"});
}

void DiffValuesTest::aTensorThatIsNotThereYet()
{
    const auto diff = diffOf(dict({{"momentum_buffer", nullptr}}), dict({{"momentum_buffer", tensor({2})}}));
    QCOMPARE(valueText(diff), QStringList());
    QCOMPARE(tensorText(diff), QStringList{"- | momentum_buffer"});
}

void DiffValuesTest::otherKindsOfContainers()
{
    QCOMPARE(valueText(diffOf(dict({{"v", dict({{"a", 1}})}}), dict({{"v", 3}}))), QStringList{"v | v"});
    QCOMPARE(valueText(diffOf(dict({{"v", dict({{"a", 1}})}}), dict({{"v", nullptr}}))), QStringList{"v | v"});
    QCOMPARE(valueText(diffOf(dict({{"v", dict({})}}), dict({{"v", dict({})}}))), QStringList());
    QCOMPARE(
        valueText(diffOf(dict({{"v", object("Namespace", {{"a", 1}})}}), dict({{"v", object("Config", {{"a", 1}})}}))),
        QStringList{"v | v"});
    QCOMPARE(valueText(diffOf(dict({{"v", object("Namespace", {{"a", 1}})}}),
                              dict({{"v", object("Namespace", {{"a", 2}})}}))),
             QStringList{"v/a | v/a"});
    QCOMPARE(valueText(diffOf(list({1, 2}), list({1, 2}))), QStringList());
    QCOMPARE(valueText(diffOf(Any(3), Any(4))), QStringList{" | "});
}

void DiffValuesTest::valuesThatHoldThemselves()
{
    QCOMPARE(valueText(diffOf(dict({{"c", cyclic(1)}}), dict({{"c", cyclic(1)}}))), QStringList());
    QCOMPARE(valueText(diffOf(dict({{"c", cyclic(1)}}), dict({{"c", cyclic(2)}}))), QStringList{"c/number | c/number"});
    QCOMPARE(valueText(diffOf(cyclic(1), dict({{"self", 3}, {"number", 1}}))), QStringList{"self | self"});
}

void DiffValuesTest::sharedValues()
{
    const auto weight = shared(tensor({4, 4}));
    const auto config = shared(dict({{"a", list({1, 2})}}));
    const auto a = dict({{"tied", weight}, {"weight", weight}, {"one", config}, {"two", config}});
    const auto diff = diffOf(a, dict({{"tied", tensor({4, 4})},
                                      {"weight", tensor({4, 4})},
                                      {"one", dict({{"a", list({1, 2})}})},
                                      {"two", dict({{"a", list({1, 3})}})}}));
    QCOMPARE(tensorText(diff), (QStringList{"tied | tied | path", "weight | weight | path"}));
    QCOMPARE(valueText(diff), QStringList{"two/a | two/a"});
}

void DiffValuesTest::keysThatLookAlike()
{
    // 1 and "1" are two keys with one text.
    const auto a = dict({{1, "int"}, {"1", "str"}, {"a/b", 1}, {tuple({1, 2}), 2}});
    QCOMPARE(valueText(diffOf(a, a)), QStringList());
    const auto diff = diffOf(a, dict({{1, "int"}, {"1", "other"}, {"a/b", 2}, {tuple({1, 2}), 2}}));
    QCOMPARE(diff.values.size(), std::size_t(4));
    QCOMPARE(valueText(diff), (QStringList{"1 | 1", "a%2Fb | a%2Fb"}));
}

void DiffValuesTest::textArrays()
{
    const auto names = [](const std::string &content) {
        return Any::Make([=](ValueTree &tree) {
            ArrayValue value;
            value.dtype = "<U1";
            value.shape = {2};
            value.data = tree.addBytes(content);
            return tree.addArray(std::move(value));
        });
    };
    QCOMPARE(valueText(diffOf(dict({{"n", names("ab")}}), dict({{"n", names("ab")}}))), QStringList());
    QCOMPARE(valueText(diffOf(dict({{"n", names("ab")}}), dict({{"n", names("ac")}}))), QStringList{"n | n"});
}

void DiffValuesTest::hundredThousandValues()
{
    std::vector<Pair> a;
    std::vector<Pair> b;
    for (int i = 0; i < 100'000; ++i) {
        a.emplace_back("value" + std::to_string(i), i);
        b.emplace_back("value" + std::to_string(i + 1), i + 1);
    }
    const auto fileA = file(dict(a));
    const auto fileB = file(dict(b));
    QElapsedTimer timer;
    timer.start();
    const auto diff = matchCheckpoints(side(fileA), side(fileB));
    // A fraction of a second; comparing each with each would take minutes.
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(valueText(diff), (QStringList{"value0 | -", "- | value100000"}));
}

QTEST_GUILESS_MAIN(DiffValuesTest)
#include "diff_values_test.moc"
