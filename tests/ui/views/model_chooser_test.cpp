// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/python.h"
#include "tests/ui/data_files.h"
#include "ui/views/model_chooser.h"
#include "ui/views/path_field.h"
#include "ui/views/state_line.h"
#include "ui/views/torchscript_help.h"

#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>

#include <memory>

using namespace waypoint;
using namespace waypoint::test;

namespace {

/// As `waypoint-train models --json` has them.
std::vector<TrainerModel> registry()
{
    return {{"iris", "Two linear layers, 4-8-3, for the Iris flowers.", "4", 3, 67},
            {"cifar-net", "The small convolutional network of PyTorch's tutorial on CIFAR-10.", "3x32x32", 10, 62006},
            {"mlp:4-16-3", "Linear layers of the sizes given, with ReLU in between; any number of them.", "4", 3, 131}};
}

}  // namespace

/// The chooser as somebody uses it, with files that PyTorch saved.
class ModelChooserTest final : public QObject
{
    Q_OBJECT

private:
    DataFiles m_files;
    std::unique_ptr<ModelChooser> m_chooser;

    QComboBox *kind() const { return m_chooser->findChild<QComboBox *>(QString(), Qt::FindDirectChildrenOnly); }
    StateLine *state() const { return m_chooser->findChild<StateLine *>(); }
    PathField *path() const { return m_chooser->findChild<PathField *>(); }
    TorchScriptHelp *help() const { return m_chooser->findChild<TorchScriptHelp *>(); }

    QLineEdit *line(const QString &name) const
    {
        for (auto *one : m_chooser->findChildren<QLineEdit *>(QString(), Qt::FindDirectChildrenOnly))
            if (one->accessibleName() == name)
                return one;
        return nullptr;
    }

    void choose(const char *name) const
    {
        const int index = kind()->findData(QString::fromLatin1(name));
        QVERIFY2(index >= 0, name);
        kind()->setCurrentIndex(index);
        Q_EMIT kind()->activated(index);
    }

    void looked() const { QTRY_VERIFY(!m_chooser->isLooking()); }

    QStringList visibleNames() const
    {
        QStringList names;
        for (int i = 0; i < kind()->count(); ++i)
            if (const QVariant name = kind()->itemData(i); name.isValid())
                names << name.toString();
        return names;
    }

private Q_SLOTS:
    void initTestCase()
    {
        // The lines that the window gives people to copy make the TorchScript file.
        const QString said = runPython("import os, sys, torch\n"
                                       "os.chdir(sys.argv[1])\n"
                                       "model = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Linear(8, 3))\n"
                                           + TorchScriptHelp::code()
                                           + "\ntorch.save(model, 'module.pt')\n"
                                             "torch.save({'net': model, 'epoch': 3}, 'inside.pt')\n"
                                             "torch.save(model.state_dict(), 'weights.pt')\n",
                                       {m_files.path(QStringLiteral("."))});
        QCOMPARE(said, QString());
        m_files.write(QStringLiteral("notes.txt"), "no checkpoint at all");
    }

    void init()
    {
        m_chooser = std::make_unique<ModelChooser>();
        m_chooser->setModels(registry());
        m_chooser->show();
    }

    void withNothingTouchedItSuitsTheData()
    {
        QCOMPARE(m_chooser->model(), QString());
        QCOMPARE(m_chooser->problem(), QString());
        QCOMPARE(kind()->currentText(), QStringLiteral("The one that suits the data"));
        m_chooser->setAutomaticText(QStringLiteral("The one in the file"));
        QCOMPARE(kind()->currentText(), QStringLiteral("The one in the file"));
        QCOMPARE(visibleNames(), (QStringList{"", "iris", "cifar-net", "mlp", "script", "module"}));
    }

