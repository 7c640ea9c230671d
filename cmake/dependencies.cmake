# Libraries and warnings, as two interface targets.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
pkg_check_modules(HWLOC REQUIRED IMPORTED_TARGET hwloc>=2.0)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.10)
find_package(OpenMP COMPONENTS C)

add_library(cb_dependencies INTERFACE)
target_link_libraries(cb_dependencies INTERFACE PkgConfig::HWLOC PkgConfig::JANSSON
                      Threads::Threads ${CMAKE_DL_LIBS})
if(OpenMP_C_FOUND)
    target_link_libraries(cb_dependencies INTERFACE OpenMP::OpenMP_C)
else() # its lines are then serial
    target_compile_options(cb_dependencies INTERFACE $<$<COMPILE_LANGUAGE:C>:-Wno-unknown-pragmas>)
endif()

# Peers of `gemm` that are shared libraries are opened at run time; LIBXSMM is an archive.
option(CB_LIBXSMM "Link LIBXSMM, if it is there, as a peer to measure beside" ON)
find_library(LIBXSMM_ARCHIVE libxsmm.a)
find_library(LIBXSMM_NOBLAS_ARCHIVE libxsmmnoblas.a)
if(CB_LIBXSMM AND NOT CMAKE_CROSSCOMPILING AND LIBXSMM_ARCHIVE AND LIBXSMM_NOBLAS_ARCHIVE)
    target_compile_definitions(cb_dependencies INTERFACE CB_HAVE_LIBXSMM)
    target_link_libraries(cb_dependencies INTERFACE ${LIBXSMM_ARCHIVE} ${LIBXSMM_NOBLAS_ARCHIVE})
endif()

add_library(cb_warnings INTERFACE)
target_compile_options(cb_warnings INTERFACE
    $<$<COMPILE_LANGUAGE:C>:-Wall -Wextra -Wpedantic -Wshadow -Wconversion>)
option(CB_WERROR "Treat warnings as errors" OFF)
if(CB_WERROR)
    target_compile_options(cb_warnings INTERFACE $<$<COMPILE_LANGUAGE:C>:-Werror>)
endif()
