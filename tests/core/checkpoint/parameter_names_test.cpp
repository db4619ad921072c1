// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/parameter_names.h"

#include "tests/support/optimizer_builder.h"
#include "tests/support/section_text.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

using Groups = std::vector<std::vector<ShapeNumber>>;
using Order = std::vector<std::uint32_t>;

constexpr ShapeNumber kU = kUnknownShape;

ParameterMatch one(Order order) { return {MatchKind::One, std::move(order)}; }
ParameterMatch none() { return {}; }
ParameterMatch many() { return {MatchKind::Many, {}}; }

ParameterMatch match(const Groups &groups, const std::vector<ShapeNumber> &model)
{
    return matchParameters(groups, model);
}

/// Names of the optimizer of {"model": ..., "optimizer": ...}, or its note in brackets.
QString namesOf(const Any &model, const Any &optimizer)
{
    const auto checkpoint = built(dict({{"model", model}, {"optimizer", optimizer}}));
    for (const Section &section : checkpoint->sections) {
        if (section.role != Role::Optimizer)
            continue;
        QStringList names;
        for (const std::string &name : section.parameters)
            names += QString::fromStdString(name);
        return names.isEmpty() ? '(' + QString::fromStdString(section.note) + ')' : names.join(' ');
    }
    return "no optimizer";
}

Any twoGroups(const Shapes &first, const Shapes &second)
{
    Shapes all = first;
    all.insert(all.end(), second.begin(), second.end());
    const auto ids = firstIds(all.size());
    const auto middle = ids.begin() + static_cast<std::ptrdiff_t>(first.size());
    return optimizer(stateOf(ids, all, momentumOf),
                     {group(sgdKeys(), {ids.begin(), middle}), group(sgdKeys(), {middle, ids.end()})});
}

Any withNorm()
{
    return dict({{"conv.weight", tensor({8, 3, 3, 3})},
                 {"bn.weight", tensor({8})},
                 {"bn.bias", tensor({8})},
                 {"bn.running_mean", tensor({8})},
                 {"bn.running_var", tensor({8})},
                 {"bn.num_batches_tracked", tensor({}, {.dtype = DType::Int64})},
                 {"fc.weight", tensor({10, 8})}});
}

}  // namespace

class ParameterNamesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oneGroupInOrder();
    void frozenParametersAreFoundByShape();
    void groupsShareOutTheModel();
    void equalShapesInTwoGroupsAreNotGuessed();
    void aGroupForEachParameterIsOneRun();
    void differentShapesDecideWithoutOrder();
    void hostileGroupsEnd();
    void buffersAreNoParameters();
    void weightsAndBiasesInTwoGroups();
    void swappedTwinsAreLeftUnnamed();
    void contradictionIsSaid();
    void tooManyParametersIsSaid();
    void plainSgdHasNoShapesAndKeepsTheOrder();
    void tiedWeightsCountOnce();
    void gptMasksAreBuffers();
    void nameOfEachStateInTheOrderOfTheState();
    void partOfTheStateIsNamedInItsOrder();
    void namesInTheFileWin();
    void fsdpKeysAreNames();
    void sortedTensorsAreNotInTheModelsOrder();
    void stateWithoutGroups();
    void torchtitansFlatKeysAreNames();
    void adafactorsFactorsGiveTheShape();
    void lbfgsNamesAllItsParameters();
    void frozenParametersOfAModuleAreKnown();
};

void ParameterNamesTest::oneGroupInOrder()
{
    QCOMPARE(match({{1, 2, 1, 2}}, {1, 2, 1, 2}), one({0, 1, 2, 3}));
    QCOMPARE(match({{kU, kU}}, {1, 2}), one({0, 1}));
    QCOMPARE(match({{1, 2}}, {1, 3}), none());
    QCOMPARE(match({{1, 2, 3}}, {1, 2}), none());
    QCOMPARE(match({}, {1, 2}), none());
}

void ParameterNamesTest::frozenParametersAreFoundByShape()
{
    QCOMPARE(match({{3, 4}}, {1, 2, 3, 4}), one({2, 3}));
    QCOMPARE(match({{1, 2}}, {1, 2, 1, 2}), many());
    QCOMPARE(match({{kU, kU}}, {1, 2, 3}), many());
}

void ParameterNamesTest::groupsShareOutTheModel()
{
    // Weights, then biases.
    QCOMPARE(match({{1, 3}, {2, 4}}, {1, 2, 3, 4}), one({0, 2, 1, 3}));
    // Two layers of equal shapes: the order within each group decides.
    QCOMPARE(match({{1, 1}, {2, 2}}, {1, 2, 1, 2}), one({0, 2, 1, 3}));
    // With one frozen.
    QCOMPARE(match({{5}, {1, 2}}, {1, 2, 9, 5}), one({3, 0, 1}));
}

void ParameterNamesTest::equalShapesInTwoGroupsAreNotGuessed()
{
    QCOMPARE(match({{1, 2}, {1, 2}}, {1, 2, 1, 2}), many());
    QCOMPARE(match({{kU}, {kU}}, {1, 2}), many());
}

