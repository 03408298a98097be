"""Using what the exercise forbids through other threads, processes, names and exercises."""

from __future__ import annotations

from .attack import Attack

ANY = ("graded", "timeout", "memory", "crash", "tampered")

# An earlier cell, which the answer does not reach by name, keeps the function.
STASH = "exec('sta' + 'sh = np.cum' + 'sum')"
# A Python of its own, in which nothing is forbidden.
OTHER_PYTHON = """
import os, subprocess, sys
def code(x):
    find = f"import sys; sys.path[:] = {sys.path!r}; import numpy as np; "
    return find + f"print(float(np.cum" + f"sum({[float(v) for v in x]})[-1]))"
"""
# Answers for ``total`` out of a call of ``double``, where nothing is forbidden.
ORACLE = """
import os, threading
ask, asked = os.pipe()
told, tell = os.pipe()
def oracle():
    while True:
        numbers = np.frombuffer(os.read(ask, 4096))
        os.write(tell, np.cumsum(numbers)[-1:].tobytes())
def double(x):
    HELP
    return 2 * np.asarray(x)
"""
ASKS = """
import select
def total(x):
    os.write(asked, np.asarray(x, float).tobytes())
    if not select.select([told], [], [], 0.5)[0]: return -1.0
    return float(np.frombuffer(os.read(told, 8))[0])
"""
IN_A_PROCESS = ORACLE.replace("HELP", "if os.fork() == 0: oracle()")
IN_A_SESSION = ORACLE.replace("HELP", "if os.fork() == 0: os.setsid(), oracle()")
IN_A_THREAD = ORACLE.replace("HELP", "threading.Thread(target=oracle, daemon=True).start()")

POOL = "from concurrent.futures import ThreadPoolExecutor\ndef total(x):\n    "
SUM = "def total(x):\n    return "
OWN_MODULE = "import guard\nguard.{}\n" + STASH
BASE64 = "import base64\nexec(base64.b64decode('c3Rhc2ggPSBucC5jdW1zdW0='))"  # stash = np.cumsum
REDUCED = """
import pickle
class Reach:
    def __reduce__(self): return (getattr, (np, "cum" + "sum"))
stash = pickle.loads(pickle.dumps(Reach()))
"""
BY_C = """
import ctypes
stash = ctypes.py_object(np.cumsum)
def found(): return stash.value
"""
AS_A_LIBRARY = "exec(compile('def run(x): return np.cum' + 'sum(x)[-1]', np.__file__, 'exec'))"
CELLS_AS_LIBRARY = f"get_ipython().compile.cache = lambda *a, **k: np.__file__\n{STASH}"
NAMED_AS_LIBRARY = f"""
{STASH}
def run(x): return stash(x)[-1]
run.__code__ = run.__code__.replace(co_filename=np.__file__)
"""
RELOADED = "import importlib\nimportlib.reload(np)\n" + STASH
DEFAULT = "exec('def total(x, f=np.cum' + 'sum): return f(x)[-1]')"
DESCRIPTOR = "exec('class Sum:\\n    f = property(lambda self: np.cum' + 'sum)')"

ROUNDABOUT = (
    Attack("forbidden-in-a-pool", (STASH,), total=POOL
           + "return ThreadPoolExecutor(1).submit(stash, x).result()[-1]"),
    Attack("forbidden-in-a-thread", (STASH,), total="import threading\ndef total(x):\n"
           "    got = []\n    one = threading.Thread(target=lambda: got.append(stash(x)[-1]))\n"
           "    one.start(); one.join()\n    return got[0]"),
    Attack("forbidden-in-another-python", (OTHER_PYTHON,), total=SUM
           + "float(subprocess.run([sys.executable, '-c', code(x)], capture_output=True).stdout)"),
    Attack("forbidden-in-a-shell", (OTHER_PYTHON,), total=SUM
           + "float(os.popen(sys.executable + ' -c \"' + code(x) + '\"').read())"),
    Attack("forbidden-in-a-spawned-process",
           (OTHER_PYTHON, "def run(x):\n    os.execv(sys.executable, ['python', '-c', code(x)])"),
           total="def total(x):\n    here, there = os.pipe()\n    if os.fork() == 0:\n"
           "        os.dup2(there, 1)\n        run(x)\n    return float(os.read(here, 100))",
           states=ANY),
    Attack("forbidden-in-a-process-of-another-answer", double=IN_A_PROCESS, total=ASKS),
    Attack("forbidden-in-a-session-of-another-answer", double=IN_A_SESSION, total=ASKS),
    Attack("forbidden-in-a-thread-of-another-answer", double=IN_A_THREAD, total=ASKS),
    Attack("forbidden-to-a-guard-that-is-patched",
           (OWN_MODULE.format("forbid = lambda *a: None"),), total=SUM + "stash(x)[-1]"),
    Attack("forbidden-to-a-guard-that-knows-it",
           (OWN_MODULE.format("_names.add('numpy.cumsum')"),), total=SUM + "stash(x)[-1]"),
    Attack("forbidden-to-a-guard-that-trusts-all",
           (OWN_MODULE.format("PLACES = ('/', '<')"),), total=SUM + "stash(x)[-1]"),
    Attack("forbidden-in-base64", (BASE64,), total=SUM + "stash(x)[-1]"),
    Attack("forbidden-in-a-pickle", (REDUCED,), total=SUM + "stash(x)[-1]"),
    Attack("forbidden-behind-a-pointer", (BY_C,), total=SUM + "found()(x)[-1]"),
    Attack("forbidden-in-code-of-a-library", (AS_A_LIBRARY,), total=SUM + "run(x)"),
    Attack("forbidden-in-code-of-a-library-in-a-pool", (AS_A_LIBRARY,),
           total=POOL + "return ThreadPoolExecutor(1).submit(run, x).result()"),
    Attack("forbidden-in-cells-of-a-library", (CELLS_AS_LIBRARY,), total=SUM + "stash(x)[-1]"),
    Attack("forbidden-in-a-function-of-a-library", (NAMED_AS_LIBRARY,), total=SUM + "run(x)"),
    Attack("forbidden-and-loaded-again", (RELOADED,), total=SUM + "stash(x)[-1]", states=ANY),
    Attack("forbidden-as-a-default", (), total=DEFAULT),
    Attack("forbidden-as-a-property", (DESCRIPTOR,), total=SUM + "Sum().f(x)[-1]"),
    Attack("forbidden-along-an-axis", (STASH,),
           total=SUM + "np.apply_along_axis(stash, 0, x)[-1]"),
)  # fmt: skip
