// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/export_sheet.h"

#include "core/checkpoint/reader.h"
#include "tests/ui/sample_checkpoint.h"
#include "ui/pages/export_flow.h"
#include "ui/views/export_form.h"

#include <QtCore/QDateTime>
#include <QtCore/QDir>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QPlainTextEdit>
#include <QtWidgets/QPushButton>
#include <QtWidgets/QTableView>

using namespace waypoint;
using namespace waypoint::test;

class ExportSheetTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    CheckpointPtr m_checkpoint;
    std::unique_ptr<ExportSheet> m_sheet;

    QString path(const char *name) const { return m_folder->filePath(QLatin1String(name)); }

    void show(const std::vector<EntryId> &chosen = {})
    {
        m_sheet = std::make_unique<ExportSheet>(m_checkpoint, chosen, nullptr);
        m_sheet->show();
    }

    template<typename Widget>
    Widget *find(const char *name) const
    {
        return m_sheet->findChild<Widget *>(QLatin1String(name));
    }
    void choose(const char *combo, int index) const { find<QComboBox>(combo)->setCurrentIndex(index); }
    bool isReady() const { return find<QPushButton>("exportButton")->isEnabled(); }

    QStringList previewNames() const
    {
        QStringList names;
        const QAbstractItemModel &model = *m_sheet->preview().model();
        for (int row = 0; row < model.rowCount(); ++row)
            names << model.index(row, 0).data().toString();
        return names;
    }

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path("config"));
        QVERIFY(writeSafetensors(path("model.safetensors"), {"module.fc.bias", "module.fc.weight"}));
        m_checkpoint = openCheckpoint(path("model.safetensors").toStdString()).checkpoint;
        QVERIFY(m_checkpoint);
    }
    void cleanup() { m_sheet.reset(); }

    void oneClickWritesAFileForTheCpuBesideTheSource()
    {
        show();
        QTRY_VERIFY(isReady());
        QCOMPARE(m_sheet->path(), path("model-cpu.pth"));
        QCOMPARE(previewNames(), QStringList({"module.fc.bias", "module.fc.weight"}));
        QVERIFY2(m_sheet->sentence().startsWith(QStringLiteral("2 tensors · 4 elements · ")),
                 qPrintable(m_sheet->sentence()));
        QCOMPARE(find<QPlainTextEdit>("exportCode")->toPlainText(),
                 QStringLiteral("model.load_state_dict(torch.load(\"model-cpu.pth\"))"));
        const QSignalSpy written(m_sheet.get(), &ExportSheet::written);
        QTest::keyClick(m_sheet.get(), Qt::Key_Return);
        QTRY_COMPARE(written.count(), 1);
        QVERIFY2(m_sheet->status().startsWith(QStringLiteral("Written and read back: model-cpu.pth")),
                 qPrintable(m_sheet->status()));
        const Opened opened = openCheckpoint(path("model-cpu.pth").toStdString());
        QVERIFY(opened.checkpoint);
        QCOMPARE(opened.checkpoint->format, Format::TorchZip);
        QVERIFY(opened.checkpoint->entries.find("module.fc.weight") != kNoEntry);
        const QSignalSpy asked(m_sheet.get(), &ExportSheet::openRequested);
        find<QAbstractButton>("exportOpen")->click();
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked.front().front().toString(), path("model-cpu.pth"));
    }

    void previewFollowsNamesAndFilter()
    {
        show();
        find<QComboBox>("exportStrip")->setCurrentText(QStringLiteral("module."));
        find<QLineEdit>("exportMatch")->setText(QStringLiteral("*.weight"));
        QTRY_COMPARE(previewNames(), QStringList{"fc.weight"});
        find<QLineEdit>("exportMatch")->setText(QStringLiteral("nothing*"));
        QTRY_VERIFY(!m_sheet->work().problem().isEmpty());
        QVERIFY(!isReady());
        QCOMPARE(m_sheet->sentence(), m_sheet->work().problem());
    }

    void formatDecidesTheSuffixUntilAPersonNamesTheFile()
    {
        show();
        choose("exportFormat", 1);
        QTRY_COMPARE(m_sheet->path(), path("model-cpu.safetensors"));
        find<QLineEdit>("exportPath")->setText(path("mine.safetensors"));
        choose("exportFormat", 2);
        QTRY_COMPARE(m_sheet->path(), path("mine.npz"));
        QTRY_VERIFY(isReady());
    }

    void codeReadsWhatIsWritten()
    {
        show();
        const auto code = [this] { return find<QPlainTextEdit>("exportCode")->toPlainText(); };
        choose("exportFormat", 1);
        QTRY_COMPARE(code(), QStringLiteral("from safetensors.torch import load_file\n"
                                            "model.load_state_dict(load_file(\"model-cpu.safetensors\"))"));
        find<QLineEdit>("exportMatch")->setText(QStringLiteral("*.weight"));  // no longer all of a model
        QTRY_COMPARE(code(), QStringLiteral("from safetensors.torch import load_file\n"
                                            "tensors = load_file(\"model-cpu.safetensors\")"));
        find<QLineEdit>("exportMatch")->clear();
        choose("exportFormat", 2);
        QTRY_COMPARE(code(), QStringLiteral("arrays = numpy.load(\"model-cpu.npz\")"));
        choose("exportFormat", 0);
        find<QCheckBox>("exportSharded")->setChecked(true);
        QTRY_COMPARE(code(), QStringLiteral("for name in set(json.load(open(\"model-cpu.pth.index.json\"))"
                                            "[\"weight_map\"].values()):\n"
                                            "    model.load_state_dict(torch.load(name), strict=False)"));
    }

    void keysOfTheLabelsGoToTheChoices()
    {
        show();
        QVERIFY(QTest::qWaitForWindowActive(m_sheet.get()));
        for (const auto &[key, combo] : {std::pair(Qt::Key_F, "exportFormat"), std::pair(Qt::Key_N, "exportType")}) {
            QTest::keyClick(m_sheet.get(), key, Qt::AltModifier);
            QTRY_VERIFY(find<QComboBox>(combo)->hasFocus());
        }
    }

    void placesThatCannotBeWrittenAreTold()
    {
        show();
        for (const auto &[place, words] :
             {std::pair(path("nowhere/x.pth"), "no folder"), std::pair(path("model.safetensors"), "read from"),
              std::pair(m_folder->path(), "is a folder"), std::pair(QString(), "a name")}) {
            m_sheet->setPath(place);
            QTRY_VERIFY2(m_sheet->status().contains(QLatin1String(words)), qPrintable(m_sheet->status()));
            QVERIFY(!isReady());
        }
        m_sheet->setPath(path("good.pth"));
        QTRY_VERIFY(isReady());
    }

    void failureIsASentenceAndTheSheetGoesOn()
    {
        show();
        QTRY_VERIFY(isReady());
        QVERIFY(QFile::resize(path("model.safetensors"), 20));
        find<QPushButton>("exportButton")->click();
        // It is no damage of a file that somebody else writes anew.
        QTRY_VERIFY2(m_sheet->status().startsWith(QStringLiteral("model.safetensors has changed since")),
                     qPrintable(m_sheet->status()));
        QTRY_VERIFY(isReady());
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden), QStringList{"model.safetensors"});
    }

    /// Its bytes would come under the names of the old ones.
    void sourceWrittenAnewWithTheSameLengthIsNotExported()
    {
        show();
        QTRY_VERIFY(isReady());
        QFile source(path("model.safetensors"));
        QVERIFY(source.open(QIODevice::ReadWrite));
        QVERIFY(source.seek(source.size() - 4));
        QCOMPARE(source.write("\x01\x02\x03\x04"), qint64(4));
        QVERIFY(source.setFileTime(QDateTime::currentDateTime().addSecs(60), QFileDevice::FileModificationTime));
        source.close();
        find<QPushButton>("exportButton")->click();
        QTRY_VERIFY2(m_sheet->status().startsWith(QStringLiteral("model.safetensors has changed since")),
                     qPrintable(m_sheet->status()));
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden), QStringList{"model.safetensors"});
    }

    /// As a trainer replaces its last checkpoint: the one that was opened goes on for the sheet.
    void sourceThatAnotherFileReplacesIsStillExported()
    {
        show();
        QTRY_VERIFY(isReady());
        QVERIFY(writeSafetensors(path("newer"), {"other"}));
        QVERIFY(QFile::remove(path("model.safetensors")));
        QVERIFY(QFile::rename(path("newer"), path("model.safetensors")));
        find<QPushButton>("exportButton")->click();
        QTRY_VERIFY2(m_sheet->status().startsWith(QStringLiteral("Written and read back")),
                     qPrintable(m_sheet->status()));
        const Opened opened = openCheckpoint(path("model-cpu.pth").toStdString());
        QVERIFY(opened.checkpoint);
        QVERIFY(opened.checkpoint->entries.find("module.fc.weight") != kNoEntry);
    }

    void fileThatCannotBeReadIsShownOnItsPage()
    {
        QVERIFY(QFile::resize(path("model.safetensors"), 5));
        QWidget window;
        ExportFlow flow(&window);
        const QSignalSpy asked(&flow, &ExportFlow::openRequested);
        flow.exportFile(path("model.safetensors"));
        QTRY_COMPARE(asked.count(), 1);
        QCOMPARE(asked.front().front().toString(), path("model.safetensors"));
        QVERIFY(!flow.sheet());
    }

    /// But not a type: rounding is for whoever asked for it.
    void formatIsRemembered()
    {
        show();
        choose("exportFormat", 1);
        choose("exportType", 2);
        QTRY_VERIFY(isReady());
        find<QPushButton>("exportButton")->click();
        QTRY_VERIFY(!m_sheet->work().isWriting());
        show();
        QCOMPARE(m_sheet->form().options().format, ExportFormat::Safetensors);
        QVERIFY(!m_sheet->form().options().dtype);
    }
};

QTEST_MAIN(ExportSheetTest)
#include "export_sheet_test.moc"
