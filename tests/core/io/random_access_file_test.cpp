// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QTest>

#include "core/io/random_access_file.h"
#include "tests/support/fault_file.h"
#include "tests/support/zip_builder.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <array>
#include <fstream>
#include <limits>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

using namespace waypoint;
using namespace waypoint::test;

class RandomAccessFileTest final : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aFileIsReadAtAnyPosition()
    {
        const auto path = write("plain", "0123456789");
        const auto file = openFile(path);
        QVERIFY(file);
        QCOMPARE((*file)->size(), ByteCount{10});
        QCOMPARE((*file)->name(), path);
        QCOMPARE(textAt(**file, 3, 4), std::string("3456"));
        QCOMPARE(textAt(**file, 8, 4), std::string("89"));
        QCOMPARE(textAt(**file, 10, 4), std::string());
        QCOMPARE(textAt(**file, std::numeric_limits<std::uint64_t>::max() - 1, 4), std::string());
    }

    void aMissingFileIsNotFound()
    {
        QCOMPARE(openFile(pathOf("nothing here")).error().code, ErrorCode::NotFound);
        QCOMPARE(openFile(write("a file", "x") + "/below").error().code, ErrorCode::NotFound);
        QCOMPARE(openFile("").error().code, ErrorCode::NotFound);
    }

    void whatTheSystemForbidsIsNoPermission()
    {
        const auto path = write("secret", "x");
        QCOMPARE(::chmod(path.c_str(), 0), 0);
        const auto file = openFile(path);
        // The superuser may read everything.
        if (::geteuid() == 0)
            QVERIFY(file);
        else
            QCOMPARE(file.error().code, ErrorCode::NoPermission);
    }

    void aFolderADeviceAndAPipeAreRefusedAtOnce()
    {
        const auto pipe = pathOf("pipe");
        QCOMPARE(::mkfifo(pipe.c_str(), 0600), 0);
        QElapsedTimer timer;
        timer.start();
        for (const auto &path : {pathOf(""), pipe, std::string("/dev/zero")}) {
            const auto file = openFile(path);
            QVERIFY(!file);
            QCOMPARE(file.error().code, ErrorCode::ReadFailed);
            QVERIFY(!file.error().detail.empty());
        }
        QVERIFY(timer.elapsed() < 5000);
    }

    void aFileThatShrinksGivesAShortReadAndTruncated()
    {
        const auto path = write("shrinking", std::string(1000, 'x'));
        const auto file = openFile(path);
        QVERIFY(file);
        QCOMPARE(::truncate(path.c_str(), 100), 0);
        QCOMPARE(textAt(**file, 90, 50), std::string(10, 'x'));
        const auto bytes = readRange(**file, {{90}, {50}});
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().code, ErrorCode::Truncated);
        QCOMPARE(bytes.error().at, std::optional(ByteOffset{100}));
    }

    void aRangeBeyondTheEndTakesNoMemory()
    {
        const auto file = fileOf("abc");
        const auto bytes = readRange(*file, {{1}, {std::numeric_limits<std::uint64_t>::max()}});
        QVERIFY(!bytes);
        QCOMPARE(bytes.error().code, ErrorCode::Truncated);
        QCOMPARE(bytes.error().at, std::optional(ByteOffset{3}));
        QCOMPARE(readRange(*file, {{4}, {0}}).error().code, ErrorCode::Truncated);
        QVERIFY(readRange(*file, {{3}, {0}}));
    }

    void aWindowOfAWindowReadsTheFileItself()
    {
        const auto inner = fileWindow(fileWindow(fileOf("0123456789"), {{2}, {6}}, "outer"), {{1}, {3}}, "inner");
        QCOMPARE(inner->size(), ByteCount{3});
        QCOMPARE(inner->name(), std::string("inner"));
        QCOMPARE(contentOf(inner), std::string("345"));
        QCOMPARE(textAt(*inner, 2, 10), std::string("5"));
        QCOMPARE(textAt(*inner, 3, 10), std::string());
    }

    void aWindowTellsErrorsAtItsOwnBytes()
    {
        const auto disk = std::make_shared<FaultFile>(fileOf("0123456789"));
        disk->failsAt = ByteOffset{7};
        const auto window = fileWindow(disk, {{5}, {5}}, "window");
        std::array<std::byte, 5> bytes{};
        const auto got = window->readAt({0}, bytes);
        QVERIFY(!got);
        QCOMPARE(got.error().at, std::optional(ByteOffset{2}));
        QCOMPARE(readRange(*window, {{0}, {2}})->size(), std::size_t{2});
    }

    void severalThreadsReadOneFile()
    {
        std::string content;
        for (int i = 0; i < 100'000; ++i)
            content += static_cast<char>(i * 7 % 251);
        const auto file = *openFile(write("shared", content));
        std::atomic<int> wrong = 0;
        {
            std::vector<std::jthread> threads;
            for (unsigned t = 0; t < 4; ++t)
                threads.emplace_back([&, t] {
                    for (std::uint64_t i = t; i + 100 < content.size(); i += 997)
                        wrong += textAt(*file, i, 100) != content.substr(i, 100);
                });
        }
        QCOMPARE(wrong.load(), 0);
    }

private:
    static std::string textAt(const RandomAccessFile &file, std::uint64_t at, std::size_t length)
    {
        std::string text(length, '\0');
        const auto got = file.readAt({at}, std::as_writable_bytes(std::span(text)));
        text.resize(got ? *got : 0);
        return text;
    }

    std::string pathOf(const std::string &name) const { return m_folder.path().toStdString() + "/" + name; }

    std::string write(const std::string &name, const std::string &content) const
    {
        std::ofstream(pathOf(name), std::ios::binary) << content;
        return pathOf(name);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(RandomAccessFileTest)
#include "random_access_file_test.moc"