    void aModelOfTheRegistrySaysWhatItIsAndTakes()
    {
        QSignalSpy changed(m_chooser.get(), &ModelChooser::modelChanged);
        choose("cifar-net");
        QCOMPARE(m_chooser->model(), QStringLiteral("cifar-net"));
        QCOMPARE(changed.size(), 1);
        QCOMPARE(kind()->currentText(), QStringLiteral("cifar-net · 62,006 parameters"));
        QVERIFY(state()->text().endsWith(QStringLiteral("Takes 3×32×32, gives 10 outputs.")));
        QTest::keyClicks(line(QStringLiteral("Outputs")), QStringLiteral("100"));
        QCOMPARE(m_chooser->model(), QStringLiteral("cifar-net:100"));
        QTest::keyClicks(line(QStringLiteral("Outputs")), QStringLiteral("x"));
        QVERIFY(m_chooser->problem().contains(QLatin1String("100x")));
        choose("");
        QCOMPARE(m_chooser->model(), QString());
        QCOMPARE(m_chooser->problem(), QString());
    }

    void layersOfAnMlpAreNamedAndCounted()
    {
        choose("mlp");
        QVERIFY(m_chooser->problem().contains(QLatin1String("4-16-3")));
        QTest::keyClicks(line(QStringLiteral("Sizes of the layers")), QStringLiteral("4-16-3"));
        QCOMPARE(m_chooser->model(), QStringLiteral("mlp:4-16-3"));
        QCOMPARE(m_chooser->problem(), QString());
        QCOMPARE(state()->text(), QStringLiteral("Takes 4 features, gives 3 outputs · 131 parameters"));
        for (const char *bad : {"mlp:4", "mlp:4-", "mlp:4--3", "mlp:4-0-3", "mlp:4-x", "mlp:-4-3", "mlp:4-+3"}) {
            m_chooser->setModel(QString::fromLatin1(bad));
            QVERIFY2(!m_chooser->problem().isEmpty(), bad);
            QCOMPARE(m_chooser->model(), QString::fromLatin1(bad));
        }
    }

