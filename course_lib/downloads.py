"""Files from the network: each known by its SHA-256, asked of several mirrors, kept in a cache.

pooch keeps the cache and checks the hash, so that a file is either whole and the right one or not
there at all. What it lacks is added here: mirrors, and going on after a download that broke off.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pooch
import requests

__all__ = ["DownloadError", "data_folder", "fetch"]

# Seconds to wait for a connection, and for the next bytes on it.
TIMEOUT = 30


class DownloadError(OSError):
    """No mirror gave the file: one line says which file, why, and what to do.

    >>> issubclass(DownloadError, OSError)
    True
    """


def data_folder() -> Path:
    """Where downloads are kept: the folder that the environment variable COURSE_DATA names, or one
    in the user's cache.

    >>> data_folder().name if "COURSE_DATA" not in os.environ else "training-deep-networks"
    'training-deep-networks'
    """
    return Path(os.environ.get("COURSE_DATA") or pooch.os_cache("training-deep-networks"))


def fetch(name: str, sha256: str, mirrors: Sequence[str], folder: Path | None = None) -> Path:
    """The path of the file ``name``, from the cache, or else from the first mirror that has it.

    Each mirror is asked twice: the second time goes on where a broken connection left off.

    Parameters
    ----------
    name
        the file's name, in the cache and at the end of each mirror's address
    sha256
        its hash; a file of another hash is thrown away
    mirrors
        addresses of folders, tried in this order
    folder
        the cache, ``data_folder()`` unless told

    Raises
    ------
    DownloadError
        where no mirror gives a file of that hash.

    >>> import hashlib, tempfile
    >>> with tempfile.TemporaryDirectory() as cache:  # what is in the cache is asked of nobody
    ...     _ = Path(cache, "notes").write_bytes(b"abc")
    ...     known = hashlib.sha256(b"abc").hexdigest()
    ...     fetch("notes", known, ["https://example.org"], Path(cache)).name
    'notes'
    """
    folder = folder or data_folder()
    reasons: dict[str, str] = {}
    for mirror in mirrors:
        for _ in range(2):
            try:
                return _retrieved(name, sha256, mirror, folder)
            except (requests.RequestException, ValueError) as error:
                reasons[mirror.split("/")[2]] = _short(error)
    told = "; ".join(f"{host}: {reason}" for host, reason in reasons.items())
    raise DownloadError(
        f"{name} must be downloaded once, and no mirror gave it ({told}): "
        f"connect to the network, or put the file into {folder}"
    )


def _retrieved(name: str, sha256: str, mirror: str, folder: Path) -> Path:
    with _quiet():
        found = pooch.retrieve(
            f"{mirror.rstrip('/')}/{name}",
            known_hash=f"sha256:{sha256}",
            fname=name,
            path=folder,
            downloader=_Continuing(folder / f"{name}.part"),
        )
    return Path(found)


@contextmanager
def _quiet() -> Iterator[None]:
    """pooch tells of each attempt on stderr, where a notebook shows it as if it were an error."""
    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel("WARNING")
    try:
        yield
    finally:
        logger.setLevel(level)


class _Continuing:
    """What pooch downloads with: keeps what came in ``part``, and asks only for the rest."""

    def __init__(self, part: Path) -> None:
        self.part = part

    def __call__(self, url: str, output_file: str, _pooch: Any) -> None:
        have = self.part.stat().st_size if self.part.exists() else 0
        # Servers that would zip the file once more are asked not to: lengths would not fit.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
            if response.status_code == requests.codes.range_not_satisfiable:
                self.part.unlink()
            response.raise_for_status()
            partial = response.status_code == requests.codes.partial_content
            with self.part.open("ab" if partial else "wb") as sink:
                for chunk in response.iter_content(1 << 16):
                    sink.write(chunk)
        # Out of pooch's hands only if its hash is right: a wrong part is not gone on with.
        os.replace(self.part, output_file)


def _short(error: Exception) -> str:
    """The kind of failure in a few words: messages of requests are paragraphs."""
    if isinstance(error, requests.HTTPError) and error.response is not None:
        return f"it answered {error.response.status_code}"
    if isinstance(error, requests.Timeout):
        return f"no answer in {TIMEOUT} s"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, requests.RequestException):
        return "the connection broke off"
    return "not the right file (its SHA-256 differs)"
