// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN
#include "app/inspect/text_layout.h"
#include "app/inspect/tree_text.h"
#include "core/checkpoint/reader.h"
#endif

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace waypoint;

class TextLayoutTest : public QObject
{
    Q_OBJECT

private:
    QByteArray treeText(const QByteArray &pickle, std::size_t width)
    {
        QFile file(m_folder.filePath(QStringLiteral("x.pkl")));
        if (!file.open(QIODevice::WriteOnly) || file.write(pickle) != pickle.size())
            return {};
        file.close();
        const Opened opened = openCheckpoint(file.fileName().toStdString());
        std::string text;
        if (opened.checkpoint)
            writeTreeText(*opened.checkpoint, "x.pkl", {}, width, [&text](std::string_view part) { text += part; });
        const QByteArray all = QByteArray::fromStdString(text);
        const auto start = all.indexOf("\nEntries\n");
        return all.mid(start + 9, all.indexOf("\nNames\n") - start - 9);
    }

    QTemporaryDir m_folder;

private Q_SLOTS:
    void columnsAreCountedNotBytes()
    {
        QCOMPARE(displayWidth("abc"), std::size_t(3));
        QCOMPARE(displayWidth("Grüße"), std::size_t(5));
        QCOMPARE(displayWidth("模型"), std::size_t(4));
        QCOMPARE(displayWidth("e\xcc\x81"), std::size_t(1));  // e and a combining accent
        QCOMPARE(displayWidth("🙂"), std::size_t(2));
    }

    void whatDoesNotFitEndsInDots()
    {
        QCOMPARE(fitted("weight", 6, true), std::string("weight"));
        QCOMPARE(fitted("weight", 8, true), std::string("weight  "));
        QCOMPARE(fitted("weight", 4, true), std::string("wei…"));
        QCOMPARE(fitted("模型模型", 4, true), std::string("模… "));
        QCOMPARE(fitted("x", 0, true), std::string());
    }

    void bytesHaveDecimalUnits()
    {
        QCOMPARE(bytesText({0}), std::string("0 B"));
        QCOMPARE(bytesText({999}), std::string("999 B"));
        QCOMPARE(bytesText({248'024}), std::string("248 KB"));
        QCOMPARE(bytesText({999'999}), std::string("1 MB"));
        QCOMPARE(bytesText({553'438'785}), std::string("553 MB"));
        QCOMPARE(bytesText({1'210'000'000}), std::string("1.21 GB"));
    }

    void entriesStandInColumns()
    {
        QCOMPARE(treeText("(dp0\nVepoch\nI50\nsVconfig\n(dp1\nVlr\nF0.1\nsVname\nVnet\nss.", 0),
                 QByteArray("(file)    dict   2 items\n"
                            "  epoch   int    50\n"
                            "  config  dict   2 items\n"
                            "    lr    float  0.1\n"
                            "    name  str    net\n"));
    }

    void longListsOfNumbersAreOneRow()
    {
        QByteArray pickle = "(lp0\n";
        for (int i = 0; i < 9; ++i)
            pickle += "I" + QByteArray::number(i) + "\na";
        QCOMPARE(treeText(pickle + ".", 0), QByteArray("(file)  list  [0, 1, 2, 3, 4, 5, 6, 7, 8]\n"));
    }

    void noLineIsWiderThanTheTerminal()
    {
        const QByteArray text = treeText("(dp0\nVkey\nV" + QByteArray(500, 'x') + "\ns.", 50);
        QVERIFY(text.contains("…"));
        for (const QByteArray &line : text.split('\n'))
            QVERIFY2(displayWidth(line.toStdString()) <= 50, line.constData());
    }
};

QTEST_GUILESS_MAIN(TextLayoutTest)
#include "text_layout_test.moc"
