// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/base/describe_error.h"
#include "core/run/trainer_answers.h"

#include <cmath>

using namespace waypoint;

namespace {

// The texts are written with single quotes: they become double ones.
std::string quoted(std::string text)
{
    std::replace(text.begin(), text.end(), '\'', '"');
    return text;
}

const std::string kDevices = quoted(
    "{'version': '1.2.3', 'devices': [{'name': 'cpu', 'type': 'cpu', 'index': null, 'model': 'Some CPU', 'uuid': null,"
    " 'pci_bus': null, 'total_bytes': 25276514304, 'free_bytes': 22601293824, 'utilisation': 0.25, 'usable': true,"
    " 'reason': null}, {'name': 'cuda:0', 'model': 'Some GPU', 'uuid': 'GPU-1', 'total_bytes': null,"
    " 'free_bytes': null, 'utilisation': null, 'usable': false, 'reason': 'the driver is too old'}],"
    " 'libtorch': {'version': '1.13.0', 'cuda': null}, 'blas': 'x', 'onednn': true, 'no_gpu': 'none here'}");

const std::string kPlan = quoted(
    "{'action': 'continue', 'checkpoint': '/a/b.pth', 'out': '/a', 'model': {'name': 'lenet2', 'section': 'net',"
    " 'parameters': 62006, 'restored': 9, 'wanted': 10, 'missing': ['fc3.bias'], 'unexpected': ['x', 'y'],"
    " 'mismatched': ['fc3.weight: 10x84 in the file, 100x84 in the model']},"
    " 'optimizer': {'class': 'SGD', 'section': 'optimizer', 'restored': 8, 'wanted': 10},"
    " 'scheduler': {'class': 'MultiStepLR', 'section': 'lr_schedule', 'last_epoch': 50, 'interval': 'epoch'},"
    " 'epoch': {'in_file': 50, 'is': 'finished', 'certain': false, 'why': 'last_epoch is 51', 'next': 51, 'batch': 3},"
    " 'step': 1234, 'lr': [0.01, 1, 'NaN'], 'rng': true, 'device_rng': false, 'ema': true, 'scaler': false,"
    " 'best': true, 'done': '', 'restored': ['Model.'], 'missing': ['RNG.'], 'conflicts': ['lr.'], 'device': 'cpu',"
    " 'data': {'train': 120, 'val': 30, 'classes': ['a', 'b']},"
    " 'config': {'model': 'lenet2', 'lr': 1e-3, 'shuffle': false, 'optimizer_args': {'betas': [0.9, 0.95]},"
    " 'seed': 18446744073709551615, 'new_setting': 3},"
    " 'file_bytes': 500000, 'error': 'It would not.', 'error_option': 'lr'}");

const std::string kEvaluation = quoted(
    "{'checkpoint': 'last.pth', 'model': 'iris', 'data': 'iris', 'part': 'held out', 'samples': 30, 'loss': 'NaN',"
    " 'loss_name': 'cross-entropy', 'accuracy': 0.5, 'classes': [{'name': 'setosa', 'samples': 10, 'precision': 'NaN',"
    " 'recall': 0.0, 'f1': 0.25}], 'confusion': [[1, 2], [3, 4]]}");

std::string replaced(std::string text, const std::string &from, const std::string &to)
{
    const auto at = text.find(from);
    return text.replace(at, from.size(), to);
}

}  // namespace

class TrainerAnswersTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void devicesAreReadWithWhatIsUnknownLeftOpen()
    {
        const auto answer = parseDevices(kDevices);
        QVERIFY(answer);
        QCOMPARE(answer->version, std::string("1.2.3"));
        QCOMPARE(answer->libtorch, std::string("1.13.0"));
        QCOMPARE(answer->cuda, std::string());
        QCOMPARE(answer->noGpu, std::string("none here"));
        QCOMPARE(answer->devices.size(), 2u);
        const TrainerDevice cpu{.name = "cpu",
                                .model = "Some CPU",
                                .uuid = "",
                                .totalBytes = 25276514304,
                                .freeBytes = 22601293824,
                                .utilisation = 0.25,
                                .usable = true,
                                .reason = ""};
        QVERIFY(answer->devices[0] == cpu);
        QVERIFY(!answer->devices[1].usable);
        QVERIFY(!answer->devices[1].totalBytes && !answer->devices[1].utilisation);
        QCOMPARE(answer->devices[1].reason, std::string("the driver is too old"));
    }

    void anOlderTrainerTellsNoVersion()
    {
        const auto answer = parseDevices(quoted("{'devices': [], 'libtorch': {'version': '2.6.0', 'cuda': '12.4'}}"));
        QVERIFY(answer);
        QVERIFY(answer->version.empty());
        QVERIFY(answer->noGpu.empty());
        QCOMPARE(answer->cuda, std::string("12.4"));
    }

    void modelsAreRead()
    {
        const auto models = parseModels(quoted("{'models': [{'name': 'iris', 'description': 'Two layers.',"
                                               " 'sample': '4', 'outputs': 3, 'parameters': 67}]}"));
        QVERIFY(models);
        const TrainerModel iris{"iris", "Two layers.", "4", 3, 67};
        QVERIFY(*models == std::vector{iris});
    }

    void aPlanIsReadWithItsConfiguration()
    {
        const auto plan = parsePlan(kPlan);
        QVERIFY2(plan, plan ? "" : describe(plan.error()).c_str());
        TrainerPlan expected{.action = "continue", .checkpoint = "/a/b.pth", .out = "/a", .model = "lenet2"};
        expected.modelSection = "net";
        expected.parameters = 62006;
        expected.modelRestored = 9;
        expected.modelWanted = 10;
        expected.missingKeys = {"fc3.bias"};
        expected.unexpectedKeys = {"x", "y"};
        expected.mismatchedKeys = {"fc3.weight: 10x84 in the file, 100x84 in the model"};
        expected.optimizer = "SGD";
        expected.optimizerSection = "optimizer";
        expected.optimizerRestored = 8;
        expected.optimizerWanted = 10;
        expected.scheduler = "MultiStepLR";
        expected.schedulerSection = "lr_schedule";
        expected.schedulerEpoch = 50;
        expected.schedulerInterval = "epoch";
        expected.fileEpoch = 50;
        expected.epochIs = "finished";
        expected.epochCertain = false;
        expected.epochWhy = "last_epoch is 51";
        expected.nextEpoch = 51;
        expected.batch = 3;
        expected.step = 1234;
        expected.rng = expected.ema = expected.best = true;
        expected.restored = {"Model."};
        expected.missing = {"RNG."};
        expected.conflicts = {"lr."};
        expected.device = "cpu";
        expected.trainSamples = 120;
        expected.valSamples = 30;
        expected.classes = {"a", "b"};
        expected.config.model = "lenet2";
        expected.config.lr = 1e-3;
        expected.config.shuffle = false;
        expected.config.optimizerArgs = {{"betas", "0.9,0.95"}};
        expected.config.seed = 18446744073709551615u;
        expected.fileBytes = 500000;
        expected.error = "It would not.";
        expected.errorOption = "lr";
        auto got = *plan;
        QCOMPARE(got.lr.size(), 3u);
        QVERIFY(got.lr[0] == 0.01 && got.lr[1] == 1 && std::isnan(got.lr[2]));
        got.lr.clear();  // NaN equals nothing
        QVERIFY(got == expected);
    }

    void whatIsNullInAPlanIsLeftOpen()
    {
        auto text = replaced(kPlan, quoted("'last_epoch': 50"), quoted("'last_epoch': null"));
        text = replaced(text, quoted("'in_file': 50"), quoted("'in_file': null"));
        text = replaced(text, quoted("'error_option': 'lr'"), quoted("'error_option': null"));
        const auto plan = parsePlan(text);
        QVERIFY(plan);
        QVERIFY(!plan->schedulerEpoch && !plan->fileEpoch && plan->errorOption.empty());
    }

    void anEvaluationIsReadWithItsNans()
    {
        const auto answer = parseEvaluation(kEvaluation);
        QVERIFY2(answer, answer ? "" : describe(answer.error()).c_str());
        QVERIFY(std::isnan(answer->loss));
        QCOMPARE(answer->accuracy, std::optional(0.5));
        QCOMPARE(answer->classes.size(), 1u);
        QVERIFY(std::isnan(answer->classes[0].precision));
        QCOMPARE(answer->classes[0].f1, 0.25);
        QVERIFY((answer->confusion == std::vector<std::vector<std::int64_t>>{{1, 2}, {3, 4}}));
        const auto open = parseEvaluation(replaced(kEvaluation, "0.5", "null"));
        QVERIFY(open && !open->accuracy);
    }

    void theKeyThatDoesNotFitIsNamed_data()
    {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("named");
        QTest::newRow("missing") << "'step': 1234,"
                                 << ""
                                 << "plan: 'step' is missing";
        QTest::newRow("text for a number") << "'step': 1234"
                                           << "'step': 'x'"
                                           << "'step' should be a whole number";
        QTest::newRow("half a number") << "'step': 1234"
                                       << "'step': 12.5"
                                       << "'step' should be a whole number";
        QTest::newRow("beyond 64 bits") << "'step': 1234"
                                        << "'step': 92233720368547758070"
                                        << "'step'";
        QTest::newRow("a number for an object") << "'data': {"
                                                << "'data': 3, 'x': {"
                                                << "plan: data should be an object";
        QTest::newRow("in a part") << "'section': 'net'"
                                   << "'section': []"
                                   << "plan: model: 'section' should be text";
        QTest::newRow("in a list") << "'lr': [0.01"
                                   << "'lr': [[]"
                                   << "'lr' should be a list of numbers";
        QTest::newRow("an object for a list") << "[0.01, 1, 'NaN']"
                                              << "{'a': 1}"
                                              << "'lr' should be a list of numbers";
        QTest::newRow("a list of other things") << "['fc3.bias']"
                                                << "[3]"
                                                << "'missing' should be a list of texts";
        QTest::newRow("in the configuration") << "'lr': 1e-3"
                                              << "'lr': true"
                                              << "config: 'lr' should be a number";
        QTest::newRow("null for a number") << "'step': 1234"
                                           << "'step': null"
                                           << "'step' should be a whole number";
    }

    void theKeyThatDoesNotFitIsNamed()
    {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, named);
        const auto text = replaced(kPlan, quoted(from.toStdString()), quoted(to.toStdString()));
        const auto plan = parsePlan(text);
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::Corrupt);
        const auto detail = QString::fromStdString(plan.error().detail);
        QVERIFY2(detail.contains(named), qPrintable(detail));
    }

    void noHalfDocumentIsTakenForAWholeOne()
    {
        for (const std::string *text : {&kDevices, &kPlan, &kEvaluation})
            for (std::size_t length = 0; length < text->size(); ++length) {
                const auto half = text->substr(0, length);
                QVERIFY2(!parseDevices(half) && !parsePlan(half) && !parseEvaluation(half) && !parseModels(half),
                         half.c_str());
            }
    }

    void garbageIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("nothing") << QByteArray();
        QTest::newRow("words") << QByteArray("Segmentation fault\n");
        QTest::newRow("bytes") << QByteArray("\0\xff\xfe{}", 5);
        QTest::newRow("a list") << QByteArray("[1, 2]");
        QTest::newRow("a number") << QByteArray("3");
        QTest::newRow("an empty object") << QByteArray("{}");
        QTest::newRow("two documents") << QByteArray::fromStdString(kDevices + kDevices);
        QTest::newRow("not UTF-8") << QByteArray("{\"devices\": [{\"name\": \"\xff\"}]}");
        QTest::newRow("a list of numbers for devices") << QByteArray("{\"devices\": [1, 2], \"models\": [null]}");
        QTest::newRow("deep") << QByteArray(1 << 20, '[');
        QTest::newRow("deep and whole") << QByteArray(1 << 18, '[') + QByteArray(1 << 18, ']');
    }

    void garbageIsRefused()
    {
        QFETCH(QByteArray, text);
        const std::string_view json(text.constData(), static_cast<std::size_t>(text.size()));
        const auto devices = parseDevices(json);
        QVERIFY(!devices);
        QCOMPARE(devices.error().code, ErrorCode::Corrupt);
        QVERIFY(!parseModels(json));
        QVERIFY(!parsePlan(json));
        QVERIFY(!parseEvaluation(json));
    }

    void moreThanAnyAnswerIsRefusedUnread()
    {
        const std::string huge((64u << 20) + 1, ' ');
        const auto plan = parsePlan(huge);
        QVERIFY(!plan);
        QCOMPARE(plan.error().code, ErrorCode::TooLarge);
    }
};

QTEST_GUILESS_MAIN(TrainerAnswersTest)
#include "trainer_answers_test.moc"
