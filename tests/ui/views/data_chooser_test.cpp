// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/data_files.h"
#include "ui/models/data_choice.h"
#include "ui/models/data_look.h"
#include "ui/views/data_chooser.h"
#include "ui/views/data_options.h"
#include "ui/views/path_field.h"
#include "ui/views/spec_line.h"
#include "ui/views/state_line.h"

#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QToolButton>

#include <memory>

using namespace waypoint;
using namespace waypoint::test;

/// The chooser as somebody uses it: with the mouse, with the keyboard, with files dropped on it.
class DataChooserTest final : public QObject
{
    Q_OBJECT

private:
    DataFiles m_files;
    std::unique_ptr<DataChooser> m_chooser;

    QComboBox *kind() const { return m_chooser->findChild<QComboBox *>(QString(), Qt::FindDirectChildrenOnly); }
    PathField *path() const { return m_chooser->findChild<PathField *>(); }
    QLineEdit *pathLine() const { return path()->findChild<QLineEdit *>(); }
    QLineEdit *specLine() const { return m_chooser->findChild<SpecLine *>()->findChild<QLineEdit *>(); }
    QLineEdit *option(const char *key) const
    {
        return m_chooser->findChild<DataOptions *>()->findChild<QLineEdit *>(QString::fromLatin1(key));
    }
    QString state() const { return m_chooser->findChild<StateLine *>()->text(); }
    void unfold() const { m_chooser->findChild<QToolButton *>()->setChecked(true); }

    void choose(const QString &title) const
    {
        const int index = kind()->findText(title);
        QVERIFY2(index >= 0, qPrintable(title));
        kind()->setCurrentIndex(index);
        Q_EMIT kind()->activated(index);
    }

    static void type(QLineEdit *line, const QString &text)
    {
        line->selectAll();
        QTest::keyClicks(line, text);
    }

    void looked() const { QTRY_VERIFY(!m_chooser->isLooking()); }

    QString csv() const { return m_files.write(QStringLiteral("t.csv"), "a,b,c\n1,2,yes\n3,4,no\n5,6,no\n7,8,no\n"); }

private Q_SLOTS:
    void init()
    {
        QSettings().clear();
        m_chooser = std::make_unique<DataChooser>();
        m_chooser->show();
        looked();
    }

    void withNothingTouchedItIsIris()
    {
        QCOMPARE(m_chooser->spec(), QStringLiteral("iris"));
        QCOMPARE(kind()->currentText(), QStringLiteral("Iris"));
        QVERIFY(m_chooser->look());
        QCOMPARE(state(), QStringLiteral("120 training samples, 30 held out · 4 features · 3 classes"));
        QVERIFY(!path()->isVisible());
    }

    void aKindThatNeedsAFileSaysWhatItIs()
    {
        choose(QStringLiteral("CSV file"));
        QVERIFY(path()->isVisible());
        QVERIFY(m_chooser->problem().contains(QLatin1String("the last column is the class")));
        QVERIFY(m_chooser->findChild<StateLine *>()->isProblem());
        QVERIFY(!m_chooser->look());
        QVERIFY(!m_chooser->isLooking());
    }

    void aTypedPathIsLookedAtOnceTypingRests()
    {
        choose(QStringLiteral("CSV file"));
        const QString file = csv();
        QSignalSpy changed(m_chooser.get(), &DataChooser::specChanged);
        type(pathLine(), file);
        QVERIFY(changed.size() > 1);
        QVERIFY(m_chooser->isLooking());
        QVERIFY(m_chooser->problem().isEmpty());
        looked();
        QCOMPARE(m_chooser->spec(), "csv:" + file);
        QCOMPARE(state(), QStringLiteral("4 training samples, none held out · 2 features · 2 classes"));
        QCOMPARE(m_chooser->look()->classCounts, (std::vector<std::int64_t>{3, 1}));
    }

    void anOptionIsPartOfTheSpec()
    {
        m_chooser->setSpec("csv:" + csv());
        unfold();
        type(option("target"), QStringLiteral("b"));
        looked();
        QCOMPARE(m_chooser->spec(), "csv:" + csv() + ",target=b");
        QCOMPARE(specLine()->text(), m_chooser->spec());
        QVERIFY2(m_chooser->problem().contains(QLatin1String("yes")), qPrintable(m_chooser->problem()));
        type(option("label"), QStringLiteral("values"));
        type(option("target"), QStringLiteral("nope"));
        looked();
        QVERIFY2(m_chooser->problem().contains(QLatin1String("there is no such column; there are a, b, c")),
                 qPrintable(m_chooser->problem()));
    }

