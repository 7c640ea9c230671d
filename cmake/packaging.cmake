# What `cmake --install` puts where. The manual page and the completions are printed by the program
# itself, from its option table; a cross build needs its emulator for that (CMake runs the target
# through CMAKE_CROSSCOMPILING_EMULATOR) and does without them when there is none.

include(GNUInstallDirs)
install(TARGETS cachebound RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES LICENSE README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(DIRECTORY results/reference DESTINATION ${CMAKE_INSTALL_DATADIR}/cachebound
        FILES_MATCHING PATTERN "*.json")
install(DIRECTORY bench/gemm/shapes DESTINATION ${CMAKE_INSTALL_DATADIR}/cachebound
        FILES_MATCHING PATTERN "*.txt")
install(DIRECTORY models/accel/platforms DESTINATION ${CMAKE_INSTALL_DATADIR}/cachebound
        FILES_MATCHING PATTERN "*.yaml")
install(FILES results/schema.json DESTINATION ${CMAKE_INSTALL_DATADIR}/cachebound)

if(NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR)
    set(cb_share ${CMAKE_CURRENT_BINARY_DIR}/share)
    set(cb_printed)
    file(MAKE_DIRECTORY ${cb_share})
    foreach(page "man:cachebound.1:man/man1" "bash:cachebound:bash-completion/completions"
            "zsh:_cachebound:zsh/site-functions" "fish:cachebound.fish:fish/vendor_completions.d")
        string(REPLACE ":" ";" page ${page})
        list(GET page 0 kind)
        list(GET page 1 file)
        list(GET page 2 folder)
        if(kind STREQUAL "man")
            set(arguments man)
        else()
            set(arguments completions ${kind})
        endif()
        add_custom_command(OUTPUT ${cb_share}/${file}
                           COMMAND cachebound ${arguments} --output ${cb_share}/${file}
                           DEPENDS cachebound VERBATIM)
        list(APPEND cb_printed ${cb_share}/${file})
        install(FILES ${cb_share}/${file} DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/${folder})
    endforeach()
    add_custom_target(pages ALL DEPENDS ${cb_printed})
endif()
