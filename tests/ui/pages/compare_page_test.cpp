// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/compare_page.h"

#include "ui/views/compare_filter_bar.h"
#include "ui/views/compare_header.h"
#include "ui/views/compare_histogram.h"
#include "ui/views/compare_layers_plot.h"
#include "ui/views/compare_pane.h"
#include "ui/views/compare_side_box.h"
#include "ui/views/compare_table.h"
#include "ui/views/compare_tensor_pane.h"
#include "ui/views/heat_map_view.h"
#include "ui/views/notice_bar.h"
#include "ui/views/plot.h"
#include "ui/views/problem_pane.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtCore/QtEndian>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QTabBar>

#include <cmath>
#include <cstring>
#include <map>

using namespace waypoint;

namespace {

std::string quoted(const std::string &text) { return '"' + text + '"'; }

using Tensors = std::map<std::string, std::vector<float>>;

/// A safetensors file of one-dimensional F32 tensors.
void writeFile(const QString &path, const Tensors &tensors)
{
    std::string header = "{";
    QByteArray data;
    for (const auto &[name, values] : tensors) {
        const qsizetype begin = data.size();
        data.append(reinterpret_cast<const char *>(values.data()), static_cast<qsizetype>(values.size() * 4));
        header += std::string(begin == 0 ? "" : ",") + quoted(name) + ":{" + quoted("dtype") + ":" + quoted("F32") + ","
                  + quoted("shape") + ":[" + std::to_string(values.size()) + "]," + quoted("data_offsets") + ":["
                  + std::to_string(begin) + "," + std::to_string(data.size()) + "]}";
    }
    header += "}";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    const quint64 length = qToLittleEndian(static_cast<quint64>(header.size()));
    file.write(reinterpret_cast<const char *>(&length), sizeof length);
    file.write(header.data(), static_cast<qint64>(header.size()));
    file.write(data);
}

Tensors early()
{
    return {{"conv1.weight", {1, 2, 3, 4}}, {"conv1.bias", {1, 1}}, {"fc.weight", {3, 4}}, {"fc.bias", {1, 0}}};
}

/// fc.weight changed by a fifth of its norm, fc.bias by a tenth.
Tensors late()
{
    return {{"conv1.weight", {1, 2, 3, 4}}, {"conv1.bias", {1, 1}}, {"fc.weight", {3, 5}}, {"fc.bias", {1, 0.1F}}};
}

}  // namespace

class ComparePageTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<ComparePage> m_page;

    [[nodiscard]] QString at(const QString &name) const { return m_dir->filePath(name); }

    [[nodiscard]] bool isDone() const
    {
        return m_page->files().state() == CompareFiles::State::Ready
               && m_page->pane().scan().state() == CompareScan::State::Finished
               && m_page->pane().summary().kind != CompareSummary::Kind::Running;
    }

    [[nodiscard]] QString headline() const
    {
        return m_page->findChild<QLabel *>(QStringLiteral("compareHeadline"))->text();
    }

    [[nodiscard]] QStringList names() const
    {
        QStringList names;
        const CompareModel &model = m_page->pane().table().compareModel();
        for (int row = 0; row < model.rowCount(); ++row)
            names << model.index(row, 0).data().toString();
        return names;
    }

    void click(const QString &button)
    {
        auto *found = m_page->findChild<QAbstractButton *>(button);
        QVERIFY2(found, qPrintable(button));
        found->click();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QLocale::setDefault(QLocale(QLocale::English, QLocale::UnitedStates));
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("compare_page_test"));
        QSettings::setDefaultFormat(QSettings::IniFormat);
    }

    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        QVERIFY(m_dir->isValid());
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, at(QStringLiteral("settings")));
        writeFile(at(QStringLiteral("a.safetensors")), early());
        writeFile(at(QStringLiteral("b.safetensors")), late());
        m_page = std::make_unique<ComparePage>();
        m_page->resize(1200, 800);
        m_page->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_page.get()));
    }

    void cleanup()
    {
        m_page.reset();
        m_dir.reset();
    }

    void twoFilesAreComparedNumberByNumber()
    {
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        QVERIFY2(headline().startsWith(QStringLiteral("2 of 4 tensors changed; relative change ")),
                 qPrintable(headline()));
        QVERIFY2(headline().contains(QStringLiteral("largest in fc.weight (20 %)")), qPrintable(headline()));
        QVERIFY2(headline().contains(QStringLiteral("1 layer did not change: conv1.")), qPrintable(headline()));
        QCOMPARE(names(), QStringList({QStringLiteral("fc.weight"), QStringLiteral("fc.bias")}));
        QCOMPARE(m_page->statusText(), QStringLiteral("a.safetensors compared with b.safetensors"));
        // The one that changed most is looked at before anybody clicks.
        QTRY_VERIFY(m_page->pane().table().currentTensor().has_value());
        QVERIFY2(m_page->pane().tensorPane().factsText().contains(QStringLiteral("relative change 20 %")),
                 qPrintable(m_page->pane().tensorPane().factsText()));
        QTRY_VERIFY(m_page->pane().tensorPane().tabs().isTabEnabled(1));
        m_page->pane().tensorPane().tabs().setCurrentIndex(1);
        QTRY_VERIFY(m_page->pane().tensorPane().difference().wholePicture());
        // What was chosen to be seen stays from tensor to tensor.
        QVERIFY(m_page->pane().table().selectTensor(
            *m_page->pane().table().compareModel().tensor(m_page->pane().table().compareModel().index(1, 0))));
        QTRY_VERIFY(m_page->pane().tensorPane().factsText().contains(QStringLiteral("relative change 10 %")));
        QTRY_COMPARE(m_page->pane().tensorPane().tabs().currentIndex(), 1);
    }

    void theSwitchAndTheFilterBringRowsBack()
    {
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        click(QStringLiteral("onlyDifferences"));
        QTRY_COMPARE(names().size(), 4);
        m_page->focusFilter();
        auto *line = m_page->findChild<QLineEdit *>(QStringLiteral("compareFilter"));
        QTRY_VERIFY(line->hasFocus());
        QTest::keyClicks(line, QStringLiteral("*.bias"));
        QTRY_COMPARE(names(), QStringList({QStringLiteral("fc.bias"), QStringLiteral("conv1.bias")}));
        QTest::keyClick(line, Qt::Key_Escape);
        QTRY_COMPARE(names().size(), 4);
        click(QStringLiteral("chip_same"));
        QTRY_COMPARE(names(), QStringList({QStringLiteral("conv1.bias"), QStringLiteral("conv1.weight")}));
    }

    void rowsAreCopiedAndLeadToTheirFiles()
    {
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        CompareTable &table = m_page->pane().table();
        table.selectAll();
        table.copyRows();
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 3);
        QVERIFY(lines[0].startsWith(QStringLiteral("Name\tStatus\t")));
        QVERIFY2(lines[1].startsWith(QStringLiteral("fc.weight\tchanged\t2\t0.2\t1\t1\t")), qPrintable(lines[1]));
        QSignalSpy opened(m_page.get(), &ComparePage::openEntryRequested);
        Q_EMIT table.inspectRequested(0);
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].toString(), at(QStringLiteral("a.safetensors")));
        QCOMPARE(opened[0][1].toString(), QStringLiteral("fc.weight"));
        QTest::keyClick(&table, Qt::Key_Return);
        QCOMPARE(opened.size(), 2);
        QCOMPARE(opened[1][0].toString(), at(QStringLiteral("b.safetensors")));
        QCOMPARE(opened[1][1].toString(), QStringLiteral("fc.weight"));
    }

    void whatCannotBeReadCanBeSalvaged()
    {
        QFile whole(at(QStringLiteral("a.safetensors")));
        QVERIFY(whole.open(QIODevice::ReadOnly));
        QFile cut(at(QStringLiteral("cut.safetensors")));
        QVERIFY(cut.open(QIODevice::WriteOnly));
        cut.write(whole.read(3));
        cut.close();
        m_page->compare({at(QStringLiteral("a.safetensors")), cut.fileName()});
        QTRY_COMPARE(m_page->files().state(), CompareFiles::State::Failed);
        QSignalSpy salvage(m_page.get(), &ComparePage::salvageRequested);
        click(QStringLiteral("salvageProblem"));
        QCOMPARE(salvage.size(), 1);
        QCOMPARE(salvage[0][0].toString(), cut.fileName());
    }

    void barsBeginAtZeroUnlessTheyDifferByDecades()
    {
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        const Plot &plot = m_page->pane().layers().plot();
        QVERIFY(!plot.text().y.logarithmic);
        QCOMPARE(plot.visibleY().first, 0.0);
        Tensors further = late();
        further["conv1.weight"] = {1, 2, 3, 4.001F};
        writeFile(at(QStringLiteral("further.safetensors")), further);
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("further.safetensors"))});
        QTRY_VERIFY(isDone());
        QTRY_VERIFY(plot.text().y.logarithmic);
        QVERIFY(plot.visibleY().first > 0);
    }

    void theRunOfWhatIsComparedCanBeFollowed()
    {
        QDir(m_dir->path()).mkpath(QStringLiteral("run/checkpoints"));
        const QString a = at(QStringLiteral("run/checkpoints/epoch_1.safetensors"));
        const QString b = at(QStringLiteral("run/checkpoints/epoch_2.safetensors"));
        writeFile(a, early());
        writeFile(b, late());
        m_page->compare({a, b});
        QTRY_VERIFY(isDone());
        click(QStringLiteral("compareEpochs"));
        QVERIFY(m_page->isShowingEpochs());
        auto *follow = m_page->findChild<QAbstractButton *>(QStringLiteral("epochFollow"));
        QVERIFY(!follow->isHidden());
        QCOMPARE(follow->text(), QStringLiteral("Follow run"));
        follow->click();
        QTRY_COMPARE(m_page->statusText(), QStringLiteral("2 checkpoints · 4 tensors"));
    }

    void aClickOnALayerSelectsItsTensorEvenWhenItIsHidden()
    {
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        ComparePane &pane = m_page->pane();
        const CompareContentPtr content = pane.scan().comparison()->content;
        QCOMPARE(content->layers.size(), 2u);
        Q_EMIT pane.layers().layerActivated(0);
        QTRY_COMPARE(names().size(), 4);
        QTRY_VERIFY(pane.table().currentTensor().has_value());
        QTRY_VERIFY(content->names[*pane.table().currentTensor()].starts_with(content->layers[0].name));
    }

    void oneFileAsksForTheOther()
    {
        m_page->compare({at(QStringLiteral("a.safetensors"))});
        QTRY_COMPARE(m_page->files().state(), CompareFiles::State::Asking);
        QTRY_VERIFY(m_page->findChild<QWidget *>(QStringLiteral("compareAsking"))->isVisible());
        m_page->compare({at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        QCOMPARE(m_page->files().path(CompareFiles::A), at(QStringLiteral("a.safetensors")));
        QCOMPARE(m_page->files().path(CompareFiles::B), at(QStringLiteral("b.safetensors")));
        click(QStringLiteral("compareSwap"));
        QTRY_VERIFY(isDone());
        QCOMPARE(m_page->files().path(CompareFiles::A), at(QStringLiteral("b.safetensors")));
        // A fifth of a longer vector is less.
        QTRY_VERIFY2(headline().contains(QStringLiteral("largest in fc.weight (17 %)")), qPrintable(headline()));
    }

    void equalFilesAreSaidToBeEqual()
    {
        writeFile(at(QStringLiteral("b.safetensors")), early());
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        QCOMPARE(m_page->pane().summary().kind, CompareSummary::Kind::Same);
        QCOMPARE(headline(), QStringLiteral("A and B hold the same: all 4 tensors are equal."));
        QTRY_VERIFY(m_page->findChild<QWidget *>(QStringLiteral("compareNone"))->isVisible());
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("a.safetensors"))});
        QTRY_COMPARE(headline(), QStringLiteral("A and B are the same file."));
    }

    void aFileThatCannotBeReadSaysWhyAndCanBeReplaced()
    {
        QFile broken(at(QStringLiteral("broken.pth")));
        QVERIFY(broken.open(QIODevice::WriteOnly));
        broken.write("PK\x03\x04 cut off");
        broken.close();
        m_page->compare({at(QStringLiteral("a.safetensors")), broken.fileName()});
        QTRY_COMPARE(m_page->files().state(), CompareFiles::State::Failed);
        QTRY_VERIFY(m_page->problem().isVisible());
        QVERIFY(!m_page->problem().headline().isEmpty());
        Q_EMIT m_page->header().side(CompareFiles::B).pathChosen(at(QStringLiteral("b.safetensors")));
        QTRY_VERIFY(isDone());
        QVERIFY(m_page->pane().isVisible());
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("missing.pth"))});
        QTRY_COMPARE(m_page->files().state(), CompareFiles::State::Failed);
    }

    void partsThatAreNotThereAreTold()
    {
        m_page->compareSections(at(QStringLiteral("a.safetensors")), QStringLiteral("ema"),
                                at(QStringLiteral("b.safetensors")), {});
        QTRY_VERIFY(isDone());
        QCOMPARE(m_page->files().problems().size(), 1);
        QVERIFY(m_page->files().problems().first().contains(QStringLiteral("ema")));
        QVERIFY(m_page->findChild<QWidget *>(QStringLiteral("compareWarning"))->isVisible());
    }

    void aFileThatChangesIsOfferedToBeReadAgain()
    {
        m_page->compare({at(QStringLiteral("a.safetensors")), at(QStringLiteral("b.safetensors"))});
        QTRY_VERIFY(isDone());
        Tensors longer = late();
        longer["head.weight"] = {1, 2, 3};
        writeFile(at(QStringLiteral("b.safetensors")), longer);
        QTRY_VERIFY_WITH_TIMEOUT(m_page->changedBar().isVisible(), 20'000);
        click(QStringLiteral("compareReload"));
        QTRY_VERIFY2(headline().contains(QStringLiteral("1 only in B")), qPrintable(headline()));
        QVERIFY(!m_page->changedBar().isVisible());
    }

    void foldersAndManyFilesAreShownAsEpochs()
    {
        m_page->compare({m_dir->path()});
        QTRY_VERIFY(m_page->isShowingEpochs());
        click(QStringLiteral("compareTwo"));
        QVERIFY(!m_page->isShowingEpochs());
        const QString a = at(QStringLiteral("a.safetensors"));
        m_page->compare({a, at(QStringLiteral("b.safetensors")), a});
        QVERIFY(m_page->isShowingEpochs());
        m_page->compare({a, at(QStringLiteral("b.safetensors"))});
        QVERIFY(!m_page->isShowingEpochs());
        QTRY_VERIFY(isDone());
    }
};

QTEST_MAIN(ComparePageTest)
#include "compare_page_test.moc"
