// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/core/checkpoint/compare/diff_text.h"
#include "tests/support/optimizer_builder.h"

#include <QElapsedTimer>
#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

using NamedShapes = std::vector<std::pair<std::string, std::vector<std::int64_t>>>;

const NamedShapes kIris{{"fc.0.weight", {16, 4}}, {"fc.0.bias", {16}}, {"fc.2.weight", {3, 16}}, {"fc.2.bias", {3}}};
const Shapes kIrisShapes{{16, 4}, {16}, {3, 16}, {3}};

NamedShapes prefixed(const std::string &prefix, NamedShapes shapes)
{
    for (auto &[name, shape] : shapes)
        name.insert(0, prefix);
    return shapes;
}

/// The lines of tensors that are matched under their own names.
QStringList pairsOf(const NamedShapes &shapes, const QString &prefixB, const QString &how)
{
    QStringList lines;
    for (const auto &[name, shape] : shapes) {
        const QString text = QString::fromStdString(name);
        lines += text + " | " + prefixB + text + " | " + how;
    }
    return lines;
}

/// Conv, BatchNorm and the like as torchvision's ResNet calls them.
NamedShapes resNetBlock(const std::string &prefix, std::int64_t channels)
{
    NamedShapes shapes;
    for (const char *number : {"1", "2"}) {
        shapes.push_back({prefix + "conv" + number + ".weight", {channels, channels, 3, 3}});
        for (const char *part : {"weight", "bias", "running_mean", "running_var"})
            shapes.push_back({prefix + "bn" + number + "." + part, {channels}});
    }
    return shapes;
}

void append(NamedShapes &to, const NamedShapes &from) { to.insert(to.end(), from.begin(), from.end()); }

QStringList matchedAs(const CheckpointDiff &diff, MatchedBy how)
{
    QStringList lines;
    for (const QString &line : tensorText(diff))
        if (line.endsWith(" | " + howText(how)))
            lines += line.chopped(howText(how).size() + 3);
    return lines;
}

Any module(const std::string &className, const std::vector<Pair> &parameters, const std::vector<Pair> &children = {})
{
    return object(
        className,
        {{"training", true}, {"_parameters", dict(parameters)}, {"_buffers", dict({})}, {"_modules", dict(children)}});
}

}  // namespace

/// Which tensors of two checkpoints belong together.
class CheckpointDiffTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void equalNames();
    void statusThatNeedsNoNumbers();
    void prefixes_data();
    void prefixes();
    void prefixesOfWrappersAnywhere();
    void anUnusualPrefixIsFound();
    void twoLayersWithOneFormAreNotOnePrefix();
    void bareStateDictAndTrainingCheckpoint();
    void partsUnderOtherNames();
    void twoModelsByWhatTheirNamesSay();
    void averageBesideItsModel();
    void wholeModuleAndStateDict();
    void listOfAveragedParameters();
    void namesWithoutDots();
    void renamedResNet();
    void otherOrdersWithinBlocks();
    void oneRenamedLayer();
    void oldNamesOfLayerNorm();
    void insertedLayer();
    void insertedBlockKeepsNames();
    void sortedFileAndRenamedModel();
    void otherModelsHaveNothingInCommon();
    void otherHeadIsReshaped();
    void vectorsAloneAreNoEvidence();
    void optimizerStatesByName();
    void optimizerStatesByIndex();
    void optimizerStatesByPlace();
    void optimizerOfARenamedModel();
    void orderIsThatOfAWithAdditionsInPlace();
    void layersAndParts();
    void sumsOfDifferences();
    void countersAreKnown();
    void hundredThousandTensors_data();
    void hundredThousandTensors();
};

void CheckpointDiffTest::equalNames()
{
    const auto diff = diffOf(stateDict(kIris), stateDict(kIris));
    QCOMPARE(tensorText(diff), pairsOf(kIris, {}, QStringLiteral("path")));
    QCOMPARE(notesText(diff), QString());
}

