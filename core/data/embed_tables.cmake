# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
# Run by the build: cmake -DOUT=FILE.cpp -DTABLES=iris=FILE.csv,digits=FILE.csv -P embed_tables.cmake
# Writes each file as an array of bytes with a function NAMETable() that returns it.
string(REPLACE "," ";" tables "${TABLES}")
set(text "// Made by core/data/embed_tables.cmake.\n#include \"core/data/embedded_tables.h\"\n\nnamespace waypoint {\n")
foreach(table IN LISTS tables)
    string(REGEX MATCH "^([a-z]+)=(.+)$" matched "${table}")
    set(name "${CMAKE_MATCH_1}")
    file(READ "${CMAKE_MATCH_2}" hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND text "\nnamespace {\nconstexpr char ${name}Bytes[] = {${bytes}};\n}  // namespace\n\n"
        "std::string_view ${name}Table() { return {${name}Bytes, sizeof ${name}Bytes}; }\n")
endforeach()
string(APPEND text "\n}  // namespace waypoint\n")
file(WRITE "${OUT}" "${text}")
