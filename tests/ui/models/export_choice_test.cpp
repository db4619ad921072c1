// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/export_choice.h"

#include "tests/ui/sample_checkpoint.h"

#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

QStringList titles(const std::vector<ExportPart> &parts)
{
    QStringList texts;
    for (const ExportPart &part : parts)
        texts << part.text;
    return texts;
}

}  // namespace

class ExportChoiceTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void weightsComeFirstAndSectionsFollow()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        const auto parts = exportParts(*checkpoint, {});
        QCOMPARE(titles(parts), QStringList({"Weights only (net)", "Everything", "optimizer · SGD"}));
        QVERIFY(parts.front().weightsOnly);
        QCOMPARE(parts.front().sections, std::vector<EntryId>{checkpoint->entries.find("net")});
        QVERIFY(parts[1].sections.empty());
    }

    void whatIsSelectedComesBeforeAll()
    {
        const CheckpointPtr checkpoint = trainingCheckpoint();
        const EntryId weight = checkpoint->entries.find("net/fc.0.weight");
        const auto one = exportParts(*checkpoint, {weight});
        QCOMPARE(one.front().text, QStringLiteral("Selected: net/fc.0.weight"));
        QCOMPARE(one.front().name, QStringLiteral("fc.0.weight"));
        const auto two = exportParts(*checkpoint, {weight, checkpoint->entries.find("epoch")});
        QCOMPARE(two.front().text, QStringLiteral("Selected: 2 entries"));
        // The root among them means the whole file.
        QCOMPARE(exportParts(*checkpoint, {kRootEntry}).front().text, QStringLiteral("Weights only (net)"));
    }

    void stateDictAloneIsEverything()
    {
        QCOMPARE(titles(exportParts(*flatCheckpoint(3), {})), QStringList{"Everything"});
    }

    void prefixThatAllNamesHaveIsOffered()
    {
        const auto wrapped = built(dict({{"module.fc.weight", tensor({4, 3})}, {"module.fc.bias", tensor({4})}}));
        QCOMPARE(commonPrefixes(*wrapped), QStringList{"module."});
        QVERIFY(commonPrefixes(*trainingCheckpoint()).isEmpty());
    }

    void suggestedNameSaysWhatBecameOfTheFile()
    {
        ExportOptions options;
        QCOMPARE(suggestedExport("/run/epoch_50.pth", options), QStringLiteral("/run/epoch_50-cpu.pth"));
        QCOMPARE(suggestedExport("/run/epoch_50.pth", options, "optimizer"),
                 QStringLiteral("/run/epoch_50-optimizer.pth"));
        options.weightsOnly = true;
        QCOMPARE(suggestedExport("/run/gan.pth", options, "netG"), QStringLiteral("/run/gan-netG-weights.pth"));
        options.dtype = DType::Float16;
        options.format = ExportFormat::Safetensors;
        QCOMPARE(suggestedExport("/run/model.pth.tar", options),
                 QStringLiteral("/run/model-weights-float16.safetensors"));
        options.shardBytes = 1000;
        QCOMPARE(suggestedExport("/run/a.b.ckpt", options),
                 QStringLiteral("/run/a.b-weights-float16.safetensors.index.json"));
    }

    void suffixFollowsTheFormatAndNoOtherDotIsLost()
    {
        QCOMPARE(withExportSuffix("/x/v1.2.pth", ExportFormat::Npz, false), QStringLiteral("/x/v1.2.npz"));
        QCOMPARE(withExportSuffix("/x/model.safetensors.index.json", ExportFormat::TorchZip, false),
                 QStringLiteral("/x/model.pth"));
        QCOMPARE(withExportSuffix("/x/.pth", ExportFormat::Npz, false), QStringLiteral("/x/.pth.npz"));
    }

    void lossIsSaidInWordsAndNamesTheTensors()
    {
        QCOMPARE(lossSentence({}, DType::Float16), QString());
        ConversionLoss loss;
        loss.overflowed = 2;
        loss.vanished = 1000;
        loss.tensors = {"fc.weight", "fc.bias"};
        QCOMPARE(lossSentence(loss, DType::Float16),
                 QStringLiteral("2 values are too large for float16 and become infinite (fc.weight, fc.bias). 1,000 "
                                "values are too small for float16 and become 0."));
        loss = {.overflowed = 1, .vanished = 1, .tensors = {"fc.weight"}};
        QCOMPARE(lossSentence(loss, DType::Float16),
                 QStringLiteral("1 value is too large for float16 and becomes infinite (fc.weight). 1 value is too "
                                "small for float16 and becomes 0."));
    }
};

QTEST_GUILESS_MAIN(ExportChoiceTest)
#include "export_choice_test.moc"
