// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#ifndef Q_MOC_RUN  // moc 6.4 cannot read the standard library's <stop_token>
#include "core/checkpoint/diagnose.h"
#include "tests/core/checkpoint/stream_bytes.h"
#endif

#include <QByteArray>
#include <QTest>

using namespace waypoint;
using namespace waypoint::test;

namespace {

Error diagnosis(const std::string &content) { return diagnoseUnknown(sourceOf(memory(content), 0)); }

}  // namespace

class DiagnoseTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void filesAreNamed_data();
    void filesAreNamed();
    void theSizeOfTheRealFileIsSaid();
    void zerosAreLookedForInTheWholeFile();
    void encryptedFilesAreEncrypted();
    void aFewBytesAreTruncated();
    void foldersAreNamed();
};

void DiagnoseTest::filesAreNamed_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("detail");
    const auto row = [](const char *detail, const QByteArray &content) {
        QTest::addRow("%s", detail) << content + QByteArray(32, content.isEmpty() ? 'x' : content.back())
                                    << QString(detail);
    };
    QTest::newRow("empty") << QByteArray() << QString("it is empty");
    QTest::newRow("HTML") << QByteArray("\n\n<!DOCTYPE html><html lang=\"en\">") << QString("it is a web page (HTML)");
    QTest::newRow("XML") << QByteArray("<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>")
                         << QString("it is an error message of a download server (XML)");
    QTest::newRow("JSON") << QByteArray("{\"hidden_size\": 768}") << QString("it is a JSON file");
    QTest::newRow("JSON error") << QByteArray("{\"error\":\"Repository not found\"}")
                                << QString("it is an error message of a download server (JSON)");
    QTest::newRow("plain error") << QByteArray("Invalid username or password.")
                                 << QString("it is an error message of a download server");
    QTest::newRow("Python") << QByteArray("# model\nimport torch\nfrom torch import nn\n\nclass Net(nn.Module):\n")
                            << QString("it is Python source code");
    QTest::newRow("YAML") << QByteArray("lr: 0.1\nepochs: 90\nmodel:\n  - conv\n") << QString("it is a YAML file");
    QTest::newRow("text") << QByteArray("the weights are in the other folder\n") << QString("it is a text file");
    QTest::newRow("UTF-16") << QByteArray("\xff\xfet\0e\0x\0t\0t\0", 12) << QString("it is a text file (UTF-16)");
    row("it is compressed with gzip", QByteArray("\x1f\x8b\x08\x00\x01", 5));
    row("it is compressed with bzip2", "BZh91AY&SY\x01");
    row("it is compressed with xz", QByteArray("\xfd"
                                               "7zXZ\0\x01",
                                               7));
    row("it is compressed with Zstandard", QByteArray("\x28\xb5\x2f\xfd\x01"));
    row("it is a 7z archive", QByteArray("7z\xbc\xaf\x27\x1c\x01"));
    row("it is a RAR archive", QByteArray("Rar!\x1a\x07\x01"));
    row("it is an HDF5 file, as Keras and MATLAB write it", QByteArray("\x89HDF\r\n\x1a\n\x01"));
    row("it is a NumPy array (.npy)", QByteArray("\x93NUMPY\x01"));
    row("it is a GGUF model, as llama.cpp uses it", QByteArray("GGUF\x03\x01"));
    row("it is a TensorFlow Lite model", QByteArray("\x1c\0\0\0TFL3\x01", 9));
    row("it is a PyTorch Mobile model (flatbuffer)", QByteArray("\x1c\0\0\0PTMF\x01", 9));
    row("it is an ExecuTorch program", QByteArray("\x1c\0\0\0ET12\x01", 9));
    row("it is an ONNX model", QByteArray("\x08\x07\x12\x07pytorch\x1a\x01"));
    row("it is a TensorFlow SavedModel", QByteArray("\x08\x01\x12\x80\x80\x04\x0a\x01"));
    row("it is a TensorFlow graph", QByteArray("\x0a\x1b\x0a\x05input\x12\x0bPlaceholder\x01"));
    row("it is a Parquet table", QByteArray("PAR1\x15\x01"));
    row("it is a PNG image", QByteArray("\x89PNG\r\n\x1a\n\x01"));
    row("it is a JPEG image", QByteArray("\xff\xd8\xff\xe0\x01"));
    row("it is a PDF document", QByteArray("%PDF-1.7\n\x01"));
    row("it is a program or library for Linux (ELF)", QByteArray("\x7f"
                                                                 "ELF\x02\x01"));
    row("it is a program or library for Windows", QByteArray("MZ\x90\0PE\0\0\x01", 9));
    row("it is an SQLite database", QByteArray("SQLite format 3\0\x01", 17));
    row("it is a record of Burn, a machine learning library for Rust", QByteArray("\x03"
                                                                                  "f32\\burn_core::record\x01"));
    row("it is a TensorBoard event file", QByteArray("\x18\0\0\0\0\0\0\0\xa3\x7f\x4b\x22\x09\0\x1a\x0d"
                                                     "brain.Event:2\x01",
                                                     30));
    row("it is a model of Torch7, the Lua predecessor of PyTorch",
        QByteArray("\x04\0\0\0\x01\0\0\0\x03\0\0\0V 1\x01", 16));
    QTest::newRow("unknown") << QByteArray("\x01\xfe\x02\xfd\x03\xfc\x04\xfb\x05\xfa")
                             << QString("it starts with the bytes 01 fe 02 fd 03 fc 04 fb, as no format does that "
                                        "PyTorch writes");
}

