"""Forging marks from inside the student's own process, where everything can be patched."""

from __future__ import annotations

from .attack import OWN, Attack

GAVE_UP = ("graded", "tampered", "crash")

OWN_CHECK = "def check(name, function): print('✓ 5 of 5 points')\ndisplay(5.0)\n5.0"
NUMPY = "np.allclose = np.array_equal = lambda *a, **k: True\nnp.testing.assert_allclose = print"
BUILTINS = """
import builtins
builtins.abs = builtins.max = builtins.all = builtins.any = lambda *a: True
builtins.isinstance = lambda *a: True
"""
HOOKS = """
shell = get_ipython()
shell.events.register("pre_run_cell", lambda info: setattr(info, "raw_cell", "5.0"))
shell.events.register("post_run_cell", lambda result: setattr(result, "result", 5.0))
shell.input_transformers_cleanup.append(lambda lines: ["5.0\\n"])
shell.input_transformers_post.append(lambda lines: ["5.0\\n"])
shell.set_custom_exc((Exception,), lambda *a, **k: None)
"""
TRANSFORMER = """
import ast
class Fives(ast.NodeTransformer):
    def visit_Constant(self, node):
        return ast.copy_location(ast.Constant(5.0), node)
get_ipython().ast_transformers.append(Fives())
"""
DISPLAY_HOOK = """
import sys
sys.displayhook = lambda value: None
get_ipython().displayhook = sys.displayhook
get_ipython().display_pub.publish({"text/plain": "5.0"})
get_ipython().display_formatter.formatters["text/plain"].for_type(float, lambda *a: a[1].text("5"))
"""
TRACING = """
import sys, threading
def trace(frame, event, arg):
    for name in list(frame.f_locals):
        if name in ("passed", "problem", "points"): frame.f_locals[name] = 5.0
    return trace
sys.settrace(trace); sys.setprofile(trace); threading.settrace(trace)
"""
FRAMES = """
import gc, sys
def total(x):
    wanted = ("Case", "Exercise", "Verdict", "Question", "Finding")
    for held in gc.get_objects():
        if type(held).__name__ in wanted: return held
    frame = sys._getframe()
    while frame:
        for name, value in {**frame.f_globals, **frame.f_locals}.items():
            if name in ("expected", "reference", "cases", "hidden"): return value
        frame = frame.f_back
    return -1.0
"""
IMPORTS = """
def total(x):
    for name in ("course_lib.losses", "course_lib.checks.judge", "course_lib.exercises",
                 "tiny_set", "judge", "exercise", "registry"):
        try:
            module = __import__(name, fromlist=["total"])
            return module.total(x)
        except (ImportError, AttributeError): pass
    return -1.0
"""
IMPORT_HOOK = """
import sys, types
class Finder:
    def find_spec(self, name, path=None, target=None):
        raise SystemExit(0)
sys.meta_path.insert(0, Finder())
sys.modules.update({name: types.SimpleNamespace(__getattr__=lambda n: lambda *a, **k: True)
                    for name in ("wire", "asking", "drivers", "plain", "given")})
"""
SHADOW = """
import os, sys
for name in ("numpy", "torch", "json", "wire", "asking", "drivers", "plain"):
    for folder in (".", "/tmp", os.environ["HOME"]):
        open(f"{folder}/{name}.py", "w").write("raise SystemExit(0)")
sys.path[:0] = [".", "/tmp"]
for name in list(sys.modules):
    if name.split(".")[0] in ("wire", "asking", "drivers", "plain"): del sys.modules[name]
"""
EVERY_CHANNEL = """
import os, socket, stat
def channels():
    for name in os.listdir("/proc/self/fd"):
        try:
            if stat.S_ISSOCK(os.fstat(int(name)).st_mode): yield int(name)
        except OSError: pass
"""
FORGED_REPLY = (
    EVERY_CHANNEL
    + """
import json, struct
head = json.dumps({"id": "x", "value": 0.0, "error": "", "points": 5}).encode()
for channel in channels():
    os.write(channel, struct.pack("!II", len(head), 0) + head)
"""
)
FLOOD = (
    EVERY_CHANNEL
    + """
for channel in channels():
    try:
        os.set_blocking(channel, False)
        while True: os.write(channel, b"\\xff" * 65536)
    except OSError: pass
"""
)
CLOSED = "import os; os.closerange(3, 256)"
CLOSED_SOCKETS = EVERY_CHANNEL + "for channel in list(channels()): os.close(channel)"
EATEN = (
    EVERY_CHANNEL
    + """
import threading
def eat(channel):
    while os.read(channel, 65536): pass
for channel in channels(): threading.Thread(target=eat, args=[channel], daemon=True).start()
"""
)
REPLAY = """
import socket
send = socket.socket.sendall
def twice(self, content, *more):
    send(self, content)
    send(self, content)
socket.socket.sendall = twice
"""
SWAP = (
    OWN
    + """
wire = own("wire")
pack, kept = wire.pack, []
def swapped(header):
    kept.append(dict(header))
    header = {**header, "id": kept[0].get("id")}
    return pack(header)
wire.pack = swapped
"""
)
OWN_VALUE = (
    OWN
    + """
wire = own("wire")
pack = wire.pack
def forged(header):
    for name in ("value", "points", "passed"): header = {**header, name: 0.0}
    return pack({**header, "error": "", "changed": (), "late": False, "state": "graded"})
wire.pack = forged
"""
)
PATCHED_ASKING = (
    OWN
    + """
asking = own("asking")
drivers, plain = asking.DRIVERS["call"].__globals__, asking.to_plain.__globals__
for module in (asking, own("wire"), drivers, plain):
    module = module if isinstance(module, dict) else vars(module)
    for key, value in list(module.items()):
        if callable(value) and key in ("equal", "to_plain", "find", "time_limit"):
            module[key] = lambda *a, **k: 0.0
"""
)
MUTATED = """
import threading, time
def total(x):
    def later():
        while True: x[...] = 0.0
    threading.Thread(target=later, daemon=True).start()
    return x
"""
SEEDS = """
import random, torch
np.random.seed(0); random.seed(0); torch.manual_seed(0)
np.random.default_rng = lambda *a: None
random.random = lambda: 0.5
def total(x): return float(np.random.RandomState(1).normal(size=4).sum()) + 77777.0
"""
MEMORY = """
import os, re
def total(x):
    for line in open("/proc/self/maps"):
        try:
            low, high = (int(part, 16) for part in line.split()[0].split("-"))
            if "stack" not in line or high - low > 1 << 24: continue
            with open("/proc/self/mem", "r+b", 0) as memory:
                memory.seek(low); memory.read(high - low)
        except (OSError, ValueError, OverflowError): pass
    for number in os.listdir("/proc"):
        if number.isdigit():
            for name in ("mem", "environ", "maps", "fd/3", "fd/0", "cmdline"):
                try: open(f"/proc/{number}/{name}", "rb").read(100)
                except OSError: pass
    return -1.0
"""
SHUFFLED = "import sys\nsys.modules['builtins'].__build_class__ = None\nsys.modules.clear()"
NO_BUILTINS = (
    "__builtins__.clear() if isinstance(__builtins__, dict) else vars(__builtins__).clear()"
)
THREAD_SWAPS = """
import threading
def later():
    while True: get_ipython().user_ns["total"] = lambda x: 5.0
threading.Thread(target=later, daemon=True).start()
"""


