"""Runs a command in which newer system calls do not exist: old-syscalls.py COMMAND...

proot translates the paths of the system calls that it knows. Debian's does not know statx, openat2,
faccessat2 and fchmodat2, so programs under it would look at the host's files. A seccomp filter
answers those calls with ENOSYS, and every program falls back to the older ones.
"""
import ctypes
import os
import struct
import sys

STATX, OPENAT2, FACCESSAT2, FCHMODAT2 = {"x86_64": 332, "aarch64": 291}, 437, 439, 452
PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 22, 38, 2
LOAD_NUMBER, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06
ALLOW, ENOSYS = 0x7FFF0000, 0x00050000 | 38


def program():
    """The filter in classic BPF: load the call's number, compare, allow or refuse."""
    numbers = (STATX[os.uname().machine], OPENAT2, FACCESSAT2, FCHMODAT2)
    steps = [(LOAD_NUMBER, 0, 0, 0)]
    for index, number in enumerate(numbers):
        steps.append((JUMP_IF_EQUAL, len(numbers) - index, 0, number))
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, ENOSYS)]
    return len(steps), b"".join(struct.pack("HBBI", *step) for step in steps)


class Filter(ctypes.Structure):
    """struct sock_fprog."""
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_void_p)]


def main():
    if len(sys.argv) < 2 or os.uname().machine not in STATX:
        sys.exit("usage: old-syscalls.py COMMAND... (on x86_64 or aarch64)")
    length, code = program()
    memory = ctypes.create_string_buffer(code)
    wanted = Filter(length, ctypes.addressof(memory))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or \
            libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(wanted), 0, 0):
        sys.exit("old-syscalls.py: the kernel refuses a seccomp filter: "
                 + os.strerror(ctypes.get_errno()))
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
