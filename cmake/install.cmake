# cmake --install: the program, the runtime, the package for find_package.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(TAPC_PACKAGE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/tapc)
configure_package_config_file(${CMAKE_SOURCE_DIR}/cmake/tapcConfig.cmake.in
  ${CMAKE_BINARY_DIR}/tapcConfig.cmake
  INSTALL_DESTINATION ${TAPC_PACKAGE_DIR}
  PATH_VARS CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(${CMAKE_BINARY_DIR}/tapcConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/tapcConfig.cmake
  ${CMAKE_BINARY_DIR}/tapcConfigVersion.cmake
  ${CMAKE_SOURCE_DIR}/cmake/tapcFunctions.cmake
  DESTINATION ${TAPC_PACKAGE_DIR})
install(DIRECTORY ${CMAKE_SOURCE_DIR}/lang/examples
  DESTINATION ${CMAKE_INSTALL_DATADIR}/tapc)
if(TARGET tapc_runtime)
  install(EXPORT tapcTargets NAMESPACE tapc:: DESTINATION ${TAPC_PACKAGE_DIR})
endif()
