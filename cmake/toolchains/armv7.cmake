# Cross build for 32-bit ARM (ARMv7, hard-float) against a sysroot that scripts/sysroot makes
# (CB_SYSROOT). Tests run under QEMU; the environment variable QEMU_CPU chooses the core.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(cb_triple arm-linux-gnueabihf)
set(cb_qemu qemu-arm)
include(${CMAKE_CURRENT_LIST_DIR}/debian_cross.cmake)
