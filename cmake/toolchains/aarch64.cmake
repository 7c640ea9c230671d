# Cross build for 64-bit ARM against a sysroot that scripts/sysroot makes (CB_SYSROOT). Tests run
# under QEMU; the environment variable QEMU_CPU chooses the core.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(cb_triple aarch64-linux-gnu)
set(cb_qemu qemu-aarch64)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
