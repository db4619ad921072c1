// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/roles.h"

#include "core/checkpoint/headline.h"
#include "tests/support/optimizer_builder.h"
#include "tests/support/section_text.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

const Shapes kIrisShapes{{16, 4}, {16}, {3, 16}, {3}};

Any iris()
{
    return dict({{"fc.0.weight", tensor({16, 4})},
                 {"fc.0.bias", tensor({16})},
                 {"fc.2.weight", tensor({3, 16})},
                 {"fc.2.bias", tensor({3})}});
}

const QString kIrisNames = "[fc.0.weight fc.0.bias fc.2.weight fc.2.bias]";

Any layer(std::int64_t out, std::int64_t in)
{
    return dict({{"fc.weight", tensor({out, in})}, {"fc.bias", tensor({out})}});
}

Any module(const std::string &className, const std::vector<Pair> &parameters, const std::vector<Pair> &children = {})
{
    return object(
        className,
        {{"training", true}, {"_parameters", dict(parameters)}, {"_buffers", dict({})}, {"_modules", dict(children)}});
}

}  // namespace

class RolesTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void netOptimizerEpochAndSchedule();
    void bareStateDict();
    void wholeModule();
    void modelOptimizerEpochAndLoss();
    void twoModelsAndTwoOptimizers();
    void misspeltKeys();
    void adamStateKeyedByPythonIds();
    void generatorAndDiscriminator();
    void optimizerOverEncoderAndDecoder();
    void averagesOfWeights();
    void nestedModel();
    void packedQuantisedLayers();
    void notModels_data();
    void notModels();
    void randomStates();
    void gradientScalers();
    void settings();
    void curves();
    void numbers_data();
    void numbers();
    void lightningLoopsAreNoModelsAndHaveNoSteps();
    void lightningLists();
    void composer();
    void fastaiListState();
    void pickledOptimizerNamesByIdentity();
    void optimizerOfCpp();
    void optimizerAlone();
    void initialRateWithoutScheduler();
    void lastEpochThatDiffersFromEpochIsFine();
    void classIndexIsNoMetric();
    void hundredThousandTensorsAreFast();
    void deepAndWideTablesEnd();
};

void RolesTest::netOptimizerEpochAndSchedule()
{
    const auto checkpoint =
        built(dict({{"net", iris()}, {"optimizer", sgd(kIrisShapes)}, {"epoch", 50}, {"lr_schedule", multiStepLR()}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"net: model", "optimizer: optimizer SGD " + kIrisNames + " -> net", "epoch: epoch",
                          "lr_schedule: scheduler MultiStepLR -> optimizer"}));
    QCOMPARE(checkpoint->layout, std::string());
    QVERIFY(checkpoint->warnings.empty());
    QCOMPARE(headline(*checkpoint), std::string("Training checkpoint · epoch 50 · SGD · MultiStepLR · 131 parameters"));
}

void RolesTest::bareStateDict()
{
    const auto checkpoint = built(iris());
    QCOMPARE(sectionText(*checkpoint), QStringList{": model"});
    QCOMPARE(headline(*checkpoint), std::string("State dict · 131 parameters"));
}

void RolesTest::wholeModule()
{
    const auto checkpoint = built(module(
        "torchvision.models.vgg.VGG", {},
        {{"fc", module("torch.nn.modules.linear.Linear", {{"weight", parameter({1000, 4})}, {"bias", nullptr}})}}));
    QCOMPARE(sectionText(*checkpoint), QStringList{": module torchvision.models.vgg.VGG"});
    QCOMPARE(headline(*checkpoint), std::string("Whole module VGG · 4,000 parameters"));
}

void RolesTest::modelOptimizerEpochAndLoss()
{
    const auto checkpoint = built(dict({{"epoch", 5},
                                        {"model_state_dict", iris()},
                                        {"optimizer_state_dict", adam(kIrisShapes)},
                                        {"loss", tensor({})}}));
    QCOMPARE(
        sectionText(*checkpoint),
        (QStringList{"epoch: epoch", "model_state_dict: model",
                     "optimizer_state_dict: optimizer Adam? " + kIrisNames + " -> model_state_dict", "loss: loss"}));
    QCOMPARE(headline(*checkpoint), std::string("Training checkpoint · epoch 5 · Adam (presumed) · 131 parameters"));
}

