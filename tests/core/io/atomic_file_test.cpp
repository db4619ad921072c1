// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/describe_error.h"
#include "core/io/atomic_file.h"
#include "core/io/publish_together.h"
#include "tests/support/child_process.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>

using namespace waypoint;
using namespace waypoint::test;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMiB = 1u << 20;
constexpr int kCannotTry = 77;

std::string contentOf(const fs::path &path)
{
    std::ifstream file(path, std::ios::binary);
    std::stringstream content;
    content << file.rdbuf();
    return content.str();
}

void put(const fs::path &path, const std::string &content) { std::ofstream(path, std::ios::binary) << content; }

/// Names in a folder, hidden ones too.
QStringList namesIn(const fs::path &folder)
{
    return QDir(QString::fromStdString(folder.string()))
        .entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

std::string textOf(const Result<void> &result) { return result ? "done" : describe(result.error()); }

Result<void> replaced(const fs::path &path, const std::string &content) { return replaceFile(path, content); }

mode_t modeOf(const fs::path &path)
{
    struct stat status
    {
    };
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

ino_t inodeOf(const fs::path &path)
{
    struct stat status
    {
    };
    return ::stat(path.c_str(), &status) == 0 ? status.st_ino : 0;
}

/// From now on every write to the one temporary file that this process has open says that the disk is full.
bool fillTheDisk(const fs::path &folder)
{
    for (const auto &entry : fs::directory_iterator("/proc/self/fd")) {
        std::error_code error;
        const fs::path target = fs::read_symlink(entry.path(), error);
        if (error || target.parent_path() != fs::canonical(folder) || target.extension() != ".tmp")
            continue;
        const int full = ::open("/dev/full", O_WRONLY);
        const bool done = full >= 0 && ::dup2(full, std::stoi(entry.path().filename())) >= 0;
        ::close(full);
        return done;
    }
    return false;
}

/// From now on this process has mounts of its own, as root or as root of a user namespace.
bool ownMounts()
{
    const std::string user = "0 " + std::to_string(::geteuid()) + " 1";
    const std::string group = "0 " + std::to_string(::getegid()) + " 1";
    if (::unshare(CLONE_NEWNS) == 0)
        return true;
    if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0)
        return false;
    put("/proc/self/setgroups", "deny");
    put("/proc/self/uid_map", user);
    put("/proc/self/gid_map", group);
    return true;
}

/// A tmpfs of 1 MiB over `folder`, for this process alone. False where the system does not allow that.
bool mountSmallDisk(const fs::path &folder)
{
    return ownMounts() && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0
           && ::mount("none", folder.c_str(), "tmpfs", 0, "size=1m") == 0;
}

}  // namespace

class AtomicFileTest final : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_temporary;
    fs::path m_folder;