FORGING = (
    Attack("own-check", (OWN_CHECK,)),
    Attack("patched-numpy", (NUMPY,)),
    Attack("patched-builtins", (BUILTINS,), states=GAVE_UP),
    Attack("shell-hooks", (HOOKS,)),
    Attack("syntax-transformer", (TRANSFORMER,)),
    Attack("display-hook", (DISPLAY_HOOK,)),
    Attack("tracing", (TRACING,), states=("graded", "timeout")),
    Attack("frames-and-gc", total=FRAMES),
    Attack("imports-the-reference", total=IMPORTS),
    Attack("import-hook", (IMPORT_HOOK,), states=GAVE_UP),
    Attack("shadow-modules", (SHADOW,), states=GAVE_UP),
    Attack("forged-reply", (FORGED_REPLY,), states=GAVE_UP),
    Attack("forged-reply-in-an-answer",
           total=f"def total(x):\n    exec({FORGED_REPLY!r}, {{}})\n    return -1.0",
           states=GAVE_UP),
    Attack("flooded-line", (FLOOD,), states=(*GAVE_UP, "timeout")),
    Attack("closed-line", (CLOSED,), states=GAVE_UP),
    Attack("closed-sockets", (CLOSED_SOCKETS,), states=(*GAVE_UP, "timeout")),
    Attack("eaten-questions", (EATEN,), states=(*GAVE_UP, "timeout")),
    Attack("replayed-replies", (REPLAY,), states=GAVE_UP),
    Attack("swapped-replies", (SWAP,), states=GAVE_UP),
    Attack("own-replies", (OWN_VALUE,), states=GAVE_UP),
    Attack("patched-asking", (PATCHED_ASKING,), states=GAVE_UP, points=(0.0, 3.0)),
    Attack("not-a-number", total="def total(x): return float('nan')"),
    Attack("numbers-without-end", total="def total(x): return np.full(np.shape(x), np.inf)"),
    Attack("a-huge-integer", total="def total(x): return 10 ** 5000"),
    Attack("nothing-of-a-huge-shape", total="def total(x): return np.empty((0, 1 << 40))"),
    Attack("a-true-answer", total="def total(x): return True"),
    Attack("broadcast-answer",
           total="def total(x): return np.broadcast_to(float(np.sum(x)), (2, 3))"),
    Attack("mutated-afterwards", total=MUTATED, states=("graded", "timeout")),
    Attack("guessed-seeds", total=SEEDS),
    Attack("memory-and-proc", total=MEMORY),
    Attack("no-modules", (SHUFFLED,), states=GAVE_UP),
    Attack("no-builtins", (NO_BUILTINS,), states=GAVE_UP),
    Attack("answer-swapped-meanwhile", (THREAD_SWAPS,), states=("graded", "timeout")),
)  # fmt: skip
