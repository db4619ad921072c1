// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/curve_feed.h"

#include "core/metrics/metrics_log.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QTemporaryDir>
#include <QtTest/QSignalSpy>
#include <QtTest/QTest>

using namespace waypoint;

namespace {

void append(const QString &path, std::int64_t step, double loss)
{
    Result<MetricsLog> log = MetricsLog::open(path.toStdString());
    QVERIFY(log);
    QVERIFY(log->append({.step = step,
                         .epoch = 0,
                         .time = 1'700'000'000.0 + static_cast<double>(step),
                         .values = {{"loss/train", loss}}}));
}

std::vector<double> lossesOf(const CurveFeed &feed)
{
    return feed.curves() && !feed.curves()->curves.empty() ? feed.curves()->curves.front().y : std::vector<double>();
}

}  // namespace

class CurveFeedTest : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_log;

private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
        m_log = m_folder->filePath(QStringLiteral("metrics.jsonl"));
    }

    void followedSourceGetsWhatIsAppended()
    {
        append(m_log, 1, 3.5);
        CurveFeed feed(m_log);
        feed.setFollowing(true);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5}));
        append(m_log, 2, 2.5);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5, 2.5}));
        append(m_log, 3, 1.5);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5, 2.5, 1.5}));
    }

    void folderIsFollowedThroughItsLog()
    {
        append(m_log, 1, 3.5);
        CurveFeed feed(m_folder->path());
        feed.setFollowing(true);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5}));
        append(m_log, 2, 2.5);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5, 2.5}));
    }

    void sourceThatIsNotThereYetIsReadOnceItIs()
    {
        CurveFeed feed(m_log);
        feed.setFollowing(true);
        QTRY_VERIFY(feed.error());
        QVERIFY(feed.error()->code == ErrorCode::NotFound);
        QVERIFY(!feed.isReading());
        append(m_log, 1, 3.5);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5}));
        QVERIFY(!feed.error());
    }

    void curvesStayWhenTheirFileGoes()
    {
        append(m_log, 1, 3.5);
        CurveFeed feed(m_log);
        feed.setFollowing(true);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5}));
        QVERIFY(QFile::remove(m_log));
        QTRY_VERIFY(feed.error());
        QCOMPARE(lossesOf(feed), std::vector<double>({3.5}));
    }

    void sourceThatIsNotFollowedIsReadOnceAndAgainWhenItIs()
    {
        append(m_log, 1, 3.5);
        CurveFeed feed(m_log);
        QTRY_COMPARE(lossesOf(feed), std::vector<double>({3.5}));
        append(m_log, 2, 2.5);
        feed.setFollowing(true);
        QTRY_COMPARE(lossesOf(feed).size(), 2u);
    }

    void retryReadsThoughNothingChanged()
    {
        CurveFeed feed(m_log);
        QTRY_VERIFY(feed.error());
        QSignalSpy changed(&feed, &CurveFeed::changed);
        feed.retry();
        QVERIFY(feed.isReading() && !feed.error());
        QTRY_VERIFY(feed.error());
        QVERIFY(changed.count() >= 2);
    }
};

QTEST_GUILESS_MAIN(CurveFeedTest)
#include "curve_feed_test.moc"
