// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/named_tensors.h"

#include "core/base/printable.h"
#include "core/pickle/pickle_text.h"

#include <fmt/format.h>

#include <string_view>
#include <unordered_set>

namespace waypoint {

namespace {

Result<void> checkName(const std::string &name)
{
    if (name.empty())
        return Error{ErrorCode::BadArgument, "a tensor has no name"};
    if (!isUtf8(name))
        return Error{ErrorCode::Unsupported,
                     fmt::format("the name '{}' is no text that the format could hold", printable(name))};
    return {};
}

Result<void> checkTensor(const ValueTree &tree, ValueId id)
{
    if (!id.isValid() || tree.kind(id) != ValueKind::Tensor)
        return Error{ErrorCode::Unsupported, "it is no tensor"};
    const TensorRef &ref = tree.tensor(id).ref;
    if (ref.layout != TensorLayout::Strided)
        return Error{ErrorCode::Unsupported,
                     fmt::format("its layout is {}, and the format holds dense tensors alone", layoutName(ref.layout)),
                     {},
                     "Leave it out, or choose the format .pth.",
                     {}};
    if (ref.storage == kNoStorage || dtypeBytes(ref.dtype) == 0)
        return Error{ErrorCode::Unsupported, "its elements are of a type that Waypoint does not know"};
    if (tree.storages()[ref.storage].device == "meta" && !tree.storages()[ref.storage].source)
        return Error{ErrorCode::Unsupported,
                     "it was saved on the device 'meta', without elements",
                     {},
                     "Leave it out, or choose the format .pth.",
                     {}};
    return {};
}

}  // namespace

Result<void> checkNamedTensors(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    std::unordered_set<std::string_view> names;
    for (const NamedTensor &tensor : tensors) {
        if (Result<void> named = checkName(tensor.name); !named)
            return named;
        if (!names.insert(tensor.name).second)
            return Error{ErrorCode::BadArgument,
                         fmt::format("two tensors would be called '{}'", printable(tensor.name)),
                         {},
                         "Choose another prefix, or a part of the file.",
                         {}};
        if (const Result<void> sound = checkTensor(tree, tensor.tensor); !sound)
            return aboutTensor(tensor.name, sound.error());
    }
    return {};
}

const TensorRef &refOf(const ValueTree &tree, const NamedTensor &tensor) { return tree.tensor(tensor.tensor).ref; }

const Storage &storageOf(const ValueTree &tree, const NamedTensor &tensor)
{
    return tree.storages()[refOf(tree, tensor).storage];
}

Error aboutTensor(const std::string &name, Error error)
{
    if (error.code != ErrorCode::Cancelled && error.code != ErrorCode::WriteFailed)
        error.detail = fmt::format("tensor '{}': {}", printable(name), error.detail);
    return error;
}

}  // namespace waypoint
