"""Carrying hidden cases out, to be read on the feedback page."""

from __future__ import annotations

from .attack import OWN, Attack

SHOWN = ("77777",)  # stands in every hidden case of tiny_set, and in no public one

# ``double`` is right and looks over its shoulder.
KEEPS = "seen = []\ndef double(x):\n    seen.append(str(list(x)))\n    return 2 * np.asarray(x)"
TELLS = "print(seen)\ndisplay(seen)\nseen"
TO_FILE = """
def double(x):
    with open("/tmp/seen", "a") as file: file.write(str(list(x)))
    return 2 * np.asarray(x)
"""
TO_SHARED = """
from multiprocessing import shared_memory
import mmap
page = mmap.mmap(-1, 4096)
def double(x):
    page[:5] = str(int(x[-1])).zfill(5).encode()[:5]
    return 2 * np.asarray(x)
"""
TO_CHILD = """
import os
here, there = os.pipe()
def double(x):
    os.write(there, str(list(x)).encode())
    return 2 * np.asarray(x)
"""
TO_SOCKET = """
import socket, threading
seen, server = [], socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("\\0seen")
def listen():
    while True: seen.append(server.recv(4096).decode())
threading.Thread(target=listen, daemon=True).start()
def double(x):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as client:
        client.sendto(str(list(x)).encode(), "\\0seen")
    return 2 * np.asarray(x)
"""
TO_LATER_ANSWER = """
def total(x):
    try: return open("/tmp/seen").read()
    except OSError: return ""
"""
IN_TIME_OUT = (
    OWN
    + """
asking = own("asking")
def ask(driver, function, args, seconds=1.0, *more):
    return asking.Answer(error=f"x = {args}", timed_out=True)
asking.ask = ask
"""
)
IN_RULE = (
    OWN
    + """
wire = own("wire")
def total(x):
    wire.pack = lambda header: (lambda head: wire.HEADS.pack(len(head), 0) + head)(
        ('{"id": {"complex": ["%s", 0]}}' % list(x)).encode())
    return -1.0
"""
)
DIES_TELLING = """
import os, sys
def total(x):
    if len(x) > 3:
        os.write(2, str(list(x)).encode()); sys.__stderr__.write(str(x)); os.abort()
    return 3.0
"""


def _on_hidden(does: str) -> str:
    """Right on the public case, which has three numbers; ``does`` that on hidden ones."""
    return f"def total(x):\n    if len(x) == 3: return float(np.sum(x))\n    {does}"


LEAKING = (
    Attack("kept-and-printed", (TELLS,), double=KEEPS, never=SHOWN),
    Attack("kept-and-raised", ("raise ValueError(str(seen))",), double=KEEPS, never=SHOWN),
    Attack("kept-in-a-file", ("print(open('/tmp/seen').read())",), double=TO_FILE, never=SHOWN),
    Attack("kept-in-shared-memory", ("print(bytes(page[:5]))",), double=TO_SHARED, never=SHOWN),
    Attack("kept-in-a-pipe",
           ("import os\nos.set_blocking(here, False)\nprint(os.read(here, 60_000))",),
           double=TO_CHILD, never=SHOWN),
    Attack("kept-by-a-thread", ("import time; time.sleep(0.1)\nprint(seen)",),
           double=TO_SOCKET, never=SHOWN),
    Attack("kept-for-a-later-answer", double=TO_FILE, total=TO_LATER_ANSWER, never=SHOWN),
    Attack("told-in-an-error", total=_on_hidden("raise ValueError(str(list(x)))"), never=SHOWN),
    Attack("told-in-a-kind-of-error",
           total=_on_hidden("raise type(f'E{int(x[-1])}', (Exception,), {})()"), never=SHOWN),
    Attack("told-in-keys", total=_on_hidden("return {str(list(x)): 1.0}"), never=SHOWN),
    Attack("told-in-a-shape", total=_on_hidden("return np.empty((int(x[-1]), 0))"), never=SHOWN),
    Attack("told-in-a-number", total=_on_hidden("return [0.0] * int(x[-1])"), never=SHOWN),
    Attack("told-in-a-text", total=_on_hidden("return str(list(x))"), never=SHOWN),
    Attack("told-as-a-time-out", (IN_TIME_OUT,), states=("graded", "timeout"), never=SHOWN),
    Attack("told-as-a-broken-reply", total=IN_RULE, states=("graded", "tampered"),
           points=(0.0, 3.0), never=SHOWN),
    Attack("told-in-dying", total=DIES_TELLING, states=("crash",), never=SHOWN),
    Attack("printed-in-an-answer",
           total=_on_hidden("print(list(x)); display(list(x)); return -1.0"),
           never=SHOWN),
)  # fmt: skip