void CheckpointDiffTest::statusThatNeedsNoNumbers()
{
    const auto diff =
        diffOf(dict({{"same", tensor({2})}, {"shape", tensor({2, 3})}, {"type", tensor({4})}, {"old", tensor({7})}}),
               dict({{"same", tensor({2})},
                     {"shape", tensor({2, 5})},
                     {"type", tensor({4}, {.dtype = DType::Float16})},
                     {"new", tensor({9})}}));
    QCOMPARE(tensorText(diff), (QStringList{"same | same | path", "shape | shape | path | reshaped",
                                            "type | type | path | retyped", "- | new", "old | -"}));
    const TensorDifference changed{.count = 4, .changed = 1};
    QCOMPARE(statusOf(diff, 0, changed), DiffStatus::Changed);
    QCOMPARE(statusOf(diff, 0, TensorDifference{.count = 4}), DiffStatus::Same);
    QCOMPARE(statusOf(diff, 2, TensorDifference{.count = 4}), DiffStatus::Retyped);
}

void CheckpointDiffTest::prefixes_data()
{
    QTest::addColumn<QString>("prefixOfA");
    QTest::addColumn<QString>("prefixOfB");
    QTest::newRow("DataParallel") << ""
                                  << "module.";
    QTest::newRow("taken away") << "module."
                                << "";
    QTest::newRow("Lightning") << ""
                               << "model.";
    QTest::newRow("torch.compile") << ""
                                   << "_orig_mod.";
    QTest::newRow("net") << ""
                         << "net.";
    QTest::newRow("nested") << ""
                            << "module._orig_mod.model.";
    QTest::newRow("on both sides") << "model.module."
                                   << "_orig_mod.net.";
}

void CheckpointDiffTest::prefixes()
{
    QFETCH(QString, prefixOfA);
    QFETCH(QString, prefixOfB);
    const auto a = prefixed(prefixOfA.toStdString(), kIris);
    const auto diff = diffOf(stateDict(a), stateDict(prefixed(prefixOfB.toStdString(), kIris)));
    QCOMPARE(diff.tensors.size(), kIris.size());
    QCOMPARE(matchedAs(diff, MatchedBy::Prefix).size(), static_cast<qsizetype>(kIris.size()));
    for (std::size_t i = 0; i < kIris.size(); ++i)
        QCOMPARE(pathText(diff.b, diff.tensors[i].b), prefixOfB + QString::fromStdString(kIris[i].first));
    if (prefixOfA.isEmpty())
        QCOMPARE(notesText(diff), QStringLiteral("All names of B begin with '%1', which A's lack.").arg(prefixOfB));
}

void CheckpointDiffTest::prefixesOfWrappersAnywhere()
{
    const auto diff =
        diffOf(stateDict({{"features.0.weight", {6, 3}}, {"classifier.weight", {2, 6}}}),
               stateDict({{"features.module.0.weight", {6, 3}}, {"_orig_mod.classifier.weight", {2, 6}}}));
    QCOMPARE(tensorText(diff), (QStringList{"features.0.weight | features.module.0.weight | prefix",
                                            "classifier.weight | _orig_mod.classifier.weight | prefix"}));
}

void CheckpointDiffTest::anUnusualPrefixIsFound()
{
    auto bert = prefixed("bert.", kIris);
    bert.push_back({"classifier.weight", {2, 16}});
    const auto diff = diffOf(stateDict(kIris), stateDict(bert));
    QStringList wanted = pairsOf(kIris, QStringLiteral("bert."), QStringLiteral("prefix"));
    wanted += QStringLiteral("- | classifier.weight");
    QCOMPARE(tensorText(diff), wanted);
    QCOMPARE(notesText(diff), QStringLiteral("4 names of B begin with 'bert.', which A's lack."));
}

void CheckpointDiffTest::twoLayersWithOneFormAreNotOnePrefix()
{
    // layer2 was added and layer1 taken away: nothing says that they are one.
    const auto diff = diffOf(stateDict({{"stem.weight", {8, 3}}, {"layer1.bn.weight", {8}}, {"layer1.bn.bias", {8}}}),
                             stateDict({{"stem.weight", {8, 3}}, {"other", {5, 5}}, {"layer2.bn.bias", {8}}}));
    QCOMPARE(matchedAs(diff, MatchedBy::Path), QStringList{"stem.weight | stem.weight"});
    QCOMPARE(matchedAs(diff, MatchedBy::Prefix), QStringList());
}

