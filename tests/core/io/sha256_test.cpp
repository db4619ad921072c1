// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/sha256.h"
#include "tests/support/zip_builder.h"

#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

class Sha256Test final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void digestsAreThoseOfTheStandard()
    {
        Sha256 hash;
        QCOMPARE(hash.hexDigest(), std::string("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        hash.update(bytesOf("abc"));
        QCOMPARE(hash.hexDigest(), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }

    void piecesGiveTheSameDigest()
    {
        Sha256 hash;
        hash.update(bytesOf("a"));
        hash.update({});
        hash.update(bytesOf("bc"));
        QCOMPARE(hash.hexDigest(), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
    }
};

QTEST_GUILESS_MAIN(Sha256Test)
#include "sha256_test.moc"
