// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/pickle/value_bytes.h"
#include "core/pickle/value_text.h"

using namespace waypoint;

class ValueBytesTest : public QObject
{
    Q_OBJECT

    // Two bytes 0xe9 and one 'x', as protocol 2 writes them into a file.
    static ValueId addLatin1(ValueTree &tree)
    {
        const std::string stored = "\xc3\xa9\xc3\xa9x";
        std::vector<std::byte> bytes(stored.size());
        for (std::size_t i = 0; i < stored.size(); ++i)
            bytes[i] = static_cast<std::byte>(stored[i]);
        return tree.addExternal(ValueKind::Bytes, {memoryFile("stored", bytes), {{0}, {stored.size()}}, true});
    }

private Q_SLOTS:
    void bytesStoredAsTextAreDecoded()
    {
        ValueTree tree;
        const ValueId id = addLatin1(tree);
        const Result<std::string> bytes = bytesOf(tree, id, {100});
        QVERIFY(bytes);
        QCOMPARE(*bytes, std::string("\xe9\xe9x"));
        QCOMPARE(pythonText({tree, id}), std::string("b'\\xe9\\xe9x'"));
    }

    void theFirstBytesOfATextEndBetweenCharacters()
    {
        ValueTree tree;
        const ValueId id = addLatin1(tree);
        for (std::uint64_t most = 0; most <= 3; ++most) {
            const Result<std::string> bytes = firstBytesOf(tree, id, {most});
            QVERIFY(bytes);
            QCOMPARE(*bytes, std::string("\xe9\xe9x").substr(0, most));
        }
    }

    void whatIsTooLongIsRefused()
    {
        ValueTree tree;
        const ValueId id = tree.addStr("four");
        QVERIFY(bytesOf(tree, id, {4}));
        const Result<std::string> refused = bytesOf(tree, id, {3});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::TooLarge);
    }
};

QTEST_GUILESS_MAIN(ValueBytesTest)
#include "value_bytes_test.moc"
