# The accelerator model reads YAML through libyaml. Without it everything is built all the same, and
# models/accel/yaml_missing.c says what is not there.

pkg_check_modules(YAML IMPORTED_TARGET yaml-0.1)
file(GLOB cb_accel_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/models/accel/*.c)
if(YAML_FOUND)
    list(FILTER cb_accel_sources EXCLUDE REGEX "/accel/yaml_missing\\.c$")
    target_link_libraries(cb_dependencies INTERFACE PkgConfig::YAML)
else()
    message(STATUS "Platforms cannot be read: no libyaml-dev")
    list(FILTER cb_accel_sources EXCLUDE REGEX "/accel/yaml\\.c$")
endif()
