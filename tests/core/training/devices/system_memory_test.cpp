// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include "core/training/devices/system_memory.h"

using namespace waypoint;

namespace {

constexpr std::int64_t kKiB = 1024;
constexpr std::int64_t kMiB = 1024 * kKiB;

}  // namespace

class SystemMemoryTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        m_root = std::make_unique<QTemporaryDir>();
        write("proc/meminfo",
              "MemTotal:       16000000 kB\nMemFree:         1000000 kB\nMemAvailable:   12000000 kB\n");
    }

    void isTheMachinesWhereNothingLimitsIt()
    {
        write("proc/self/cgroup", "0::/user.slice/session-2.scope\n");
        write("sys/fs/cgroup/user.slice/session-2.scope/memory.max", "max\n");
        QCOMPARE(memory(), (SystemMemory{.total = 16000000 * kKiB, .available = 12000000 * kKiB}));
    }

    void isAContainersWhereThatIsLess()
    {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "1073741824\n");
        write("sys/fs/cgroup/memory.current", "536870912\n");
        QCOMPARE(memory(), (SystemMemory{.total = 1024 * kMiB, .available = 512 * kMiB}));
    }

    void cachesOfFilesCountAsAvailable()
    {
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", "1073741824\n");
        write("sys/fs/cgroup/memory.current", "536870912\n");
        write("sys/fs/cgroup/memory.stat", "anon 1\ninactive_file 268435456\nactive_file 5\n");
        QCOMPARE(memory(), (SystemMemory{.total = 1024 * kMiB, .available = 768 * kMiB}));
    }

    void aLimitOfAnOuterGroupHoldsToo()
    {
        write("proc/self/cgroup", "0::/slurm/job_7/step_0\n");
        write("sys/fs/cgroup/slurm/job_7/step_0/memory.max", "max\n");
        write("sys/fs/cgroup/slurm/job_7/memory.max", "2147483648\n");
        write("sys/fs/cgroup/slurm/job_7/memory.current", "1073741824\n");
        QCOMPARE(memory(), (SystemMemory{.total = 2048 * kMiB, .available = 1024 * kMiB}));
    }

    void olderControlGroupsAreUnderstood()
    {
        write("proc/self/cgroup", "10:cpu,cpuacct:/x\n9:memory:/docker/ab12\n");
        write("sys/fs/cgroup/memory/docker/ab12/memory.limit_in_bytes", "1073741824\n");
        write("sys/fs/cgroup/memory/docker/ab12/memory.usage_in_bytes", "268435456\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
        QCOMPARE(memory(), (SystemMemory{.total = 1024 * kMiB, .available = 768 * kMiB}));
    }

    void isUnknownWhereTheSystemDoesNotTell() { QVERIFY(!systemMemory((m_root->path() + "/elsewhere").toStdString())); }

private:
    void write(const QString &name, const QByteArray &text)
    {
        const QString path = m_root->filePath(name);
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(text);
    }

    SystemMemory memory() const { return systemMemory(m_root->path().toStdString()).value_or(SystemMemory{}); }

    std::unique_ptr<QTemporaryDir> m_root;
};

QTEST_GUILESS_MAIN(SystemMemoryTest)
#include "system_memory_test.moc"
