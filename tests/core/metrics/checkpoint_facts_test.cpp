// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/metrics/checkpoint_facts.h"

#include "tests/support/optimizer_builder.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

Any weights() { return dict({{"fc.weight", tensor({4, 3})}, {"fc.bias", tensor({4})}}); }
Any optimizer() { return adam({{4, 3}, {4}}); }

QString numberText(double number) { return QString::number(number, 'g', 6); }

/// "resumable · epoch 9 · loss 0.3 · accuracy/val 0.9 · named"
QString told(const CheckpointFacts &facts)
{
    QStringList words;
    switch (facts.kind) {
    case CheckpointFacts::Kind::Resumable:
        words << QStringLiteral("resumable");
        break;
    case CheckpointFacts::Kind::ModelOnly:
        words << QStringLiteral("model");
        break;
    case CheckpointFacts::Kind::Other:
        break;
    }
    if (facts.isWaypoint)
        words << QStringLiteral("waypoint");
    if (facts.epoch)
        words << QStringLiteral("epoch %1").arg(*facts.epoch);
    if (facts.step)
        words << QStringLiteral("step %1").arg(*facts.step);
    if (facts.loss)
        words << QStringLiteral("loss %1").arg(numberText(*facts.loss));
    for (const auto &[name, value] : facts.metrics)
        words << QStringLiteral("%1=%2").arg(QString::fromStdString(name), numberText(value));
    if (facts.fromName)
        words << QStringLiteral("by name");
    return words.join(QStringLiteral(" · "));
}

QString toldOf(const Any &root, const char *name = "file.pth") { return told(factsOf(*built(root), name)); }

}  // namespace

class CheckpointFactsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void namesTellByManyHabits_data();
    void namesTellByManyHabits();
    void ownCheckpointTellsAll();
    void tutorialsCheckpoint();
    void lightning();
    void ultralyticsOfAFinishedTraining();
    void weightsAloneTakeWhatTheNameSays();
    void contentOutranksTheName();
    void neitherWeightsNorOptimizer();
    void validationLossAndAccuracyAreComparedBy();
    void directionIsToldByTheName_data();
    void directionIsToldByTheName();
};

void CheckpointFactsTest::namesTellByManyHabits_data()
{
    QTest::addColumn<QString>("facts");
    const auto row = [](const char *name, const char *facts) { QTest::newRow(name) << QString::fromUtf8(facts); };
    row("epoch_0009.pth", "epoch 9 · by name");
    row("ckpt_best_50.pth", "epoch 50 · by name");
    row("model-epoch=12-val_loss=0.34.ckpt", "epoch 12 · loss 0.34 · val_loss=0.34 · by name");
    row("epoch=3-step=400.ckpt", "epoch 3 · step 400 · by name");
    row("epoch=09-val_acc=0.93-v1.ckpt", "epoch 9 · val_acc=0.93 · by name");
    row("resnet_e30_acc0.91.pt", "epoch 30 · acc=0.91 · by name");
    row("checkpoint-1500", "step 1500 · by name");
    row("checkpoint-50", "step 50 · by name");
    row("model_0004999.pth", "step 4999 · by name");
    row("net_12.pth", "epoch 12 · by name");
    row("model12.pt", "epoch 12 · by name");
    row("checkpoint_12.pth.tar", "epoch 12 · by name");
    row("iter_80000.pth", "step 80000 · by name");
    row("epoch_24.pth", "epoch 24 · by name");
    row("ep010.pt", "epoch 10 · by name");
    row("best_ckpt_ep7_loss_1.25e-3.pth", "epoch 7 · loss 0.00125 · by name");
    row("last.pth", "");
    row("best.pt", "");
    row("model.safetensors", "");
    row("resnet18.pth", "");
    row("resnet_50.pth", "");
    row("vgg16-397923af.pth", "");
    row("vgg16.pth", "");
    row("yolov8n.pt", "");
    row("yolov5s.pt", "");
    row("mobilenet_v2.pth", "");
    row("lenet2.pt", "");
    row("pytorch_model.bin", "");
    row("model-00001-of-00003.safetensors", "");
    row("", "");
}

void CheckpointFactsTest::namesTellByManyHabits()
{
    QFETCH(QString, facts);
    QCOMPARE(told(factsInName(QTest::currentDataTag())), facts);
}