void ParameterNamesTest::aGroupForEachParameterIsOneRun()
{
    QCOMPARE(match({{1}, {2}, {1}, {2}}, {1, 2, 1, 2}), one({0, 1, 2, 3}));
}

void ParameterNamesTest::differentShapesDecideWithoutOrder()
{
    QCOMPARE(match({{3, 1, 2}}, {1, 2, 3}), one({2, 0, 1}));
    QCOMPARE(match({{3, 1, 1}}, {1, 1, 3}), none());
}

void ParameterNamesTest::hostileGroupsEnd()
{
    // Three groups that take turns over equal shapes and miss at the very end.
    Groups groups(3);
    std::vector<ShapeNumber> model;
    for (int i = 0; i < 3000; ++i) {
        groups[static_cast<std::size_t>(i % 3)].push_back(1);
        model.push_back(1);
    }
    groups.front().push_back(2);
    model.push_back(3);
    const ParameterMatch found = match(groups, model);
    QVERIFY(found.kind != MatchKind::One);
}

void ParameterNamesTest::buffersAreNoParameters()
{
    QCOMPARE(namesOf(withNorm(), sgd({{8, 3, 3, 3}, {8}, {8}, {10, 8}})), "conv.weight bn.weight bn.bias fc.weight");
}

void ParameterNamesTest::weightsAndBiasesInTwoGroups()
{
    const Any model = dict(
        {{"a.weight", tensor({4, 3})}, {"a.bias", tensor({4})}, {"b.weight", tensor({4, 4})}, {"b.bias", tensor({4})}});
    QCOMPARE(namesOf(model, twoGroups({{4, 3}, {4, 4}}, {{4}, {4}})), "a.weight b.weight a.bias b.bias");
}

void ParameterNamesTest::swappedTwinsAreLeftUnnamed()
{
    const Any model = dict({{"a.weight", tensor({4, 4})}, {"b.weight", tensor({4, 4})}});
    QCOMPARE(namesOf(model, twoGroups({{4, 4}}, {{4, 4}})),
             "(Which of the model's parameters is which can't be told: more than one order fits)");
}

void ParameterNamesTest::contradictionIsSaid()
{
    const Any model = dict({{"a.weight", tensor({4, 4})}, {"a.bias", tensor({4})}});
    QCOMPARE(namesOf(model, sgd({{4, 4}, {5}})),
             "(Shapes in its state contradict the model's, so its parameters can't be named)");
}

void ParameterNamesTest::tooManyParametersIsSaid()
{
    const Any model = dict({{"a.weight", tensor({4, 4})}, {"a.bias", tensor({4})}});
    QCOMPARE(namesOf(model, sgd({{4, 4}, {4}, {4}})), "(It has 3 parameters and the model 2, so they can't be named)");
}

void ParameterNamesTest::plainSgdHasNoShapesAndKeepsTheOrder()
{
    const Any fresh = optimizer(dict({}), {group(sgdKeys(), firstIds(4))});
    QCOMPARE(namesOf(withNorm(), fresh), "conv.weight bn.weight bn.bias fc.weight");
    const Any none =
        optimizer(dict({{0, dict({{"momentum_buffer", nullptr}})}, {1, dict({{"momentum_buffer", nullptr}})}}),
                  {group(sgdKeys(), firstIds(2))});
    QCOMPARE(namesOf(dict({{"w", tensor({3, 3})}, {"b", tensor({3})}}), none), "w b");
}

void ParameterNamesTest::tiedWeightsCountOnce()
{
    const Any model = dict({{"embedding.weight", tensor({50, 8}, {.storage = "tied"})},
                            {"fc.weight", tensor({8, 8})},
                            {"head.weight", tensor({50, 8}, {.storage = "tied"})}});
    QCOMPARE(namesOf(model, sgd({{50, 8}, {8, 8}})), "embedding.weight fc.weight");
}

void ParameterNamesTest::gptMasksAreBuffers()
{
    const Any model = dict({{"h.0.attn.bias", tensor({1, 1, 8, 8})},
                            {"h.0.attn.masked_bias", tensor({})},
                            {"h.0.attn.c_attn.weight", tensor({4, 12})}});
    QCOMPARE(namesOf(model, sgd({{4, 12}})), "h.0.attn.c_attn.weight");
    // Where the count says that attn.bias is a parameter, it is one.
    const Any other = dict({{"attn.weight", tensor({4, 4})}, {"attn.bias", tensor({4})}});
    QCOMPARE(namesOf(other, sgd({{4, 4}, {4}})), "attn.weight attn.bias");
}

void ParameterNamesTest::nameOfEachStateInTheOrderOfTheState()
{
    const Any model = dict({{"w", tensor({3, 2})}, {"b", tensor({3})}});
    const Any backwards = optimizer(dict({{1, momentumOf({3})}, {0, momentumOf({3, 2})}}), {group(sgdKeys(), {0, 1})});
    QCOMPARE(namesOf(model, backwards), "b w");
}

