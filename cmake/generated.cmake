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

# The layer lists of bench/conv/shapes as C strings, so that the program finds them wherever it is.
file(GLOB cb_shape_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/bench/conv/shapes/*.txt)
set(cb_shape_names)
set(cb_shape_texts)
foreach(file ${cb_shape_files})
    get_filename_component(name ${file} NAME_WE)
    string(APPEND cb_shape_names "    \"${name}\",\n")
    file(STRINGS ${file} lines)
    string(REPLACE ";" "\\n\"\n    \"" text "${lines}")
    string(APPEND cb_shape_texts "    \"${text}\\n\",\n")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endforeach()
list(LENGTH cb_shape_files cb_shape_count)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/layer_lists.c @ONLY CONTENT
"#include \"bench/layer_lists.h\"

const char *const cb_layer_list_names[] = {
@cb_shape_names@};
const char *const cb_layer_list_texts[] = {
@cb_shape_texts@};
const size_t cb_layer_list_count = @cb_shape_count@;
")
target_sources(cachebound_core PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/layer_lists.c)

# The page of the report (plots/report/) as bytes: a string literal of that length is not C11.
file(GLOB cb_report_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/plots/report/*.*)
set(cb_report_texts)
set(cb_report_rows)
set(number 0)
foreach(file ${cb_report_files})
    get_filename_component(name ${file} NAME)
    file(READ ${file} text HEX)
    string(REGEX REPLACE "(..)" "0x\\1," text "${text}")
    string(APPEND cb_report_texts "static const unsigned char text_${number}[] = {${text}};\n")
    string(APPEND cb_report_rows
           "    {\"${name}\", text_${number}, sizeof text_${number}},\n")
    math(EXPR number "${number} + 1")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
endforeach()
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/generated/report_files.c @ONLY CONTENT
"#include \"plots/report_parts.h\"

@cb_report_texts@
const cb_report_file_text cb_report_files[] = {
@cb_report_rows@};
const size_t cb_report_file_count = @number@;
")
target_sources(cachebound_core PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/generated/report_files.c)
