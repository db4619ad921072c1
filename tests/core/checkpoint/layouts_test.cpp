// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/checkpoint.h"
#include "core/checkpoint/headline.h"
#include "core/checkpoint/layouts.h"
#include "tests/support/optimizer_builder.h"
#include "tests/support/section_text.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

Any weights() { return dict({{"fc.weight", tensor({4, 3})}, {"fc.bias", tensor({4})}}); }
Any momentum() { return sgd({{4, 3}, {4}}); }
Any nothing() { return dict({}); }

QString layoutOf(const Any &root, Format format = Format::TorchZip)
{
    return QString::fromStdString(built(root, format)->layout);
}

QString layoutOfMembers(const QStringList &names)
{
    std::vector<Pair> members;
    for (const QString &name : names)
        members.emplace_back(name.toStdString(), nothing());
    return layoutOf(dict(members), Format::Archive);
}

}  // namespace

class LayoutsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lightning();
    void stableDiffusionIsLightningUnlessPruned();
    void mmengine();
    void fairseq();
    void detectron2();
    void ultralytics();
    void timmAndImagenetExample();
    void fastai();
    void ignite();
    void deepspeed();
    void accelerate();
    void folders();
    void peft();
    void torchtitan();
    void nobodys();
    void averageOfLightningIsInStateDict();
    void mmengineSwapsModelAndAverage();
    void strippedUltralyticsFileSaysSo();
    void stepsOfSb3();
    void headlinesOfOtherFiles();
};

void LayoutsTest::lightning()
{
    QCOMPARE(
        layoutOf(dict(
            {{"epoch", 1}, {"global_step", 10}, {"pytorch-lightning_version", "2.4.0"}, {"state_dict", weights()}})),
        "lightning");
}

void LayoutsTest::stableDiffusionIsLightningUnlessPruned()
{
    const Any model = dict({{"model.diffusion_model.in.weight", tensor({4, 3})},
                            {"first_stage_model.encoder.weight", tensor({4, 3})},
                            {"model_ema.decay", tensor({})},
                            {"model_ema.diffusion_modelinweight", tensor({4, 3})}});
    QCOMPARE(layoutOf(dict({{"state_dict", model}})), "stable-diffusion");
    QCOMPARE(layoutOf(model), "stable-diffusion");
    const auto whole = built(dict({{"pytorch-lightning_version", "1.4.2"}, {"state_dict", model}}));
    QCOMPARE(whole->layout, std::string("lightning"));
    QCOMPARE(noteAt(*whole, "state_dict"), "It also holds an average of the weights, under model_ema.");
}

void LayoutsTest::mmengine()
{
    QCOMPARE(
        layoutOf(dict({{"meta", dict({{"epoch", 12}, {"mmengine_version", "0.8.0"}})}, {"state_dict", weights()}})),
        "mmengine");
    QCOMPARE(layoutOf(dict({{"meta", nothing()}, {"state_dict", weights()}, {"message_hub", nothing()}})), "mmengine");
    QCOMPARE(layoutOf(dict({{"meta", nothing()}, {"state_dict", weights()}})), "");
}

void LayoutsTest::fairseq()
{
    const auto checkpoint =
        built(dict({{"args", nullptr},
                    {"cfg", dict({{"task", "translation"}})},
                    {"model", weights()},
                    {"optimizer_history", list({dict({{"criterion_name", "CrossEntropy"},
                                                      {"optimizer_name", "FairseqAdam"},
                                                      {"lr_scheduler_state", dict({{"best", 4.2}})},
                                                      {"num_updates", 500}})})},
                    {"extra_state",
                     dict({{"train_iterator", dict({{"epoch", 3}, {"iterations_in_epoch", 0}})}, {"val_loss", 4.2}})},
                    {"last_optimizer_state", adam({{4, 3}, {4}})}}));
    QCOMPARE(checkpoint->layout, std::string("fairseq"));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"cfg: config", "model: model",
                          "optimizer_history/0/lr_scheduler_state: scheduler? -> last_optimizer_state",
                          "optimizer_history/0/num_updates: step", "extra_state/train_iterator/epoch: epoch",
                          "extra_state/val_loss: loss",
                          "last_optimizer_state: optimizer Adam? [fc.weight fc.bias] -> model"}));
}

void LayoutsTest::detectron2()
{
    const auto checkpoint = built(dict(
        {{"model", weights()},
         {"trainer", dict({{"iteration", 999},
                           {"hooks", dict({{"LRScheduler", dict({{"base_lrs", list({0.02})}, {"last_epoch", 1000}})}})},
                           {"_trainer", dict({{"iteration", 999}, {"optimizer", momentum()}})}})},
         {"iteration", 999}}));
    QCOMPARE(checkpoint->layout, std::string("detectron2"));
    QCOMPARE(
        sectionText(*checkpoint),
        (QStringList{"model: model", "trainer/iteration: step",
                     "trainer/hooks/LRScheduler: scheduler LRMultiplier -> trainer/_trainer/optimizer",
                     "trainer/_trainer/iteration: step",
                     "trainer/_trainer/optimizer: optimizer SGD [fc.weight fc.bias] -> model", "iteration: step"}));
    QCOMPARE(layoutOf(dict({{"model", weights()}, {"__author__", "somebody"}})), "detectron2");
}

