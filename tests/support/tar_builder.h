// SPDX-FileCopyrightText: The Waypoint authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdio>
#include <string>

namespace waypoint::test {

/// A tar, member by member, in ustar form.
class TarBuilder
{
public:
    TarBuilder &add(const std::string &name, const std::string &content, char type = '0')
    {
        char size[13];
        std::snprintf(size, sizeof size, "%011llo", static_cast<unsigned long long>(content.size()));
        return addMember(name, content, std::string(size, 11), type);
    }

    /// With a size field of its own making.
    TarBuilder &addWithSize(const std::string &name, const std::string &content, const std::string &size)
    {
        return addMember(name, content, size, '0');
    }

    /// The members and the two empty blocks that end a tar.
    [[nodiscard]] std::string build() const { return m_bytes + std::string(1024, '\0'); }

private:
    TarBuilder &addMember(const std::string &name, const std::string &content, const std::string &size, char type)
    {
        std::string header(512, '\0');
        header.replace(0, name.size(), name);
        header.replace(100, 7, "0000644");
        header.replace(124, size.size(), size);
        header.replace(136, 11, "00000000000");
        header[156] = type;
        header.replace(257, 8, std::string("ustar\00000", 8));
        header.replace(148, 8, "        ");
        unsigned sum = 0;
        for (const char c : header)
            sum += static_cast<unsigned char>(c);
        char checksum[8];
        std::snprintf(checksum, sizeof checksum, "%06o", sum & 0777777u);
        header.replace(148, 7, std::string(checksum, 7));
        m_bytes += header + content;
        m_bytes.resize((m_bytes.size() + 511) / 512 * 512, '\0');
        return *this;
    }

    std::string m_bytes;
};

}  // namespace waypoint::test
