"""Landlock: a process gives up, for good, all files but those it names, and signals to outsiders.

What it has opened before stays open. The rules bind all that the process starts, and they can only
be tightened. Not covered by Landlock: looking at a file's size and dates, changing its mode, owner
and dates; ``syscalls`` refuses the latter. This file is also used in the sandbox: the standard
library only.

Source: https://docs.kernel.org/userspace-api/landlock.html.
"""

from __future__ import annotations

import ctypes
import os
import stat
import struct
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
CREATE, ADD, RESTRICT = 444, 445, 446  # system calls, the same on all machines
ASK_VERSION, PATH_BENEATH, NO_NEW_PRIVILEGES = 1, 1, 38
# Before version 3 whoever may name a file may empty it.
OLDEST, WITH_NETWORK, WITH_DEVICES, WITH_SCOPE = 3, 4, 5, 6
EXECUTE, WRITE_FILE, READ_FILE, READ_FOLDER = 1, 2, 4, 8
TRUNCATE, DEVICE_CONTROL = 1 << 14, 1 << 15
EVERYTHING = (1 << 15) - 1  # of version 3
NEW_DEVICES = 1 << 6 | 1 << 11  # making character and block devices
READ = EXECUTE | READ_FILE | READ_FOLDER
OF_A_FILE = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE
TCP, OUTSIDERS = 3, 3  # bind and connect; abstract sockets and signals


def version() -> int:
    """What this kernel knows of Landlock; 0 where it has none."""
    return max(0, int(_LIBC.syscall(CREATE, None, ctypes.c_size_t(0), ASK_VERSION)))


def restrict(read: Iterable[str], write: Iterable[str], devices: Iterable[str] = ()) -> None:
    """Keep to these paths, each with all below it; those that do not exist are passed over.

    Parameters
    ----------
    read : may be read and executed
    write : may also be written, made and removed
    devices : files that may be read and written

    Raises
    ------
    OSError
        where the kernel does not do so.
    """
    known = version()
    if known < OLDEST:
        raise OSError(f"Landlock of version {OLDEST} is needed, this kernel has {known}")
    handled = EVERYTHING | (DEVICE_CONTROL if known >= WITH_DEVICES else 0)
    words = [handled, TCP, OUTSIDERS][: 1 + (known >= WITH_NETWORK) + (known >= WITH_SCOPE)]
    rules = struct.pack(f"={len(words)}Q", *words)
    ruleset = _checked(_LIBC.syscall(CREATE, rules, ctypes.c_size_t(len(rules)), 0), "rules")
    try:
        for paths, rights in (
            (read, READ),
            (write, EVERYTHING & ~NEW_DEVICES),
            (devices, READ_FILE | WRITE_FILE | TRUNCATE),
        ):
            for path in paths:
                _allow(ruleset, path, rights)
        _checked(_LIBC.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
        _checked(_LIBC.syscall(RESTRICT, ruleset, 0), "restrict")
    finally:
        os.close(ruleset)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # what cannot be named cannot be allowed
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= OF_A_FILE
        rule = struct.pack("=Qi", rights, place)
        _checked(_LIBC.syscall(ADD, ruleset, PATH_BENEATH, rule, 0), path)
    finally:
        os.close(place)


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"Landlock, {what}: {os.strerror(number)}")
    return int(result)
