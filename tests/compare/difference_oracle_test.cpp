// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/checkpoint/numeric_tensors.h"
#include "core/checkpoint/reader.h"
#include "core/tensor/tensor_difference.h"
#include "core/tensor/tensor_series.h"

#include <QProcess>
#include <QTemporaryDir>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>

using namespace waypoint;
using nlohmann::json;

namespace {

using TensorsByName = std::map<std::string, NumericTensor>;

double numberOf(const json &value)
{
    if (value.is_number())
        return value.get<double>();
    if (value == "NaN")
        return std::numeric_limits<double>::quiet_NaN();
    return std::numeric_limits<double>::infinity() * (value == "Infinity" ? 1 : -1);
}

/// To the last digits but those that the order of summing decides, as a part of `scale`.
bool isClose(double ours, const json &theirs, double scale)
{
    const double other = numberOf(theirs);
    if (std::isnan(ours) || std::isnan(other))
        return std::isnan(ours) && std::isnan(other);
    return ours == other || std::abs(ours - other) <= 1e-11 * scale;
}

/// What is wrong, for the test's message; nothing where all agrees.
std::string mismatch(const TensorDifference &ours, const json &theirs)
{
    std::string wrong;
    const auto exactly = [&](const char *name, std::int64_t number) {
        if (number != theirs[name].get<std::int64_t>())
            wrong += std::string(" ") + name + " " + std::to_string(number) + " not " + theirs[name].dump();
    };
    const auto closely = [&](const char *name, double number, double scale) {
        if (!isClose(number, theirs[name], scale))
            wrong += std::string(" ") + name + " " + std::to_string(number) + " not " + theirs[name].dump();
    };
    exactly("count", ours.count);
    exactly("changed", ours.changed);
    exactly("nan", ours.nan);
    closely("l2", ours.l2, ours.l2);
    closely("max_abs", ours.maxAbs, ours.maxAbs);
    closely("norm_a", ours.normA, ours.normA);
    closely("norm_b", ours.normB, ours.normB);
    closely("dot", ours.dot, ours.normA * ours.normB);
    return wrong;
}

std::string mismatch(const TensorStats &ours, const json &theirs)
{
    const bool same = ours.count == theirs["count"].get<std::int64_t>()
                      && ours.zeros == theirs["zeros"].get<std::int64_t>()
                      && ours.nan == theirs["nan"].get<std::int64_t>() && isClose(ours.l2, theirs["l2"], ours.l2);
    return same ? "" : " stats " + theirs.dump();
}

std::string mismatch(const std::optional<TensorDifference> &ours, const json &point, const char *name)
{
    if (ours.has_value() != point.contains(name))
        return std::string(" ") + name;
    return ours ? mismatch(*ours, point[name]) : "";
}

std::string mismatch(const TensorSeries &ours, const json &theirs)
{
    std::string wrong = ours.size() == theirs.size() ? "" : "moments";
    for (std::size_t i = 0; i < ours.size() && wrong.empty(); ++i) {
        if (ours[i].has_value() == theirs[i].is_null())
            wrong = "presence";
        else if (ours[i])
            wrong = mismatch(ours[i]->stats, theirs[i]["stats"])
                    + mismatch(ours[i]->fromPrevious, theirs[i], "from_previous")
                    + mismatch(ours[i]->fromFirst, theirs[i], "from_first");
        if (!wrong.empty())
            wrong = " moment " + std::to_string(i) + ":" + wrong;
    }
    return wrong;
}

TensorsByName tensorsOf(const std::string &path)
{
    TensorsByName tensors;
    const auto opened = openCheckpoint(path);
    if (!opened.checkpoint)
        return tensors;
    for (const EntryId entry : numericEntries(*opened.checkpoint))
        if (auto tensor = numericTensor(*opened.checkpoint, entry))
            tensors.emplace(opened.checkpoint->entries.label(entry), *std::move(tensor));
    return tensors;
}

}  // namespace