void CheckpointFactsTest::ownCheckpointTellsAll()
{
    const Any root = dict({{"epoch", 9},
                           {"step", 80},
                           {"model_state_dict", weights()},
                           {"optimizer_state_dict", optimizer()},
                           {"loss", 0.25},
                           {"metrics", dict({{"loss/train", 0.25}, {"loss/val", 0.3}, {"accuracy/val", 0.9}})},
                           {"waypoint", dict({{"batch", 0}})}});
    QCOMPARE(toldOf(root, "epoch_0009.pth"),
             QStringLiteral("resumable · waypoint · epoch 9 · step 80 · loss 0.25 · loss/train=0.25 · loss/val=0.3 · "
                            "accuracy/val=0.9"));
}

void CheckpointFactsTest::tutorialsCheckpoint()
{
    QCOMPARE(toldOf(dict({{"net", weights()}, {"optimizer", optimizer()}, {"epoch", 50}})),
             QStringLiteral("resumable · epoch 50"));
}

void CheckpointFactsTest::lightning()
{
    const Any root = dict({{"epoch", 2},
                           {"global_step", 300},
                           {"pytorch-lightning_version", "2.4.0"},
                           {"state_dict", weights()},
                           {"optimizer_states", list({optimizer()})}});
    QCOMPARE(toldOf(root, "epoch=2-val_loss=0.5.ckpt"),
             QStringLiteral("resumable · epoch 2 · step 300 · loss 0.5 · val_loss=0.5 · by name"));
}

void CheckpointFactsTest::ultralyticsOfAFinishedTraining()
{
    // -1: over, and stripped of its optimizer.
    const Any root = dict({{"epoch", -1}, {"best_fitness", 0.5}, {"model", weights()}, {"optimizer", nullptr}});
    QCOMPARE(toldOf(root), QStringLiteral("model · best_fitness=0.5"));
}

void CheckpointFactsTest::weightsAloneTakeWhatTheNameSays()
{
    QCOMPARE(toldOf(weights(), "cnn_e30_acc0.91.pt"), QStringLiteral("model · epoch 30 · acc=0.91 · by name"));
    QCOMPARE(toldOf(weights(), "resnet18.pth"), QStringLiteral("model"));
}

void CheckpointFactsTest::contentOutranksTheName()
{
    const Any root = dict({{"epoch", 3}, {"loss", 1.5}, {"model", weights()}});
    QCOMPARE(toldOf(root, "epoch_4_loss0.1.pth"), QStringLiteral("model · epoch 3 · loss 1.5"));
}

void CheckpointFactsTest::neitherWeightsNorOptimizer() { QCOMPARE(toldOf(dict({{"a", 1}, {"b", "text"}})), QString()); }

void CheckpointFactsTest::validationLossAndAccuracyAreComparedBy()
{
    CheckpointFacts facts;
    QVERIFY(!tellingLoss(facts) && !tellingMetric(facts));
    facts.loss = 0.2;
    using Named = std::pair<std::string, double>;
    QCOMPARE(*tellingLoss(facts), Named("loss", 0.2));
    facts.metrics = {{"loss/train", 0.2}, {"accuracy/train", 0.8}, {"loss/val", 0.3}, {"accuracy/val", 0.9}};
    QCOMPARE(*tellingLoss(facts), Named("loss/val", 0.3));
    QCOMPARE(*tellingMetric(facts), Named("accuracy/val", 0.9));
    facts.metrics = {{"perplexity", 12.0}};
    QCOMPARE(*tellingMetric(facts), Named("perplexity", 12.0));
}

void CheckpointFactsTest::directionIsToldByTheName_data()
{
    QTest::addColumn<bool>("lower");
    for (const char *name : {"loss", "loss/val", "val_loss", "perplexity", "test/err", "val_wer", "fid", "mse"})
        QTest::newRow(name) << true;
    for (const char *name : {"accuracy/val", "best_acc1", "mAP50-95(B)", "f1", "best_fitness", "psnr"})
        QTest::newRow(name) << false;
}

void CheckpointFactsTest::directionIsToldByTheName()
{
    QFETCH(bool, lower);
    QCOMPARE(isBetterLower(QTest::currentDataTag()), lower);
}

QTEST_GUILESS_MAIN(CheckpointFactsTest)
#include "checkpoint_facts_test.moc"
