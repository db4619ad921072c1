// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/base/glob.h"

#include <string>

using namespace waypoint;

class GlobTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void globs_data()
    {
        QTest::addColumn<QByteArray>("pattern");
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<bool>("matches");
        const auto row = [](const char *pattern, const char *text, bool matches) {
            QTest::newRow(
                qPrintable(QStringLiteral("%1 on %2").arg(QString::fromUtf8(pattern), QString::fromUtf8(text))))
                << QByteArray(pattern) << QByteArray(text) << matches;
        };
        row("*", "", true);
        row("*", "conv1.weight", true);
        row("", "", true);
        row("", "a", false);
        row("*.bias", "fc.0.bias", true);
        row("*.bias", "fc.0.bias2", false);
        row("conv?.weight", "conv1.weight", true);
        row("conv?.weight", "conv12.weight", false);
        row("conv[12].*", "conv2.bias", true);
        row("conv[12].*", "conv3.bias", false);
        row("conv[!12].*", "conv3.bias", true);
        row("[a-c]x", "bx", true);
        row("[a-c]x", "dx", false);
        row("a[]]b", "a]b", true);
        row("a[b", "a[b", true);
        row("*a*b*c*", "xxaxxbxxcxx", true);
        row("*a*b*c*", "xxaxxcxxbxx", false);
        row("?", "é", true);
        row("[à-ü]", "é", true);
        row("??", "é", false);
    }
    void globs()
    {
        QFETCH(QByteArray, pattern);
        QFETCH(QByteArray, text);
        QFETCH(bool, matches);
        QCOMPARE(globMatches(pattern.toStdString(), text.toStdString()), matches);
    }

    void starsThatCannotMatchEndInReasonableTime()
    {
        const std::string text(20'000, 'a');
        QVERIFY(!globMatches("*a*a*a*a*a*a*a*b", text));
    }
};

QTEST_GUILESS_MAIN(GlobTest)
#include "glob_test.moc"
