"""A bound on the memory and processes of a whole submission, where the system lends one.

Limits of a process bound only each of them. A control group bounds all together, shared memory and
files in memory included. It can be had where a folder can be made in the group tree: by root, and
by users to whom a part of the tree was delegated (version 2, with the memory controller). Elsewhere
each process is bounded by its address space and all together only by their number.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

TREE = Path("/sys/fs/cgroup")
PREFIX = "course-grader"
_lock = threading.Lock()
_free: list[MemoryGroup] = []
_count = 0


class MemoryGroup:
    """One control group; ``version`` 1 or 2."""

    def __init__(self, folder: Path, version: int) -> None:
        self.folder, self.version, self.kills_before = folder, version, 0

    def limit(self, memory_bytes: int, processes: int) -> None:
        names = {1: ("memory.limit_in_bytes", "memory.memsw.limit_in_bytes")}
        for name in names.get(self.version, ("memory.max",)):
            self._write(name, str(memory_bytes))
        if self.version == 2:
            self._write("memory.swap.max", "0")
            self._write("pids.max", str(processes))
        self.kills_before = self._kills()

    def add(self, process: int) -> None:
        """Put a process here, and with it all that it forks from now on."""
        (self.folder / "cgroup.procs").write_text(str(process))

    def out_of_memory(self) -> bool:
        """Whether the kernel has ended a process here, since the limits were set, for memory."""
        return self._kills() > self.kills_before

    def _kills(self) -> int:
        name = "memory.oom_control" if self.version == 1 else "memory.events"
        with contextlib.suppress(OSError, ValueError):
            for line in (self.folder / name).read_text().splitlines():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
        return 0

    def _write(self, name: str, told: str) -> None:
        with contextlib.suppress(OSError):  # not every kernel has every file
            (self.folder / name).write_text(told)


def lend_group(memory_bytes: int, processes: int) -> MemoryGroup | None:
    """A group with these limits, for one submission; None where none can be had."""
    with _lock:
        group = _free.pop() if _free else _new_group()
    if group:
        group.limit(memory_bytes, processes)
    return group


def give_back(group: MemoryGroup) -> None:
    """Take back a group in which no process lives any more."""
    with _lock:
        _free.append(group)


def remove_groups() -> None:
    """At this process's end: its groups that nothing lives in."""
    with _lock:
        while _free:
            with contextlib.suppress(OSError):
                _free.pop().folder.rmdir()


def _new_group() -> MemoryGroup | None:
    global _count
    for parent, version in _parents():
        _remove_left_over(parent)
        folder = parent / f"{PREFIX}-{os.getpid()}-{_count}"
        file = folder / {1: "memory.limit_in_bytes", 2: "memory.max"}[version]
        with contextlib.suppress(OSError):
            folder.mkdir()
            if os.access(file, os.W_OK):
                _count += 1
                return MemoryGroup(folder, version)
            folder.rmdir()
    return None


def _parents() -> Iterator[tuple[Path, int]]:
    """Where a group may be made: our own place in the tree first, then the places above it."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, place = line.split(":", 2)
        if controllers and "memory" not in controllers.split(","):
            continue
        root, version = (TREE / "memory", 1) if controllers else (TREE, 2)
        path = Path(place.lstrip("/"))
        for above in (path, *path.parents):
            if (root / above / "cgroup.procs").exists():
                yield root / above, version


def _remove_left_over(parent: Path) -> None:
    """Groups of graders that were killed."""
    for folder in parent.glob(f"{PREFIX}-*-*"):
        process = folder.name.split("-")[-2]
        if process.isdigit() and not Path("/proc", process).exists():
            with contextlib.suppress(OSError):
                folder.rmdir()
