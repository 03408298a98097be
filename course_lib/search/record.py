"""A search on disk: one line of JSON for each trial, so that a search can go on where it stopped.

A search draws the same proposals again from its seed, and takes from the record what became of
those that are in it. So parameters are kept only to be read, and to see that they are the same.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from .._scalars import whole
from .trials import Proposal, Trial

__all__ = ["Record"]

FORMAT = "course_lib.search 1"


class Record:
    """The file at ``path``, or nothing where it is None.

    Raises ValueError where the file is no record, or that of a search with another seed.
    """

    def __init__(self, path: str | os.PathLike[str] | None, seed: int) -> None:
        header = {"format": FORMAT, "seed": whole("seed", seed)}
        self._path = None if path is None else Path(path)
        self._known: dict[int, Trial] = {}
        self._file: IO[str] | None = None
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        lines = _complete_lines(self._path)
        if lines:
            self._read(lines, header)
        self._file = self._path.open("a", encoding="utf-8")
        if not lines:
            self._write(header)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def recall(self, number: int, proposal: Proposal) -> Trial | None:
        """What became of this proposal, where the record says; None otherwise.

        Raises ValueError where the trial of that number in the record is another.
        """
        trial = self._known.get(number)
        if trial is None:
            return None
        here = {"parameters": _as_json(proposal.parameters), "parent": proposal.parent}
        there = {"parameters": trial.parameters, "parent": trial.parent}
        if here != there:
            raise ValueError(
                f"{self._path} must hold trials of this search; got trial {number} with {there} "
                f"where this search has {here}: give each space, method and objective a path of "
                "its own, or remove the file"
            )
        return replace(trial, parameters=proposal.parameters)

    def add(self, trial: Trial) -> None:
        self._write({**vars(trial), "parameters": _as_json(trial.parameters)})

    def _read(self, lines: list[str], header: dict[str, Any]) -> None:
        try:
            first, *rest = (json.loads(line) for line in lines)
            known = {line["number"]: Trial(**line) for line in rest}
        except (ValueError, KeyError, TypeError):
            first, known = None, {}
        if not isinstance(first, dict) or first.get("format") != FORMAT:
            raise ValueError(
                f"{self._path} must be the record of a search; got another file, or a damaged one: "
                "choose another path, or remove it"
            )
        if first != header:
            raise ValueError(
                f"{self._path} must be of this search; got seed {first.get('seed')} there and "
                f"{header['seed']} here: use that seed, or another path"
            )
        self._known = known

    def _write(self, line: Mapping[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
            self._file.flush()


def _complete_lines(path: Path) -> list[str]:
    """The lines of ``path``; a last one without its end, from a kill while writing, is cut off."""
    if not path.exists():
        return []
    content = path.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if len(whole) < len(content):
        with path.open("r+b") as file:
            file.truncate(len(whole))
    return whole.decode("utf-8", errors="replace").splitlines()


def _as_json(parameters: Mapping[str, Any]) -> Any:
    """Parameters as JSON gives them back; what it cannot say (a function, a class) by its name."""
    return json.loads(json.dumps(parameters, default=_name))


def _name(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    return getattr(value, "__qualname__", type(value).__qualname__)
