"""System calls that no notebook needs, refused for good by a seccomp filter.

Keys are kept by user, not by name space, so two submissions of one user could share them; the
others lead deep into the kernel. This file is also mounted in the sandbox: standard library only.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
SET_SECCOMP, FILTER = 22, 2
ALLOW, REFUSE, NOT_PERMITTED = 0x7FFF0000, 0x00050000, 1
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06  # of classic BPF
NUMBER, ARCHITECTURE = 0, 4  # where they stand in what the filter is given
X32 = 0x40000000  # a second set of numbers for the same calls
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NEEDLESS = {
    "x86_64": {
        **{"add_key": 248, "request_key": 249, "keyctl": 250, "ptrace": 101, "bpf": 321},
        **{"perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "kexec_load": 246},
        **{"process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166},
        **{"unshare": 272, "setns": 308, "pivot_root": 155, "open_by_handle_at": 304},
        **{"fsopen": 430, "move_mount": 429, "open_tree": 428, "mount_setattr": 442},
    },
    "aarch64": {
        **{"add_key": 217, "request_key": 218, "keyctl": 219, "ptrace": 117, "bpf": 280},
        **{"perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "kexec_load": 104},
        **{"process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39},
        **{"unshare": 97, "setns": 268, "pivot_root": 41, "open_by_handle_at": 265},
        **{"fsopen": 430, "move_mount": 429, "open_tree": 428, "mount_setattr": 442},
    },
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def refuse_needless() -> None:
    """Refuse these calls to this process and all that it starts; it cannot be undone."""
    machine = os.uname().machine
    if machine in ARCHITECTURES:
        refuse(NEEDLESS[machine].values(), ARCHITECTURES[machine])


def refuse(numbers: Iterable[int], architecture: int) -> None:
    """Refuse the calls with ``numbers``, and all calls of another architecture.

    Raises
    ------
    OSError
        where the kernel takes no filter.
    """
    numbers = list(numbers)
    steps = [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 0, len(numbers) + 3, architecture),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, len(numbers) + 1, 0, X32),
        *((EQUAL, len(numbers) - place, 0, number) for place, number in enumerate(numbers)),
        (RETURN, 0, 0, ALLOW),
        (RETURN, 0, 0, REFUSE | NOT_PERMITTED),
    ]
    content = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), content)
    if _LIBC.prctl(SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
