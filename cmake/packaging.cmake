include(GNUInstallDirs)
install(TARGETS cachebound RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
