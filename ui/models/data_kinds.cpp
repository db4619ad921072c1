// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/data_choice.h"

#include <QtCore/QCoreApplication>

namespace waypoint {

namespace {

using Type = DataOption::Type;
using Path = DataKind::Path;

QString tr(const char *text) { return QCoreApplication::translate("DataKinds", text); }

DataOption holdout(const char *fallback)
{
    return {QStringLiteral("holdout"), tr("Held out"),
            tr("The share of the samples, of each class, that is kept to validate on: 0.2 is a fifth"),
            QString::fromLatin1(fallback)};
}

DataOption flag(const char *key, const QString &label, const QString &help, bool fallback)
{
    return {QString::fromLatin1(key), label, help, fallback ? QStringLiteral("true") : QStringLiteral("false"),
            Type::Flag};
}

/// What every kind of images has.
std::vector<DataOption> imageOptions(const char *mean, const char *deviation, bool flips, const QString &crop)
{
    return {{QStringLiteral("mean"), tr("Mean"),
             tr("Of pixels from 0 to 1, taken off: a number, or one for each channel with : between them"),
             QString::fromLatin1(mean)},
            {QStringLiteral("std"), tr("Deviation"),
             tr("What is left is divided by it: a number, or one for each channel with : between them"),
             QString::fromLatin1(deviation)},
            flag("flip", tr("Mirror by chance"), tr("In training, every second image is mirrored"), flips),
            {QStringLiteral("crop"), tr("Shift by chance"),
             tr("In training, pixels of black around an image, out of which it is cut again at a random place"), crop},
            holdout("0")};
}

DataKind csvKind()
{
    return {QStringLiteral("csv"),
            tr("CSV file"),
            tr("A line with names, then a sample each; the last column is the class."),
            Path::File,
            tr("Tables (*.csv *.tsv *.txt);;All files (*)"),
            {{QStringLiteral("target"), tr("Target"), tr("Name of the column to learn; several values as NAME:NAME"),
              tr("the last column")},
             {QStringLiteral("label"), tr("It is a"), tr("class: a name or a whole number. values: numbers to predict"),
              QStringLiteral("class")},
             flag("header", tr("The first line has names"), tr("Off: the first line is a sample"), true),
             holdout("0")}};
}

DataKind folderKind()
{
    auto options = imageOptions("0.485:0.456:0.406", "0.229:0.224:0.225", true, tr("an eighth of the side"));
    options.insert(options.begin(),
                   {{QStringLiteral("size"), tr("Size"),
                     tr("Side in pixels, or height x width as in 240x320; the middle of each image is scaled to it"),
                     tr("224, or their own up to 64")},
                    {QStringLiteral("channels"), tr("Channels"), tr("3: colour. 1: gray"), QStringLiteral("3")}});
    return {QStringLiteral("folder"),
            tr("Folder of images"),
            tr("A folder of images for each class, or train and val with such folders."),
            Path::Folder,
            {},
            options};
}

DataKind syntheticKind()
{
    return {QStringLiteral("synthetic"),
            tr("Synthetic"),
            tr("Made-up samples: a mean for each class, and noise."),
            Path::None,
            {},
            {{QStringLiteral("classes"), tr("Classes"), tr("How many there are"), QStringLiteral("10")},
             {QStringLiteral("shape"), tr("Shape"), tr("Of a sample: sizes with x between them"),
              QStringLiteral("3x32x32")},
             {QStringLiteral("count"), tr("Samples"), tr("How many there are"), QStringLiteral("512")},
             {QStringLiteral("seed"), tr("Seed"), tr("Another one gives other samples of the same classes"),
              QStringLiteral("3")},
             holdout("0")}};
}

}  // namespace

std::vector<DataKind> dataKinds()
{
    return {
        {QStringLiteral("iris"),
         tr("Iris"),
         tr("150 flowers with four measures each, of three kinds. Built in."),
         Path::None,
         {},
         {holdout("0.2")}},
        {QStringLiteral("digits"),
         tr("Digits"),
         tr("1,797 handwritten digits of 8×8 pixels. Built in."),
         Path::None,
         {},
         {holdout("0.2")}},
        csvKind(),
        {QStringLiteral("mnist"),
         tr("MNIST folder"),
         tr("The folder with train-images-idx3-ubyte and its kin."),
         Path::Folder,
         {},
         imageOptions("0.1307", "0.3081", false, QStringLiteral("0"))},
        {QStringLiteral("cifar10"),
         tr("CIFAR-10 folder"),
         tr("The folder with data_batch_1.bin and its kin."),
         Path::Folder,
         {},
         imageOptions("0.4914:0.4822:0.4465", "0.2470:0.2435:0.2616", false, QStringLiteral("0"))},
        folderKind(),
        {QStringLiteral("tensors"),
         tr("Tensors file"),
         tr("A saved dict with x (N, …), and y: the classes as whole numbers, or values as floats."),
         Path::File,
         tr("Saved tensors (*.pt *.pth *.safetensors *.npz *.ckpt *.bin *.pkl);;All files (*)"),
         {holdout("0")}},
        syntheticKind(),
    };
}

}  // namespace waypoint
