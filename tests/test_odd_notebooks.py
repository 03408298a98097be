"""A right answer never loses marks, however it is written and whatever else the notebook does."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

import nbformat
import odd_answers
import odd_answers_later
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from tiny_set import NAME, QUICK, SET, answer_cell, test_cell

from course_lib.checks.registry import find_exercise
from course_lib.grading.admit import admit
from course_lib.grading.rebuild import is_test, rebuild
from course_lib.grading.released import Released
from course_lib.grading.run import grade_notebook
from course_lib.grading.sandbox import LIMITS, Limits
from course_lib.grading.states import Result, State

pytestmark = pytest.mark.sandbox

IMPORTS = "import numpy as np\nimport torch\nimport matplotlib.pyplot as plt"
SETS = {
    name: answers
    for module in (odd_answers, odd_answers_later)
    for name, answers in vars(module).items()
    if name.startswith("PS")
}
# Of each way of asking one, for what the cells around them do.
PLAIN = {
    "mse": "def mse(a, y):\n    return np.mean((a - y) ** 2)",
    "log_cosh": (
        "def log_cosh(a, y):\n    d = (a - y).abs()\n"
        "    return (d + torch.log1p(torch.exp(-2 * d)) - np.log(2)).mean()"
    ),
    "glorot_uniform": odd_answers.PS2["glorot_uniform"],
    "DropoutLayer": odd_answers_later.PS3_AND_PS4["DropoutLayer"],
    "momentum_step": odd_answers_later.PS6["momentum_step"],
    "MomentumSGD": odd_answers_later.PS6["MomentumSGD"],
}
CELLS: dict[str, Sequence[str]] = {
    "strict": (
        "np.seterr(all='raise'); import warnings; warnings.simplefilter('error')",
        "torch.autograd.set_detect_anomaly(True); torch.use_deterministic_algorithms(True)",
    ),
    "gradients-off": ("torch.set_grad_enabled(False)",),
    "settings": (
        "torch.set_default_dtype(torch.float64); torch.set_num_threads(8)",
        "import sys, random; sys.setrecursionlimit(10**6); random.seed(0); np.random.seed(0)",
        "np.set_printoptions(precision=2, legacy='1.13'); np.float = float",
        "import locale; locale.setlocale(locale.LC_ALL, 'C.UTF-8')",
        "import os; os.makedirs('x'); os.chdir('x'); os.rmdir('../x'); os.environ.clear()",
    ),
    "plots": (
        "plt.style.use('dark_background'); plt.plot([1, 2]); plt.savefig('a.pdf'); plt.show()",
        "%matplotlib notebook",
        "%matplotlib inline\n%config InlineBackend.figure_format = 'retina'",
        "plt.plot([1, 2]); plt.close('all')",
    ),
    "magics": (
        "%load_ext autoreload\n%autoreload 2\n%precision 3\n%env FOO=1",
        "%%time\nprint(1)",
        "t = %timeit -o -n1 -r1 sum(range(10))\nx = !ls\nnp.mean?",
        "%%writefile helper.py\ndef f(): return 1",
        "import helper; helper.f()\n%run helper.py",
        "%pylab inline",
        "await __import__('asyncio').sleep(0)",
        "%reset -f",
        IMPORTS,
    ),
    "outputs": (
        "for i in range(10_000): print('line', i)",
        "import sys\nfor i in range(300): print(f'\\r{i} %', end='', file=sys.stderr, flush=True)",
        "import warnings, logging; warnings.warn('hm'); logging.warning('hm'); 'a' * 10**7",
        "import sys, os; sys.stdout = open(os.devnull, 'w'); sys.stderr = None",
    ),
    "names": (
        "from numpy import *\nfrom math import *\nfrom itertools import *",
        "list = sum = max = min = str = type = zip = getattr = isinstance = object = id = None",
        "check = None; asking = guard = Answer = sys = 1; print = lambda *a, **k: None",
    ),
    "errors": (
        "1/0",
        "import nothing_here",
        "raise KeyboardInterrupt",
        "raise SystemExit",
        "exit()",
    ),
    "threads": (
        "import threading, time\nthreading.Timer(60, print).start()",
        "import multiprocessing as mp\nwith mp.Pool(2) as pool: print(pool.map(abs, [-1, 2]))",
        "import gc, sys; gc.disable(); sys.settrace(lambda *a: None)",
        "import signal; signal.signal(signal.SIGALRM, signal.SIG_IGN)",
    ),
}
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "crlf": lambda content: content.replace(b"\n", b"\r\n"),
    "bom": lambda content: b"\xef\xbb\xbf" + content,
    "crlf-in-cells": lambda content: content.replace(b"\\n", b"\\r\\n"),
    "tabs": lambda content: content.replace(b"    return", b"\\treturn"),
    "one-line": lambda content: json.dumps(json.loads(content)).encode(),
}


def notebook(answers: Mapping[str, str | None], cells: Sequence[str] = ()) -> NotebookNode:
    """A cell for each answer (None: its stub) and each test; ``cells`` stand before all of them."""
    made = [new_code_cell(source, id=f"code-{i}") for i, source in enumerate([IMPORTS, *cells])]
    for name, source in answers.items():
        made += [answer_cell(name, source), test_cell(name, find_exercise(name).points)]
    return new_notebook(cells=made)


def grade(
    answers: Mapping[str, str],
    cells: Sequence[str] = (),
    form: Callable[[bytes], bytes] = lambda content: content,
    limits: Limits = LIMITS,
) -> Result:
    released = notebook(dict.fromkeys(answers))
    exercises = {name: find_exercise(name) for name in answers}
    submitted = form(nbformat.writes(notebook(answers, cells)).encode())
    return grade_notebook(
        rebuild(released, admit(submitted)),
        Released(SET, {NAME: nbformat.writes(released).encode()}, exercises),
        1,
        limits,
    )


def assert_all_points(result: Result) -> None:
    told = [cell.outputs[0].text for cell in result.notebook.cells if is_test(cell)]
    assert all(text.startswith("✓") for text in told), "\n".join(told)
    assert (result.state, result.points) == (State.GRADED, result.max_points), result.reason


@pytest.mark.parametrize("answers", SETS.values(), ids=SETS)
def test_a_right_answer_may_be_written_in_any_way(answers):
    assert_all_points(grade(answers))


@pytest.mark.parametrize("cells", CELLS.values(), ids=CELLS)
def test_what_other_cells_do_costs_a_right_answer_nothing(cells):
    assert_all_points(grade(PLAIN, cells))


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_how_the_file_is_written_costs_nothing(form):
    assert_all_points(grade({"mse": PLAIN["mse"]}, form=form))


def test_an_answer_that_a_later_cell_corrects_is_right():
    wrong = "def mse(a, y):\n    return 0"
    released, submitted = notebook({"mse": None}), notebook({"mse": wrong})
    submitted.cells.insert(-1, new_code_cell("%%time\n" + PLAIN["mse"]))
    exercises = {"mse": find_exercise("mse")}
    told = Released(SET, {NAME: nbformat.writes(released).encode()}, exercises)
    content = nbformat.writes(submitted).encode()
    assert_all_points(grade_notebook(rebuild(released, admit(content)), told, seed=1))


# What the answer waits for was begun by a cell: no copy of the process has it.
HELPED = {
    "executor": """