void CheckpointDiffTest::bareStateDictAndTrainingCheckpoint()
{
    const auto training =
        dict({{"epoch", 3}, {"net", stateDict(prefixed("module.", kIris))}, {"optimizer", sgd(kIrisShapes)}});
    const auto diff = diffOf(stateDict(kIris), training);
    QCOMPARE(tensorText(diff), pairsOf(kIris, QStringLiteral("net/module."), QStringLiteral("prefix")));
    QVERIFY(diff.values.empty());
    QCOMPARE(pathText(diff.b, diff.b.section), QStringLiteral("net"));
    QVERIFY(notesText(diff).contains(QStringLiteral("A is a model alone: it is compared with 'net' of B")));
    QCOMPARE(tensorText(diffOf(training, stateDict(kIris))).size(), 4);
}

void CheckpointDiffTest::partsUnderOtherNames()
{
    const auto a = dict({{"net", stateDict(kIris)}, {"optimizer", sgd(kIrisShapes)}, {"epoch", 3}});
    const auto b = dict({{"last_epoch_done", "x"},
                         {"epochs", 4},
                         {"optimizer_state_dict", sgd(kIrisShapes)},
                         {"model_state_dict", stateDict(kIris)}});
    const auto diff = diffOf(a, b);
    QCOMPARE(diff.tensors.size(), std::size_t(8));
    QCOMPARE(tensorText(diff)[0], QStringLiteral("net/fc.0.weight | model_state_dict/fc.0.weight | path"));
    QCOMPARE(tensorText(diff)[4],
             QStringLiteral("optimizer/state/0/momentum_buffer | optimizer_state_dict/state/0/momentum_buffer | path"));
    QVERIFY(notesText(diff).contains(QStringLiteral("'net' of A with 'model_state_dict' of B")));
    QVERIFY(notesText(diff).contains(QStringLiteral("'optimizer' of A with 'optimizer_state_dict' of B")));
    // Settings within are side by side, and nothing of the optimizer is on one side only.
    QVERIFY(!valueText(diff).join(' ').contains(QStringLiteral("optimizer")));
}

void CheckpointDiffTest::twoModelsByWhatTheirNamesSay()
{
    const NamedShapes discriminator{{"fc.0.weight", {8, 4}}, {"fc.0.bias", {8}}};
    const auto a = dict({{"modelG", stateDict(kIris)}, {"modelD", stateDict(discriminator)}});
    const auto b = dict({{"netD_state_dict", stateDict(discriminator)}, {"netG_state_dict", stateDict(kIris)}});
    QCOMPARE(tensorText(diffOf(a, b)), (QStringList{"modelG/fc.0.weight | netG_state_dict/fc.0.weight | path",
                                                    "modelG/fc.0.bias | netG_state_dict/fc.0.bias | path",
                                                    "modelG/fc.2.weight | netG_state_dict/fc.2.weight | path",
                                                    "modelG/fc.2.bias | netG_state_dict/fc.2.bias | path",
                                                    "modelD/fc.0.weight | netD_state_dict/fc.0.weight | path",
                                                    "modelD/fc.0.bias | netD_state_dict/fc.0.bias | path"}));
}

void CheckpointDiffTest::averageBesideItsModel()
{
    const auto checkpoint = file(dict({{"model", stateDict(kIris)}, {"ema", stateDict(prefixed("module.", kIris))}}));
    const auto diff = matchCheckpoints(side(checkpoint, "model"), side(checkpoint, "ema"));
    QCOMPARE(tensorText(diff)[0], QStringLiteral("model/fc.0.weight | ema/module.fc.0.weight | prefix"));
    QCOMPARE(matchedAs(diff, MatchedBy::Prefix).size(), 4);
    QCOMPARE(pathOf(diff, 0), std::string("fc.0.weight"));
}

