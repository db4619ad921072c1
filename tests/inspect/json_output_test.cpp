// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN
#include "app/inspect/json_output.h"
#endif

#include <QTest>

#include <cmath>
#include <limits>

using namespace waypoint;

class JsonOutputTest : public QObject
{
    Q_OBJECT

private:
    static std::string quoted(std::string_view text)
    {
        std::string out;
        appendJsonText(out, text);
        return out;
    }

private Q_SLOTS:
    void documentsNest()
    {
        std::string text;
        JsonWriter json([&text](std::string_view piece) { text += piece; });
        json.beginObject();
        json.key("list");
        json.beginArray();
        json.integer(-1);
        json.count(std::numeric_limits<std::uint64_t>::max());
        json.beginObject();
        json.key("empty");
        json.beginArray();
        json.endArray();
        json.key("no");
        json.null();
        json.endObject();
        json.endArray();
        json.endObject();
        json.finish();
        QCOMPARE(QByteArray::fromStdString(text),
                 QByteArray("{\n\"list\": [\n-1,\n18446744073709551615,\n{\"empty\": [], \"no\": null}\n]\n}\n"));
        QCOMPARE(json.written(), std::uint64_t(text.size()));
    }

    void longDocumentsArriveInPieces()
    {
        std::size_t pieces = 0;
        std::size_t bytes = 0;
        JsonWriter json([&](std::string_view piece) {
            ++pieces;
            bytes += piece.size();
        });
        json.beginArray();
        for (int i = 0; i < 100'000; ++i)
            json.text("0123456789");
        json.endArray();
        json.finish();
        QVERIFY(pieces > 10);
        QCOMPARE(std::uint64_t(bytes), json.written());
    }

    void textIsEscapedOnlyWhereItMustBe()
    {
        QCOMPARE(quoted("a\"b\\c\n\t\r\x01\x7f"), std::string("\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u007f\""));
        QCOMPARE(quoted("Grüße 模型 🙂"), std::string("\"Grüße 模型 🙂\""));
        QCOMPARE(quoted("\xed\xa0\x80"), std::string("\"\\ud800\""));
        QCOMPARE(quoted("\xff\xc3"), std::string("\"\xef\xbf\xbd\xef\xbf\xbd\""));
        QCOMPARE(quoted("\xc0\xaf"), std::string("\"\xef\xbf\xbd\xef\xbf\xbd\""));  // an overlong slash
    }

    void floatsAreWrittenAsPythonDoes()
    {
        QCOMPARE(floatText(0.1), std::string("0.1"));
        QCOMPARE(floatText(-0.0), std::string("-0.0"));
        QCOMPARE(floatText(1e22), std::string("1e+22"));
        QCOMPARE(floatText(1e-05), std::string("1e-05"));
        QCOMPARE(floatText(50), std::string("50.0"));
        QCOMPARE(floatText(NAN), std::string("NaN"));
        QCOMPARE(floatText(-HUGE_VAL), std::string("-Infinity"));
        const double third = 1.0 / 3;
        QCOMPARE(std::stod(floatText(third)), third);
    }
};

QTEST_GUILESS_MAIN(JsonOutputTest)
#include "json_output_test.moc"
