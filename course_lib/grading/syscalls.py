"""System calls that no notebook needs, refused for good by a seccomp filter.

Some are refused in every sandbox: keys and watches of files are counted by user, not by name space,
so that two submissions of one user could share the ones and starve each other of the others; memory
shared in the manner of System V stays when its maker has ended, and no limit of a process counts
it; the others lead deep into the kernel. More are refused where there are no name spaces of one's
own, which would make them harmless. This file is also mounted in the sandbox: standard library
only.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

_LIBC = ctypes.CDLL(None, use_errno=True)
SET_SECCOMP, FILTER = 22, 2
ALLOW, REFUSE, NOT_PERMITTED = 0x7FFF0000, 0x00050000, 1
LOAD, EQUAL, AT_LEAST, RETURN, AND = 0x20, 0x15, 0x35, 0x06, 0x54  # of classic BPF
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # where they stand in what the filter is given
X32 = 0x40000000  # a second set of numbers for the same calls
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NEEDLESS = {
    "x86_64": {
        **{"add_key": 248, "request_key": 249, "keyctl": 250, "ptrace": 101, "bpf": 321},
        **{"perf_event_open": 298, "userfaultfd": 323, "io_uring_setup": 425, "kexec_load": 246},
        **{"process_vm_readv": 310, "process_vm_writev": 311, "mount": 165, "umount2": 166},
        **{"unshare": 272, "setns": 308, "pivot_root": 155, "open_by_handle_at": 304},
        **{"fsopen": 430, "move_mount": 429, "open_tree": 428, "mount_setattr": 442},
        **{"fspick": 433, "fsmount": 432, "syslog": 103, "modify_ldt": 154, "kcmp": 312},
        **{"shmget": 29, "semget": 64, "msgget": 68, "fanotify_init": 300},
        **{"inotify_init": 253, "inotify_init1": 294, "pidfd_getfd": 438},
    },
    "aarch64": {
        **{"add_key": 217, "request_key": 218, "keyctl": 219, "ptrace": 117, "bpf": 280},
        **{"perf_event_open": 241, "userfaultfd": 282, "io_uring_setup": 425, "kexec_load": 104},
        **{"process_vm_readv": 270, "process_vm_writev": 271, "mount": 40, "umount2": 39},
        **{"unshare": 97, "setns": 268, "pivot_root": 41, "open_by_handle_at": 265},
        **{"fsopen": 430, "move_mount": 429, "open_tree": 428, "mount_setattr": 442},
        **{"fspick": 433, "fsmount": 432, "syslog": 116, "kcmp": 272, "fanotify_init": 262},
        **{"shmget": 194, "semget": 190, "msgget": 186, "inotify_init1": 26},
        **{"pidfd_getfd": 438},
    },
}

# Refused to who shares the host's name spaces: sockets, what outlives its maker, what changes files
# or other processes of the same user without opening them.
OUTSIDE = {
    "x86_64": {
        **{"socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "accept4": 288},
        **{"shmget": 29, "shmat": 30, "shmctl": 31, "semget": 64, "semop": 65, "semctl": 66},
        **{"msgget": 68, "msgsnd": 69, "msgrcv": 70, "msgctl": 71, "semtimedop": 220},
        **{"mq_open": 240, "mq_unlink": 241, "mq_timedsend": 242, "mq_timedreceive": 243},
        **{"chmod": 90, "fchmod": 91, "fchmodat": 268, "fchmodat2": 452, "chown": 92},
        **{"fchown": 93, "lchown": 94, "fchownat": 260, "utime": 132, "utimes": 235},
        **{"futimesat": 261, "utimensat": 280, "setxattr": 188, "lsetxattr": 189},
        **{"fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199},
        **{"setxattrat": 463, "removexattrat": 466, "file_setattr": 469, "chroot": 161},
        **{"inotify_init": 253, "inotify_init1": 294, "fanotify_init": 300, "syslog": 103},
        **{"setpriority": 141, "sched_setparam": 142, "sched_setscheduler": 144},
        **{"sched_setaffinity": 203, "sched_setattr": 314, "ioprio_set": 251},
        **{"migrate_pages": 256, "move_pages": 279, "kcmp": 312, "process_madvise": 440},
        **{"pidfd_getfd": 438},
    },
    "aarch64": {
        **{"socket": 198, "connect": 203, "accept": 202, "bind": 200, "listen": 201},
        **{"accept4": 242, "shmget": 194, "shmctl": 195, "shmat": 196, "semget": 190},
        **{"semctl": 191, "semtimedop": 192, "semop": 193, "msgget": 186, "msgctl": 187},
        **{"msgrcv": 188, "msgsnd": 189, "mq_open": 180, "mq_unlink": 181},
        **{"mq_timedsend": 182, "mq_timedreceive": 183, "fchmod": 52, "fchmodat": 53},
        **{"fchmodat2": 452, "fchownat": 54, "fchown": 55, "utimensat": 88, "setxattr": 5},
        **{"lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15},
        **{"fremovexattr": 16, "setxattrat": 463, "removexattrat": 466, "file_setattr": 469},
        **{"chroot": 51, "inotify_init1": 26, "fanotify_init": 262, "syslog": 116},
        **{"setpriority": 140, "sched_setparam": 118, "sched_setscheduler": 119},
        **{"sched_setaffinity": 122, "sched_setattr": 274, "ioprio_set": 30},
        **{"migrate_pages": 238, "move_pages": 239, "kcmp": 272, "process_madvise": 440},
        **{"pidfd_getfd": 438},
    },
}
SIGNALS = {
    "x86_64": {
        **{"kill": 62, "tkill": 200, "tgkill": 234, "rt_sigqueueinfo": 129},
        **{"rt_tgsigqueueinfo": 297, "pidfd_send_signal": 424},
    },
    "aarch64": {
        **{"kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138},
        **{"rt_tgsigqueueinfo": 240, "pidfd_send_signal": 424},
    },
}
FCNTL, PRLIMIT, SOCKETPAIR, SOCKET = {
    "x86_64": (72, 302, 53, 41),
    "aarch64": (25, 261, 199, 198),
}.get(os.uname().machine, (0, 0, 0, 0))
# AF_UNIX, AF_INET, AF_INET6, AF_NETLINK: network name spaces keep these apart. Others lead out of
# them, such as AF_VSOCK to the machine that runs a virtual one, or deep into the kernel.
FAMILIES = (1, 2, 10, 16)
OTHER_PROGRAMS = {"x86_64": (59, 322), "aarch64": (221, 281)}  # execve, execveat
SIGNALLING = (8, 10, 15)  # commands of fcntl(2) that have a file send signals: F_SETOWN and its kin


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def refuse_needless() -> None:
    """Refuse these calls to this process and all that it starts; it cannot be undone."""
    machine = os.uname().machine
    if machine in ARCHITECTURES:
        refuse(NEEDLESS[machine].values(), ARCHITECTURES[machine])
        refuse_argument(SOCKET, 0, 0xFFFFFFFF, FAMILIES, but=True)


def refuse_other_programs() -> None:
    """Refuse to become another program, so that only forks of this process come from it."""
    machine = os.uname().machine
    if machine in ARCHITECTURES:
        refuse(OTHER_PROGRAMS[machine], ARCHITECTURES[machine])


def refuse_outside(signals: bool) -> None:
    """Refuse what reaches out of a sandbox without name spaces; with ``signals`` these, too.

    Raises
    ------
    OSError
        where the kernel takes no filter, or the machine is none of ``ARCHITECTURES``.
    """
    machine = os.uname().machine
    if machine not in ARCHITECTURES:
        raise OSError(f"the system calls of {machine} are not known here")
    numbers = {**OUTSIDE[machine], **(SIGNALS[machine] if signals else {})}
    refuse(numbers.values(), ARCHITECTURES[machine])
    # Limits of oneself alone; datagrams could be sent to any socket that has a path.
    refuse_argument(PRLIMIT, 0, 0xFFFFFFFF, (0,), but=True)
    refuse_argument(SOCKETPAIR, 1, 0xF, (1,), but=True)
    if signals:
        refuse_argument(FCNTL, 1, 0xFFFFFFFF, SIGNALLING)


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
    _install(steps)


def refuse_argument(
    number: int, argument: int, mask: int, values: Iterable[int], but: bool = False
) -> None:
    """Refuse one call where the masked low half of an argument is among ``values``.

    With ``but`` it is refused where it is not among them.
    """
    values = list(values)
    inside, outside = (ALLOW, REFUSE) if but else (REFUSE, ALLOW)
    steps = [
        (LOAD, 0, 0, NUMBER),
        (EQUAL, 1, 0, number),
        (RETURN, 0, 0, ALLOW),
        (LOAD, 0, 0, ARGUMENTS + 8 * argument),
        (AND, 0, 0, mask),
        *((EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)),
        (RETURN, 0, 0, outside | (NOT_PERMITTED if outside == REFUSE else 0)),
        (RETURN, 0, 0, inside | (NOT_PERMITTED if inside == REFUSE else 0)),
    ]
    _install(steps)


def _install(steps: list[tuple[int, int, int, int]]) -> None:
    content = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), content)
    if _LIBC.prctl(SET_SECCOMP, FILTER, ctypes.byref(program), 0, 0) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"seccomp: {os.strerror(number)}")