    void aCheckBoxThatIsAsItWasSaysNothing()
    {
        m_chooser->setSpec("folder:" + m_files.pets(QStringLiteral("pets")));
        unfold();
        auto *flip = m_chooser->findChild<QCheckBox *>(QStringLiteral("flip"));
        QVERIFY(flip->isChecked());
        flip->click();
        QVERIFY(m_chooser->spec().endsWith(QLatin1String(",flip=false")));
        flip->click();
        QVERIFY(!m_chooser->spec().contains(QLatin1String("flip")));
        looked();
        QCOMPARE(state(), QStringLiteral("3 training samples, none held out · 3×8×8 · 2 classes"));
    }

    void everySpecComesBackAsItWas_data()
    {
        QTest::addColumn<QString>("spec");
        QTest::addColumn<QString>("title");
        QTest::newRow("iris") << "iris"
                              << "Iris";
        QTest::newRow("digits, held out") << "digits,holdout=0.5"
                                          << "Digits";
        QTest::newRow("csv") << "csv:/data/a b.csv,target=x:y,label=values,header=false"
                             << "CSV file";
        QTest::newRow("commas in the path") << "csv:/data/a,b, c.csv,holdout=0.1"
                                            << "CSV file";
        QTest::newRow("mnist") << "mnist:/data/m,mean=0.5,std=0.5,flip=true,crop=2"
                               << "MNIST folder";
        QTest::newRow("cifar10") << "cifar10:/data/c,std=0.2:0.2:0.3"
                                 << "CIFAR-10 folder";
        QTest::newRow("folder") << "folder:/data/Bücher,size=64x48,channels=1,flip=0"
                                << "Folder of images";
        QTest::newRow("tensors") << "tensors:relative.pt"
                                 << "Tensors file";
        QTest::newRow("synthetic") << "synthetic:classes=3,shape=4,count=30,seed=9"
                                   << "Synthetic";
        QTest::newRow("other order") << "synthetic,seed=9,count=30"
                                     << "Synthetic";
    }

    void everySpecComesBackAsItWas()
    {
        QFETCH(QString, spec);
        QFETCH(QString, title);
        m_chooser->setSpec(spec);
        QCOMPARE(m_chooser->spec(), spec);
        QCOMPARE(kind()->currentText(), title);
        QCOMPARE(specLine()->text(), spec);
        // What the fields say is the same, too.
        const DataChoice shown{kind()->currentData().toString(), path()->isVisible() ? path()->path() : QString(),
                               m_chooser->findChild<DataOptions *>()->values()};
        DataChoice wanted = *dataChoice(spec);
        if (wanted.options.value(QStringLiteral("flip")) == QLatin1String("0"))
            wanted.options[QStringLiteral("flip")] = QStringLiteral("false");
        QCOMPARE(shown.spec(), wanted.spec());
    }

    void whatIsNoSpecStaysAndCanBeCorrected()
    {
        m_chooser->setSpec(QStringLiteral("nonsense:3"));
        looked();
        QCOMPARE(m_chooser->spec(), QStringLiteral("nonsense:3"));
        QVERIFY(m_chooser->problem().contains(QLatin1String("nonsense")));
        QVERIFY(specLine()->isVisible());
        type(specLine(), QStringLiteral("digits"));
        looked();
        QCOMPARE(kind()->currentText(), QStringLiteral("Digits"));
        QVERIFY(m_chooser->problem().isEmpty());
    }

    void anOptionThatIsUnknownIsKeptAndNamed()
    {
        m_chooser->setSpec(QStringLiteral("iris,colour=red"));
        looked();
        QVERIFY2(m_chooser->problem().contains(QLatin1String("colour")), qPrintable(m_chooser->problem()));
        unfold();
        type(option("holdout"), QStringLiteral("0.4"));
        QCOMPARE(m_chooser->spec(), QStringLiteral("iris,colour=red,holdout=0.4"));
    }

    void aPathThatReadsLikeAnOptionIsExplained()
    {
        choose(QStringLiteral("Folder of images"));
        type(pathLine(), QStringLiteral("/data/cats,size=3"));
        QVERIFY2(m_chooser->problem().contains(QLatin1String("reads like an option")),
                 qPrintable(m_chooser->problem()));
        QVERIFY(!m_chooser->isLooking());
    }

