// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/describe_error.h"
#include "core/data/array_dataset.h"
#include "core/data/batch_loader.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <string>
#include <string_view>
#include <vector>

/// Reading datasets as a training loop does, and folders to read from.
namespace waypoint::test {

/// A sample and its target.
struct Sample
{
    std::vector<float> input;
    std::vector<float> target;

    bool operator==(const Sample &) const = default;
};

inline Sample sampleOf(const Dataset &dataset, const SampleKey &key)
{
    Sample sample{std::vector<float>(sampleFloats(dataset.info())), std::vector<float>(targetFloats(dataset.info()))};
    if (auto done = dataset.read(key, sample.input, sample.target); !done)
        qFatal("cannot read: %s", describe(done.error()).c_str());
    return sample;
}

inline Sample sampleOf(const Dataset &dataset, std::int64_t index) { return sampleOf(dataset, {.sample = index}); }

inline std::vector<Sample> samplesOf(const Dataset &dataset)
{
    std::vector<Sample> samples;
    for (std::int64_t i = 0; i < dataset.info().count; ++i)
        samples.push_back(sampleOf(dataset, i));
    return samples;
}

/// Opens, and ends the test where that fails.
inline Datasets opened(std::string_view spec, std::string_view val = {}, std::uint64_t seed = 0)
{
    auto datasets = openDatasets(spec, val, seed);
    if (!datasets)
        qFatal("cannot open %s: %s", std::string(spec).c_str(), describe(datasets.error()).c_str());
    return *datasets;
}

/// What opening says when it fails; empty where it does not.
inline QString refusalOf(std::string_view spec, std::string_view val = {})
{
    const auto datasets = openDatasets(spec, val, 0);
    return datasets ? QString() : QString::fromStdString(describe(datasets.error()));
}

/// A folder with files, gone at the end of the test.
class Folder
{
public:
    std::string write(const std::string &name, std::string_view content) const
    {
        const QString path = m_folder.filePath(QString::fromStdString(name));
        QDir().mkpath(QFileInfo(path).path());
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(content.data(), qint64(content.size())) < 0)
            qFatal("cannot write %s", qPrintable(path));
        return path.toStdString();
    }
    [[nodiscard]] std::string path(const std::string &name = {}) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

private:
    QTemporaryDir m_folder;
};

/// A number as bytes, the most significant first.
inline std::string big(std::uint32_t number)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes += static_cast<char>(number >> shift & 0xffu);
    return bytes;
}

/// The batches from `first` to the end of an epoch, one string of samples each.
inline std::vector<Batch> batchesOf(BatchLoader &loader, std::int64_t epoch, std::int64_t first = 0)
{
    std::vector<Batch> batches;
    loader.seek(epoch, first);
    for (;;) {
        auto batch = loader.next();
        if (!batch)
            qFatal("cannot load: %s", describe(batch.error()).c_str());
        if (!*batch)
            return batches;
        batches.push_back(**batch);
    }
}

inline bool sameBatches(const std::vector<Batch> &a, const std::vector<Batch> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Batch &x, const Batch &y) {
        return x.index == y.index && x.size == y.size && x.inputs == y.inputs && x.targets == y.targets;
    });
}

}  // namespace waypoint::test