private Q_SLOTS:
    void init()
    {
        m_folder = fs::path(m_temporary.path().toStdString()) / QTest::currentTestFunction();
        fs::create_directory(m_folder);
    }

    void aCommittedFileHasEverythingThatWasWritten()
    {
        const fs::path path = m_folder / "last.pth";
        put(path, "old");
        auto file = AtomicFile::create(path);
        QVERIFY(file);
        const std::string big(3 * kMiB + 17, 'b');
        QVERIFY(file->write("first,"));
        QVERIFY(file->write(big));
        QVERIFY(file->write(std::string(kMiB - 3, 'c')));
        QVERIFY(file->write("end"));
        QCOMPARE(file->position().value, 6 + big.size() + kMiB);
        QCOMPARE(contentOf(path), std::string("old"));
        QCOMPARE(textOf(file->commit()), std::string("done"));
        QVERIFY(contentOf(path) == "first," + big + std::string(kMiB - 3, 'c') + "end");
        QCOMPARE(namesIn(m_folder), QStringList{"last.pth"});
    }

    void whatWasWrittenCanBeWrittenOverWhereverItIs()
    {
        const fs::path path = m_folder / "a";
        auto file = AtomicFile::create(path);
        QVERIFY(file);
        QVERIFY(file->write(std::string(2 * kMiB, 'a')));
        QVERIFY(file->write("tail"));
        const auto over = [&file](std::uint64_t at, std::string_view text) {
            return bool(file->overwrite({at}, std::as_bytes(std::span(text))));
        };
        QVERIFY(over(1, "ON DISK"));
        QVERIFY(file->write("more"));
        QVERIFY(over(2 * kMiB + 5, "OR"));
        QVERIFY(file->commit());
        std::string wanted = std::string(2 * kMiB, 'a') + "tailmORe";
        wanted.replace(1, 7, "ON DISK");
        QVERIFY(contentOf(path) == wanted);
    }

    void aFileThatIsNotCommittedLeavesNothing()
    {
        put(m_folder / "a", "old");
        {
            auto file = AtomicFile::create(m_folder / "a");
            QVERIFY(file && file->write(std::string(2 * kMiB, 'x')));
            QCOMPARE(namesIn(m_folder).size(), 2);
        }
        QCOMPARE(namesIn(m_folder), QStringList{"a"});
        QCOMPARE(contentOf(m_folder / "a"), std::string("old"));
    }

    void aCheckThatFailsKeepsTheOldFile()
    {
        put(m_folder / "a", "old");
        auto file = AtomicFile::create(m_folder / "a");
        QVERIFY(file && file->write("new"));
        std::string seen;
        const auto result = file->commit([&seen](const fs::path &path) -> Result<void> {
            seen = contentOf(path);
            return Error{ErrorCode::Corrupt, "checked and found wrong", {}, {}, path.string()};
        });
        QCOMPARE(seen, std::string("new"));
        QVERIFY(!result);
        QCOMPARE(result.error().detail, std::string("checked and found wrong"));
        QCOMPARE(result.error().file, (m_folder / "a").string());
        QCOMPARE(contentOf(m_folder / "a"), std::string("old"));
        QCOMPARE(namesIn(m_folder), QStringList{"a"});
    }

    void whatIsWrittenIsReadBackBeforeItIsPublished()
    {
        const fs::path path = m_folder / "a";
        put(path, "old");
        auto file = AtomicFile::create(path);
        QVERIFY(file);
        Progress progress;
        file->setProgress(&progress);
        QVERIFY(file->write(std::string(3 * kMiB, 'a')));
        const std::string_view over = "across two blocks";
        QVERIFY(file->overwrite({kMiB - 5}, std::as_bytes(std::span(over))));
        QVERIFY(file->write("tail"));
        QCOMPARE(textOf(file->finish()), std::string("done"));
        QCOMPARE(progress.done.load(), 2 * (3 * kMiB + 4));
        QCOMPARE(contentOf(path), std::string("old"));
        QCOMPARE(textOf(file->publish()), std::string("done"));
        std::string wanted = std::string(3 * kMiB, 'a') + "tail";
        wanted.replace(kMiB - 5, over.size(), over);
        QVERIFY(contentOf(path) == wanted);
        QCOMPARE(namesIn(m_folder), QStringList{"a"});
    }

    void whatReadsBackDifferentlyKeepsTheOldFile()
    {
        const fs::path path = m_folder / "a";
        put(path, "old");
        auto file = AtomicFile::create(path);
        QVERIFY(file && file->write(std::string(3 * kMiB, 'x')));
        QStringList names = namesIn(m_folder);
        names.removeOne("a");
        std::fstream other(m_folder / names.value(0).toStdString(), std::ios::in | std::ios::out | std::ios::binary);
        other.seekp(static_cast<std::streamoff>(kMiB + 3));
        QVERIFY(other.put('y').flush());
        const Result<void> finished = file->finish();
        QVERIFY(!finished);
        QCOMPARE(finished.error().code, ErrorCode::Corrupt);
        QCOMPARE(finished.error().at->value, kMiB);
        QCOMPARE(finished.error().file, path.string());
        QCOMPARE(contentOf(path), std::string("old"));
        QCOMPARE(namesIn(m_folder), QStringList{"a"});
    }

    void filesArePublishedTogetherOrNotAtAll()
    {
        put(m_folder / "a", "old a");
        const auto write = [this](std::vector<AtomicFile> &files, const char *name) {
            auto file = AtomicFile::create(m_folder / name);
            const bool done = file && file->write(std::string("new ") + name) && file->finish();
            if (done)
                files.push_back(*std::move(file));
            return done;
        };
        {
            std::vector<AtomicFile> files;
            QVERIFY(write(files, "a") && write(files, "b") && write(files, "c"));
            fs::create_directories(m_folder / "c" / "in the way");  // comes last, when the others are in place
            const Result<void> published = publishTogether(files);
            QVERIFY(!published);
            QCOMPARE(published.error().code, ErrorCode::WriteFailed);
        }
        QCOMPARE(contentOf(m_folder / "a"), std::string("old a"));
        QCOMPARE(namesIn(m_folder), (QStringList{"a", "c"}));
        fs::remove_all(m_folder / "c");
        std::vector<AtomicFile> files;
        QVERIFY(write(files, "a") && write(files, "b") && write(files, "c"));
        QCOMPARE(textOf(publishTogether(files)), std::string("done"));
        QCOMPARE(contentOf(m_folder / "a"), std::string("new a"));
        QCOMPARE(contentOf(m_folder / "c"), std::string("new c"));
        QCOMPARE(namesIn(m_folder), (QStringList{"a", "b", "c"}));
    }

    // --- what disks and systems say ---

    void aFullDiskIsAnErrorAndTheOldFileStays()
    {
        put(m_folder / "a", "old");
        auto file = AtomicFile::create(m_folder / "a");
        QVERIFY(file && fillTheDisk(m_folder));
        QVERIFY(file->write(std::string(1000, 'x')));
        const Result<void> written = file->write(std::string(kMiB, 'x'));
        QVERIFY(!written);
        QCOMPARE(
            QString::fromStdString(textOf(written)),
            QString("It cannot be written at byte 0 in '%1/a' (the disk is full). Free some space on it, or choose a "
                    "folder on another disk.")
                .arg(QString::fromStdString(m_folder.string())));
        QCOMPARE(textOf(file->write("more")), textOf(written));
        QCOMPARE(textOf(file->commit()), textOf(written));
        QCOMPARE(namesIn(m_folder), QStringList{"a"});
        QCOMPARE(contentOf(m_folder / "a"), std::string("old"));
    }

    void aDiskThatIsFullOnlyAtTheEndIsAnErrorToo()
    {
        put(m_folder / "a", "old");
        auto file = AtomicFile::create(m_folder / "a");
        QVERIFY(file && fillTheDisk(m_folder) && file->write("little"));
        const Result<void> committed = file->commit();
        QVERIFY(!committed);
        QCOMPARE(committed.error().detail, std::string("the disk is full"));
        QCOMPARE(contentOf(m_folder / "a"), std::string("old"));
    }

    void aDiskOfOneMegabyteAndAReadOnlyOneKeepTheOldFile()
    {
        const fs::path report = fs::path(m_temporary.path().toStdString()) / "report";
        const int status = inChild([&] {
            if (!mountSmallDisk(m_folder))
                return kCannotTry;
            put(m_folder / "a", "old");
            std::string found = textOf(replaced(m_folder / "a", std::string(4 * kMiB, 'x'))) + '\n';
            found += contentOf(m_folder / "a") + ' ' + namesIn(m_folder).join(' ').toStdString() + '\n';
            if (::mount("none", m_folder.c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, "size=1m") != 0)
                return kCannotTry;
            found += textOf(replaced(m_folder / "a", "new")) + '\n' + contentOf(m_folder / "a");
            put(report, found);
            return 0;
        });
        if (status == kCannotTry)
            QSKIP("this system does not let a test mount a file system of its own");
        QCOMPARE(status, 0);
        const QStringList found = QString::fromStdString(contentOf(report)).split('\n');
        QCOMPARE(found.size(), 4);
        QVERIFY2(found[0].contains("(the disk is full)"), qPrintable(found[0]));
        QCOMPARE(found[1], QString("old a"));
        QVERIFY2(found[2].contains("(the file system is read-only)"), qPrintable(found[2]));
        QCOMPARE(found[3], QString("old"));
    }

    void theSizeLimitOfAProcessIsAnErrorAndNoSignal()
    {
        put(m_folder / "a", "old");
        const fs::path report = fs::path(m_temporary.path().toStdString()) / "report";
        const int status = inChild([&] {
            const rlimit limit{64 * 1024, 64 * 1024};
            ::setrlimit(RLIMIT_FSIZE, &limit);
            put(report, textOf(replaced(m_folder / "a", std::string(2 * kMiB, 'x'))));
            return 0;
        });
        QCOMPARE(status, 0);
        const QString found = QString::fromStdString(contentOf(report));
        QVERIFY2(found.contains("at byte 65,536") && found.contains("limit allows") && found.contains("ulimit -f"),
                 qPrintable(found));
        QCOMPARE(namesIn(m_folder), QStringList{"a"});
        QCOMPARE(contentOf(m_folder / "a"), std::string("old"));
    }

    void aFolderThatVanishesIsAnError()
    {
        const fs::path folder = m_folder / "checkpoints";
        fs::create_directory(folder);
        auto file = AtomicFile::create(folder / "last.pth");
        QVERIFY(file && file->write("content"));
        fs::remove_all(folder);
        const Result<void> committed = file->commit();
        QVERIFY(!committed);
        QCOMPARE(committed.error().code, ErrorCode::WriteFailed);
        QCOMPARE(committed.error().detail, std::string("its folder does not exist"));
        QCOMPARE(textOf(replaced(folder / "last.pth", "x")), textOf(committed));
    }

    void aFolderOfSomebodyElseIsAnError()
    {
        ::chmod(m_folder.c_str(), 0555);
        const fs::path report = fs::path(m_temporary.path().toStdString()) / "report";
        const int status = inChild([&] {
            const int out = ::open(report.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0666);
            constexpr uid_t kNobody = 65534;
            if (out < 0 || (::geteuid() == 0 && ::seteuid(kNobody) != 0))
                return kCannotTry;
            const std::string found = textOf(replaced(m_folder / "a", "new"));
            return ::write(out, found.data(), found.size()) == static_cast<ssize_t>(found.size()) ? 0 : 1;
        });
        QCOMPARE(status, 0);
        const QString found = QString::fromStdString(contentOf(report));
        QVERIFY2(found.contains("(the system refuses to write there)"), qPrintable(found));
        QVERIFY(namesIn(m_folder).isEmpty());
    }

    void whatIsNoFileIsNotReplaced()
    {
        put(m_folder / "file", "old");
        fs::create_directory(m_folder / "folder");
        fs::create_symlink("/dev/full", m_folder / "full.pth");
        const auto detail = [](const fs::path &path) { return replaced(path, "x").error().detail; };
        QCOMPARE(detail(m_folder / "folder"), std::string("it is a folder"));
        QCOMPARE(detail(m_folder / "folder" / ""), std::string("it is a folder"));
        QCOMPARE(detail(m_folder / "file" / "below"), std::string("a part of the path is a file, not a folder"));
        QCOMPARE(detail("/dev/full"), std::string("it is a device, a pipe or a socket, not a file"));
        QCOMPARE(detail(m_folder / "full.pth"), std::string("it is a device, a pipe or a socket, not a file"));
        QVERIFY(fs::is_character_file("/dev/full"));
    }

    // --- names and modes ---

    void aLinkIsFollowedAndStaysALink()
    {
        fs::create_directory(m_folder / "elsewhere");
        put(m_folder / "elsewhere" / "real", "old");
        fs::create_symlink("elsewhere/real", m_folder / "link");
        fs::create_symlink("elsewhere/later", m_folder / "dangling");
        fs::create_symlink("round", m_folder / "round");
        QVERIFY(replaced(m_folder / "link", "new"));
        QVERIFY(replaced(m_folder / "dangling", "made"));
        QCOMPARE(contentOf(m_folder / "elsewhere" / "real"), std::string("new"));
        QCOMPARE(contentOf(m_folder / "elsewhere" / "later"), std::string("made"));
        QVERIFY(fs::is_symlink(m_folder / "link") && fs::is_symlink(m_folder / "dangling"));
        QCOMPARE(replaced(m_folder / "round", "x").error().detail, std::string("its symbolic links go in a circle"));
    }

    void theModeIsThatOfTheOldFileOrAsTheUmaskSays()
    {
        const mode_t before = ::umask(027);
        QVERIFY(replaced(m_folder / "new", "x"));
        put(m_folder / "old", "x");
        ::chmod((m_folder / "old").c_str(), 0604);
        QVERIFY(replaced(m_folder / "old", "y"));
        ::umask(before);
        QCOMPARE(modeOf(m_folder / "new"), mode_t(0640));
        QCOMPARE(modeOf(m_folder / "old"), mode_t(0604));
    }

    void aNameAsLongAsTheSystemAllowsWorks()
    {
        const fs::path path = m_folder / std::string(255, 'n');
        QCOMPARE(textOf(replaced(path, "x")), std::string("done"));
        QCOMPARE(contentOf(path), std::string("x"));
        QCOMPARE(replaced(m_folder / std::string(256, 'n'), "x").error().detail,
                 std::string("the name is too long for the file system"));
    }

    void whatADeadProcessLeftIsRemovedAndWhatALivingOneWritesIsNot()
    {
        const int status = inChild([&] {
            auto file = AtomicFile::create(m_folder / "a");
            if (!file || !file->write("half"))
                return 1;
            ::raise(SIGKILL);
            return 1;
        });
        QCOMPARE(status, -SIGKILL);
        QCOMPARE(namesIn(m_folder).size(), 1);
        put(m_folder / ".a.backup.tmp", "of somebody else");
        auto first = AtomicFile::create(m_folder / "a");
        auto second = AtomicFile::create(m_folder / "a");
        QVERIFY(first && second);
        QCOMPARE(namesIn(m_folder).size(), 3);
        QVERIFY(first->write("first") && first->commit());
        QVERIFY(second->write("second") && second->commit());
        QCOMPARE(contentOf(m_folder / "a"), std::string("second"));
        QCOMPARE(namesIn(m_folder), (QStringList{".a.backup.tmp", "a"}));
    }

    // --- links ---

    void aSecondNameIsALinkToTheSameBytes()
    {
        put(m_folder / "epoch_0009.pth", "nine");
        put(m_folder / "last.pth", "old");
        QCOMPARE(textOf(replaceByLink(m_folder / "epoch_0009.pth", m_folder / "last.pth")), std::string("done"));
        QCOMPARE(contentOf(m_folder / "last.pth"), std::string("nine"));
        QCOMPARE(inodeOf(m_folder / "last.pth"), inodeOf(m_folder / "epoch_0009.pth"));
        QCOMPARE(textOf(replaceByLink(m_folder / "epoch_0009.pth", m_folder / "last.pth")), std::string("done"));
        QCOMPARE(namesIn(m_folder), (QStringList{"epoch_0009.pth", "last.pth"}));
    }

    void replacingOneNameLeavesTheOtherAsItWas()
    {
        put(m_folder / "a", "nine");
        QVERIFY(replaceByLink(m_folder / "a", m_folder / "b"));
        QVERIFY(replaced(m_folder / "b", "ten"));
        QCOMPARE(contentOf(m_folder / "a"), std::string("nine"));
        QCOMPARE(contentOf(m_folder / "b"), std::string("ten"));
    }

    void onAnotherDiskTheBytesAreCopied()
    {
        QTemporaryDir other("/dev/shm/waypoint-XXXXXX");
        struct stat here
        {
        };
        struct stat there
        {
        };
        if (!other.isValid() || ::stat(m_folder.c_str(), &here) != 0
            || ::stat(other.path().toStdString().c_str(), &there) != 0 || here.st_dev == there.st_dev)
            QSKIP("there is no second file system to write to");
        const fs::path from = fs::path(other.path().toStdString()) / "a";
        const std::string content = std::string(2 * kMiB, 'x') + "end";
        put(from, content);
        QCOMPARE(textOf(replaceByLink(from, m_folder / "b")), std::string("done"));
        QVERIFY(contentOf(m_folder / "b") == content);
    }

    void aLinkToNothingIsAnError()
    {
        put(m_folder / "b", "old");
        const Result<void> linked = replaceByLink(m_folder / "missing", m_folder / "b");
        QVERIFY(!linked);
        QCOMPARE(linked.error().code, ErrorCode::NotFound);
        QCOMPARE(linked.error().file, (m_folder / "missing").string());
        QCOMPARE(contentOf(m_folder / "b"), std::string("old"));
    }

    void freeSpaceIsKnownOfFoldersThatExist()
    {
        const auto here = freeSpace(m_folder);
        QVERIFY(here);
        const auto system = fs::space(m_folder);
        QVERIFY(here->value <= system.capacity);
        QVERIFY(!freeSpace(m_folder / "missing"));
    }
};

QTEST_GUILESS_MAIN(AtomicFileTest)
#include "atomic_file_test.moc"
