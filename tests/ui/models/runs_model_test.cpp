// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/runs_model.h"

#include "tests/ui/library_folder.h"
#include "ui/models/library_model.h"

#include <QtCore/QElapsedTimer>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;
using namespace waypoint::test;

class RunsModelTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<LibraryFolder> m_folder;
    std::unique_ptr<LibraryModel> m_library;
    std::unique_ptr<RunsModel> m_rows;

    void show(RunsModel::Shape shape = RunsModel::Shape::Table)
    {
        m_library = std::make_unique<LibraryModel>();
        m_rows = std::make_unique<RunsModel>(*m_library, shape);
        m_library->setShownIn(this, true);
        m_library->addFolder(m_folder->path());
        QTRY_VERIFY(m_rows->rowCount() > 0);
        QTRY_VERIFY(m_library->hasFacts());
    }

    QStringList names(int group = 0) const { return rowNames(*m_rows, m_rows->index(group, 0)); }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<LibraryFolder>(); }
    void cleanup()
    {
        m_rows.reset();
        m_library.reset();
    }

    void missingValuesStandLastEitherWay()
    {
        m_folder->safetensors(QStringLiteral("run/model_e1_loss0.5.safetensors"));
        m_folder->safetensors(QStringLiteral("run/model_e2_loss0.25.safetensors"));
        m_folder->safetensors(QStringLiteral("run/other.safetensors"));
        show();
        const int loss = static_cast<int>(LibraryColumn::Loss);
        m_rows->sort(loss, Qt::AscendingOrder);
        QCOMPARE(names(),
                 (QStringList{QStringLiteral("model_e2_loss0.25.safetensors"),
                              QStringLiteral("model_e1_loss0.5.safetensors"), QStringLiteral("other.safetensors")}));
        m_rows->sort(loss, Qt::DescendingOrder);
        QCOMPARE(names(),
                 (QStringList{QStringLiteral("model_e1_loss0.5.safetensors"),
                              QStringLiteral("model_e2_loss0.25.safetensors"), QStringLiteral("other.safetensors")}));
    }

    void numbersInNamesSortAsNumbers()
    {
        for (const char *name : {"run/net_10.safetensors", "run/net_9.safetensors", "run/net_100.safetensors"})
            m_folder->safetensors(QLatin1String(name));
        show();
        m_rows->setOrder(LibraryColumn::Name);
        QCOMPARE(names(), (QStringList{QStringLiteral("net_9.safetensors"), QStringLiteral("net_10.safetensors"),
                                       QStringLiteral("net_100.safetensors")}));
    }

    void everyWordOfTheFilterCountsInTheFileOrItsRun()
    {
        m_folder->safetensors(QStringLiteral("lenet/net_1.safetensors"));
        m_folder->safetensors(QStringLiteral("lenet/net_2.safetensors"));
        m_folder->safetensors(QStringLiteral("vgg/net_1.safetensors"));
        show();
        QCOMPARE(m_rows->rowCount(), 2);
        m_rows->setFilter(QStringLiteral("  LENET  net_2 "));
        QCOMPARE(m_rows->rowCount(), 1);
        QCOMPARE(names(), QStringList{QStringLiteral("net_2.safetensors")});
        m_rows->setFilter(QStringLiteral("weights"));
        QCOMPARE(m_rows->countRows(), 5);
        m_rows->setFilter(QStringLiteral("nowhere"));
        QCOMPARE(m_rows->rowCount(), 0);
        m_rows->setFilter({});
        QCOMPARE(m_rows->rowCount(), 2);
    }

    void bestOfEachRunIsMarkedByTheDirectionOfItsMetric()
    {
        m_folder->safetensors(QStringLiteral("run/net_e1_loss0.5_acc0.9.safetensors"));
        m_folder->safetensors(QStringLiteral("run/net_e2_loss0.25_acc0.7.safetensors"));
        show();
        m_rows->setOrder(LibraryColumn::Name);
        const QModelIndex run = m_rows->index(0, 0);
        const auto isBest = [&](int row, LibraryColumn column) {
            return m_rows->index(row, static_cast<int>(column), run).data(LibraryModel::IsBestRole).toBool();
        };
        QVERIFY(!isBest(0, LibraryColumn::Loss) && isBest(1, LibraryColumn::Loss));
        QVERIFY(isBest(0, LibraryColumn::Metric) && !isBest(1, LibraryColumn::Metric));
        QCOMPARE(m_rows->index(1, static_cast<int>(LibraryColumn::Loss), run).data().toString(),
                 QStringLiteral("★ 0.25"));
    }

    void rowsStayWhileOthersComeAndGo()
    {
        const QString first = m_folder->safetensors(QStringLiteral("run/net_1.safetensors"));
        m_folder->safetensors(QStringLiteral("run/net_2.safetensors"));
        show();
        m_rows->setOrder(LibraryColumn::Name);
        const QPersistentModelIndex kept = m_rows->index(1, 0, m_rows->index(0, 0));
        QSignalSpy reset(m_rows.get(), &QAbstractItemModel::modelReset);
        m_folder->safetensors(QStringLiteral("run/net_3.safetensors"));
        QVERIFY(QFile::remove(first));
        m_library->rescan();
        QTRY_COMPARE(names(), (QStringList{QStringLiteral("net_2.safetensors"), QStringLiteral("net_3.safetensors")}));
        QVERIFY(kept.isValid());
        QCOMPARE(kept.data().toString(), QStringLiteral("net_2.safetensors"));
        QCOMPARE(reset.size(), 0);
    }

    void thousandsOfFilesAreTakenSortedAndFilteredInNoTime()
    {
        for (int i = 0; i < 4'900; ++i)
            m_folder->touch(QStringLiteral("run/net_%1.pth").arg(i));
        m_library = std::make_unique<LibraryModel>();
        m_rows = std::make_unique<RunsModel>(*m_library, RunsModel::Shape::Table);
        m_library->addFolder(m_folder->path());
        QTRY_VERIFY(m_rows->rowCount() > 0);
        QElapsedTimer time;
        time.start();
        m_rows->setOrder(LibraryColumn::Name);
        QCOMPARE(names().size(), 4'900);
        m_rows->setFilter(QStringLiteral("net_4"));
        // Generous: this machine may be busy. Names are collated, the slowest of all orders.
        QVERIFY2(time.elapsed() < 1'500, qPrintable(QString::number(time.elapsed())));
        QVERIFY(m_rows->rowCount(m_rows->index(0, 0)) > 900);
    }
};

QTEST_MAIN(RunsModelTest)
#include "runs_model_test.moc"
