# Networks are read through protobuf-c, with the schema that Debian's libonnx-dev brings and code that
# protoc-c makes from it here; data sets and fingerprints need zlib and libmd. Without one of them
# everything is built all the same, and network/missing.c says what is not there.

pkg_check_modules(PROTOBUF_C IMPORTED_TARGET libprotobuf-c)
pkg_check_modules(ZLIB IMPORTED_TARGET zlib)
pkg_check_modules(LIBMD IMPORTED_TARGET libmd)
find_program(CB_PROTOC_C protoc-c)
# The schema is text: a cross build takes the machine's own where the target's folder has none.
find_file(CB_ONNX_PROTO onnx/onnx.proto PATH_SUFFIXES include)
find_file(CB_ONNX_PROTO onnx/onnx.proto PATHS /usr/include NO_CMAKE_FIND_ROOT_PATH)

set(cb_network_missing)
foreach(need PROTOBUF_C_FOUND:libprotobuf-c-dev CB_PROTOC_C:protobuf-c-compiler
        CB_ONNX_PROTO:libonnx-dev ZLIB_FOUND:zlib1g-dev LIBMD_FOUND:libmd-dev)
    string(REPLACE ":" ";" need ${need})
    list(GET need 0 variable)
    list(GET need 1 package)
    if(NOT ${variable})
        list(APPEND cb_network_missing ${package})
    endif()
endforeach()

file(GLOB cb_network_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/network/*.c)
set(CB_HAS_NETWORK ON)
if(cb_network_missing)
    set(CB_HAS_NETWORK OFF)
    list(JOIN cb_network_missing ", " cb_network_missing)
    message(STATUS "Networks cannot be read: no ${cb_network_missing}")
    list(FILTER cb_network_sources EXCLUDE REGEX "/network/(reader|wire|idx|hash)\\.c$")
else()
    list(FILTER cb_network_sources EXCLUDE REGEX "/network/missing\\.c$")
endif()
# One rounding for each operation: no product and sum in one instruction, which clang would make.
file(GLOB cb_network_engine CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bench/network/*.c)
list(FILTER cb_network_engine EXCLUDE REGEX "__[a-z0-9]+\\.c$")
set_source_files_properties(${cb_network_sources} ${cb_network_engine} PROPERTIES COMPILE_OPTIONS
                            "-ffp-contract=off")
set_source_files_properties(${CMAKE_CURRENT_SOURCE_DIR}/network/missing.c PROPERTIES
                            COMPILE_DEFINITIONS "CB_NETWORK_MISSING=\"${cb_network_missing}\"")

if(CB_HAS_NETWORK)
    set(cb_onnx ${CMAKE_CURRENT_BINARY_DIR}/generated/onnx.pb-c)
    get_filename_component(cb_onnx_folder ${CB_ONNX_PROTO} DIRECTORY)
    add_custom_command(OUTPUT ${cb_onnx}.c ${cb_onnx}.h
                       COMMAND ${CB_PROTOC_C} --proto_path=${cb_onnx_folder}
                               --c_out=${CMAKE_CURRENT_BINARY_DIR}/generated ${CB_ONNX_PROTO}
                       DEPENDS ${CB_ONNX_PROTO} VERBATIM)
    # Made code is not held to this project's warnings.
    add_library(cb_onnx STATIC ${cb_onnx}.c ${cb_onnx}.h)
    target_compile_options(cb_onnx PRIVATE -w)
    target_link_libraries(cb_onnx PUBLIC PkgConfig::PROTOBUF_C)
    target_include_directories(cb_onnx PUBLIC ${CMAKE_CURRENT_BINARY_DIR}/generated)
    target_link_libraries(cb_dependencies INTERFACE cb_onnx PkgConfig::ZLIB PkgConfig::LIBMD)
endif()
