// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/train_command.h"
#include "ui/models/run_center.h"
#include "ui/models/train_presets.h"
#include "ui/theme.h"
#include "ui/views/data_chooser.h"
#include "ui/views/train_field.h"
#include "ui/views/train_folder_box.h"
#include "ui/views/train_form.h"
#include "ui/views/train_section.h"
#include "ui/views/train_start_bar.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QSettings>
#include <QtCore/QTemporaryDir>
#include <QtGui/QClipboard>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>
#include <QtWidgets/QComboBox>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QMenu>
#include <QtWidgets/QPushButton>

#include <memory>

using namespace waypoint;

namespace {

constexpr int kPatience = 30'000;  ///< LibTorch may have to be read from the disk first

QString path(const QTemporaryDir &folder, const char *name) { return folder.filePath(QString::fromUtf8(name)); }

}  // namespace

/// The form of a new run as somebody who fills it in uses it. The real waypoint-train answers where there is one; else
/// one that knows Iris only.
class TrainFormTest final : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_home;
    std::unique_ptr<RunCenter> m_runs;
    std::unique_ptr<TrainerInfo> m_info;
    std::unique_ptr<TrainForm> m_form;

    static bool hasTrainer() { return qEnvironmentVariableIsSet("WAYPOINT_TRAIN"); }

    void openForm()
    {
        m_form.reset();
        m_runs = std::make_unique<RunCenter>();
        m_info = std::make_unique<TrainerInfo>();
        m_form = std::make_unique<TrainForm>(*m_runs, *m_info);
        m_form->resize(380, 760);
        m_form->show();
    }

    TrainField *field(const char *option) const
    {
        return m_form->findChild<TrainField *>(QStringLiteral("train-") + QString::fromUtf8(option));
    }
    QLineEdit *line(const char *option) const { return qobject_cast<QLineEdit *>(field(option)->focusTarget()); }
    QPushButton *startButton() const { return m_form->findChild<QPushButton *>(QStringLiteral("train-start")); }
    QString outlook() const { return m_form->findChild<TrainStartBar *>()->text(); }
    /// The reasons a person sees in a field.
    static QString shownReason(const TrainField *field)
    {
        for (const QLabel *label : field->findChildren<QLabel *>())
            if (label->isVisibleTo(field) && label->text().startsWith(QStringLiteral("⚠")))
                return label->text().mid(2);
        return {};
    }

private Q_SLOTS:
    void init()
    {
        m_home = std::make_unique<QTemporaryDir>();
        QCoreApplication::setOrganizationName(QStringLiteral("Waypoint"));
        QCoreApplication::setApplicationName(QStringLiteral("WaypointTest"));
        qputenv("HOME", m_home->path().toUtf8());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, path(*m_home, "config"));
        qputenv("WAYPOINT_TRAINER", qgetenv(hasTrainer() ? "WAYPOINT_TRAIN" : "WAYPOINT_MISBEHAVING_TRAINER"));
        openForm();
    }

    void cleanup() { m_form.reset(); }

    void untouchedItIsIrisAndReadyOncePlanned()
    {
        QCOMPARE(m_form->config(), RunConfig{});
        QTRY_VERIFY2_WITH_TIMEOUT(m_form->isReady(), qPrintable(m_form->problem() + outlook()), kPatience);
        QCOMPARE(m_form->runFolder(), path(*m_home, "Waypoint/runs/iris-1"));
        QCOMPARE(line("epochs")->placeholderText(), QStringLiteral("60 (by the data)"));
        QCOMPARE(line("batch-size")->placeholderText(), QStringLiteral("16 (by the data)"));
        QCOMPARE(line("lr")->placeholderText(), QStringLiteral("0.02 (by the data)"));
        QVERIFY2(outlook().startsWith(QStringLiteral("iris, 67 parameters, on 120 samples; 60 epochs of 8 batches")),
                 qPrintable(outlook()));
        QVERIFY(startButton()->isEnabled());
        QCOMPARE(m_form->problem(), QString());
    }

    void whatIsTypedReachesTheConfigurationAndTheCommand()
    {
        line("epochs")->setText(QStringLiteral("12"));
        line("lr")->setText(QStringLiteral("1e-2"));
        line("seed")->setText(QStringLiteral("18446744073709551615"));
        field("optimizer")->findChild<QComboBox *>()->setCurrentText(QStringLiteral("SGD"));
        line("momentum")->setText(QStringLiteral("0.9"));
        RunConfig expected;
        expected.epochs = 12;
        expected.lr = 0.01;
        expected.seed = 18446744073709551615u;
        expected.optimizer = "sgd";
        expected.optimizerArgs = {{"momentum", "0.9"}};
        QCOMPARE(m_form->config(), expected);
        QTRY_VERIFY(!m_form->runFolder().isEmpty());
        m_form->findChild<QMenu *>();
        QTRY_VERIFY2_WITH_TIMEOUT(m_form->isReady(), qPrintable(m_form->problem() + outlook()), kPatience);
    }

    void aValueThatDoesNotFitSaysSoBesideItsField()
    {
        QTRY_VERIFY2_WITH_TIMEOUT(m_form->isReady(), qPrintable(m_form->problem() + outlook()), kPatience);
        line("lr")->setText(QStringLiteral("0,1"));
        QCOMPARE(shownReason(field("lr")), QStringLiteral("is written with a point: 0.1"));
        QVERIFY(!m_form->isReady());
        QVERIFY(!startButton()->isEnabled());
        QCOMPARE(m_form->problem(), QStringLiteral("Learning rate: is written with a point: 0.1"));
        QCOMPARE(outlook(), m_form->problem());
        line("lr")->setText(QStringLiteral("0"));
        QCOMPARE(shownReason(field("lr")), QStringLiteral("must be above 0"));
        line("lr")->clear();
        QCOMPARE(shownReason(field("lr")), QString());
        QTRY_VERIFY2_WITH_TIMEOUT(m_form->isReady(), qPrintable(m_form->problem() + outlook()), kPatience);
    }
};

QTEST_MAIN(TrainFormTest)
#include "train_form_test.moc"