void CheckpointDiffTest::wholeModuleAndStateDict()
{
    const auto whole = module(
        "Net", {},
        {{"fc", module("torch.nn.modules.linear.Linear", {{"weight", parameter({3, 4})}, {"bias", parameter({3})}})}});
    const auto diff = diffOf(whole, stateDict({{"fc.weight", {3, 4}}, {"fc.bias", {3}}}));
    QCOMPARE(tensorText(diff), (QStringList{"_modules/fc/_parameters/weight | fc.weight | prefix",
                                            "_modules/fc/_parameters/bias | fc.bias | prefix"}));
    QCOMPARE(pathOf(diff, 0), std::string("fc.weight"));
    QVERIFY(diff.values.empty());
    QCOMPARE(notesText(diff), QString());
}

void CheckpointDiffTest::listOfAveragedParameters()
{
    const auto model = stateDict({{"conv.weight", {4, 3}},
                                  {"bn.weight", {4}},
                                  {"bn.bias", {4}},
                                  {"bn.running_mean", {4}},
                                  {"bn.running_var", {4}},
                                  {"fc.weight", {2, 4}}});
    const auto average = dict({{"decay", 0.99},
                               {"num_updates", 7},
                               {"shadow_params", list({tensor({4, 3}), tensor({4}), tensor({4}), tensor({2, 4})})}});
    const auto checkpoint = file(dict({{"model", model}, {"ema", average}}));
    const auto diff = matchCheckpoints(side(checkpoint, "model"), side(checkpoint, "ema/shadow_params"));
    QCOMPARE(matchedAs(diff, MatchedBy::Order),
             (QStringList{"model/conv.weight | ema/shadow_params/0", "model/bn.weight | ema/shadow_params/1",
                          "model/bn.bias | ema/shadow_params/2", "model/fc.weight | ema/shadow_params/3"}));
}

void CheckpointDiffTest::namesWithoutDots()
{
    const auto diff = diffOf(stateDict({{"model.block.0.weight", {4, 3}}, {"model.block.10.weight", {4, 3}}}),
                             stateDict({{"block10weight", {4, 3}}, {"block0weight", {4, 3}}}));
    QCOMPARE(tensorText(diff), (QStringList{"model.block.0.weight | block0weight | prefix",
                                            "model.block.10.weight | block10weight | prefix"}));
}

void CheckpointDiffTest::renamedResNet()
{
    NamedShapes torchvision{{"conv1.weight", {16, 3, 3, 3}}};
    NamedShapes huggingFace{{"embedder.convolution.weight", {16, 3, 3, 3}}};
    QStringList wanted{"conv1.weight | embedder.convolution.weight"};
    for (int block = 0; block < 3; ++block) {
        const std::string old = "layer1." + std::to_string(block) + ".";
        append(torchvision, resNetBlock(old, 16));
        for (int half = 1; half <= 2; ++half) {
            const std::string now =
                "encoder.stages.0.layers." + std::to_string(block) + ".layer." + std::to_string(half - 1);
            huggingFace.push_back({now + ".convolution.weight", {16, 16, 3, 3}});
            wanted += QString::fromStdString(old + "conv" + std::to_string(half) + ".weight | " + now
                                             + ".convolution.weight");
            for (const char *part : {"weight", "bias", "running_mean", "running_var"}) {
                huggingFace.push_back({now + ".normalization." + part, {16}});
                wanted += QString::fromStdString(old + "bn" + std::to_string(half) + "." + part + " | " + now
                                                 + ".normalization." + part);
            }
        }
    }
    torchvision.push_back({"fc.weight", {10, 16}});
    huggingFace.push_back({"classifier.1.weight", {10, 16}});
    wanted += QStringLiteral("fc.weight | classifier.1.weight");
    const auto diff = diffOf(stateDict(torchvision), stateDict(huggingFace));
    QCOMPARE(matchedAs(diff, MatchedBy::Order), wanted);
    QVERIFY(notesText(diff).startsWith(QStringLiteral("32 tensors have other names and are matched by order and shape: "
                                                      "'conv1.weight' with 'embedder.convolution.weight'")));
}