void ParameterNamesTest::partOfTheStateIsNamedInItsOrder()
{
    const Any model = dict({{"w", tensor({3, 2})}, {"b", tensor({3})}, {"unused", tensor({7})}});
    const Any partly = optimizer(stateOf({0, 1}, {{3, 2}, {3}}, momentumOf), {group(sgdKeys(), firstIds(3))});
    QCOMPARE(namesOf(model, partly), "w b");
}

void ParameterNamesTest::namesInTheFileWin()
{
    std::vector<Pair> keys = sgdKeys();
    keys.emplace_back("param_names", list({"b", "a"}));
    const Any model = dict({{"a", tensor({4, 4})}, {"b", tensor({4, 4})}});
    QCOMPARE(namesOf(model, optimizer(stateOf({0, 1}, {{4, 4}, {4, 4}}, momentumOf), {group(keys, {0, 1})})), "b a");
}

void ParameterNamesTest::sortedTensorsAreNotInTheModelsOrder()
{
    // Safetensors sort by name; the optimizer follows the model, where layer 2 comes before layer 10.
    const Any twins = dict({{"h.1.w", tensor({4, 4})}, {"h.10.w", tensor({4, 4})}, {"h.2.w", tensor({4, 4})}});
    QCOMPARE(namesOf(twins, sgd({{4, 4}, {4, 4}, {4, 4}})),
             "(The model's tensors are sorted by name here, and shapes alone don't name its parameters)");
    const Any different = dict({{"fc.bias", tensor({4})}, {"fc.weight", tensor({4, 4})}});
    QCOMPARE(namesOf(different, sgd({{4, 4}, {4}})), "fc.weight fc.bias");
    const auto folder =
        built(dict({{"model.safetensors", dict({{"a.weight", tensor({4, 4})}, {"b.weight", tensor({4, 4})}})},
                    {"optimizer.pt", sgd({{4, 4}, {4, 4}})}}),
              Format::Archive);
    QCOMPARE(sectionText(*folder),
             (QStringList{"model.safetensors: model", "optimizer.pt: optimizer SGD -> model.safetensors"}));
}

void ParameterNamesTest::stateWithoutGroups()
{
    const Any state = dict({{"state", stateOf({0, 1}, {{4, 4}, {4}}, momentsOf)}});
    const Any model = dict({{"fc.weight", tensor({4, 4})}, {"fc.bias", tensor({4})}});
    QCOMPARE(namesOf(model, state), "fc.weight fc.bias");
}

void ParameterNamesTest::fsdpKeysAreNames()
{
    std::vector<Pair> keys = adamKeys();
    keys.emplace_back("params", list({"a.weight", "a.bias"}));
    const Any fsdp = optimizer(dict({{"a.weight", momentsOf({4, 4})}, {"a.bias", momentsOf({4})}}), {dict(keys)});
    const Any model = dict({{"a.weight", tensor({4, 4})}, {"a.bias", tensor({4})}});
    QCOMPARE(namesOf(model, fsdp), "a.weight a.bias");
}

void ParameterNamesTest::torchtitansFlatKeysAreNames()
{
    const Any flat = dict({{"state.a.weight.step", tensor({})},
                           {"state.a.weight.exp_avg", tensor({4, 4})},
                           {"state.a.weight.exp_avg_sq", tensor({4, 4})},
                           {"param_groups.a.weight.lr", 0.1}});
    QCOMPARE(namesOf(dict({{"a.weight", tensor({4, 4})}}), flat), "a.weight");
}

void ParameterNamesTest::adafactorsFactorsGiveTheShape()
{
    const Any model = dict({{"a.weight", tensor({2, 3})}, {"b.weight", tensor({3, 2})}});
    const std::vector<Pair> keys{{"lr", 0.01}, {"beta2_decay", -0.8}, {"eps", tuple({nullptr, 0.001})}, {"d", 1.0}};
    const Any factored = dict({{"step", tensor({})}, {"row_var", tensor({3, 1})}, {"col_var", tensor({1, 2})}});
    QCOMPARE(namesOf(model, optimizer(dict({{0, factored}}), {group(keys, {0})})), "b.weight");
}

void ParameterNamesTest::lbfgsNamesAllItsParameters()
{
    const std::vector<Pair> keys{{"lr", 1}, {"history_size", 100}, {"tolerance_grad", 1e-7}};
    const Any state = dict({{0, dict({{"d", tensor({8})}, {"prev_flat_grad", tensor({8})}, {"n_iter", 18}})}});
    const Any model = dict({{"w", tensor({3, 2})}, {"b", tensor({2})}});
    QCOMPARE(namesOf(model, optimizer(state, {group(keys, {0, 1})})), "w b");
}

void ParameterNamesTest::frozenParametersOfAModuleAreKnown()
{
    const Any module =
        object("__main__.Net", {{"_parameters", dict({{"a", parameter({4, 4}, false)}, {"b", parameter({4, 4})}})},
                                {"_buffers", dict({{"running", tensor({4, 4})}})},
                                {"_modules", dict({})}});
    QCOMPARE(namesOf(module, sgd({{4, 4}})), "b");
}

QTEST_GUILESS_MAIN(ParameterNamesTest)
#include "parameter_names_test.moc"
