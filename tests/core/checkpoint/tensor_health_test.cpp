// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/tensor_health.h"
#include "tests/support/optimizer_builder.h"

#include <QtTest/QTest>

#include <limits>

using namespace waypoint;
using namespace waypoint::test;

namespace {

constexpr double kInf = std::numeric_limits<double>::infinity();

/// What statistics say of `count` values that all are `value`.
TensorStats allEqual(double value, std::int64_t count = 64)
{
    TensorStats stats;
    stats.count = count;
    stats.min = stats.max = stats.mean = value;
    stats.std = 0;
    stats.zeros = value == 0 ? count : 0;
    return stats;
}

TensorStats between(double min, double max, std::int64_t count = 64)
{
    TensorStats stats;
    stats.count = count;
    stats.min = min;
    stats.max = max;
    stats.mean = (min + max) / 2;
    stats.std = (max - min) / 4;
    return stats;
}

/// A network of one convolution with a norm layer, and whatever `more` holds.
Any network(std::vector<Pair> more)
{
    std::vector<Pair> items{{"conv.weight", tensor({16, 3, 3, 3})},
                            {"bn.weight", tensor({32})},
                            {"bn.bias", tensor({32})},
                            {"bn.running_mean", tensor({32})},
                            {"bn.running_var", tensor({32})},
                            {"fc.weight", tensor({10, 32})},
                            {"fc.bias", tensor({10})}};
    items.insert(items.end(), more.begin(), more.end());
    return dict(items);
}

Ailments judged(const char *name, const Any &value, const TensorStats &stats)
{
    const auto checkpoint = built(dict({{"net", network({{name, value}})}, {"epoch", 3}}));
    const EntryId entry = checkpoint->entries.find(std::string("net/") + name);
    return entry == kNoEntry ? kAllAilments : judgeTensor(*checkpoint, entry, stats);
}

Ailments judgedState(const char *name, const TensorStats &stats)
{
    const Any state = dict({{0, dict({{"step", 10}, {name, tensor({16, 3, 3, 3})}})}});
    const Any sick = optimizer(state, {group(adamKeys(), firstIds(1))});
    const auto checkpoint = built(dict({{"net", network({})}, {"optimizer", sick}}));
    const EntryId entry = checkpoint->entries.find(std::string("optimizer/state/0/") + name);
    return entry == kNoEntry ? kAllAilments : judgeTensor(*checkpoint, entry, stats);
}

constexpr Ailments bit(Ailment ailment) { return static_cast<Ailments>(ailment); }

Any floats(const std::vector<std::int64_t> &shape) { return tensor(shape); }
Any integers(const std::vector<std::int64_t> &shape) { return tensor(shape, {.dtype = DType::Int64}); }

}  // namespace

class TensorHealthTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void nanAndInfinitiesCountWhereverTheyAre()
    {
        TensorStats stats = between(-1, 1);
        stats.nan = 1;
        QCOMPARE(judged("head.weight", floats({8, 8}), stats), bit(Ailment::Nan));
        QCOMPARE(judged("head.bias", floats({8}), stats), bit(Ailment::Nan));
        stats = between(-1, kInf);
        stats.inf = 1;
        QCOMPARE(judged("head.weight", floats({8, 8}), stats), bit(Ailment::Inf));
        QCOMPARE(judgedState("exp_avg", stats), bit(Ailment::Inf));
        const auto checkpoint = built(dict({{"loss_history", tensor({64})}, {"epoch", 3}}));
        QCOMPARE(judgeTensor(*checkpoint, checkpoint->entries.find("loss_history"), stats), bit(Ailment::Inf));
    }

    void aMaskMayBeMinusInfinityWhereAttentionMustNotLook()
    {
        TensorStats stats = between(-kInf, 0);
        stats.inf = 28;
        QCOMPARE(judged("attn_mask", floats({8, 8}), stats), Ailments{0});
        QCOMPARE(judged("attn.weight", floats({8, 8}), stats), bit(Ailment::Inf));
        stats.max = kInf;
        QCOMPARE(judged("attn_mask", floats({8, 8}), stats), bit(Ailment::Inf));
    }

    void allZeros_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("isMatrix");
        QTest::addColumn<bool>("isUnusual");
        const auto row = [](const char *name, bool isMatrix, bool isUnusual) {
            QTest::newRow(name) << QByteArray(name) << isMatrix << isUnusual;
        };
        row("layer.weight", true, true);
        row("embed_tokens.weight", true, true);
        row("layer.lora_A.weight", true, true);
        row("layer.lora_B.weight", true, false);
        row("gru.bias_hh_l0", true, false);
        row("vit.cls_token", true, false);
        row("vit.pos_embed", true, false);
        row("attn.mask", true, false);
        row("zero_convs.0.0.weight", true, false);
        row("norm.weight", false, false);
        row("norm.bias", false, false);
        row("norm.running_mean", false, false);
        row("norm.beta", false, false);
        row("block.gamma", false, false);
        row("codebook.centre", false, true);
    }
    void allZeros()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, isMatrix);
        QFETCH(bool, isUnusual);
        const Any value = isMatrix ? floats({8, 8}) : floats({64});
        QCOMPARE(judged(name.constData(), value, allEqual(0)), isUnusual ? bit(Ailment::AllZero) : Ailments{0});
    }

    void constantValuesCountForMatricesOnly()
    {
        QCOMPARE(judged("layer.weight", floats({8, 8}), allEqual(0.5)), bit(Ailment::Constant));
        QCOMPARE(judged("norm.weight", floats({64}), allEqual(1)), Ailments{0});
        QCOMPARE(judged("norm.running_var", floats({64}), allEqual(1)), Ailments{0});
        QCOMPARE(judged("block.layer_scale", floats({64}), allEqual(1e-6)), Ailments{0});
        // A vector with more dimensions around it.
        QCOMPARE(judged("prelu.weight", floats({1, 64, 1, 1}), allEqual(0.25)), Ailments{0});
        QCOMPARE(judged("logit_scale", floats({}), allEqual(4.6, 1)), Ailments{0});
    }

    void equalValuesOfASparseMatrixAreNotAllOfIt()
    {
        const Any sparse = tensor({8, 8}, {.layout = TensorLayout::SparseCsr});
        QCOMPARE(judged("layer.weight", sparse, allEqual(0.5, 8)), Ailments{0});
        QCOMPARE(judged("layer.weight", sparse, allEqual(0, 8)), bit(Ailment::AllZero));
    }

    void integersAreNoWeights()
    {
        QCOMPARE(judged("position_ids", integers({8, 8}), allEqual(0)), Ailments{0});
        QCOMPARE(judged("layer.table", integers({8, 8}), allEqual(3)), Ailments{0});
    }

    void whatIsNoModelMayBeZero()
    {
        const auto checkpoint = built(dict({{"net", network({})}, {"grid", tensor({8, 8})}}));
        QCOMPARE(judgeTensor(*checkpoint, checkpoint->entries.find("grid"), allEqual(0)), Ailments{0});
    }

    void aFreshOptimizerAndFrozenParametersAreSound()
    {
        QCOMPARE(judgedState("exp_avg", allEqual(0)), Ailments{0});
        QCOMPARE(judgedState("exp_avg_sq", allEqual(0)), Ailments{0});
        QCOMPARE(judgedState("momentum_buffer", allEqual(0)), Ailments{0});
    }

    void optimizerStateExplodes_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<double>("sound");
        QTest::addColumn<double>("exploded");
        QTest::newRow("first moment") << QByteArray("exp_avg") << 9e3 << 1.1e4;
        QTest::newRow("momentum") << QByteArray("momentum_buffer") << 9e3 << 1.1e4;
        QTest::newRow("second moment") << QByteArray("exp_avg_sq") << 9e9 << 1.1e10;
        QTest::newRow("sum of all steps") << QByteArray("sum") << 1e12 << 1.1e30;
    }
    void optimizerStateExplodes()
    {
        QFETCH(QByteArray, name);
        QFETCH(double, sound);
        QFETCH(double, exploded);
        QCOMPARE(judgedState(name.constData(), between(-sound, sound)), Ailments{0});
        QCOMPARE(judgedState(name.constData(), between(0, exploded)), bit(Ailment::Exploding));
        QCOMPARE(judgedState(name.constData(), between(-exploded, 0)), bit(Ailment::Exploding));
    }

    void weightsDoNotExplode() { QCOMPARE(judged("scale_table.weight", floats({8, 8}), between(0, 1e6)), Ailments{0}); }

    void sentencesCountAndSeparateThousands()
    {
        TensorStats stats = between(-1, kInf, 4096);
        stats.nan = 3;
        stats.inf = 1;
        QCOMPARE(ailmentText(bit(Ailment::Nan), stats), "3 of 4,096 values are NaN.");
        QCOMPARE(ailmentText(bit(Ailment::Nan) | bit(Ailment::Inf), stats),
                 "3 of 4,096 values are NaN. 1 of 4,096 values is infinite.");
        QCOMPARE(ailmentText(bit(Ailment::AllZero), allEqual(0, 4096)), "All 4,096 values are zero.");
        QCOMPARE(ailmentText(bit(Ailment::Constant), allEqual(0.123456, 64)), "All 64 values are 0.1235.");
        QCOMPARE(ailmentText(bit(Ailment::Exploding), between(-3e7, 5)),
                 "Values reach 3e+07: the optimizer's state has exploded.");
        QCOMPARE(ailmentText(0, stats), "");
    }
};

QTEST_GUILESS_MAIN(TensorHealthTest)
#include "tensor_health_test.moc"
