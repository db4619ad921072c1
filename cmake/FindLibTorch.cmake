# SPDX-FileCopyrightText: The Waypoint authors
# SPDX-License-Identifier: GPL-3.0-or-later

# Finds LibTorch's headers and libraries: Debian's libtorch-dev, an unpacked libtorch.zip or the PyTorch of a Python
# environment. CMAKE_PREFIX_PATH may name the folder that has include/ and lib/, its share/cmake, or the environment.
#
# LibTorch's own CMake package is passed by on purpose: that of a CUDA build insists on an installed CUDA toolkit, which
# neither compiling nor running Waypoint needs.
#
#   LibTorch::LibTorch     target
#   LibTorch_VERSION
#   LibTorch_CUDA          whether the libraries for CUDA are there

set(_hints)
foreach(_prefix IN LISTS CMAKE_PREFIX_PATH Torch_DIR)
    file(GLOB _environment "${_prefix}/lib/python3*/site-packages/torch")
    list(APPEND _hints ${_environment} "${_prefix}" "${_prefix}/.." "${_prefix}/../.." "${_prefix}/../../..")
endforeach()

find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS ${_hints} PATH_SUFFIXES include)
find_path(LibTorch_API_INCLUDE_DIR torch/torch.h HINTS "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include" ${_hints}
    PATH_SUFFIXES include/torch/csrc/api/include NO_DEFAULT_PATH)
foreach(_library IN ITEMS torch torch_cpu c10 torch_cuda c10_cuda)
    find_library(LibTorch_${_library}_LIBRARY ${_library} HINTS "${LibTorch_INCLUDE_DIR}/../lib" ${_hints} PATH_SUFFIXES lib)
    mark_as_advanced(LibTorch_${_library}_LIBRARY)
endforeach()
# The libraries for CUDA count only beside the ones that are linked.
foreach(_library IN ITEMS torch_cuda c10_cuda)
    if(LibTorch_${_library}_LIBRARY)
        cmake_path(GET LibTorch_${_library}_LIBRARY PARENT_PATH _folder)
        cmake_path(GET LibTorch_torch_LIBRARY PARENT_PATH _own)
        if(NOT _folder STREQUAL _own)
            set(LibTorch_${_library}_LIBRARY "LibTorch_${_library}_LIBRARY-NOTFOUND" CACHE FILEPATH "" FORCE)
        endif()
    endif()
endforeach()

# Newer releases keep the numbers in torch/headeronly.
foreach(_header IN ITEMS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" "${LibTorch_API_INCLUDE_DIR}/torch/version.h")
    if(NOT LibTorch_VERSION AND EXISTS "${_header}")
        file(STRINGS "${_header}" _lines REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
        if(_lines MATCHES "MAJOR ([0-9]+).*MINOR ([0-9]+).*PATCH ([0-9]+)")
            set(LibTorch_VERSION "${CMAKE_MATCH_1}.${CMAKE_MATCH_2}.${CMAKE_MATCH_3}")
        endif()
    endif()
endforeach()
set(LibTorch_CUDA OFF)
if(LibTorch_torch_cuda_LIBRARY AND LibTorch_c10_cuda_LIBRARY)
    set(LibTorch_CUDA ON)
endif()

# pip's packages before 2.7 and the zip files without "cxx11-abi" in their name have another std::string: linking would fail
# with pages of missing symbols.
set(_reason "Install libtorch-dev, or name a LibTorch with -DCMAKE_PREFIX_PATH=FOLDER, or leave waypoint-train out with -DWAYPOINT_TRAINING=OFF.")
set(_abi_fits "")
if(LibTorch_c10_LIBRARY)
    file(STRINGS "${LibTorch_c10_LIBRARY}" _names REGEX "__cxx11" LIMIT_COUNT 1)
    if(_names)
        set(_abi_fits YES)
    else()
        set(_reason "${LibTorch_c10_LIBRARY} was built with _GLIBCXX_USE_CXX11_ABI=0, which does not fit this compiler's C++ library. Take PyTorch 2.7 or newer from pip (tools/setup --torch=pip), or the LibTorch zip whose name has cxx11-abi.")
    endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
    REQUIRED_VARS LibTorch_torch_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_INCLUDE_DIR LibTorch_API_INCLUDE_DIR _abi_fits
    VERSION_VAR LibTorch_VERSION
    REASON_FAILURE_MESSAGE "${_reason}")

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
    add_library(LibTorch::LibTorch INTERFACE IMPORTED)
    set_target_properties(LibTorch::LibTorch PROPERTIES
        INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_INCLUDE_DIR};${LibTorch_API_INCLUDE_DIR}"
        INTERFACE_SYSTEM_INCLUDE_DIRECTORIES "${LibTorch_INCLUDE_DIR};${LibTorch_API_INCLUDE_DIR}"
        INTERFACE_LINK_LIBRARIES "${LibTorch_torch_LIBRARY};${LibTorch_torch_cpu_LIBRARY};${LibTorch_c10_LIBRARY}")
    if(LibTorch_CUDA)
        # Nothing refers to them by name: they register themselves when they are loaded, so the linker must keep them.
        set_property(TARGET LibTorch::LibTorch APPEND PROPERTY INTERFACE_LINK_LIBRARIES
            "-Wl,--push-state,--no-as-needed,${LibTorch_torch_cuda_LIBRARY},${LibTorch_c10_cuda_LIBRARY},--pop-state")
    endif()
    # pip's headers bring fmt's along, of another version than the library that the rest of the project links: whoever sees
    # those must take their code from them too. Versions have namespaces of their own and live side by side.
    if(EXISTS "${LibTorch_INCLUDE_DIR}/fmt/format.h" AND NOT LibTorch_INCLUDE_DIR IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES)
        set_property(TARGET LibTorch::LibTorch PROPERTY INTERFACE_COMPILE_DEFINITIONS FMT_HEADER_ONLY)
    endif()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_API_INCLUDE_DIR)
