# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later
# The room of datasets, with the libraries that decode images and the tables of resources/data built in.
find_package(JPEG REQUIRED)
find_package(PNG REQUIRED)
find_package(GIF 5 REQUIRED)
waypoint_room(data LINKS base io tensor pickle checkpoint EXTERNAL ZLIB::ZLIB JPEG::JPEG PNG::PNG GIF::GIF)

set(data_tables "${PROJECT_SOURCE_DIR}/resources/data")
add_custom_command(
    OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/embedded_tables.cpp"
    COMMAND "${CMAKE_COMMAND}" "-DOUT=${CMAKE_CURRENT_BINARY_DIR}/embedded_tables.cpp"
        "-DTABLES=iris=${data_tables}/iris.csv,digits=${data_tables}/digits.csv"
        -P "${CMAKE_CURRENT_SOURCE_DIR}/data/embed_tables.cmake"
    DEPENDS "${data_tables}/iris.csv" "${data_tables}/digits.csv" "${CMAKE_CURRENT_SOURCE_DIR}/data/embed_tables.cmake"
    VERBATIM)
target_sources(waypoint_data PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/embedded_tables.cpp")
