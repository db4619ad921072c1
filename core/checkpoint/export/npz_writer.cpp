// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/checkpoint/export/named_tensors.h"
#include "core/checkpoint/export/write_verified.h"
#include "core/checkpoint/numeric_tensors.h"
#include "core/io/zip_writer.h"
#include "core/tensor/npy_writer.h"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace waypoint {

namespace {

/// A member of the archive: a whole .npy file.
struct Member
{
    std::string name;
    std::string header;
    ByteCount elements;

    [[nodiscard]] ByteCount bytes() const { return ByteCount{header.size()} + elements; }
};

Result<std::vector<Member>> membersOf(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    if (const Result<void> sound = checkNamedTensors(tree, tensors); !sound)
        return sound.error();
    std::vector<Member> members;
    for (const NamedTensor &tensor : tensors) {
        const TensorRef &ref = refOf(tree, tensor);
        Member member{tensor.name + ".npy", npyHeader(ref), npyElementBytes(ref)};
        if (member.header.empty())
            return aboutTensor(tensor.name,
                               {ErrorCode::Unsupported, fmt::format("its elements, of type {}, are no numbers that "
                                                                    "NumPy could hold",
                                                                    dtypeName(ref.dtype))});
        members.push_back(std::move(member));
    }
    return members;
}

ByteCount archiveBytes(const std::vector<Member> &members)
{
    ZipSize size;
    for (const Member &member : members)
        size.add(member.name, member.bytes());
    return size.total();
}

Result<void> add(ZipWriter &zip, const Member &member, const ValueTree &tree, const NamedTensor &tensor,
                 const std::stop_token &stop)
{
    const Result<NumericTensor> numbers = numericTensor(tree, tensor.tensor);
    if (!numbers)
        return numbers.error();
    if (Result<void> begun = zip.begin(member.name, member.bytes()); !begun)
        return begun;
    if (Result<void> written = zip.write(std::as_bytes(std::span(member.header))); !written)
        return written;
    const Result<void> copied =
        copyNpyElements(*numbers, stop, [&zip](std::span<const std::byte> block) { return zip.write(block); });
    return copied ? zip.end() : copied;
}

Result<void> fill(AtomicFile &file, const std::vector<Member> &members, const ValueTree &tree,
                  std::span<const NamedTensor> tensors, const std::stop_token &stop)
{
    ZipWriter zip(file);
    for (std::size_t i = 0; i < tensors.size(); ++i)
        if (const Result<void> added = add(zip, members[i], tree, tensors[i], stop); !added)
            return aboutTensor(tensors[i].name, added.error());
    return zip.finish();
}

}  // namespace

Result<void> writeNpz(const std::filesystem::path &path, const ValueTree &tree, std::span<const NamedTensor> tensors,
                      const TensorFileOptions &options, const std::stop_token &stop)
{
    const Result<std::vector<Member>> members = membersOf(tree, tensors);
    if (!members)
        return members.error();
    return writeVerified(path, archiveBytes(*members), options.progress, stop,
                         [&](AtomicFile &file) { return fill(file, *members, tree, tensors, stop); });
}

ByteCount npzBytes(const ValueTree &tree, std::span<const NamedTensor> tensors)
{
    const Result<std::vector<Member>> members = membersOf(tree, tensors);
    return members ? archiveBytes(*members) : ByteCount();
}

}  // namespace waypoint
