"""What Python calls by itself, turned against the program that runs the notebook."""

from __future__ import annotations

from .attack import OWN, Attack

ANY = ("graded", "timeout", "memory", "crash", "tampered")

AUDIT = """
import sys
def hook(event, args):
    if event.startswith(("socket", "os.", "exec", "compile", "import")): raise SystemExit(0)
sys.addaudithook(hook)
"""
# Runs in every copy of the process before the copy says that it is there.
AT_FORK = """
import os, time
def survive():
    if os.fork() == 0:
        os.setsid()
        end = time.monotonic() + 20
        while time.monotonic() < end: get_ipython().user_ns["total"] = lambda x: 0.0
os.register_at_fork(before=lambda: None, after_in_parent=lambda: None, after_in_child=survive)
"""
HANGS_AT_FORK = "import os, time\nos.register_at_fork(after_in_child=lambda: time.sleep(9e4))"
COLLECTED = """
import gc, weakref
class Trap:
    def __del__(self):
        get_ipython().user_ns["total"] = lambda x: 0.0
        raise SystemExit(0)
trap = Trap(); trap.itself = trap; del trap
weakref.finalize(get_ipython(), print, "evil")
gc.callbacks.append(lambda phase, info: (_ for _ in ()).throw(SystemExit(0)))
gc.set_threshold(1); gc.unfreeze()
"""
CODECS = """
import codecs
codecs.register_error("replace", lambda error: ("5.0", error.end))
codecs.register_error("strict", lambda error: ("", error.end))
codecs.register(lambda name: codecs.lookup("rot13"))
"""
NUMPY_INSIDE = """
import numpy as np, numpy.core.multiarray as inside
for owner in (np, inside):
    for name in ("array", "asarray", "copy", "dtype", "ndarray", "generic", "frombuffer", "prod"):
        if hasattr(owner, name): setattr(owner, name, lambda *a, **k: 5.0)
np.set_printoptions(formatter={"all": lambda x: "5.0"}, override_repr=lambda a: "5.0")
np.seterr(all="raise")
"""
TORCH_MODE = """
import torch
from torch.overrides import TorchFunctionMode
class Mode(TorchFunctionMode):
    def __torch_function__(self, func, types, args=(), kwargs=None): return torch.zeros(())
Mode().__enter__()
torch.Tensor.detach = torch.Tensor.cpu = torch.Tensor.numpy = lambda self: 5.0
torch.set_default_dtype(torch.float16)
def total(x): return torch.as_tensor(-1.0)
"""
INTERPRETER = """
import sys, threading
sys.setswitchinterval(1e9)
sys.set_int_max_str_digits(0)
threading.stack_size(1 << 30)
sys.excepthook = sys.unraisablehook = threading.excepthook = None
sys.breakpointhook = sys.displayhook = None
sys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = None
sys.setrecursionlimit(60)
"""
# The loop that serves requests stands further up the stack.
SERVER = """
import sys
frame = sys._getframe()
while frame:
    worker = frame.f_locals.get("self")
    if type(worker).__name__ == "Worker":
        forged = dict(value=0.0, error="", unwritten=False, timed_out=False, changed=(), points=5)
        for name in ("answer", "test", "cell"):
            setattr(worker, name, lambda *a: {**forged, "passed": True, "result": 5.0})
        frame.f_locals.get("handlers", {}).update(cell=worker.cell, test=worker.test)
    frame = frame.f_back
"""
# Small numbers, and what belongs to every array, rewritten where they lie.
POKES = """
import ctypes
def poke(thing, offset, content): ctypes.memmove(id(thing) + offset, content, len(content))
poke(0.0, 16, b"\\0\\0\\0\\0\\0\\0\\x14@")
for number in (2, 3): poke(number, 24, b"\\5")
"""
MODULE_CLASS = (
    OWN
    + """
import sys, types
class Evil(types.ModuleType):
    def __getattribute__(self, name): raise SystemExit(0)
for module in (own("wire"), own("asking"), own("guard"), sys.modules["json"], sys.modules["numpy"]):
    module.__class__ = Evil
"""
)
MAGICS = (
    "%pdb on\n1 / 0", "breakpoint()", "import pdb; pdb.set_trace()", "%debug", "help()",
    "%%bash --bg --out kept\nsleep 86399.25", "!sleep 86399.25 &", "%%writefile numpy.py\nevil",
    "%run /proc/self/environ", "%load /etc/passwd", "%cd /\n%pwd", "%env PATH=/tmp\n%set_env A=1",
    "%%html\n<script>alert(1)</script>", "%%javascript\nalert(1)", "%%svg\n<svg onload='x'/>",
    "%%latex\n\\href{javascript:alert(1)}{x}", "%config InlineBackend.figure_formats = ['svg']\n"
    "import matplotlib.pyplot as plt; plt.plot([1]);", "%gui qt\n%matplotlib qt", "%colors NoColor",
    "%autoreload 2\n%load_ext autoreload", "%xmode Plain\n%reset_selective -f double", "%logstart",
    "%history -g\n%notebook x.ipynb", "%alias_magic check time\n%rehashx", "%pinfo2 get_ipython",
    "%%python\nprint('evil')", "%pip install evil", "%killbgscripts", "%reset -f",
)  # fmt: skip


HOOKS = (
    Attack("audit-hook", (AUDIT,), states=ANY),
    Attack("hooks-at-fork", (AT_FORK,), states=ANY),
    Attack("hooks-at-fork-from-the-start", first=(AT_FORK,), states=ANY, points=(0.0, 3.0)),
    Attack("hangs-at-fork", (HANGS_AT_FORK,), states=ANY),
    Attack("when-collected", (COLLECTED,), states=ANY),
    Attack("codecs", (CODECS,), states=ANY),
    Attack("numpy-inside", (NUMPY_INSIDE,), states=ANY),
    Attack("mode-of-torch", total=TORCH_MODE, states=ANY),
    Attack("interpreter-settings", (INTERPRETER,), states=ANY),
    Attack("server-in-the-stack", (SERVER,), states=ANY),
    Attack("server-from-the-start", first=(SERVER,), states=ANY, points=(0.0, 3.0)),
    Attack("pokes", (POKES,), states=ANY),
    Attack("class-of-a-module", (MODULE_CLASS,), states=ANY),
    Attack("magics", MAGICS, states=ANY, never=("<script", "<svg", 'href="javascript')),
)  # fmt: skip