from concurrent.futures import ThreadPoolExecutor
import time
pool = ThreadPoolExecutor(2)
list(pool.map(time.sleep, [0.2] * 4))
def mse(a, y):
    return np.mean(list(pool.map(lambda d: d * d, np.ravel(a - y))))
""",
    "thread": """
import queue, threading
asked, told = queue.Queue(), queue.Queue()
def serve():
    while True:
        told.put(np.mean(asked.get() ** 2))
threading.Thread(target=serve, daemon=True).start()
def mse(a, y):
    asked.put(a - y)
    return told.get()
""",
    "processes": """
import multiprocessing
def square(d): return d * d
pool = multiprocessing.Pool(2)
def mse(a, y):
    return np.mean(pool.map(square, np.ravel(a - y)))
""",
}


@pytest.mark.parametrize("answer", HELPED.values(), ids=HELPED)
def test_an_answer_may_need_what_a_cell_has_left_running(answer):
    assert_all_points(grade({"mse": answer}, limits=QUICK))


def test_an_endless_loop_beside_a_thread_ends_all_the_same():
    loop = "def mse(a, y):\n    while True: pass"
    result = grade({"mse": loop}, CELLS["threads"][:1], limits=QUICK)
    assert (result.state, result.points) == (State.TIMEOUT, 0)


def test_a_method_named_as_the_tensors_does_not_open_the_tensors():
    gradient = """
class Norm:
    def backward(self, up): return up

def batch_norm_gradient(upstream, x, gamma, eps):
    t, g = (torch.tensor(np.array(a, float), requires_grad=True) for a in (x, gamma))
    b = torch.zeros(len(gamma), dtype=torch.float64, requires_grad=True)
    y = g * (t - t.mean(0)) / torch.sqrt(t.var(0, unbiased=False) + eps) + b
    y.backward(torch.tensor(np.array(upstream, float)))
    return t.grad, g.grad, b.grad
"""
    result = grade({"batch_norm_gradient": gradient})
    assert (result.state, result.points) == (State.GRADED, 0)
    assert "torch.Tensor.backward may not be used" in result.notebook.cells[-1].outputs[0].text