void CheckpointDiffTest::otherOrdersWithinBlocks()
{
    // timm's and Hugging Face's ViT: fused and separate projections, norms first and last. What cannot be told apart by
    // shape stays unmatched; nothing is matched wrongly.
    NamedShapes timm{{"patch_embed.proj.weight", {24, 3, 4, 4}}};
    NamedShapes huggingFace{{"vit.embeddings.patch_embeddings.projection.weight", {24, 3, 4, 4}}};
    QStringList wanted{"patch_embed.proj.weight | vit.embeddings.patch_embeddings.projection.weight"};
    for (int i = 0; i < 4; ++i) {
        const std::string own = "blocks." + std::to_string(i) + ".";
        const std::string other = "vit.encoder.layer." + std::to_string(i) + ".";
        append(
            timm,
            {{own + "norm1.weight", {24}}, {own + "attn.qkv.weight", {72, 24}}, {own + "attn.proj.weight", {24, 24}}});
        append(timm,
               {{own + "norm2.weight", {24}}, {own + "mlp.fc1.weight", {96, 24}}, {own + "mlp.fc2.weight", {24, 96}}});
        for (const char *projection : {"attention.query", "attention.key", "attention.value", "output.dense"})
            huggingFace.push_back({other + "attention." + projection + ".weight", {24, 24}});
        append(huggingFace,
               {{other + "intermediate.dense.weight", {96, 24}}, {other + "output.dense.weight", {24, 96}}});
        append(huggingFace, {{other + "layernorm_before.weight", {24}}, {other + "layernorm_after.weight", {24}}});
        wanted += QString::fromStdString(own + "mlp.fc1.weight | " + other + "intermediate.dense.weight");
        wanted += QString::fromStdString(own + "mlp.fc2.weight | " + other + "output.dense.weight");
    }
    timm.push_back({"head.weight", {10, 24}});
    huggingFace.push_back({"classifier.weight", {10, 24}});
    wanted += QStringLiteral("head.weight | classifier.weight");
    QCOMPARE(matchedAs(diffOf(stateDict(timm), stateDict(huggingFace)), MatchedBy::Order), wanted);
}

void CheckpointDiffTest::oneRenamedLayer()
{
    const auto diff =
        diffOf(stateDict({{"conv.weight", {8, 3}}, {"conv.bias", {8}}, {"fc.weight", {10, 8}}, {"fc.bias", {10}}}),
               stateDict({{"conv.weight", {8, 3}}, {"conv.bias", {8}}, {"head.weight", {10, 8}}, {"head.bias", {10}}}));
    QCOMPARE(matchedAs(diff, MatchedBy::Order), (QStringList{"fc.weight | head.weight", "fc.bias | head.bias"}));
    QVERIFY(notesText(diff).startsWith(QStringLiteral("2 tensors have other names")));
}

void CheckpointDiffTest::oldNamesOfLayerNorm()
{
    const auto diff = diffOf(stateDict({{"dense.weight", {8, 8}}, {"LayerNorm.gamma", {8}}, {"LayerNorm.beta", {8}}}),
                             stateDict({{"dense.weight", {8, 8}}, {"LayerNorm.bias", {8}}, {"LayerNorm.weight", {8}}}));
    QCOMPARE(matchedAs(diff, MatchedBy::Order),
             (QStringList{"LayerNorm.gamma | LayerNorm.weight", "LayerNorm.beta | LayerNorm.bias"}));
}

void CheckpointDiffTest::insertedLayer()
{
    const auto chain = [](const std::vector<std::int64_t> &channels) {
        NamedShapes shapes;
        for (std::size_t i = 0; i + 1 < channels.size(); ++i) {
            shapes.push_back({"features." + std::to_string(2 * i) + ".weight", {channels[i + 1], channels[i], 3, 3}});
            shapes.push_back({"features." + std::to_string(2 * i) + ".bias", {channels[i + 1]}});
        }
        shapes.push_back({"classifier.weight", {2, channels.back()}});
        return stateDict(shapes);
    };
    const auto diff = diffOf(chain({3, 16, 32, 32, 32, 64}), chain({3, 16, 16, 32, 32, 32, 64}));
    QStringList weights;
    for (const QString &line : tensorText(diff))
        if (line.contains(QStringLiteral("weight")))
            weights += line;
    QCOMPARE(
        weights,
        (QStringList{"features.0.weight | features.0.weight | path", "- | features.2.weight",
                     "features.2.weight | features.4.weight | order", "features.4.weight | features.6.weight | order",
                     "features.6.weight | features.8.weight | order", "features.8.weight | features.10.weight | order",
                     "classifier.weight | classifier.weight | path"}));
}