void RolesTest::twoModelsAndTwoOptimizers()
{
    const auto checkpoint = built(dict({{"modelA_state_dict", layer(4, 3)},
                                        {"modelB_state_dict", layer(4, 3)},
                                        {"optimizerA_state_dict", sgd({{4, 3}, {4}})},
                                        {"optimizerB_state_dict", sgd({{4, 3}, {4}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"modelA_state_dict: model", "modelB_state_dict: model",
                          "optimizerA_state_dict: optimizer SGD [fc.weight fc.bias] -> modelA_state_dict",
                          "optimizerB_state_dict: optimizer SGD [fc.weight fc.bias] -> modelB_state_dict"}));
}

void RolesTest::misspeltKeys()
{
    const auto checkpoint =
        built(dict({{"epcoh", 7}, {"modle", iris()}, {"optimizer_state_dic", adam(kIrisShapes)}, {"accurcay", 0.97}}),
              Format::Pickle);
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"epcoh: epoch?", "modle: model",
                          "optimizer_state_dic: optimizer Adam? " + kIrisNames + " -> modle", "accurcay: metric?"}));
}

void RolesTest::adamStateKeyedByPythonIds()
{
    const std::vector<std::int64_t> ids{2744643462632, 2744643462704, 2744643462776, 2744643462848};
    const auto checkpoint =
        built(dict({{"epoch", 1000},
                    {"state_dict", iris()},
                    {"optimizer", optimizer(stateOf(ids, kIrisShapes, momentsOf), {group(adamKeys(), ids)})}}));
    QCOMPARE(sectionText(*checkpoint), (QStringList{"epoch: epoch", "state_dict: model",
                                                    "optimizer: optimizer Adam? " + kIrisNames + " -> state_dict"}));
}