    void aFileOrFolderIsTakenForWhatItIs()
    {
        const QString tensors = m_files.valueTensors(QStringLiteral("t.safetensors"));
        const QString mnist = m_files.mnist(QStringLiteral("mnist"), 9);
        const QString pets = m_files.pets(QStringLiteral("pets"));
        const QString cifar = m_files.path(QStringLiteral("cifar"));
        m_files.write(QStringLiteral("cifar/batches.meta.txt"), "cat\n");
        const std::vector<std::pair<QString, QString>> drops{
            {csv(), "csv:" + csv()},     {tensors, "tensors:" + tensors},
            {mnist, "mnist:" + mnist},   {mnist + "/train-images-idx3-ubyte", "mnist:" + mnist},
            {pets, "folder:" + pets},    {pets + "/dogs/1.png", "folder:" + pets},
            {cifar, "cifar10:" + cifar},
        };
        for (const auto &[dropped, spec] : drops) {
            QVERIFY(drop(*m_chooser, dropped));
            looked();
            QCOMPARE(m_chooser->spec(), spec);
        }
        QVERIFY2(m_chooser->problem().contains(QLatin1String("data_batch_1.bin")), qPrintable(m_chooser->problem()));
    }

    void aFolderOfAnotherKindIsToldFromABrokenOne()
    {
        const QString mnist = m_files.mnist(QStringLiteral("mnist"), 9);
        m_chooser->setSpec("cifar10:" + mnist);
        looked();
        QCOMPARE(m_chooser->problem(), QStringLiteral("This looks like something else. Choose “MNIST folder” for it."));
        m_files.write(QStringLiteral("mnist/train-labels-idx1-ubyte"), "short");
        m_chooser->setSpec("mnist:" + mnist);
        looked();
        QVERIFY2(m_chooser->problem().contains(QLatin1String("train-labels")), qPrintable(m_chooser->problem()));
    }

    void theNewestLookWins()
    {
        QSignalSpy looked(m_chooser.get(), &DataChooser::lookChanged);
        m_chooser->setSpec(QStringLiteral("synthetic:count=200000,shape=100"));
        QVERIFY(!m_chooser->look());
        m_chooser->setSpec("csv:" + csv());
        QTRY_VERIFY(m_chooser->look());
        QCOMPARE(m_chooser->look()->info.count, std::int64_t{4});
        // Looking at the first, at the second, seen: the first never arrives.
        QTest::qWait(300);
        QCOMPARE(looked.size(), 3);
        QCOMPARE(m_chooser->look()->info.count, std::int64_t{4});
    }

    void pathsThatWereReadAreOfferedAgainForTheirKind()
    {
        m_chooser->setSpec("csv:" + csv());
        looked();
        m_chooser->setSpec("csv:" + m_files.path(QStringLiteral("none.csv")));
        looked();
        DataChooser another;
        another.setSpec(QStringLiteral("csv:"));
        const auto *paths = another.findChild<PathField *>()->findChild<QComboBox *>();
        QCOMPARE(paths->count(), 1);
        QCOMPARE(paths->itemText(0), csv());
        another.setSpec(QStringLiteral("mnist:"));
        QCOMPARE(paths->count(), 0);
    }

    void aTildeIsTheHomeFolder()
    {
        choose(QStringLiteral("Folder of images"));
        type(pathLine(), QStringLiteral("~/pets"));
        QCOMPARE(m_chooser->spec(), "folder:" + QDir::homePath() + "/pets");
    }

    void theSpecCanBeCopied()
    {
        m_chooser->setSpec(QStringLiteral("iris,holdout=0.3"));
        unfold();
        m_chooser->findChild<SpecLine *>()->findChild<QPushButton *>()->click();
        QCOMPARE(QApplication::clipboard()->text(), QStringLiteral("iris,holdout=0.3"));
    }

    void toValidateNothingOrAllOfSomething()
    {
        DataChooser val(true);
        val.show();
        QCOMPARE(val.spec(), QString());
        QVERIFY(val.problem().isEmpty());
        QVERIFY(!val.isLooking());
        QVERIFY(!val.look());
        val.setSpec(QStringLiteral("iris"));
        QTRY_VERIFY(val.look());
        // Of what is given to validate on nothing is kept for training.
        QCOMPARE(val.findChild<StateLine *>()->text(),
                 QStringLiteral("150 samples to validate on · 4 features · 3 classes"));
        QVERIFY(!val.findChild<QLineEdit *>(QStringLiteral("holdout")));
        val.setSpec({});
        QCOMPARE(val.findChild<QComboBox *>(QString(), Qt::FindDirectChildrenOnly)->currentIndex(), 0);
        QVERIFY(!val.look());
    }
};

QTEST_MAIN(DataChooserTest)
#include "data_chooser_test.moc"
