# The time model's figures are fitted by MINPACK. Without it everything is built all the same, and
# models/cost/fit_missing.c says what is not there: cost files are read as ever, none are made.

pkg_check_modules(CMINPACK IMPORTED_TARGET cminpack)
file(GLOB cb_cost_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/models/cost/*.c)
if(CMINPACK_FOUND)
    list(FILTER cb_cost_sources EXCLUDE REGEX "/cost/fit_missing\\.c$")
    target_link_libraries(cb_dependencies INTERFACE PkgConfig::CMINPACK)
else()
    message(STATUS "Costs cannot be fitted: no libcminpack-dev")
    list(FILTER cb_cost_sources EXCLUDE REGEX "/cost/fit\\.c$")
endif()