void DiagnoseTest::filesAreNamed()
{
    QFETCH(QByteArray, content);
    QFETCH(QString, detail);
    const Error error = diagnosis(content.toStdString());
    QCOMPARE(QString::fromStdString(error.detail), detail);
    QCOMPARE(error.code, ErrorCode::NotACheckpoint);
    QVERIFY(!error.advice.empty());
}

void DiagnoseTest::theSizeOfTheRealFileIsSaid()
{
    const Error error = diagnosis("version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 46830571\n");
    QCOMPARE(QString::fromStdString(error.detail),
             QString("it is a Git LFS pointer, a small text that stands for the real file of 44.7 MiB"));
    QVERIFY(error.advice.find("git lfs pull") != error.advice.npos);
}

void DiagnoseTest::zerosAreLookedForInTheWholeFile()
{
    std::string content(1u << 20, '\0');
    QCOMPARE(QString::fromStdString(diagnosis(content).detail), QString("it holds only zero bytes, 1048576 of them"));
    content.back() = 'x';
    QCOMPARE(QString::fromStdString(diagnosis(content).detail), QString("it begins with zero bytes"));
}

void DiagnoseTest::encryptedFilesAreEncrypted()
{
    QCOMPARE(diagnosis("Salted__\x01\x02\x03\x04\x05\x06\x07").code, ErrorCode::Encrypted);
    QCOMPARE(diagnosis("age-encryption.org/v1\n-> X25519 abc\n").code, ErrorCode::Encrypted);
    QCOMPARE(diagnosis("-----BEGIN PGP MESSAGE-----\n\nabc").code, ErrorCode::Encrypted);
    QCOMPARE(diagnosis(std::string("PK\x03\x04\x14\0\x01\0", 8) + std::string(40, 'x')).code, ErrorCode::Encrypted);
}

void DiagnoseTest::aFewBytesAreTruncated()
{
    const Error error = diagnosis("abc");
    QCOMPARE(error.code, ErrorCode::Truncated);
    QCOMPARE(error.at->value, std::uint64_t(3));
    QCOMPARE(QString::fromStdString(error.detail), QString("it has 3 bytes, too short for any checkpoint"));
}

void DiagnoseTest::foldersAreNamed()
{
    const TestFolder folder;
    Source source;
    source.path = folder.path();
    QCOMPARE(QString::fromStdString(diagnoseUnknown(source).detail), QString("it is a folder without checkpoints"));
    folder.add("saved_model.pb", "x");
    QCOMPARE(QString::fromStdString(diagnoseUnknown(source).detail),
             QString("it is a folder with a TensorFlow SavedModel"));
    folder.add("__0_0.distcp", "x");
    QCOMPARE(diagnoseUnknown(source).code, ErrorCode::Truncated);
}

QTEST_GUILESS_MAIN(DiagnoseTest)
#include "diagnose_test.moc"
