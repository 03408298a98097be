"""What trials hand on to those that go on from them: pickled, in memory or in a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

__all__ = ["InFolder", "InMemory", "NoSnapshots", "Snapshots", "snapshots_beside"]


class Snapshots(Protocol):
    """Snapshots by the number of their trial."""

    def put(self, number: int, snapshot: bytes) -> None:
        """Keep it."""

    def get(self, number: int) -> bytes:
        """The snapshot of trial ``number``; ValueError where there is none."""

    def forget_before(self, number: int) -> None:
        """Drop those of all trials before ``number``: nothing goes on from them any more."""


class NoSnapshots:
    """Nothing is handed on: for an objective that has no state."""

    def put(self, number: int, snapshot: bytes) -> None:
        pass

    def get(self, number: int) -> bytes:
        raise ValueError(
            f"a method of search must not go on from a trial; got one that goes on from {number}: "
            "use it with train_population"
        )

    def forget_before(self, number: int) -> None:
        pass


class InMemory:
    """Snapshots that end with the search.

    >>> snapshots = InMemory()
    >>> snapshots.put(0, b"weights")
    >>> snapshots.get(0)
    b'weights'
    """

    def __init__(self) -> None:
        self._held: dict[int, bytes] = {}

    def put(self, number: int, snapshot: bytes) -> None:
        self._held[number] = snapshot

    def get(self, number: int) -> bytes:
        return self._held[number]

    def forget_before(self, number: int) -> None:
        self._held = {n: held for n, held in self._held.items() if n >= number}


class InFolder:
    """Snapshots that outlive a kill: one file each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, number: int, snapshot: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._file(number).with_suffix(".part")
        part.write_bytes(snapshot)
        # A snapshot is whole or not there, wherever the process is killed.
        part.replace(self._file(number))

    def get(self, number: int) -> bytes:
        if not self._file(number).is_file():
            raise ValueError(
                f"trial {number} must have a snapshot to go on from; got none in {self._folder}: "
                "remove the record and begin anew"
            )
        return self._file(number).read_bytes()

    def forget_before(self, number: int) -> None:
        for file in self._folder.glob("*.pickle"):
            if int(file.stem) < number:
                file.unlink()

    def _file(self, number: int) -> Path:
        return self._folder / f"{number}.pickle"


def snapshots_beside(path: str | os.PathLike[str] | None) -> Snapshots:
    """Those of the search recorded at ``path``; in memory where it is None."""
    return InMemory() if path is None else InFolder(Path(f"{os.fspath(path)}.snapshots"))
