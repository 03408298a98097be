"""The folder of one graded submission: replaced by a whole new one, or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .other_files import copy_other_files
from .record import CannotWrite, write_record

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


class ResultFolder:
    """``autograded/<student>/<set>``, its successor beside it, and for a moment its predecessor.

    The order is: ``prepare``, ``set_aside``, the gradebook's transaction, ``put_in_place``. Killed
    anywhere in between, the folder is the old one, with the old gradebook; or there is none, and
    the submission is graded again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.new = folder.with_name(f".{folder.name}.new")
        self.old = folder.with_name(f".{folder.name}.old")

    def prepare(self, submitted: Path, notebooks: Mapping[str, str], told: dict[str, Any]) -> None:
        """Write the new folder: what else was ``submitted``, the notebooks, the record ``told``.

        Raises
        ------
        CannotWrite
            where the disk is full.
        """
        with told_when_full(self.folder):
            self.tidy()
            self.new.mkdir(parents=True)
            copy_other_files(submitted, self.new)
            for name, text in notebooks.items():
                path = self.new / f"{name}.ipynb"
                _write(path, text)
                path.chmod(0o444)
            write_record(self.new, told)

    def tidy(self) -> None:
        """Remove what a run that was killed has left."""
        for folder in (self.new, self.old):
            if folder.exists():
                shutil.rmtree(folder)

    def set_aside(self) -> None:
        """Take the old folder away, so that it is never found with the new gradebook."""
        if self.folder.exists():
            self.folder.rename(self.old)

    def put_back(self) -> None:
        """The gradebook was not written: the old folder is still right."""
        if self.old.exists():
            self.old.rename(self.folder)
        shutil.rmtree(self.new, ignore_errors=True)

    def put_in_place(self) -> None:
        self.new.rename(self.folder)
        self.tidy()


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def told_when_full(folder: Path) -> Iterator[None]:
    """An error of a full disk as one line, for it ends a run; any other as it is."""
    try:
        yield
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise CannotWrite(
            f"{folder} cannot be written ({error.strerror}): make room, then run the same "
            "command again: what is graded stays"
        ) from error
