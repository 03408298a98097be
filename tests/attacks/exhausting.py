"""Taking what few think of: terminals, watches, memory without a file, rows of signals."""

from __future__ import annotations

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from .attack import Attack

SOME = ("graded", "timeout", "memory", "crash")

TERMINALS = """
import os
held = []
try:
    while len(held) < 600: held.append(os.openpty())
except OSError: pass
if len(held) > 100: print("ALL" + "TAKEN", len(held))
"""
# In so many processes as the machine's terminals would take.
TERMINALS_OF_ALL = f"import os\nfor _ in range(5): os.fork()\n{TERMINALS}"
WATCHES = """
import ctypes
libc = ctypes.CDLL(None)
if [one for one in (libc.inotify_init1(0) for _ in range(20)) if one >= 0]: print("WAT" + "CHED")
"""
NO_FILES = """
import os
held = []
try:
    for _ in range(200):
        held.append(os.memfd_create("x"))
        for _ in range(60): os.write(held[-1], bytes(1 << 20))
except OSError: pass
"""
PIPES = """
import fcntl, os
try:
    while True:
        here, there = os.pipe()
        fcntl.fcntl(there, 1031, 1 << 20)
        os.set_blocking(there, False)
        os.write(there, bytes(1 << 20))
except OSError: pass
"""
SOCKETS = """
import socket
held = []
try:
    while True:
        held += socket.socketpair()
        held[-1].setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 30)
        held[-1].setblocking(False)
        while True: held[-1].send(bytes(1 << 16))
except BlockingIOError: pass
except OSError: pass
"""
LINKS = """
import os
try:
    for i in range(70_000): os.symlink("x" * 4000, f"/tmp/l{i}")
except OSError: pass
"""
FOLDERS = """
import os
try:
    for i in range(20_000): os.mkdir("d"), os.chdir("d")
except OSError: pass
"""
SPARSE = """
import os
for path in ("/tmp/sparse", "/dev/shm/sparse", "sparse"):
    try:
        with open(path, "wb") as file: file.truncate(10 << 30)
        print("SPA" + "RSE")
    except OSError: pass
try: os.ftruncate(1, 10 << 30)
except OSError: pass
"""
MAPS = """
import mmap
held = []
try:
    for i in range(80_000): held.append(mmap.mmap(-1, 4096, prot=1 + 2 * (i % 2)))
except (OSError, ValueError): pass
"""
TIMERS = """
import ctypes
libc, made = ctypes.CDLL(None), ctypes.c_void_p()
count = 0
while count < 100_000 and libc.timer_create(0, None, ctypes.byref(made)) == 0: count += 1
"""
WAITING_SIGNALS = """
import ctypes, os, signal
signal.pthread_sigmask(signal.SIG_BLOCK, range(34, 65))
libc = ctypes.CDLL(None)
for _ in range(100_000):
    if libc.sigqueue(os.getpid(), 40, None): break
"""
LOCKED = """
import ctypes
libc = ctypes.CDLL(None)
if libc.mlockall(3) == 0: print("LOC" + "KED")
"""
ONE_LINE = "import os\nfor _ in range(64): os.write(1, b'x' * (1 << 20))"
TRICKLE = "import time\nwhile True:\n    print('.', end='', flush=True)\n    time.sleep(0.01)"
CLEARS = """
from IPython.display import clear_output, display, update_display
display("x", display_id="one")
for _ in range(3000):
    print("y" * 5000)
    update_display("z" * 5000, display_id="one")
    clear_output()
"""
COLOURS = "print('\\x1b[31mx\\x1b[0m' * 30_000)"
PICTURE = """
import base64, struct, zlib
from IPython.display import Image, display
def part(name, body):
    return struct.pack("!I", len(body)) + name + body + struct.pack("!I", zlib.crc32(name + body))
head = struct.pack("!2I5B", 60_000, 60_000, 1, 0, 0, 0, 0)
data = b"\\x89PNG\\r\\n\\x1a\\n" + part(b"IHDR", head) + part(b"IDAT", b"") + part(b"IEND", b"")
display(Image(data=data, format="png"))
display({"image/png": base64.b64encode(data).decode(), "text/plain": "kept"}, raw=True)
"""
HUGE = "iVBORw0KGgoAAAANSUhEUgAA6mAAAOpg"  # how the picture above begins


def _many(source: str, count: int) -> tuple[str, ...]:
    return (source,) * count


def _same_display(notebook: NotebookNode) -> None:
    """One name for what a hundred cells show a hundred times; then it is updated."""
    shows = "for _ in range(100): display('x', display_id='one')"
    cells = [new_code_cell(shows) for _ in range(100)]
    long = "from IPython.display import update_display\nupdate_display('y' * 200_000, display_id="
    notebook.cells[4:4] = [*cells, new_code_cell(long + "'one')")]


EXHAUSTING = (
    Attack("all-terminals", (TERMINALS,), states=SOME, never=("ALLTAKEN",)),
    Attack("all-terminals-at-once", (TERMINALS_OF_ALL,), states=SOME, never=("ALLTAKEN",)),
    Attack("all-watches", (WATCHES,), never=("WATCHED",)),
    Attack("memory-without-files", (NO_FILES,), states=SOME),
    Attack("memory-in-pipes", (PIPES,), states=SOME),
    Attack("memory-in-sockets", (SOCKETS,), states=SOME),
    Attack("memory-in-links", (LINKS,), states=SOME),
    Attack("memory-locked", (LOCKED,), states=SOME, never=("LOCKED",)),
    Attack("memory-in-many-maps", (MAPS,), states=SOME),
    Attack("folders-in-folders", (FOLDERS,), states=SOME),
    Attack("sparse-files", (SPARSE,), states=SOME, never=("SPARSE",)),
    Attack("many-timers", (TIMERS,), states=SOME),
    Attack("many-signals-that-wait", (WAITING_SIGNALS,), states=SOME),
    Attack("one-line-of-megabytes", (ONE_LINE,), states=SOME),
    Attack("trickles", (TRICKLE,), states=("timeout",)),
    Attack("shows-and-clears", (CLEARS,), states=SOME),
    Attack("colours-in-many-cells", _many(COLOURS, 40), states=SOME),
    Attack("one-name-for-many-displays", change=_same_display, states=SOME),
    Attack("picture-of-gigabytes", (PICTURE,), never=(HUGE,)),
)  # fmt: skip