void CheckpointDiffTest::insertedBlockKeepsNames()
{
    // All blocks are alike, so nothing but their names tells them apart.
    NamedShapes three;
    NamedShapes four;
    for (int block = 0; block < 4; ++block) {
        append(four, resNetBlock("layer1." + std::to_string(block) + ".", 16));
        if (block < 3)
            append(three, resNetBlock("layer1." + std::to_string(block) + ".", 16));
    }
    const auto diff = diffOf(stateDict(three), stateDict(four));
    QCOMPARE(matchedAs(diff, MatchedBy::Path).size(), static_cast<qsizetype>(three.size()));
    QCOMPARE(diff.tensors.size(), four.size());
    QCOMPARE(notesText(diff), QString());
}

void CheckpointDiffTest::sortedFileAndRenamedModel()
{
    NamedShapes model{{"stem.weight", {24, 3}}};
    NamedShapes sorted;
    QStringList wanted{"stem.weight | embed.weight"};
    for (int i = 0; i < 12; ++i) {
        const std::string block = std::to_string(i);
        model.push_back({"blocks." + block + ".attn.weight", {24, 24}});
        model.push_back({"blocks." + block + ".mlp.weight", {96, 24}});
        sorted.push_back({"h." + block + ".attention.weight", {24, 24}});
        sorted.push_back({"h." + block + ".mlp.fc.weight", {96, 24}});
        wanted += QString::fromStdString("blocks." + block + ".attn.weight | h." + block + ".attention.weight");
        wanted += QString::fromStdString("blocks." + block + ".mlp.weight | h." + block + ".mlp.fc.weight");
    }
    sorted.push_back({"embed.weight", {24, 3}});
    std::ranges::sort(sorted);
    const auto diff = diffOf(stateDict(model), stateDict(sorted));
    const QStringList found = matchedAs(diff, MatchedBy::Order);
    for (const QString &line : found)
        QVERIFY2(wanted.contains(line), qPrintable(line));
    QVERIFY(found.size() >= 24);
}

void CheckpointDiffTest::otherModelsHaveNothingInCommon()
{
    NamedShapes vgg;
    NamedShapes resNet{{"conv1.weight", {64, 3, 7, 7}}};
    std::int64_t before = 3;
    int layer = 0;
    for (const std::int64_t channels : {64, 64, 128, 128, 256, 256, 512, 512}) {
        vgg.push_back({"features." + std::to_string(layer) + ".weight", {channels, before, 3, 3}});
        vgg.push_back({"features." + std::to_string(layer) + ".bias", {channels}});
        before = channels;
        layer += 2;
    }
    for (int stage = 1; stage <= 4; ++stage)
        for (int block = 0; block < 2; ++block)
            append(resNet,
                   resNetBlock("layer" + std::to_string(stage) + "." + std::to_string(block) + ".", 32 << stage));
    const auto diff = diffOf(stateDict(vgg), stateDict(resNet));
    QCOMPARE(diff.tensors.size(), vgg.size() + resNet.size());
    QVERIFY(notesText(diff).contains(QStringLiteral("No tensor of A has a counterpart in B")));
}

void CheckpointDiffTest::otherHeadIsReshaped()
{
    NamedShapes ten = kIris;
    ten.push_back({"head.weight", {10, 3}});
    NamedShapes hundred = kIris;
    hundred.push_back({"head.weight", {100, 3}});
    const auto diff = diffOf(stateDict(ten), stateDict(hundred));
    QCOMPARE(tensorText(diff).last(), QStringLiteral("head.weight | head.weight | path | reshaped"));
    QCOMPARE(diff.tensors.size(), ten.size());
}

void CheckpointDiffTest::vectorsAloneAreNoEvidence()
{
    const auto diff = diffOf(stateDict({{"a.weight", {8, 8}}, {"old.scale", {8}}}),
                             stateDict({{"a.weight", {8, 8}}, {"new.offset", {8}}}));
    QCOMPARE(tensorText(diff), (QStringList{"a.weight | a.weight | path", "- | new.offset", "old.scale | -"}));
}

