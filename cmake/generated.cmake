# What the build says about itself inside a results document: generated/build_info.h, made anew
# whenever the commit changes.

execute_process(COMMAND git rev-parse HEAD WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
                OUTPUT_VARIABLE CB_GIT_COMMIT OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
execute_process(COMMAND git status --porcelain WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
                OUTPUT_VARIABLE cb_git_changes ERROR_QUIET)
set(CB_GIT_DIRTY 0)
if(cb_git_changes)
    set(CB_GIT_DIRTY 1)
endif()
string(TOUPPER "${CMAKE_BUILD_TYPE}" cb_build_type)
set(CB_C_FLAGS "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${cb_build_type}}")
configure_file(cmake/build_info.h.in ${CMAKE_CURRENT_BINARY_DIR}/generated/build_info.h)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
             ${CMAKE_CURRENT_SOURCE_DIR}/.git/HEAD)