    void filesAreLookedInto_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("problem");
        QTest::addColumn<QString>("summary");
        QTest::newRow("TorchScript") << "script"
                                     << "model.pt"
                                     << ""
                                     << "67 parameters";
        QTest::newRow("module") << "module"
                                << "module.pt"
                                << ""
                                << "Sequential · 67 parameters";
        QTest::newRow("module inside") << "module"
                                       << "inside.pt"
                                       << ""
                                       << "67 parameters";
        QTest::newRow("TorchScript as module") << "module"
                                               << "model.pt"
                                               << "This is a TorchScript file"
                                               << "";
        QTest::newRow("module as TorchScript") << "script"
                                               << "module.pt"
                                               << "This is a whole module"
                                               << "";
        QTest::newRow("weights") << "script"
                                 << "weights.pt"
                                 << "holds weights without a model"
                                 << "";
        QTest::newRow("weights as module") << "module"
                                           << "weights.pt"
                                           << "give the file as weights to start from"
                                           << "";
        QTest::newRow("something else") << "script"
                                        << "notes.txt"
                                        << "not a checkpoint"
                                        << "";
        QTest::newRow("nothing") << "script"
                                 << "none.pt"
                                 << "There is no such file"
                                 << "";
        QTest::newRow("folder") << "script"
                                << "."
                                << "This is a folder"
                                << "";
    }

    void filesAreLookedInto()
    {
        QFETCH(QString, kind);
        QFETCH(QString, file);
        QFETCH(QString, problem);
        QFETCH(QString, summary);
        const QString model = kind + QLatin1Char(':') + m_files.path(file);
        QSignalSpy told(m_chooser.get(), &ModelChooser::problemChanged);
        m_chooser->setModel(model);
        QVERIFY(m_chooser->isLooking());
        QVERIFY(m_chooser->problem().isEmpty());
        looked();
        QCOMPARE(told.size(), 2);
        QCOMPARE(m_chooser->model(), model);
        QVERIFY2(m_chooser->problem().contains(problem), qPrintable(m_chooser->problem()));
        QCOMPARE(m_chooser->problem().isEmpty(), problem.isEmpty());
        QVERIFY2(state()->text().endsWith(summary), qPrintable(state()->text()));
        QCOMPARE(state()->isProblem(), !problem.isEmpty());
    }

    void aTypedPathIsLookedIntoOnceTypingRests()
    {
        choose("script");
        QVERIFY(help()->isVisible());
        QTest::keyClicks(path()->findChild<QLineEdit *>(), m_files.path(QStringLiteral("model.pt")));
        looked();
        QCOMPARE(m_chooser->model(), "script:" + m_files.path(QStringLiteral("model.pt")));
        QCOMPARE(m_chooser->problem(), QString());
        QVERIFY(!help()->isVisible());
    }

    void aDroppedFileIsTakenForWhatItIs()
    {
        QVERIFY(drop(*m_chooser, m_files.path(QStringLiteral("module.pt"))));
        QTRY_COMPARE(m_chooser->model(), "module:" + m_files.path(QStringLiteral("module.pt")));
        QVERIFY(drop(*m_chooser, m_files.path(QStringLiteral("model.pt"))));
        QTRY_COMPARE(m_chooser->model(), "script:" + m_files.path(QStringLiteral("model.pt")));
        looked();
        QVERIFY(m_chooser->problem().isEmpty());
    }

    void droppedWeightsGoToWhoTakesThem()
    {
        const QString weights = m_files.path(QStringLiteral("weights.pt"));
        QVERIFY(drop(*m_chooser, weights));
        QTRY_COMPARE(m_chooser->model(), "script:" + weights);
        looked();
        QVERIFY(m_chooser->problem().contains(QLatin1String("weights")));
        m_chooser->setModel(QStringLiteral("iris"));
        QSignalSpy offered(m_chooser.get(), &ModelChooser::weightsDropped);
        QVERIFY(drop(*m_chooser, weights));
        looked();
        QCOMPARE(offered.size(), 1);
        QCOMPARE(offered[0][0].toString(), weights);
        QCOMPARE(m_chooser->model(), QStringLiteral("iris"));
    }

    void theLinesForPythonCanBeCopiedAndTheirFileDropped()
    {
        TorchScriptHelp alone;
        alone.show();
        for (auto *button : alone.findChildren<QPushButton *>())
            if (button->text().startsWith(QLatin1String("Copy")))
                button->click();
        QCOMPARE(QApplication::clipboard()->text(), TorchScriptHelp::code());
        QSignalSpy dropped(&alone, &TorchScriptHelp::fileDropped);
        QVERIFY(drop(alone, QStringLiteral("/x/model.pt")));
        QCOMPARE(dropped[0][0].toString(), QStringLiteral("/x/model.pt"));
        choose("script");
        QVERIFY(drop(*help(), m_files.path(QStringLiteral("model.pt"))));
        QTRY_COMPARE(m_chooser->model(), "script:" + m_files.path(QStringLiteral("model.pt")));
    }

    void whatIsChosenBeforeModelsAreKnownStays()
    {
        ModelChooser chooser;
        chooser.setModel(QStringLiteral("cifar-net:7"));
        QCOMPARE(chooser.problem(), QString());
        chooser.setModels(registry());
        QCOMPARE(chooser.model(), QStringLiteral("cifar-net:7"));
        QVERIFY(chooser.findChild<QComboBox *>()->currentText().contains(QLatin1String("62,006")));
        chooser.setModel(QStringLiteral("transformer"));
        QCOMPARE(chooser.model(), QStringLiteral("transformer"));
        QVERIFY(chooser.problem().contains(QStringLiteral("There is no model called “transformer”")));
    }

    void theWheelScrollsThePageInsteadOfChoosing()
    {
        m_chooser->setModel(QStringLiteral("iris"));
        kind()->clearFocus();
        QWheelEvent wheel(QPointF(5, 5), kind()->mapToGlobal(QPointF(5, 5)), {}, QPoint(0, -120), Qt::NoButton,
                          Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(kind(), &wheel);
        QCOMPARE(m_chooser->model(), QStringLiteral("iris"));
        QCOMPARE(kind()->currentData().toString(), QStringLiteral("iris"));
    }
};

QTEST_MAIN(ModelChooserTest)
#include "model_chooser_test.moc"