void CheckpointDiffTest::optimizerStatesByName()
{
    // The first layer was frozen in B: its optimizer counts from the second on.
    const auto a = dict({{"net", stateDict(kIris)}, {"optimizer", adam(kIrisShapes)}});
    const auto b = dict({{"net", stateDict(kIris)}, {"optimizer", adam({{3, 16}, {3}})}});
    const auto diff = diffOf(a, b);
    const QStringList lines = tensorText(diff);
    QVERIFY(lines.contains(QStringLiteral("optimizer/state/2/exp_avg | optimizer/state/0/exp_avg | path")));
    QVERIFY(lines.contains(QStringLiteral("optimizer/state/3/exp_avg_sq | optimizer/state/1/exp_avg_sq | path")));
    QVERIFY(lines.contains(QStringLiteral("optimizer/state/0/exp_avg | -")));
    QCOMPARE(parameterOf(diff, static_cast<std::size_t>(lines.indexOf("optimizer/state/0/exp_avg | -"))),
             std::string("fc.0.weight"));
    QCOMPARE(parameterOf(diff, 0), std::string());
}

void CheckpointDiffTest::optimizerStatesByIndex()
{
    const auto diff = diffOf(adam(kIrisShapes), adam(kIrisShapes));
    QCOMPARE(matchedAs(diff, MatchedBy::Path).size(), 8);
    QVERIFY(notesText(diff).contains(QStringLiteral("matched by index")));
}

void CheckpointDiffTest::optimizerStatesByPlace()
{
    const auto keyed = [](std::int64_t first) {
        const std::vector<std::int64_t> ids{first, first + 640, first + 128, first + 64};
        return optimizer(stateOf(ids, kIrisShapes, momentsOf), {group(adamKeys(), ids)});
    };
    const auto diff = diffOf(keyed(140'000'000'000), keyed(139'000'000'000));
    QCOMPARE(matchedAs(diff, MatchedBy::Path).size(), 8);
    QVERIFY(notesText(diff).contains(QStringLiteral("matched by their place")));
    QVERIFY(diff.values.size() > 8);
    QCOMPARE(valueText(diff), QStringList());
}

void CheckpointDiffTest::optimizerOfARenamedModel()
{
    const NamedShapes renamed{{"layers.in.weight", {16, 4}},
                              {"layers.in.bias", {16}},
                              {"layers.out.weight", {3, 16}},
                              {"layers.out.bias", {3}}};
    // A froze its first layer, so that indices mean other parameters.
    const auto a = dict({{"net", stateDict(kIris)}, {"optimizer", sgd({{3, 16}, {3}})}});
    const auto b = dict({{"net", stateDict(renamed)}, {"optimizer", sgd(kIrisShapes)}});
    const QStringList lines = tensorText(diffOf(a, b));
    QVERIFY(
        lines.contains(QStringLiteral("optimizer/state/0/momentum_buffer | optimizer/state/2/momentum_buffer | path")));
    QVERIFY(lines.contains(QStringLiteral("- | optimizer/state/0/momentum_buffer")));
}

void CheckpointDiffTest::orderIsThatOfAWithAdditionsInPlace()
{
    const auto diff = diffOf(stateDict({{"a", {1, 2}}, {"b", {2, 2}}, {"c", {3, 2}}}),
                             stateDict({{"x", {9, 9}}, {"a", {1, 2}}, {"y", {8, 8}}, {"z", {7, 7}}, {"c", {3, 2}}}));
    QCOMPARE(tensorText(diff), (QStringList{"- | x", "a | a | path", "- | y", "- | z", "b | -", "c | c | path"}));
}

