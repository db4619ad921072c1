// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Before the rest: moc 6.4 stumbles over <compare> as the first header of a file.
#include <QtTest>

#include "core/training/devices/processor.h"

using namespace waypoint;

class ProcessorTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void threadsOfLibTorchAndOfItsBlasAreSetTogether()
    {
        for (const std::int64_t count : {2, 1}) {
            setThreads(count);
            QCOMPARE(atenThreads(), count);
            if (blasThreads() != 0)  // a reference BLAS has no threads
                QCOMPARE(blasThreads(), count);
            QCOMPARE(describeEnvironment("cpu").atenThreads, count);
            QCOMPARE(describeEnvironment("cpu").blasThreads, blasThreads());
        }
    }

    void theBlasAndLibTorchHaveNamesAndVersions()
    {
        QVERIFY(!blasName().empty());
        const QRegularExpression version("^\\d+\\.\\d+\\.\\d+");
        QVERIFY2(version.match(QString::fromStdString(libtorchVersion())).hasMatch(), libtorchVersion().c_str());
        const QRegularExpression known("^(OpenBLAS|MKL) \\d+\\.\\d+|^lib.*\\.so|^unknown$");
        QVERIFY2(known.match(QString::fromStdString(blasName())).hasMatch(), blasName().c_str());
        QVERIFY2((blasThreads() > 0) == (blasName().starts_with("OpenBLAS") || blasName().starts_with("MKL")),
                 blasName().c_str());
    }

    void theProcessorsModelIsTheSystems()
    {
        QTemporaryFile file;
        QVERIFY(file.open());
        file.write(
            "processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel\t\t: 1\nmodel name\t: AMD EPYC 7B13\nflags\t\t: fpu\n");
        file.close();
        QCOMPARE(processorModel(file.fileName().toStdString()), std::string("AMD EPYC 7B13"));
    }

    void aProcessorWithoutAModelIsNamedByItsKind()
    {
        QProcess uname;
        uname.start("uname", {"-m"});
        QVERIFY(uname.waitForFinished());
        QCOMPARE(QString::fromStdString(processorModel("/nonexistent/cpuinfo")),
                 QString(uname.readAllStandardOutput()).trimmed());
    }
};

QTEST_GUILESS_MAIN(ProcessorTest)
#include "processor_test.moc"
