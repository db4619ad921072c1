// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/run/train_command.h"

#include <cstdio>

using namespace waypoint;

namespace {

using Words = std::vector<std::string>;

QStringList asList(const Words &words)
{
    QStringList list;
    for (const auto &word : words)
        list << QString::fromStdString(word);
    return list;
}

/// What /bin/sh makes of a command line whose program is printf: each argument with a line end that no argument has.
Words asShellReadsIt(const Words &arguments)
{
    Words all{"%s\\001"};
    all.insert(all.end(), arguments.begin(), arguments.end());
    FILE *pipe = ::popen(shellText("printf", all).c_str(), "r");
    std::string text;
    for (int c = 0; pipe && (c = std::fgetc(pipe)) != EOF;)
        text += static_cast<char>(c);
    if (pipe)
        ::pclose(pipe);
    Words words;
    for (std::size_t at = 0, end = 0; (end = text.find('\1', at)) != std::string::npos; at = end + 1)
        words.push_back(text.substr(at, end - at));
    return words;
}

}  // namespace

class TrainCommandTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsAsEverNeedsNoOption() { QCOMPARE(asList(optionsOf({})), QStringList()); }

    void onlyWhatDiffersIsNamed()
    {
        RunConfig config;
        config.model = "resnet18";
        config.epochs = 12;
        config.shuffle = false;
        config.lr = 0.1;
        config.seed = 18446744073709551615u;
        config.strict = false;
        config.amp = true;
        config.optimizerArgs = {{"betas", "0.9,0.95"}, {"eps", "1e-8"}};
        config.schedulerArgs = {{"milestones", "10,20"}};
        QCOMPARE(asList(optionsOf(config)),
                 asList({"--model", "resnet18", "--epochs", "12", "--no-shuffle", "--seed", "18446744073709551615",
                         "--lr", "0.1", "--optimizer-arg", "betas=0.9,0.95", "--optimizer-arg", "eps=1e-8",
                         "--scheduler-arg", "milestones=10,20", "--amp", "--non-strict"}));
    }

    void whatTheBaseHasOnCanBeTurnedOff()
    {
        RunConfig base;
        base.amp = true;
        base.noDecay = true;
        base.shuffle = false;
        base.clipGrad = 1;
        base.device = "cuda:0";
        QCOMPARE(asList(optionsOf({}, base)), asList({"--device", "cpu", "--no-shuffle=false", "--no-decay=false",
                                                      "--clip-grad", "0", "--amp=false"}));
    }

    void whatNoOptionNamesIsLeftOut()
    {
        RunConfig base;
        base.epochs = 5;
        base.batchSize = 7;
        base.lr = 1;
        base.model = "iris";
        base.val = "digits";
        base.optimizerArgs = {{"eps", "1e-8"}};
        QCOMPARE(asList(optionsOf({}, base)), QStringList());
    }

    void ofSettingsOnlyTheChangedOnesAreNamed()
    {
        RunConfig base;
        base.optimizerArgs = {{"eps", "1e-8"}, {"momentum", "0.9"}};
        RunConfig config;
        config.optimizerArgs = {{"eps", "1e-8"}, {"momentum", "0.5"}};
        QCOMPARE(asList(optionsOf(config, base)), asList({"--optimizer-arg", "momentum=0.5"}));
    }

    void aStartNamesItsFolderAndNoOptimizerOfACheckpoint()
    {
        RunConfig config;
        config.data = "digits";
        config.optimizerSection = "optimizer";
        QCOMPARE(asList(startCommand(config, "/runs/my run")),
                 asList({"start", "--out", "/runs/my run", "--data", "digits"}));
    }

    void aResumeNamesWhatWasChosen()
    {
        ResumeChoice choice{.checkpoint = "/runs/a/checkpoints/last.pth"};
        QCOMPARE(asList(resumeCommand(choice)), asList({"resume", "/runs/a/checkpoints/last.pth"}));
        choice.out = "/runs/b";
        choice.epochIs = "next";
        choice.nextEpoch = 51;
        choice.options = {"--device", "cpu"};
        QCOMPARE(asList(resumeCommand(choice)),
                 asList({"resume", "/runs/a/checkpoints/last.pth", "--out", "/runs/b", "--epoch-is", "next",
                         "--next-epoch", "51", "--device", "cpu"}));
    }

    void namesThatLookLikeOptionsAreNone()
    {
        RunConfig config;
        config.init = "-weights.pth";
        QCOMPARE(asList(startCommand(config, "-out")), asList({"start", "--out", "./-out", "--init=-weights.pth"}));
        QCOMPARE(asList(resumeCommand({.checkpoint = "-x.pth"})), asList({"resume", "./-x.pth"}));
    }

    void plainWordsAreNotQuoted()
    {
        QCOMPARE(QString::fromStdString(shellText("waypoint-train", {"start", "--out", "runs/a b", "--data", "iris"})),
                 QString("waypoint-train start --out 'runs/a b' --data iris"));
        QCOMPARE(QString::fromStdString(shellText("/opt/my apps/waypoint-train", {})),
                 QString("'/opt/my apps/waypoint-train'"));
        QCOMPARE(QString::fromStdString(shellText("A=b", {"A=b"})), QString("'A=b' A=b"));
    }

    void aShellReadsTheSameWords()
    {
        const Words words{"plain", "",       "two words", "it's",  "\"quoted\"", "$HOME", "`id`",  "$(id)", "a\\b",
                          "~",     "~/x",    "*",         "a;b",   "a|b>c<d&",   "#x",    "!x",    "x\ny",  "\t",
                          "größe", "a'b'c'", "'",         "[a-z]", "{a,b}",      "-n",    "--x=y", "\\",    "%s"};
        QCOMPARE(asList(asShellReadsIt(words)), asList(words));
    }
};

QTEST_GUILESS_MAIN(TrainCommandTest)
#include "train_command_test.moc"
