// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace waypoint {

/// Whether a label is the number of a class or a vector of floats (regression, several labels at once).
enum class TargetKind : std::uint8_t { Class, Values };

/// What is known of a dataset before a sample is read.
struct DatasetInfo
{
    std::string name;                  ///< the SPEC it came from
    std::int64_t count = 0;            ///< samples
    std::vector<std::int64_t> shape;   ///< of one sample: {4}, {3, 32, 32} (channels, height, width)
    TargetKind target = TargetKind::Class;
    std::int64_t targetSize = 0;       ///< classes, or floats per target
    std::vector<std::string> classes;  ///< names where there are some, else empty
    bool cheap = false;                ///< reading a sample is a copy from memory: threads would not help

    bool operator==(const DatasetInfo &) const = default;
};

/// Decides every random choice about one sample, so that reading ahead or resuming never changes it.
struct SampleKey
{
    std::uint64_t seed = 0;
    std::int64_t epoch = 0;
    std::int64_t sample = 0;  ///< index in the dataset
    bool augment = false;     ///< flips and crops; off for validation
};

/// Samples and their labels. Immutable and thread-safe once made.
class Dataset
{
public:
    virtual ~Dataset() = default;
    [[nodiscard]] virtual const DatasetInfo &info() const = 0;
    /// Writes one sample, ready for the model (scaled, normalised, augmented): `into` has the product of info().shape
    /// floats, `target` has info().targetSize floats for Values, one float (the class number) for Class.
    /// An error names the file behind the sample.
    virtual Result<void> read(const SampleKey &key, std::span<float> into, std::span<float> target) const = 0;
    /// Class number of each sample where they are known without reading everything; empty otherwise.
    [[nodiscard]] virtual std::vector<std::int32_t> labels() const = 0;
};

using DatasetPtr = std::shared_ptr<const Dataset>;

/// Training samples, and those held out (null where there are none).
struct Datasets
{
    DatasetPtr train;
    DatasetPtr val;
};

/// Opens what `--data` and `--val` name:
///
///     iris | digits                  embedded; a seeded fifth (stratified) is held out unless `val` is given; standardised by the
///                                    mean and std of the training part (iris) or scaled to 0..1 (digits, shape 1x8x8)
///     csv:FILE                       header line, last column = class label (whole numbers or names); unscaled, all rows;
///                                    ,target=NAME,label=values (regression) as options
///     mnist:DIR                      train-images-idx3-ubyte and kin, also .gz; val = t10k where it is there
///     cifar10:DIR                    data_batch_1..5.bin, val = test_batch.bin
///     folder:DIR                     a folder per class; DIR/train and DIR/val where they are there; png, jpg, bmp, ...;
///                                    ,size=224 (or HxW) ,mean=..:..:.. ,std=..:..:.. ,flip=true ,crop=PADDING ,holdout=0.2
///     tensors:FILE                   a saved dict with x and y (any format openCheckpoint reads); unscaled, all rows
///     synthetic:classes=10,shape=3x32x32,count=512,seed=3
///
/// `holdout=F` works for each of them. `val`: a SPEC, or empty. `seed` decides what is held out. BadArgument for a SPEC
/// that makes no sense (with the list above in short), NotFound, Corrupt, ... for files, with the file in Error::file.
Result<Datasets> openDatasets(std::string_view spec, std::string_view val, std::uint64_t seed);

}  // namespace waypoint