void CheckpointDiffTest::layersAndParts()
{
    const auto a = dict({{"net", stateDict({{"layer1.0.conv.weight", {4, 4}},
                                            {"layer1.0.conv.bias", {4}},
                                            {"layer1.1.conv.weight", {4, 4}},
                                            {"fc.weight", {2, 4}}})},
                         {"optimizer", sgd({{4, 4}, {4}, {4, 4}, {2, 4}})}});
    const auto diff = diffOf(a, a);
    const auto text = [](const std::vector<GroupDiff> &groups) {
        QStringList lines;
        for (const GroupDiff &group : groups)
            lines += QString::fromStdString(group.name) + ": " + QString::number(group.tensors.size());
        return lines;
    };
    QCOMPARE(text(layersOf(diff)),
             (QStringList{"net/layer1.0.conv: 2", "net/layer1.1.conv: 1", "net/fc: 1", "optimizer/state/0: 1",
                          "optimizer/state/1: 1", "optimizer/state/2: 1", "optimizer/state/3: 1"}));
    QCOMPARE(text(layersOf(diff, 1)), (QStringList{"net/layer1: 3", "net/fc: 1", "optimizer/state: 4"}));
    QCOMPARE(text(layersOf(diff, 2)).first(), QStringLiteral("net/layer1.0: 2"));
    QCOMPARE(text(partsOf(diff)), (QStringList{"net: 4", "optimizer: 4"}));
}

void CheckpointDiffTest::sumsOfDifferences()
{
    const TensorDifference one{
        .count = 3, .changed = 2, .nan = 1, .l2 = 3, .maxAbs = 2, .normA = 6, .normB = 5, .dot = 7};
    const TensorDifference other{
        .count = 5, .changed = 1, .nan = 0, .l2 = 4, .maxAbs = 3, .normA = 8, .normB = 12, .dot = 1};
    const TensorDifference sum{
        .count = 8, .changed = 3, .nan = 1, .l2 = 5, .maxAbs = 3, .normA = 10, .normB = 13, .dot = 8};
    QVERIFY(joined(one, other) == sum);
    QVERIFY(joined(one, TensorDifference()) == one);
}

void CheckpointDiffTest::countersAreKnown()
{
    const auto diff = diffOf(dict({{"bn.num_batches_tracked", tensor({}, {.dtype = DType::Int64})},
                                   {"step", tensor({})},
                                   {"w.step", tensor({2})}}),
                             dict({}));
    QVERIFY(isCounter(diff, 0));
    QVERIFY(isCounter(diff, 1));
    QVERIFY(!isCounter(diff, 2));
}

void CheckpointDiffTest::hundredThousandTensors_data()
{
    QTest::addColumn<QString>("prefix");
    QTest::addColumn<QString>("attention");
    QTest::addColumn<int>("how");
    QTest::newRow("same names") << "layers."
                                << "attn" << static_cast<int>(MatchedBy::Path);
    QTest::newRow("a prefix") << "module.layers."
                              << "attn" << static_cast<int>(MatchedBy::Prefix);
    QTest::newRow("renamed") << "encoder.h."
                             << "attention.self" << static_cast<int>(MatchedBy::Order);
}

void CheckpointDiffTest::hundredThousandTensors()
{
    QFETCH(QString, prefix);
    QFETCH(QString, attention);
    QFETCH(int, how);
    const auto model = [](const std::string &before, const std::string &middle) {
        NamedShapes shapes;
        for (int i = 0; i < 25'000; ++i) {
            const std::string block = before + std::to_string(i) + ".";
            for (const std::string &layer : {middle, std::string("mlp")})
                append(shapes, {{block + layer + ".weight", {4, 4}}, {block + layer + ".bias", {4}}});
        }
        return file(stateDict(shapes));
    };
    const auto a = model("layers.", "attn");
    const auto b = model(prefix.toStdString(), attention.toStdString());
    QElapsedTimer timer;
    timer.start();
    const auto diff = matchCheckpoints(side(a), side(b));
    // A fraction of a second; comparing each with each would take minutes.
    QVERIFY2(timer.elapsed() < 20'000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(diff.tensors.size(), std::size_t(100'000));
    QVERIFY(std::ranges::all_of(diff.tensors, [how](const TensorDiff &tensor) {
        return tensor.a != kNoEntry && tensor.b != kNoEntry && static_cast<int>(tensor.matchedBy) == how;
    }));
}

QTEST_GUILESS_MAIN(CheckpointDiffTest)
#include "checkpoint_diff_test.moc"
