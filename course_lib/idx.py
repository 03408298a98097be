"""IDX, the file format of MNIST and its kin: a few numbers that say type and shape, then the data.

Two zero bytes, one byte for the type, one for the number of axes; a big-endian 32-bit length for
each axis; the numbers, big-endian, the last axis fastest.
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["read_idx"]

TYPES = {0x08: "u1", 0x09: "i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
GZIP = b"\x1f\x8b"


def read_idx(path: Path | str) -> NDArray[Any]:
    """The array in an IDX file, gzipped or not, in the byte order of this machine.

    Raises
    ------
    ValueError
        where the file is no IDX file, or its length is not the one that its head tells.

    Source: LeCun, Cortes and Burges, "The MNIST database", section on file formats.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "two-by-two")
    ...     _ = file.write_bytes(bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 1, 2, 3, 4]))
    ...     read_idx(file).tolist()
    [[1, 2], [3, 4]]
    """
    content = _bytes(Path(path))
    if len(content) < 4 or content[:2] != b"\0\0" or content[2] not in TYPES:
        raise ValueError(
            f"{path} must be an IDX file, two zero bytes and a known type first; "
            f"got {content[:4]!r}: pass a file in the format of MNIST"
        )
    kind, axes = np.dtype(TYPES[content[2]]), content[3]
    start = 4 + 4 * axes
    shape = struct.unpack(f">{axes}I", content[4:start]) if len(content) >= start else None
    if shape is None or len(content) != start + math.prod(shape) * kind.itemsize:
        raise ValueError(
            f"{path} must be as long as its head tells, shape {shape} of {kind}; "
            f"got {len(content)} bytes: fetch it again, it is not whole"
        )
    numbers = np.frombuffer(content, kind, offset=start).reshape(shape)
    return numbers.astype(kind.newbyteorder("="))


def _bytes(path: Path) -> bytes:
    raw = path.read_bytes()
    if not raw.startswith(GZIP):
        return raw
    try:
        return gzip.decompress(raw)
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"{path} must be a whole gzip file; got one that does not unpack ({error}): "
            "fetch it again"
        ) from None