void LayoutsTest::ultralytics()
{
    QCOMPARE(layoutOf(dict({{"epoch", 3},
                            {"best_fitness", 0.5},
                            {"model", nullptr},
                            {"ema", weights()},
                            {"updates", 100},
                            {"optimizer", momentum()},
                            {"train_args", nothing()}})),
             "ultralytics");
}

void LayoutsTest::timmAndImagenetExample()
{
    QCOMPARE(layoutOf(dict({{"epoch", 3},
                            {"arch", "resnet50"},
                            {"state_dict", weights()},
                            {"optimizer", momentum()},
                            {"version", 2},
                            {"args", nothing()},
                            {"metric", 76.1}})),
             "timm");
    QCOMPARE(layoutOf(dict({{"epoch", 3},
                            {"arch", "resnet50"},
                            {"state_dict", weights()},
                            {"best_acc1", 76.1},
                            {"optimizer", momentum()}})),
             "imagenet-example");
}

void LayoutsTest::fastai()
{
    const Any opt =
        dict({{"state", list({dict({{"grad_avg", tensor({4, 3})}})})}, {"hypers", list({dict({{"lr", 0.1}})})}});
    QCOMPARE(layoutOf(dict({{"model", weights()}, {"opt", opt}})), "fastai");
    QCOMPARE(layoutOf(dict({{"model", weights()}, {"opt", opt}, {"epoch", 1}})), "");
}

void LayoutsTest::ignite()
{
    QCOMPARE(layoutOf(dict({{"model", weights()},
                            {"trainer", dict({{"epoch_length", 100}, {"iteration", 300}, {"max_epochs", 10}})}})),
             "ignite");
}

void LayoutsTest::deepspeed()
{
    const auto states = built(dict({{"module", weights()},
                                    {"lr_scheduler", dict({{"last_batch_iteration", 99}})},
                                    {"global_steps", 100},
                                    {"dp_world_size", 8},
                                    {"ds_config", dict({{"train_batch_size", 64}})},
                                    {"ds_version", "0.14"}}));
    QCOMPARE(states->layout, std::string("deepspeed"));
    QCOMPARE(sectionText(*states),
             (QStringList{"module: model", "lr_scheduler: scheduler", "global_steps: step", "ds_config: config"}));
    const auto share = built(
        dict({{"optimizer_state_dict",
               dict({{"zero_stage", 2},
                     {"partition_count", 8},
                     {"base_optimizer_state", list({dict({{"exp_avg", tensor({99})}, {"exp_avg_sq", tensor({99})}})})},
                     {"single_partition_of_fp32_groups", list({tensor({99})})}})},
              {"ds_version", "0.14"}}));
    QCOMPARE(share->layout, std::string("deepspeed"));
    QCOMPARE(sectionText(*share), QStringList{"optimizer_state_dict: optimizer"});
}

void LayoutsTest::accelerate()
{
    const auto checkpoint = built(dict({{"step", 10},
                                        {"random_state", tuple({3, tuple(std::vector<Any>(625, Any(1))), nullptr})},
                                        {"numpy_random_seed", tuple({"MT19937", array({624}), 624, 0, 0.0})},
                                        {"torch_manual_seed", tensor({5056}, {.dtype = DType::UInt8})},
                                        {"torch_cuda_manual_seed", list({})}}));
    QCOMPARE(checkpoint->layout, std::string("accelerate"));
    QCOMPARE(sectionText(*checkpoint), QStringList{": rng"});
}

void LayoutsTest::folders()
{
    QCOMPARE(layoutOfMembers({"model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth"}), "hf-trainer");
    QCOMPARE(layoutOfMembers({"pytorch_model.bin", "trainer_state.json"}), "hf-trainer");
    QCOMPARE(layoutOfMembers({"model.safetensors", "optimizer.bin", "random_states_0.pkl"}), "accelerate");
    QCOMPARE(layoutOfMembers({"data", "policy.pth", "policy.optimizer.pth", "pytorch_variables.pth"}), "sb3");
    QCOMPARE(layoutOfMembers({"global_step5/mp_rank_00_model_states.pt"}), "deepspeed");
    QCOMPARE(layoutOfMembers({"a.pth", "b.pth"}), "");
    const Any one = dict({{"pytorch-lightning_version", "2.0"}, {"state_dict", weights()}});
    QCOMPARE(layoutOf(dict({{"checkpoints/last.ckpt", one}, {"hparams.yaml", nothing()}}), Format::Archive),
             "lightning");
}

