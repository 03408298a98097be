"""Taking all there is of memory, disk, processes, output and of the grader's own time."""

from __future__ import annotations

import json
from pathlib import Path

from tiny_set import NAME

from .attack import Attack

INVALID, NOTHING = ("invalid",), (0.0,)
SOME = ("graded", "timeout", "memory", "crash")

FORKS = "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass"
THREADS = """
import threading, time
try:
    while True: threading.Thread(target=time.sleep, args=[60], daemon=True).start()
except RuntimeError: pass
"""
DISK = """
import os
for folder in ("/tmp", "/dev/shm", ".", os.environ["HOME"]):
    try:
        for i in range(64):
            with open(f"{folder}/fill{i}", "wb") as file: file.write(bytes(16 << 20))
    except OSError as error: print(error)
"""
INODES = """
import os
try:
    for i in range(200_000): open(f"/tmp/n{i}", "w").close()
except OSError as error: print(error)
"""
FILES = """
import os
held = []
try:
    while True: held += [*os.pipe()]
except OSError as error: print(error)
"""
MAPS = "import mmap\nkept = [mmap.mmap(-1, 1 << 33) for _ in range(8)]"
SHARED = """
import ctypes
libc = ctypes.CDLL(None)
print([libc.shmget(0, 1 << 30, 0o1666) for _ in range(8)])
"""
PICTURE = """
import os
from IPython.display import Image, display
data = b"\\x89PNG\\r\\n\\x1a\\n" + os.urandom(12 << 20)
for _ in range(4): display(Image(data=data, format="png"))
"""


def _sparse(folder: Path) -> None:
    with (folder / f"{NAME}.ipynb").open("wb") as file:
        file.truncate(100 * 2**20)


def _notebook(**changes) -> bytes:
    told = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}
    return json.dumps({**told, **changes}).encode()


def _deep(_) -> bytes:
    return b'{"nbformat": 4, "cells": [], "metadata": ' + b"[" * 10**5 + b"]" * 10**5 + b"}"


def _very_deep(_) -> bytes:
    return b'{"nbformat": 4, "cells": ' + b'{"a":' * 10**6


def _many_cells(_) -> bytes:
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": []}
    return _notebook(cells=[cell] * 2500)


def _million_cells(_) -> bytes:
    return _notebook(cells=[{}] * 10**6)


def _large_integer(_) -> bytes:
    return b'{"nbformat": ' + b"9" * 10**7 + b', "cells": []}'


def _many_values(_) -> bytes:
    return _notebook(metadata={"a": [0] * 3_000_000})


def _many_words(_) -> bytes:
    return _notebook(cells=[{"cell_type": "markdown", "source": "*a **b " * 30_000}])


RESOURCES = (
    Attack("memory-at-once", ("x = bytearray(64 << 30)",), states=("memory",)),
    Attack("memory-in-bites", ("hoard = []\nwhile True: hoard.append(bytes(1 << 22))",),
           states=("memory",)),
    Attack("memory-in-an-answer", total="def total(x):\n    return np.ones((1 << 34,))",
           states=("memory",)),
    Attack("memory-of-numpy", ("np.ones((1 << 20, 1 << 20))",), states=("memory", "graded")),
    Attack("memory-of-torch", ("import torch; torch.ones(1 << 34)",), states=("memory",)),
    Attack("memory-mapped", (MAPS,), states=("memory", "graded")),
    Attack("memory-shared", (SHARED,)),
    Attack("text-without-end", ("'x' * (1 << 30)",), states=SOME),
    Attack("fork-bomb", (FORKS,), states=(*SOME, "tampered")),
    Attack("thread-bomb", (THREADS,), states=SOME),
    Attack("disk", (DISK,), states=("graded", "memory")),
    Attack("small-files", (INODES,), states=SOME),
    Attack("open-files", (FILES,), states=SOME),
    Attack("prints-forever", ("while True: print('x' * 10_000)",), states=("timeout",)),
    Attack("displays-forever", ("while True: display('x' * 1000)",), states=("timeout", "memory")),
    Attack("errors-forever", ("import sys\nwhile True: sys.stderr.write('e')",),
           states=("timeout",)),
    Attack("large-pictures", (PICTURE,), states=SOME),
    Attack("message-of-megabytes", total="def total(x): raise ValueError('y' * (1 << 26))"),
    Attack("answer-of-megabytes", total="def total(x): return np.zeros(1 << 23)"),
    Attack("answer-of-many-texts", total="def total(x): return ['a' * 200] * 100_000"),
    Attack("answer-nested-deeply",
           total="def total(x):\n    r = 0.0\n    for _ in range(10_000): r = [r]\n    return r"),
    Attack("answer-in-itself", total="def total(x):\n    r = []\n    r.append(r)\n    return r"),
    Attack("hundred-megabytes", place=_sparse, states=INVALID, points=NOTHING),
    Attack("nested-deeply", change=_deep, states=INVALID, points=NOTHING),
    Attack("nested-and-cut", change=_very_deep, states=INVALID, points=NOTHING),
    Attack("many-cells", change=_many_cells, states=INVALID, points=NOTHING),
    Attack("a-million-cells", change=_million_cells, states=INVALID, points=NOTHING),
    Attack("a-large-integer", change=_large_integer, states=INVALID, points=NOTHING),
    Attack("many-values", change=_many_values, states=INVALID, points=NOTHING),
    Attack("many-words", change=_many_words, states=INVALID, points=NOTHING),
    Attack("much-code", ("x = 1\n" * 40_000,), states=INVALID, points=NOTHING),
    Attack("code-nested-deeply", ("(" * 150 + ")" * 150, "-" * 30_000 + "1", "x" + ".a" * 20_000),
           states=SOME),
)  # fmt: skip