/// Differences of tensors of every type that this PyTorch writes, and what it and NumPy say of them.
class DifferenceOracleTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        QProcess python;
        python.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        python.start(qEnvironmentVariable("WAYPOINT_TORCH_PYTHON", QStringLiteral(WAYPOINT_TORCH_PYTHON)),
                     {QStringLiteral("-B"), QStringLiteral(WAYPOINT_DIFFERENCE_ORACLE), m_folder.path()});
        QVERIFY(python.waitForFinished(120'000));
        QCOMPARE(python.exitCode(), 0);
        std::ifstream file(m_folder.filePath(QStringLiteral("expected.json")).toStdString());
        m_expected = json::parse(file, nullptr, false);
        QVERIFY(m_expected.is_object() && m_expected.size() > 25);
        for (std::size_t i = 0; i < m_moments.size(); ++i)
            m_moments[i] = tensorsOf(m_folder.filePath(QStringLiteral("moment%1.pth").arg(i)).toStdString());
    }

    void differencesAreThoseOfPyTorch()
    {
        std::vector<std::string> names;
        for (const auto &[name, expected] : m_expected.items())
            if (expected.contains("difference"))
                names.push_back(name);
        const auto pairAt = [&](std::size_t i) -> Result<std::pair<NumericTensor, NumericTensor>> {
            return std::pair(m_moments[0].at(names[i]), m_moments[1].at(names[i]));
        };
        std::string wrong;
        const auto done = differencesOfTensors(
            names.size(), pairAt, {}, [&](std::size_t i, const Result<TensorDifference> &difference) {
                const auto &theirs = m_expected[names[i]]["difference"];
                const auto found = difference ? mismatch(*difference, theirs) : difference.error().detail;
                wrong += found.empty() ? "" : names[i] + ":" + found + "\n";
            });
        QVERIFY(done);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void seriesAreThoseOfPyTorch()
    {
        std::vector<std::string> names;
        for (const auto &[name, expected] : m_expected.items())
            names.push_back(name);
        std::string wrong;
        const auto done = seriesOfTensors(
            names.size(), [&](std::size_t i) { return momentsOf(names[i]); }, {},
            [&](std::size_t i, const TensorSeries &series, const std::optional<Error> &error) {
                const auto found = error ? error->detail : mismatch(series, m_expected[names[i]]["series"]);
                wrong += found.empty() ? "" : names[i] + ":" + found + "\n";
            });
        QVERIFY(done);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void histogramsAreThoseOfNumPy()
    {
        int compared = 0;
        for (const auto &[name, expected] : m_expected.items()) {
            if (!expected.contains("histograms"))
                continue;
            const auto &theirs = expected["histograms"];
            const auto &a = m_moments[0].at(name);
            const auto &b = m_moments[1].at(name);
            const auto both = jointHistograms(a, b, {.bins = 50}, {});
            QVERIFY(both);
            QVERIFY2(both->first.counts == theirs["a"].get<std::vector<std::int64_t>>(), name.c_str());
            QVERIFY2(both->second.counts == theirs["b"].get<std::vector<std::int64_t>>(), name.c_str());
            QVERIFY(both->first.edges == both->second.edges);
            const auto apart = differenceTensor(a, b);
            QVERIFY(apart);
            const auto histogram = tensorHistogram(*apart, {.bins = 50}, {});
            QVERIFY(histogram);
            QVERIFY2(histogram->counts == theirs["difference"].get<std::vector<std::int64_t>>(), name.c_str());
            ++compared;
        }
        QVERIFY(compared >= 4);
    }

private:
    std::vector<std::optional<NumericTensor>> momentsOf(const std::string &name) const
    {
        std::vector<std::optional<NumericTensor>> moments;
        for (const auto &tensors : m_moments) {
            const auto tensor = tensors.find(name);
            moments.push_back(tensor == tensors.end() ? std::nullopt : std::optional(tensor->second));
        }
        return moments;
    }

    QTemporaryDir m_folder;
    json m_expected;
    std::array<TensorsByName, 3> m_moments;
};

QTEST_GUILESS_MAIN(DifferenceOracleTest)
#include "difference_oracle_test.moc"
