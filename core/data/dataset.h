// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/result.h"

#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace waypoint {

/// Whether a label is the number of a class or a vector of floats (regression, several labels at once).
enum class TargetKind : std::uint8_t { Class, Values };

/// What is known of a dataset before a sample is read.
struct DatasetInfo
{
    std::string name;                 ///< the SPEC it came from
    std::int64_t count = 0;           ///< samples
    std::vector<std::int64_t> shape;  ///< of one sample: {4}, {3, 32, 32} (channels, height, width)
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

/// How much may be opened, for those who only want to look: beyond it, the first part of the samples stands for all.
struct DataLimits
{
    using Clock = std::chrono::steady_clock;

    std::stop_token stop = {};                                        ///< Cancelled where it is asked for
    Clock::time_point until = Clock::time_point::max();               ///< of going through folders
    std::int64_t files = std::numeric_limits<std::int64_t>::max();    ///< images
    std::int64_t numbers = std::numeric_limits<std::int64_t>::max();  ///< in memory; of a CSV file, its bytes

    [[nodiscard]] bool isOver() const { return stop.stop_requested() || Clock::now() >= until; }
};

/// Training samples, and those held out (null where there are none).
struct Datasets
{
    DatasetPtr train;
    DatasetPtr val;
    bool cut = false;  ///< there are more than these
};

/// Opens what `--data` and `--val` name:
///
///     iris | digits       embedded; a fifth is held out unless `val` is given. iris: standardised by mean and std
///                         (divided by N) of the training part; digits: 0..1, shape 1x8x8
///     csv:FILE            a line of names, then a sample each; the last column is the class label: whole numbers
///                         (numbered in their order) or names (sorted). Unscaled, all rows
///                         ,target=NAME   another column; with ,label=values several as NAME:NAME
///                         ,label=values  numbers to be met instead of a class
///                         ,header=false  there are no names
///     mnist:DIR           train-images-idx3-ubyte and kin, '.' for '-' or .gz too, in DIR, DIR/raw or DIR/MNIST/raw;
///                         validated on t10k where it is there.
///                         mean=0.1307, std=0.3081, flip=false, crop=0
///     cifar10:DIR         data_batch_1..5.bin in DIR or DIR/cifar-10-batches-bin; validated on test_batch.bin where
///                         it is there.
///                         mean=0.4914:0.4822:0.4465, std=0.2470:0.2435:0.2616, flip=false, crop=0
///     folder:DIR          a folder of images per class (jpg, png, bmp, gif, ppm, pgm); DIR/train and DIR/val where
///                         there are such.
///                         mean=0.485:0.456:0.406, std=0.229:0.224:0.225 (ImageNet's; gray: 0.449, 0.226), flip=true,
///                         crop=an eighth of the shorter side
///                         ,size=224 or HxW  default: the images' own size where they all share one up to 64x64, else
///                                           224x224; the middle that has its proportions is scaled
///                         ,channels=1       gray
///     tensors:FILE        a saved dict with x (N, ...) and y: (N) whole numbers, the classes, or (N) or (N, K) floats,
///                         the values; any format openCheckpoint reads. Unscaled, all rows
///     synthetic:classes=10,shape=3x32x32,count=512,seed=3
///                         made up: one mean for each class, the same for every seed, plus noise of that strength
///
/// mean and std (a number, or one for each channel) are of pixels from 0 to 1: (pixel / 255 - mean) / std. Where
/// SampleKey::augment is set, `crop` pixels of black are put around an image, of which it is cut out again at a random
/// place, and with `flip` every second one, by chance, is mirrored.
///
/// ,holdout=F for each of them holds out that share instead, of each class where there are classes; 0 holds out none.
/// `seed` alone decides which. `val`: a SPEC, or empty; it stands for the part that its data has to validate on, or
/// else for all of it; its classes are numbered as those of the training data. BadArgument for a SPEC that makes no
/// sense (with the list above in short), NotFound, Corrupt, Truncated, ... for files, with the file in Error::file.
Result<Datasets> openDatasets(std::string_view spec, std::string_view val, std::uint64_t seed,
                              const DataLimits &limits = {});

}  // namespace waypoint
