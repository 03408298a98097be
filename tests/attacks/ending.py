"""Ending the grader's process, and outliving it."""

from __future__ import annotations

from .attack import SLEEPER, Attack

TIMEOUT, ENDED = ("timeout",), ("crash", "memory")
ANY = ("graded", "timeout", "memory", "crash", "tampered")

LOOP_IN_C = "import itertools; sum(itertools.repeat(0))"
SWALLOWS = """
while True:
    try:
        while True: pass
    except BaseException: pass
"""
DEAF = """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
signal.setitimer(signal.ITIMER_REAL, 0)
while True: pass
"""
ORPHAN = f"""
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv("/usr/bin/sleep", ["sleep", "{SLEEPER}"])
    os._exit(0)
os.wait()
"""
HANGING_STR = """
class Stuck(Exception):
    def __str__(self):
        while True: pass
def total(x):
    raise Stuck
"""
HANGING_CONVERSION = """
import collections.abc
class Endless(collections.abc.Mapping):
    def __len__(self): return 1
    def __getitem__(self, key): return 1
    def __iter__(self):
        while True: pass
def total(x):
    return Endless()
"""
RESISTS = """
def total(x):
    while True:
        try:
            while True: pass
        except BaseException: pass
"""
BASE_EXCEPTION = """
class Worse(BaseException):
    def __str__(self): raise SystemExit(3)
    __repr__ = __str__
"""

ENDING = (
    # The exercise after a cell that was stopped still counts.
    Attack("loop-in-a-cell", ("while True: pass",), states=TIMEOUT),
    Attack("loop-in-c", (LOOP_IN_C,), states=TIMEOUT),
    Attack("loop-that-swallows", (SWALLOWS,), states=TIMEOUT),
    Attack("deaf-to-signals", (DEAF,), states=TIMEOUT),
    Attack("loop-in-an-answer", total="def total(x):\n    while True: pass", states=TIMEOUT),
    Attack("loop-in-an-answer-that-swallows", total=RESISTS, states=TIMEOUT),
    Attack("never-awakes", ("import asyncio\nawait asyncio.Event().wait()",), states=TIMEOUT),
    Attack("waits-for-input", ("input()", "import sys; sys.stdin.read()")),
    Attack("exit-of-the-process", ("import os; os._exit(0)",), states=ENDED),
    Attack("exit-in-an-answer", total="import os\ndef total(x): os._exit(0)", states=ENDED),
    Attack("sys-exit-everywhere", ("exit()", "import sys; sys.exit(0)", "quit", "raise SystemExit"),
           total="def total(x): raise SystemExit(0)"),
    Attack("interrupts-itself", ("raise KeyboardInterrupt",),
           total="import signal\ndef total(x): signal.raise_signal(signal.SIGINT)"),
    Attack("worse-than-an-exception", (BASE_EXCEPTION, "raise Worse"),
           total="def total(x): raise Worse", states=ANY),
    Attack("stops-itself", ("import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",),
           states=TIMEOUT),
    Attack("kills-itself", ("import os; os.kill(os.getpid(), 9)",), states=ENDED),
    Attack("kills-everything", ("import os; os.kill(-1, 9)",), states=ANY),
    Attack("kills-its-group", ("import os; os.killpg(0, 9)",), states=ENDED),
    Attack("kills-its-parent", ("import os; os.kill(os.getppid(), 9)",), states=ANY),
    Attack("segmentation-fault", ("import ctypes; ctypes.string_at(0)",), states=ENDED),
    Attack("abort", ("import os; os.abort()",), states=ENDED),
    Attack("endless-recursion", ("import sys; sys.setrecursionlimit(10**9)\n"
                                 "def f(): f()\nf()",), states=ANY),
    Attack("becomes-another-program", (
        f"import os; os.execv('/usr/bin/sleep', ['sleep', '{SLEEPER}'])",), states=ANY[1:]),
    Attack("orphan", (ORPHAN,)),
    Attack("orphan-of-an-answer", total=f"def total(x):\n    exec({ORPHAN!r})\n    return -1.0"),
    Attack("child-that-answers-too", ("import os\nos.fork()",),
           total="import os\ndef total(x):\n    os.fork()\n    return -1.0",
           states=("graded", "tampered")),
    Attack("endless-thread", ("import threading\ndef f():\n    while True: pass\n"
                              "threading.Thread(target=f).start()",), states=ANY),
    Attack("thread-that-exits-later",
           ("import os, threading; threading.Timer(0.3, os._exit, [0]).start()",), states=ANY),
    Attack("hangs-at-exit", ("import atexit, time; atexit.register(time.sleep, 9e4)",)),
    Attack("message-that-never-comes", total=HANGING_STR, states=TIMEOUT),
    Attack("conversion-that-never-ends", total=HANGING_CONVERSION, states=TIMEOUT),
    Attack("alarm-of-ones-own",
           ("import signal\nsignal.signal(signal.SIGALRM, lambda *_: None)\nwhile True: pass",),
           states=TIMEOUT),
)  # fmt: skip
