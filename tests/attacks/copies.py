"""Copies of one submission against each other, and ways of hanging or dying that are rare."""

from __future__ import annotations

from .attack import SLEEPER, Attack

ANY = ("graded", "timeout", "memory", "crash", "tampered")
OTHERS = "[n for n in map(int, filter(str.isdigit, os.listdir('/proc'))) if n != os.getpid()]"


def _double(does: str) -> str:
    """The honest answer, which does something else first."""
    lines = "\n".join(f"    {line}" for line in does.strip().splitlines())
    return f"import os, signal\ndef double(x):\n{lines}\n    return 2 * np.asarray(x)"


STEALS = f"""
import ctypes, json, struct
libc = ctypes.CDLL(None)
head = json.dumps({{"id": "x", "value": 0.0, "error": ""}}).encode()
for number in {OTHERS}:
    process = libc.syscall(434, number, 0)
    for one in range(64):
        got = libc.syscall(438, process, one, 0)
        try: got > 2 and os.write(got, struct.pack("!II", len(head), 0) + head)
        except OSError: pass
"""
OVERWRITES = f"""
for number in {OTHERS}:
    try:
        for line in open(f"/proc/{{number}}/maps"):
            low, high = (int(part, 16) for part in line.split()[0].split("-"))
            if " rw-p " in line and high - low < 1 << 22:
                with open(f"/proc/{{number}}/mem", "r+b", 0) as memory:
                    memory.seek(low)
                    memory.write(b"\\xff" * (high - low))
    except (OSError, ValueError): pass
"""
TRACES = f"""
import ctypes
libc = ctypes.CDLL(None)
for number in {OTHERS}:
    for request in (16, 0x4206, 17): libc.ptrace(request, number, 0, 0)
"""
STOPS_ALL = f"""
for number in {OTHERS}:
    try: os.kill(number, signal.SIGSTOP)
    except OSError: pass
"""
KILLS_ALL = STOPS_ALL.replace("SIGSTOP", "SIGKILL")
GOES_ON_STOPPING = """
import os, signal, time
if os.fork() == 0:
    os.setsid()
    while True:
        try: os.kill(-1, signal.SIGSTOP)
        except OSError: pass
        time.sleep(0.001)
"""
HANGS_IN_THE_KERNEL = """
import ctypes, platform
clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]
ctypes.CDLL(None).syscall(clone, 0x4000 | 17, 0, 0, 0, 0) or __import__("time").sleep(9e4)
"""
ALARM = "import signal\nsignal.signal(signal.SIGALRM, signal.SIG_DFL)\nwhile True: pass"
PROCESSOR_TIME = """
import resource, signal
signal.signal(signal.SIGXCPU, lambda *_: None)
resource.setrlimit(resource.RLIMIT_CPU, (1, 2))
while True: pass
"""
STRICT = "import ctypes\nctypes.CDLL(None).prctl(22, 1, 0, 0, 0)\nopen('/tmp/x', 'w')"
ZOMBIES = "import os\nfor _ in range(100):\n    if os.fork() == 0: os._exit(0)"
ADOPTS = f"""
import ctypes, os
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
if os.fork() == 0:
    if os.fork() == 0:
        ctypes.CDLL(None).prctl(15, b"python", 0, 0, 0)
        os.closerange(0, 256)
        os.execv("/usr/bin/sleep", ["sleep", "{SLEEPER}"])
    os._exit(0)
"""
REAPS = """
import os, threading
def reap():
    while True:
        try: os.waitpid(-1, 0)
        except ChildProcessError: pass
threading.Thread(target=reap, daemon=True).start()
"""
AT_EXIT = """
import atexit, os, threading
def bomb():
    while True:
        try: os.fork()
        except OSError: pass
atexit.register(bomb)
threading._register_atexit(bomb)
"""
OWN_LANDLOCK = """
import ctypes, struct
libc = ctypes.CDLL(None)
rules = struct.pack("Q", (1 << 15) - 1)
made = libc.syscall(444, rules, ctypes.c_size_t(8), 0)
libc.prctl(38, 1, 0, 0, 0)
libc.syscall(446, made, 0)
"""
NOT_SEEN = "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)"

COPIES = (
    Attack("steals-the-line-of-another-answer", double=_double(STEALS), states=ANY),
    Attack("overwrites-another-answer", double=_double(OVERWRITES), states=ANY),
    Attack("traces-another-answer", double=_double(TRACES), states=ANY),
    Attack("stops-all-others", ("import os, signal\n" + STOPS_ALL,), states=ANY),
    Attack("stops-all-others-in-an-answer", double=_double(STOPS_ALL), states=ANY),
    Attack("kills-all-others-in-an-answer", double=_double(KILLS_ALL), states=ANY),
    Attack("goes-on-stopping-others", (GOES_ON_STOPPING,), states=ANY, points=(0.0, 3.0)),
    Attack("hangs-in-the-kernel", (HANGS_IN_THE_KERNEL,), states=ANY),
    Attack("alarm-as-it-comes", (ALARM,), states=("timeout", "crash")),
    Attack("out-of-processor-time", (PROCESSOR_TIME,), states=ANY),
    Attack("ends-in-a-while", ("import faulthandler\nfaulthandler.dump_traceback_later(0.2, "
           "exit=True)",), states=ANY),
    Attack("strict-with-itself", (STRICT,), states=ANY),
    Attack("leaves-the-dead", (ZOMBIES,), states=ANY),
    Attack("adopts-orphans", (ADOPTS,), states=ANY),
    Attack("reaps-its-copies", (REAPS,), states=ANY),
    Attack("bomb-at-the-end", (AT_EXIT,), states=ANY),
    Attack("locks-itself-in", (OWN_LANDLOCK,), states=ANY),
    Attack("hides-from-its-copies", (NOT_SEEN,), states=ANY),
)  # fmt: skip