void LayoutsTest::peft()
{
    QCOMPARE(layoutOf(dict({{"base_model.model.h.0.lora_A.weight", tensor({8, 4})},
                            {"base_model.model.h.0.lora_B.weight", tensor({4, 8})}}),
                      Format::Safetensors),
             "peft");
}

void LayoutsTest::torchtitan()
{
    const Any root = dict({{"train_state", nothing()}, {"lr_scheduler", dict({{"last_epoch", 5}})}});
    QCOMPARE(layoutOf(root, Format::TorchDcp), "torchtitan");
    QCOMPARE(layoutOf(root), "");
}

void LayoutsTest::nobodys()
{
    QCOMPARE(layoutOf(weights()), "");
    QCOMPARE(layoutOf(nullptr), "");
    QCOMPARE(
        layoutOf(dict({{"net", weights()}, {"optimizer", momentum()}, {"epoch", 1}, {"lr_schedule", multiStepLR()}})),
        "");
}

void LayoutsTest::averageOfLightningIsInStateDict()
{
    const auto checkpoint = built(dict({{"pytorch-lightning_version", "2.6"},
                                        {"state_dict", weights()},
                                        {"current_model_state", weights()},
                                        {"optimizer_states", list({momentum()})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"state_dict: ema -> current_model_state", "current_model_state: model",
                          "optimizer_states/0: optimizer SGD [fc.weight fc.bias] -> current_model_state"}));
}

void LayoutsTest::mmengineSwapsModelAndAverage()
{
    const Any scaler =
        dict({{"scale", 1.0}, {"growth_factor", 2.0}, {"backoff_factor", 0.5}, {"growth_interval", 2000}});
    const Any optimizer =
        dict({{"state", nothing()}, {"param_groups", list({group(sgdKeys(), {0, 1})})}, {"loss_scaler", scaler}});
    const auto checkpoint = built(dict({{"optimizer", optimizer},
                                        {"meta", dict({{"iter", 100}})},
                                        {"state_dict", weights()},
                                        {"message_hub", nothing()},
                                        {"ema_state_dict", dict({{"steps", tensor({}, {.dtype = DType::Int64})},
                                                                 {"module.fc.weight", tensor({4, 3})},
                                                                 {"module.fc.bias", tensor({4})}})}}));
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"optimizer: optimizer SGD [fc.weight fc.bias] -> state_dict", "optimizer/loss_scaler: scaler",
                          "meta/iter: step", "state_dict: model", "ema_state_dict: ema -> state_dict"}));
    QVERIFY(noteAt(*checkpoint, "state_dict").startsWith("mmengine swaps both when it saves"));
}

void LayoutsTest::strippedUltralyticsFileSaysSo()
{
    const auto checkpoint =
        built(dict({{"epoch", -1}, {"best_fitness", nullptr}, {"model", weights()}, {"optimizer", nullptr}}));
    QCOMPARE(noteAt(*checkpoint, "epoch"), "A finished run: its optimizer was taken out, so it can't be resumed");
}

void LayoutsTest::stepsOfSb3()
{
    const auto checkpoint =
        built(dict({{"data", dict({{"num_timesteps", 1015808}, {"learning_rate", 0.001}, {"seed", 1}})},
                    {"policy.pth", weights()},
                    {"policy.optimizer.pth", momentum()},
                    {"_stable_baselines3_version", "1.5.0"}}),
              Format::Archive);
    QCOMPARE(sectionText(*checkpoint),
             (QStringList{"data: config?", "data/num_timesteps: step", "policy.pth: model",
                          "policy.optimizer.pth: optimizer SGD [fc.weight fc.bias] -> policy.pth"}));
    QCOMPARE(headline(*checkpoint), std::string("Stable-Baselines3 checkpoint · step 1015808 · SGD · 16 parameters"));
}

void LayoutsTest::headlinesOfOtherFiles()
{
    QCOMPARE(headline(*built(dict({{"a", 1}, {"b", 2}}), Format::Pickle)), std::string("Pickle · 2 values"));
    QCOMPARE(headline(*built(tensor({3}))), std::string("PyTorch file · 1 tensor"));
    QCOMPARE(headline(*built(multiStepLR())), std::string("Scheduler state · MultiStepLR"));
    QCOMPARE(headline(*built(dict({{"netG", weights()}, {"netD", weights()}}))),
             std::string("2 models · 32 parameters"));
    QCOMPARE(headline(*built(dict({{"state_dict", weights()}, {"best_prec1", 92.6}}))),
             std::string("Model weights · 16 parameters"));
}

QTEST_GUILESS_MAIN(LayoutsTest)
#include "layouts_test.moc"
