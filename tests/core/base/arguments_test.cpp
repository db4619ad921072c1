// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/base/arguments.h"

#include <array>
#include <cmath>

using namespace waypoint;

namespace {

using Integers = std::vector<std::int64_t>;
using Numbers = std::vector<double>;

/// The detail of what went wrong, empty where nothing did.
template<typename T>
std::string complaint(const Result<T> &result)
{
    return result ? std::string() : result.error().detail;
}

}  // namespace

class ArgumentsTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pairsAreSplitAtTheFirstEqualsSign()
    {
        const std::vector<std::string> pairs{"T_max=60", " gamma = 0.5 ", "note=a=b", "T_max=70", "empty="};
        const auto arguments = Arguments::parse(pairs);
        QVERIFY(arguments);
        QCOMPARE(*arguments, Arguments({{"T_max", "70"}, {"gamma", "0.5"}, {"note", "a=b"}, {"empty", ""}}));
    }

    void aPairWithoutKeyOrEqualsSignIsRefused()
    {
        for (const auto *pair : {"T_max", "=3", ""}) {
            const auto arguments = Arguments::parse(std::vector<std::string>{pair});
            QVERIFY(!arguments);
            QCOMPARE(arguments.error().code, ErrorCode::BadArgument);
            QVERIFY(arguments.error().detail.find("expected KEY=VALUE") != std::string::npos);
        }
    }

    void numbersReadAsPythonWritesThem()
    {
        const Arguments arguments{{"lr", "1e-3"}, {"dot", ".5"},    {"plus", "+2"}, {"big", "1_000"},
                                  {"up", "inf"},  {"down", "-inf"}, {"nan", "nan"}, {"word", "fast"}};
        QCOMPARE(*arguments.number("lr", 0), 1e-3);
        QCOMPARE(*arguments.number("dot", 0), 0.5);
        QCOMPARE(*arguments.number("plus", 0), 2.0);
        QCOMPARE(*arguments.number("big", 0), 1000.0);
        QVERIFY(*arguments.number("up", 0) > 1e308);
        QVERIFY(*arguments.number("down", 0) < -1e308);
        QVERIFY(std::isnan(*arguments.number("nan", 0)));
        QCOMPARE(*arguments.number("absent", 0.25), 0.25);
        QCOMPARE(complaint(arguments.number("word", 0)), std::string("word=fast: expected a number"));
    }

    void wholeNumbersAreWholeAndFit()
    {
        const Arguments arguments{{"n", "-3"}, {"half", "2.5"}, {"huge", "99999999999999999999"}, {"none", ""}};
        QCOMPARE(*arguments.integer("n", 0), -3);
        QCOMPARE(*arguments.integer("absent", 7), 7);
        for (const auto *key : {"half", "huge", "none"})
            QVERIFY(complaint(arguments.integer(key, 0)).ends_with("expected a whole number"));
    }

    void flagsAreTrueOrFalseInBothSpellings()
    {
        const Arguments arguments{{"a", "true"}, {"b", "True"}, {"c", "1"}, {"d", "False"}, {"e", "0"}, {"f", "yes"}};
        for (const auto *key : {"a", "b", "c"})
            QVERIFY(*arguments.flag(key, false));
        for (const auto *key : {"d", "e"})
            QVERIFY(!*arguments.flag(key, true));
        QVERIFY(*arguments.flag("absent", true));
        QCOMPARE(complaint(arguments.flag("f", false)), std::string("f=yes: expected true or false"));
    }

    void listsMayStandInBrackets()
    {
        const Arguments arguments{{"a", "10,20"}, {"b", "[10, 20]"}, {"c", "(10,)"}, {"d", "[]"},
                                  {"e", "1,,2"},  {"f", "0.9,0.95"}, {"g", "1,x"}};
        QCOMPARE(*arguments.integers("a", {}), (Integers{10, 20}));
        QCOMPARE(*arguments.integers("b", {}), (Integers{10, 20}));
        QCOMPARE(*arguments.integers("c", {}), (Integers{10}));
        QCOMPARE(*arguments.integers("d", {1}), Integers());
        QCOMPARE(*arguments.integers("absent", {4}), (Integers{4}));
        QVERIFY(!arguments.integers("e", {}));
        QCOMPARE(*arguments.numbers("f", {}), (Numbers{0.9, 0.95}));
        QCOMPARE(complaint(arguments.numbers("g", {})), std::string("g=1,x: expected numbers separated by commas"));
    }

    void anUnknownKeyIsNamedWithTheKnownOnes()
    {
        constexpr std::array<std::string_view, 2> known{"step_size", "gamma"};
        QVERIFY(Arguments({{"gamma", "1"}}).onlyKnows(known, "StepLR"));
        QCOMPARE(complaint(Arguments({{"gama", "1"}}).onlyKnows(known, "StepLR")),
                 std::string("StepLR has no setting 'gama'; it takes step_size, gamma"));
        QCOMPARE(complaint(Arguments({{"gama", "1"}}).onlyKnows({}, "none")),
                 std::string("none has no setting 'gama'; it takes no settings"));
    }
};

QTEST_GUILESS_MAIN(ArgumentsTest)
#include "arguments_test.moc"
