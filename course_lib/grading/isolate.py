"""Name spaces of its own for one submission, made from inside by a process without privileges.

A user name space lends its first process every capability over what it then makes: private mounts,
processes, network, ipc. Once all is made the capabilities are given up, and no further user name
space can be made. This file is also mounted in the sandbox: the standard library only.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import resource
import socket
import struct
from collections.abc import Callable, Iterable, Iterator

_LIBC = ctypes.CDLL(None, use_errno=True)
NEW_USER, NEW_MOUNTS, NEW_PROCESSES = 0x10000000, 0x00020000, 0x20000000
NEW_IPC, NEW_NETWORK, NEW_HOST_NAME = 0x08000000, 0x40000000, 0x04000000
EVERYTHING = NEW_USER | NEW_MOUNTS | NEW_PROCESSES | NEW_IPC | NEW_NETWORK | NEW_HOST_NAME
NO_SETUID, NO_DEVICES, NO_EXECUTION = 2, 4, 8  # flags of mount(2)
PRIVATE, BIND = 0x44000, 0x5000  # MS_REC | MS_PRIVATE, MS_REC | MS_BIND
SET_DUMPABLE, DROP_BOUNDING, SET_NO_NEW_PRIVILEGES, AMBIENT = 4, 24, 38, 47  # of prctl(2)
END_WITH_PARENT, KEEP_CAPABILITIES, ADOPT_ORPHANS = 1, 8, 36
HIGHEST_CAPABILITY = 63
CAPSET, KEYCTL = {"x86_64": (126, 250), "aarch64": (91, 219)}.get(os.uname().machine, (0, 0))
CAPABILITY_VERSION = 0x20080522
COLLAPSE = 25  # of madvise(2)
TERMINALS = 32


def enter() -> None:
    """Enter fresh name spaces; a fork of this process becomes the first of its process name space.

    Raises
    ------
    OSError
        where the system forbids it.
    """
    user, group = os.getuid(), os.getgid()
    _checked(_LIBC.unshare(EVERYTHING), "unshare")
    for name, told in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(told)


def furnish(folders: Iterable[str], scratch_bytes: int) -> None:
    """In the first process of the name spaces: processes, scratch and terminals of its own."""
    _mount("none", "/", None, PRIVATE)
    _mount("proc", "/proc", "proc", NO_SETUID | NO_DEVICES | NO_EXECUTION)
    size = f"size={scratch_bytes},nr_inodes=65536,mode=1777"
    for folder in folders:
        with _kept_below(folder):
            _mount("tmpfs", folder, "tmpfs", NO_SETUID | NO_DEVICES, size)
    terminals = f"newinstance,ptmxmode=0666,mode=620,max={TERMINALS}"  # the machine has 4096
    _mount("devpts", "/dev/pts", "devpts", NO_SETUID | NO_EXECUTION, terminals)
    _raise_loopback()
    if KEYCTL:
        _LIBC.syscall(KEYCTL, 1, None)  # a session keyring of its own: they are inherited
    with open("/proc/sys/user/max_user_namespaces", "w") as file:
        file.write("0")


def refusal_of(attempt: Callable[[], str]) -> str:
    """Why ``attempt``, made in a fork, did not end in "yes"; empty where it did.

    An attempt that forks again gives "" in the process that has no say.
    """
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            os.write(writer, attempt().encode())
        except OSError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.wait()
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        told = file.read(500).decode("utf-8", "replace")
    return "" if told == "yes" else told or "no reason given"


@contextlib.contextmanager
def _kept_below(folder: str) -> Iterator[None]:
    """Show again what is mounted below ``folder``, once that is covered: Python may lie there."""
    with open("/proc/self/mountinfo") as file:
        points = [line.split()[4].encode().decode("unicode_escape") for line in file]
    kept = {
        point: os.open(point, os.O_PATH)
        for point in points
        if point.startswith(f"{folder}/") and os.path.isdir(point)
    }
    yield
    for point, place in kept.items():
        os.makedirs(point, mode=0o755, exist_ok=True)
        _mount(f"/proc/self/fd/{place}", point, None, BIND)
        os.close(place)


def drop_privileges(but: int = 0) -> None:
    """Give up every capability for good, but those in the mask ``but``."""
    _LIBC.prctl(AMBIENT, 4, 0, 0, 0)
    drop_bounding()
    _checked(_LIBC.prctl(SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    header = struct.pack("Ii", CAPABILITY_VERSION, 0)
    sets = struct.pack("6I", but, but, 0, 0, 0, 0)
    _checked(_LIBC.syscall(CAPSET, header, sets), "capset")


def drop_bounding() -> None:
    """Let no program that is started give a capability back."""
    for capability in range(HIGHEST_CAPABILITY + 1):
        _LIBC.prctl(DROP_BOUNDING, capability, 0, 0, 0)  # refused for what is dropped already


def keep_over_change_of_user() -> None:
    """Let the next change of user leave the capabilities to ``drop_privileges``."""
    _checked(_LIBC.prctl(KEEP_CAPABILITIES, 1, 0, 0, 0), "keep capabilities")


def adopt_orphans() -> None:
    """Become the parent of whatever a process that comes from this one leaves behind."""
    _checked(_LIBC.prctl(ADOPT_ORPHANS, 1, 0, 0, 0), "subreaper")


def end_with_parent(number: int) -> None:
    """Have the kernel send this signal when the parent of this process ends."""
    _checked(_LIBC.prctl(END_WITH_PARENT, number, 0, 0, 0), "end with parent")


def set_bound(name: str, limit: int) -> None:
    """A limit as ``setrlimit`` names it, or the one that is in force where that is lower."""
    number = getattr(resource, f"RLIMIT_{name.upper()}")
    hard = resource.getrlimit(number)[1]
    limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
    resource.setrlimit(number, (limit, limit))


def set_dumpable(allowed: bool) -> None:
    """Whether other processes of this user may look into this one."""
    _LIBC.prctl(SET_DUMPABLE, int(allowed), 0, 0, 0)


def close_all_but(keep: Iterable[int]) -> None:
    """Close every descriptor above the three standard streams that is not among ``keep``."""
    kept = set(keep)
    for name in os.listdir("/proc/self/fd"):
        if int(name) > 2 and int(name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name))


def thread_count() -> int:
    return len(os.listdir("/proc/self/task"))


def use_huge_pages() -> None:
    """Gather private memory in pages of 2 MiB: forking then takes 1 ms instead of 6.

    Only a matter of speed: kernels before 6.1 refuse, and nothing else changes.
    """
    with open("/proc/self/maps") as file:
        lines = file.read().splitlines()
    for line in lines:
        place, rights, _, _, _, *name = line.split()
        start, end = (int(part, 16) for part in place.split("-"))
        start, end = -(-start >> 21) << 21, end >> 21 << 21
        if rights == "rw-p" and name in ([], ["[heap]"]) and end > start:
            _LIBC.madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), COLLAPSE)


def _mount(source: str, target: str, kind: str | None, flags: int, options: str = "") -> None:
    words = [word.encode() if word is not None else None for word in (source, target, kind)]
    _checked(_LIBC.mount(*words, ctypes.c_ulong(flags), options.encode() or None), f"mount {kind}")


def _raise_loopback() -> None:
    """Programs that talk to themselves, as kernels do, expect this one interface."""
    get_flags, set_flags, up = 0x8913, 0x8914, 1
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sH14s", b"lo", 0, b"")
        answer = fcntl.ioctl(any_socket, get_flags, request)
        (flags,) = struct.unpack_from("H", answer, 16)
        fcntl.ioctl(any_socket, set_flags, struct.pack("16sH14s", b"lo", flags | up, b""))


def _checked(result: int, what: str) -> None:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
