// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/openers.h"
#include "core/data/selection.h"

#include "core/base/printable.h"

#include <fmt/format.h>

#include <new>
#include <utility>

namespace waypoint {

namespace {

struct Kind
{
    std::string_view name;
    Result<Datasets> (*open)(const DataSpec &);
    std::string_view path;  ///< what stands after the colon: "FILE", "DIR"; empty where nothing does
    double holdout = 0;     ///< share that is held out by default
};

constexpr Kind kKinds[] = {
    {"iris", openIris, "", 0.2},      {"digits", openDigits, "", 0.2},  {"csv", openCsv, "FILE"},
    {"mnist", openMnist, "DIR"},      {"cifar10", openCifar10, "DIR"},  {"folder", openFolder, "DIR"},
    {"tensors", openTensors, "FILE"}, {"synthetic", openSynthetic, ""},
};

Result<const Kind *> kindOf(const DataSpec &spec)
{
    for (const Kind &kind : kKinds) {
        if (spec.kind != kind.name)
            continue;
        if (!kind.path.empty() && spec.path.empty())
            return noSuchSpec(
                fmt::format("'{}': {} is missing, as in {}:{}", printable(spec.text), kind.path, kind.name, kind.path));
        if (kind.path.empty() && !spec.path.empty())
            return noSuchSpec(fmt::format("'{}': {} takes no path", printable(spec.text), kind.name));
        return &kind;
    }
    return noSuchSpec(spec.text.empty() ? "no data is named"
                                        : fmt::format("'{}' is no data that Waypoint knows", printable(spec.text)));
}

/// The error with the file that it came up in.
Error inFile(Error error, const DataSpec &spec)
{
    if (error.file.empty() && error.code != ErrorCode::BadArgument)
        error.file = spec.path.string();
    return error;
}

Result<Datasets> opened(const Kind &kind, const DataSpec &spec)
{
    try {
        auto parts = kind.open(spec);
        return parts ? std::move(parts) : Result<Datasets>(inFile(parts.error(), spec));
    } catch (const std::bad_alloc &) {
        return Error{ErrorCode::TooLarge, "there is not enough memory for these samples", {}, {}, spec.path.string()};
    }
}

/// The samples of a SPEC that stands for data to validate on: the part made for it, or else all.
Result<DatasetPtr> openToValidate(std::string_view text, const DatasetInfo &train, const DataLimits &limits)
{
    auto spec = parseDataSpec(text);
    if (!spec)
        return spec.error();
    spec->limits = limits;
    const auto kind = kindOf(*spec);
    if (!kind)
        return kind.error();
    auto parts = opened(**kind, *spec);
    if (!parts)
        return parts.error();
    if (spec->kind == "iris")
        parts = standardised(*parts);
    return matched(parts->val ? parts->val : parts->train, train);
}

Result<double> shareToHoldOut(const DataSpec &spec, const Kind &kind, bool valGiven)
{
    auto share = spec.options.number("holdout", valGiven ? 0 : kind.holdout);
    if (share && !(*share >= 0 && *share < 1))
        return noSuchSpec(fmt::format("holdout={}: a share from 0 to below 1 is expected",
                                      printable(spec.options.text("holdout", ""))));
    if (share && *share > 0 && valGiven)
        return noSuchSpec("holdout and --val both say what to validate on");
    return share;
}

}  // namespace

Result<Datasets> openDatasets(std::string_view text, std::string_view val, std::uint64_t seed, const DataLimits &limits)
{
    auto spec = parseDataSpec(text);
    if (!spec)
        return spec.error();
    spec->limits = limits;
    const auto kind = kindOf(*spec);
    if (!kind)
        return kind.error();
    const auto share = shareToHoldOut(*spec, **kind, !val.empty());
    if (!share)
        return share.error();
    auto parts = opened(**kind, *spec);
    const bool cut = parts && parts->cut;
    if (parts && *share > 0)
        parts = heldOut(parts->train, *share, seed);
    if (!parts)
        return parts.error();
    if (spec->kind == "iris")
        parts = standardised(*parts);
    if (val.empty() && !parts->val)
        return Datasets{parts->train, nullptr, cut};
    auto other =
        val.empty() ? matched(parts->val, parts->train->info()) : openToValidate(val, parts->train->info(), limits);
    if (!other)
        return other.error();
    return Datasets{parts->train, *other, cut};
}

}  // namespace waypoint