void RolesTest::generatorAndDiscriminator()
{
    const auto checkpoint = built(dict({{"netG", layer(4, 3)},
                                        {"netD", layer(4, 3)},
                                        {"d_optimizer", sgd({{4, 3}, {4}})},
                                        {"generator_opt", sgd({{4, 3}, {4}})},
                                        {"schedulerD", scheduler({{"gamma", 0.9}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"netG: model", "netD: model", "d_optimizer: optimizer SGD [fc.weight fc.bias] -> netD",
                          "generator_opt: optimizer SGD [fc.weight fc.bias] -> netG",
                          "schedulerD: scheduler ExponentialLR -> d_optimizer"}));
}

void RolesTest::optimizerOverEncoderAndDecoder()
{
    const auto checkpoint = built(
        dict({{"encoder", layer(4, 3)}, {"decoder", layer(9, 4)}, {"optimizer", sgd({{4, 3}, {4}, {9, 4}, {9}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"encoder: model", "decoder: model",
                          "optimizer: optimizer SGD [encoder.fc.weight encoder.fc.bias decoder.fc.weight "
                          "decoder.fc.bias] -> encoder -> decoder"}));
    // The same shapes in both: either could come first.
    const auto twins = built(
        dict({{"encoder", layer(4, 3)}, {"decoder", layer(4, 3)}, {"optimizer", sgd({{4, 3}, {4}, {4, 3}, {4}})}}));
    QCOMPARE(sectionText(*twins), (QStringList{"encoder: model", "decoder: model", "optimizer: optimizer SGD"}));
    QCOMPARE(noteAt(*twins, "optimizer"), "Which of the models it trains can't be told");
}

void RolesTest::averagesOfWeights()
{
    const Any averaged = dict({{"n_averaged", tensor({}, {.dtype = DType::Int64})},
                               {"module.fc.weight", tensor({4, 3})},
                               {"module.fc.bias", tensor({4})}});
    const auto checkpoint = built(
        dict({{"state_dict", layer(4, 3)},
              {"state_dict_ema", layer(4, 3)},
              {"swa", averaged},
              {"ema", dict({{"decay", 0.999}, {"updates", 12}, {"module", layer(4, 3)}})},
              {"torch_ema",
               dict({{"decay", 0.9}, {"num_updates", 3}, {"shadow_params", list({tensor({4, 3}), tensor({4})})}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"state_dict: model", "state_dict_ema: ema -> state_dict", "swa: ema -> state_dict",
                          "ema/updates: step", "ema/module: ema -> state_dict", "torch_ema: ema -> state_dict"}));
    QCOMPARE(sectionText(*built(averaged)), QStringList{": ema"});
}

void RolesTest::nestedModel()
{
    const Any quantised = dict({{"centroids", tensor({256, 9})},
                                {"assignments", tensor({4096}, {.dtype = DType::UInt8})},
                                {"n_blocks", 64},
                                {"is_conv", true}});
    const auto checkpoint =
        built(dict({{"layer1.0.conv1", quantised}, {"layer1.0.conv2", quantised}, {"fc", quantised}}));
    QCOMPARE(sectionText(*checkpoint), QStringList{": model"});
    // Whole state_dicts side by side stay models of their own.
    const auto several = built(dict({{"a", layer(4, 3)}, {"b", layer(4, 3)}, {"c", layer(4, 3)}}));
    QCOMPARE(sectionText(*several), (QStringList{"a: model", "b: model", "c: model"}));
}

void RolesTest::packedQuantisedLayers()
{
    const auto checkpoint = built(
        dict({{"fc.scale", tensor({})},
              {"fc.zero_point", tensor({}, {.dtype = DType::Int64})},
              {"fc._packed_params.dtype", global("torch.qint8")},
              {"fc._packed_params._packed_params", tuple({tensor({4, 3}, {.dtype = DType::QInt8}), tensor({4})})}}));
    QCOMPARE(sectionText(*checkpoint), QStringList{": model"});
}

void RolesTest::notModels_data()
{
    QTest::addColumn<int>("which");
    QTest::addRow("numbers only") << 0;
    QTest::addRow("arrays only") << 1;
    QTest::addRow("images and labels as a tuple") << 2;
    QTest::addRow("a data set as a dict") << 3;
    QTest::addRow("a bare tensor") << 4;
    QTest::addRow("integers") << 5;
    QTest::addRow("statistics") << 6;
    QTest::addRow("nothing") << 7;
}

void RolesTest::notModels()
{
    QFETCH(int, which);
    const std::vector<Any> roots{
        dict({{"a", 1}, {"b", 2.5}}),
        dict({{"w1", array({3, 4})}, {"w2", array({4})}}),
        tuple({tensor({300, 28, 28}, {.dtype = DType::UInt8}), tensor({300}, {.dtype = DType::Int64})}),
        dict({{"x", tensor({150, 4})}, {"y", tensor({150}, {.dtype = DType::Int64})}}),
        tensor({3, 4}),
        dict({{"arr", tensor({3}, {.dtype = DType::Int64})}, {"arr_2d", tensor({2, 2}, {.dtype = DType::Int64})}}),
        dict({{"mean", tensor({3})}, {"std", tensor({3})}}),
        dict({})};
    QCOMPARE(sectionText(*built(roots[static_cast<std::size_t>(which)])), QStringList());
}

void RolesTest::randomStates()
{
    std::vector<Any> words(625, Any(1));
    const Any python = tuple({3, tuple(words), nullptr});
    const Any numpy = tuple({"MT19937", array({624}), 624, 0, 0.0});
    const Any cpu = tensor({5056}, {.dtype = DType::UInt8});
    const Any cuda = tensor({16}, {.dtype = DType::UInt8});
    const auto together =
        built(dict({{"python", python}, {"numpy", numpy}, {"cpu", cpu}, {"cuda", list({cuda, cuda})}}));
    QCOMPARE(sectionText(*together), QStringList{": rng"});
    const auto apart = built(dict({{"model", iris()},
                                   {"torch_rng_state", cpu},
                                   {"cuda_rng_state", cuda},
                                   {"numpy", numpy},
                                   {"py", python},
                                   {"rng", list({dict({{"python", python}, {"torch", cpu}})})},
                                   {"sixteen_bytes", cuda}}));
    QCOMPARE(sectionText(*apart), (QStringList{"model: model", "torch_rng_state: rng", "cuda_rng_state: rng",
                                               "numpy: rng", "py: rng", "rng: rng"}));
}

void RolesTest::gradientScalers()
{
    const Any scaler = dict({{"scale", 65536.0},
                             {"growth_factor", 2.0},
                             {"backoff_factor", 0.5},
                             {"growth_interval", 2000},
                             {"_growth_tracker", 17}});
    const Any apex = dict({{"loss_scaler0", dict({{"loss_scale", 65536.0}, {"unskipped", 3}})}});
    const auto checkpoint = built(dict({{"amp", scaler}, {"apex", apex}, {"scaler", dict({})}}));
    QCOMPARE(sectionText(*checkpoint), (QStringList{"amp: scaler", "apex: scaler", "scaler: scaler?"}));
}

void RolesTest::settings()
{
    const auto checkpoint =
        built(dict({{"model", iris()},
                    {"args", object("argparse.Namespace", {{"lr", 0.1}, {"epochs", 90}, {"loss", "mse"}})},
                    {"hyper_parameters", dict({{"hidden", 16}})},
                    {"run", dict({{"lr", 0.1}, {"batch_size", 64}})},
                    {"class_names", list({"cat", "dog"})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"model: model", "args: config", "hyper_parameters: config", "run: config?"}));
}

void RolesTest::curves()
{
    const auto checkpoint =
        built(dict({{"train_losses", list({0.9, 0.5, 0.2})},
                    {"history", dict({{"loss", list({0.9, 0.5})}, {"val_acc", list({0.5, 0.9})}})},
                    {"log_history", list({dict({{"loss", 0.9}, {"step", 10}}), dict({{"loss", 0.5}, {"step", 20}})})},
                    {"message_hub",
                     dict({{"log_scalars", dict({{"train/loss", object("mmengine.logging.history_buffer.HistoryBuffer",
                                                                       {{"_log_history", array({20})}})}})}})},
                    {"val_loss", array({20})},
                    {"hidden_layers", list({512, 256, 128})},
                    {"mean", list({0.485, 0.456, 0.406})},
                    {"one", list({0.5})}}));
    QCOMPARE(sectionText(*checkpoint), (QStringList{"train_losses: curve", "history: curve", "log_history: curve",
                                                    "message_hub/log_scalars: curve", "val_loss: curve"}));
}

void RolesTest::numbers_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("whole");
    QTest::addColumn<QString>("section");
    const auto row = [](const char *name, bool whole, const char *section) {
        QTest::addRow("%s %s", name, whole ? "int" : "float") << name << whole << section;
    };
    row("epoch", true, "epoch");
    row("epoch", false, "epoch");
    row("cur_epoch", true, "epoch");
    row("epochs", true, "epoch?");
    row("start_epoch", true, "epoch?");
    row("best_epoch", true, "");
    row("num_epochs", true, "");
    row("global_step", true, "step");
    row("globalStep", true, "step");
    row("iteration", true, "step");
    row("iter_num", true, "step");
    row("num_updates", true, "step");
    row("stop", true, "");
    row("loss", false, "loss");
    row("best_val_loss", false, "loss");
    row("lossG", false, "loss");
    row("loss_scale", false, "");
    row("loss_weight", false, "");
    row("best_acc1", false, "metric");
    row("best_prec1", false, "metric");
    row("acc", true, "metric");
    row("mAP50", false, "metric");
    row("mIoU", false, "metric");
    row("val/f1", false, "metric");
    row("best_fitness", false, "metric");
    row("best_mae_error", false, "metric");
    row("precision", true, "");
    row("map", true, "");
    row("lr", false, "");
    row("seed", true, "");
    row("version", true, "");
}

void RolesTest::numbers()
{
    QFETCH(QString, name);
    QFETCH(bool, whole);
    QFETCH(QString, section);
    const Any value = whole ? Any(3) : Any(0.25);
    const auto checkpoint = built(dict({{name.toStdString(), value}}));
    QString path = name;
    path.replace('/', "%2F");
    QCOMPARE(sectionText(*checkpoint), section.isEmpty() ? QStringList() : QStringList{path + ": " + section});
}

void RolesTest::lightningLoopsAreNoModelsAndHaveNoSteps()
{
    const Any progress = dict({{"total", dict({{"ready", 3}, {"step", 3}})}, {"current", dict({{"ready", 1}})}});
    const auto checkpoint = built(
        dict({{"epoch", 2},
              {"global_step", 300},
              {"pytorch-lightning_version", "2.4.0"},
              {"state_dict", iris()},
              {"loops", dict({{"fit_loop", dict({{"epoch_progress", progress}, {"step", 5}})}})},
              {"callbacks", dict({{"ModelCheckpoint{'monitor': 'val_loss'}",
                                   dict({{"monitor", "val_loss"}, {"best_model_score", tensor({})}, {"epoch", 2}})}})},
              {"optimizer_states", list({adam(kIrisShapes)})},
              {"lr_schedulers", list({multiStepLR()})},
              {"MixedPrecision",
               dict({{"scale", 1.0}, {"growth_factor", 2.0}, {"backoff_factor", 0.5}, {"growth_interval", 2000}})},
              {"hyper_parameters", dict({{"lr", 0.1}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"epoch: epoch", "global_step: step", "state_dict: model",
                          "callbacks/ModelCheckpoint{'monitor': 'val_loss'}/best_model_score: metric",
                          "optimizer_states/0: optimizer Adam? " + kIrisNames + " -> state_dict",
                          "lr_schedulers/0: scheduler MultiStepLR -> optimizer_states/0", "MixedPrecision: scaler",
                          "hyper_parameters: config"}));
    QCOMPARE(checkpoint->layout, std::string("lightning"));
}

void RolesTest::lightningLists()
{
    // A GAN in one module: each optimizer has a part, and only together they leave one answer.
    const auto checkpoint = built(dict({{"state_dict", dict({{"g.a.weight", tensor({4, 3})},
                                                             {"g.b.weight", tensor({3, 4})},
                                                             {"d.a.weight", tensor({4, 3})},
                                                             {"d.b.weight", tensor({1, 4})}})},
                                        {"optimizer_states", list({sgd({{4, 3}, {3, 4}}), sgd({{4, 3}, {1, 4}})})},
                                        {"lr_schedulers", list({multiStepLR(), scheduler({{"gamma", 0.9}})})}}));
    QCOMPARE(
        sectionText(*checkpoint),
        (QStringList{"state_dict: model", "optimizer_states/0: optimizer SGD [g.a.weight g.b.weight] -> state_dict",
                     "optimizer_states/1: optimizer SGD [d.a.weight d.b.weight] -> state_dict",
                     "lr_schedulers/0: scheduler MultiStepLR -> optimizer_states/0",
                     "lr_schedulers/1: scheduler ExponentialLR -> optimizer_states/1"}));
}

void RolesTest::composer()
{
    const auto checkpoint =
        built(dict({{"state", dict({{"model", iris()},
                                    {"optimizers", dict({{"DecoupledAdamW", adam(kIrisShapes)}})},
                                    {"schedulers", dict({{"LambdaLR", scheduler({{"lr_lambdas", list({nullptr})}})}})},
                                    {"timestamp", dict({{"epoch", 3}, {"batch", 120}, {"batch_in_epoch", 0}})},
                                    {"rank_zero_seed", 17}})},
                    {"rng", list({dict({{"torch", tensor({5056}, {.dtype = DType::UInt8})}})})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"state/model: model",
                          "state/optimizers/DecoupledAdamW: optimizer DecoupledAdamW " + kIrisNames + " -> state/model",
                          "state/schedulers/LambdaLR: scheduler LambdaLR? -> state/optimizers/DecoupledAdamW",
                          "state/timestamp/epoch: epoch", "state/timestamp/batch: step", "rng: rng"}));
    QCOMPARE(checkpoint->layout, std::string("composer"));
}

void RolesTest::fastaiListState()
{
    std::vector<Any> states;
    for (const auto &shape : kIrisShapes)
        states.push_back(dict({{"grad_avg", tensor(shape)}, {"sqr_avg", tensor(shape)}, {"step", 7}}));
    const auto checkpoint =
        built(dict({{"model", iris()},
                    {"opt", dict({{"state", list(states)}, {"hypers", list({dict({{"lr", 0.1}, {"mom", 0.9}})})}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"model: model", "opt: optimizer Adam? " + kIrisNames + " -> model"}));
    QCOMPARE(checkpoint->layout, std::string("fastai"));
}

void RolesTest::pickledOptimizerNamesByIdentity()
{
    const Any weight = shared(parameter({4, 4}));
    const Any other = shared(parameter({4, 4}));
    const auto checkpoint = built(
        dict({{"model", module("__main__.Net", {{"a", weight}, {"b", other}})},
              {"optimizer", object("torch.optim.sgd.SGD",
                                   {{"defaults", dict({{"lr", 0.1}})},
                                    {"state", dict({})},
                                    {"param_groups", list({dict({{"params", list({other})}, {"lr", 0.1}})})}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"model: module __main__.Net", "optimizer: optimizer SGD [b] -> model"}));
}

void RolesTest::optimizerOfCpp()
{
    const std::string archive = "__torch__.Module";
    const Any moments = object(archive, {{"step", 1}, {"exp_avg", tensor({4, 3})}, {"exp_avg_sq", tensor({4, 3})}});
    const Any options = object(
        archive,
        {{"lr", 0.001}, {"betas", tuple({0.9, 0.999})}, {"eps", 1e-8}, {"weight_decay", 0.0}, {"amsgrad", false}});
    const Any groups = object(
        archive, {{"param_groups/size", tensor({})},
                  {"param_groups/0",
                   object(archive, {{"params/size", tensor({})}, {"params/0", "0x5639"}, {"options", options}})}});
    const Any state = object(archive, {{"0x5639", moments}});
    const auto checkpoint =
        built(object(archive, {{"pytorch_version", "1.5.0"}, {"state", state}, {"param_groups", groups}}),
              Format::TorchScript);
    QCOMPARE(sectionText(*checkpoint), QStringList{": optimizer Adam?"});
    QCOMPARE(sectionText(*built(object(archive, {{"0", tensor({3, 3})}}), Format::TorchScript)), QStringList());
}

void RolesTest::optimizerAlone()
{
    const auto checkpoint = built(adam(kIrisShapes));
    QCOMPARE(sectionText(*checkpoint), QStringList{": optimizer Adam?"});
    QVERIFY(noteAt(*checkpoint, "").contains("There is no model in the file"));
    QVERIFY(checkpoint->warnings.empty());
    QCOMPARE(headline(*checkpoint), std::string("Optimizer state · Adam (presumed)"));
}

void RolesTest::initialRateWithoutScheduler()
{
    std::vector<Pair> keys = sgdKeys();
    keys.front().second = 0.01;
    keys.emplace_back("initial_lr", 0.1);
    const auto checkpoint =
        built(dict({{"model", iris()}, {"optimizer", optimizer(dict({}), {group(keys, firstIds(4))})}}));
    QCOMPARE(checkpoint->warnings.size(), std::size_t(1));
    QCOMPARE(QString::fromStdString(checkpoint->warnings.front().text),
             "The learning rate began at 0.1 (initial_lr) and is 0.01 now, but the file has no scheduler: a resumed "
             "training "
             "would not follow its schedule");
    QCOMPARE(checkpoint->entries.pathText(checkpoint->warnings.front().entry), std::string("optimizer"));
}

void RolesTest::lastEpochThatDiffersFromEpochIsFine()
{
    const auto checkpoint = built(dict({{"epoch", 50}, {"net", iris()}, {"lr_schedule", multiStepLR()}}));
    QVERIFY(checkpoint->warnings.empty());
    QCOMPARE(noteAt(*checkpoint, "lr_schedule"), QString());
}

void RolesTest::classIndexIsNoMetric()
{
    const auto checkpoint = built(dict({{"class_to_idx", dict({{"loss", 0}, {"score", 1}, {"epoch", 2}})}}));
    QCOMPARE(sectionText(*checkpoint), QStringList());
}

void RolesTest::hundredThousandTensorsAreFast()
{
    constexpr std::size_t kCount = 100'000;
    std::vector<Pair> weights;
    Shapes shapes;
    for (std::size_t i = 0; i < kCount; ++i) {
        shapes.push_back({64, static_cast<std::int64_t>(1 + i % 7)});
        weights.emplace_back("layers." + std::to_string(i) + ".weight", tensor(shapes.back()));
    }
    auto checkpoint = built(dict({{"model", dict(weights)}, {"optimizer", adam(shapes)}}));
    QElapsedTimer timer;
    timer.start();
    findSections(*checkpoint);
    // The budget is 60 ms; a machine under load may take several times as long.
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString("%1 ms").arg(timer.elapsed())));
    QCOMPARE(checkpoint->sections.size(), std::size_t(2));
    QCOMPARE(checkpoint->sections[1].parameters.size(), kCount);
    QCOMPARE(checkpoint->sections[1].parameters.back(), std::string("layers.99999.weight"));
    qInfo("sections of 100,000 tensors with their optimizer: %lld ms", static_cast<long long>(timer.elapsed()));
}

void RolesTest::deepAndWideTablesEnd()
{
    Any deep = dict({{"weight", tensor({2, 2})}});
    for (int i = 0; i < 300; ++i)
        deep = dict({{"a", deep}, {"b", 1}});
    std::vector<Pair> wide;
    for (int i = 0; i < 20'000; ++i)
        wide.emplace_back("row" + std::to_string(i), dict({{"state", dict({})}, {"param_groups", list({})}}));
    QElapsedTimer timer;
    timer.start();
    const auto checkpoint = built(dict({{"deep", deep}, {"wide", dict(wide)}, {"model", iris()}}));
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString("%1 ms").arg(timer.elapsed())));
    QVERIFY(sectionText(*checkpoint).contains("model: model"));
}

QTEST_GUILESS_MAIN(RolesTest)
#include "roles_test.moc"
