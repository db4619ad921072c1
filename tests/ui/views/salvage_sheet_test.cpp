// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/salvage_sheet.h"

#include "core/checkpoint/reader.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/pages/inspect_page.h"
#include "ui/views/problem_pane.h"

#include <QtCore/QDir>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace waypoint;
using namespace waypoint::test;

/// The sheet, and where a page offers it.
class SalvageSheetTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<SalvageSheet> m_sheet;

    QString path(const char *name) const { return m_folder->filePath(QLatin1String(name)); }

    bool cutBy(const QString &file, qint64 bytes) const
    {
        QFile whole(file);
        return whole.resize(whole.size() - bytes);
    }
    /// Three tensors of 8 bytes, of which the last is cut in half.
    QString damaged() const
    {
        const QString file = path("model.safetensors");
        return writeSafetensors(file, {"a", "b", "c"}) && cutBy(file, 4) ? file : QString();
    }
    bool writeBytes(const QString &file, const QByteArray &bytes) const
    {
        QFile out(file);
        return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size();
    }

    void show(const QString &file)
    {
        m_sheet = std::make_unique<SalvageSheet>(file, nullptr);
        m_sheet->show();
    }
    QPushButton *button(const char *name) const { return m_sheet->findChild<QPushButton *>(QLatin1String(name)); }
    QLineEdit *target() const { return m_sheet->findChild<QLineEdit *>(QStringLiteral("salvageTarget")); }
    bool isReady() const { return button("salvageButton")->isEnabled(); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup() { m_sheet.reset(); }

    void itSaysWhatIsLostAndWritesTheRest()
    {
        const QString file = damaged();
        show(file);
        QTRY_VERIFY(isReady());
        QCOMPARE(m_sheet->sentence(), QStringLiteral("2 of 3 tensors can be saved, 16 B of 24 B."));
        const QAbstractItemModel &lost = *m_sheet->lost().model();
        QCOMPARE(lost.rowCount(), 1);
        QCOMPARE(lost.index(0, SalvageLostModel::Name).data().toString(), QStringLiteral("c"));
        QVERIFY2(lost.index(0, SalvageLostModel::Reason).data().toString().contains(QStringLiteral("4 of 8")),
                 qPrintable(lost.index(0, SalvageLostModel::Reason).data().toString()));
        QCOMPARE(m_sheet->target(), path("model.salvaged.pth"));
        const QSignalSpy written(m_sheet.get(), &SalvageSheet::written);
        QTest::keyClick(m_sheet.get(), Qt::Key_Return);
        QTRY_COMPARE(written.count(), 1);
        QCOMPARE(m_sheet->status(), QStringLiteral("Written and read back: model.salvaged.pth."));
        QVERIFY(!isReady());
        const Opened opened = openCheckpoint(path("model.salvaged.pth").toStdString());
        QVERIFY(opened.checkpoint);
        QVERIFY(opened.checkpoint->entries.find("b") != kNoEntry);
        QVERIFY(opened.checkpoint->entries.find("c") == kNoEntry);

        const QSignalSpy asked(m_sheet.get(), &SalvageSheet::openRequested);
        m_sheet->findChild<QAbstractButton *>(QStringLiteral("salvageOpen"))->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.front().front().toString(), path("model.salvaged.pth"));
        QVERIFY(!m_sheet->isVisible());
    }

    void aSoundFileIsSaidToBeSound()
    {
        QVERIFY(writeSafetensors(path("model.safetensors"), {"a"}));
        show(path("model.safetensors"));
        QTRY_VERIFY(isReady());
        QCOMPARE(m_sheet->sentence(), QStringLiteral("Its one tensor can be saved, 8 B."));
        QVERIFY(!m_sheet->lost().isVisible());
        QVERIFY(m_sheet->findChild<QLabel *>(QStringLiteral("salvageRemark"))
                    ->text()
                    .startsWith(QStringLiteral("No damage was found")));
    }

    void whereNothingIsLeftItSaysWhyAndOffersNothing()
    {
        QVERIFY(writeSafetensors(path("model.safetensors"), {"a"}));
        QVERIFY(cutBy(path("model.safetensors"), 8));
        show(path("model.safetensors"));
        QTRY_VERIFY(!m_sheet->look().isLooking());
        QVERIFY2(m_sheet->sentence().contains(QStringLiteral("nothing can be saved")), qPrintable(m_sheet->sentence()));
        QVERIFY(!button("salvageButton")->isVisible());
        QVERIFY(!target()->isVisible());
        QCOMPARE(button("salvageClose")->text(), QStringLiteral("Close"));
    }

    void placesThatCannotBeWrittenAreTold()
    {
        const QString file = damaged();
        show(file);
        QTRY_VERIFY(isReady());
        for (const auto &[place, words] :
             {std::pair(path("nowhere/x.pth"), "no folder"), std::pair(file, "itself"),
              std::pair(m_folder->path(), "is a folder"), std::pair(QString(), "a name")}) {
            target()->setText(place);
            QTRY_VERIFY2(m_sheet->status().contains(QLatin1String(words)), qPrintable(m_sheet->status()));
            QVERIFY(!isReady());
        }
        QVERIFY(writeBytes(path("there.pth"), "x"));
        target()->setText(path("there.pth"));
        QTRY_COMPARE(m_sheet->status(), QStringLiteral("Replaces the file of that name."));
        QVERIFY(isReady());
    }

    void closingItWhileItReadsForgetsTheFile()
    {
        show(damaged());
        const QSignalSpy planned(&m_sheet->look(), &SalvageLook::planChanged);
        button("salvageClose")->click();
        QVERIFY(!m_sheet->isVisible());
        m_sheet.reset();
        QVERIFY(planned.isEmpty());
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files), QStringList{QStringLiteral("model.safetensors")});
    }

    void aPageOffersItWhereAFileIsDamaged_data()
    {
        QTest::addColumn<int>("cut");
        QTest::newRow("damaged") << 4;
        QTest::newRow("sound") << 0;
    }

    void aPageOffersItWhereAFileIsDamaged()
    {
        QFETCH(int, cut);
        const QString file = path("model.safetensors");
        QVERIFY(writeSafetensors(file, {"a", "b"}));
        QVERIFY(cutBy(file, cut));
        InspectPage page(file.toStdString(), diskOpener());
        page.show();
        page.load();
        QTRY_COMPARE(page.state(), InspectPage::State::Shown);
        auto *offer = page.findChild<QAbstractButton *>(QStringLiteral("salvageWarned"));
        QCOMPARE(offer->isVisible(), cut > 0);
        const QSignalSpy asked(&page, &InspectPage::salvageRequested);
        offer->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.front().front().toString(), file);
    }

    void aPageOffersItWhereAFileCannotBeOpened_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<bool>("offered");
        // A local header of a zip with the name of the pickle, and nothing behind it.
        QByteArray zip("PK\3\4\0\0\0\10\0\0", 10);
        zip += QByteArray(16, '\0') + QByteArray("\12\0\0\0", 4) + "m/data.pkl" + QByteArray("\x80\x02}q", 4);
        QTest::newRow("a zip that ends in its pickle") << zip << true;
        QTest::newRow("a text") << QByteArray("hello, this is no checkpoint\n") << false;
    }

    void aPageOffersItWhereAFileCannotBeOpened()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(bool, offered);
        const QString file = path("model.pth");
        QVERIFY(writeBytes(file, bytes));
        InspectPage page(file.toStdString(), diskOpener());
        page.show();
        page.load();
        QTRY_COMPARE(page.state(), InspectPage::State::Failed);
        auto *offer = page.findChild<QAbstractButton *>(QStringLiteral("salvageProblem"));
        QCOMPARE(offer->isVisible(), offered);
        const QSignalSpy asked(&page, &InspectPage::salvageRequested);
        offer->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.front().front().toString(), file);
    }
};

QTEST_MAIN(SalvageSheetTest)
#include "salvage_sheet_test.moc"
