# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later

# What every target of the project is compiled with.
add_library(waypoint_flags INTERFACE)
target_compile_features(waypoint_flags INTERFACE cxx_std_20)
target_include_directories(waypoint_flags INTERFACE "${PROJECT_SOURCE_DIR}")
# Designated initialisers leave the rest at its default on purpose; GCC 12 warns of it all the same.
target_compile_options(waypoint_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wno-missing-field-initializers
    $<$<BOOL:${WAYPOINT_WERROR}>:-Werror>)
# QT_NO_KEYWORDS: `slots` and `signals` as macros clash with LibTorch's headers.
target_compile_definitions(waypoint_flags INTERFACE QT_NO_KEYWORDS
    WAYPOINT_VERSION="${PROJECT_VERSION}")

# waypoint_room(NAME LINKS room... EXTERNAL library...)
# A folder of core/: a static library that may include only itself and the rooms it links.
function(waypoint_room name)
    cmake_parse_arguments(ROOM "" "" "LINKS;EXTERNAL" ${ARGN})
    file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cpp" "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.h")
    add_library(waypoint_${name} STATIC ${sources})
    set_target_properties(waypoint_${name} PROPERTIES LINKER_LANGUAGE CXX)
    target_compile_options(waypoint_${name} PRIVATE -Wconversion)
    target_link_libraries(waypoint_${name} PUBLIC waypoint_flags ${ROOM_EXTERNAL})
    foreach(room IN LISTS ROOM_LINKS)
        target_link_libraries(waypoint_${name} PUBLIC waypoint_${room})
    endforeach()
endfunction()
