"""A notebook that uses what notebooks use comes out of the sandbox as out of a kernel."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from tiny_set import QUICK

from course_lib.grading.outputs import PICTURES
from course_lib.grading.session import Session

pytestmark = [
    pytest.mark.sandbox,
    # nbclient leaves its event loop and sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

CELLS = (
    "print('out')\nimport sys\nprint('err', file=sys.stderr)\nprint('out', 'again')",
    "import warnings\nwarnings.warn('careful')",
    "6 * 7",
    "6 * 7;",
    "None",
    "_ , __, Out[3]",
    "display('shown', 2)\n'value'",
    "import numpy as np\nnp.arange(12.0).reshape(3, 4)",
    "import torch\ntorch.ones(2, requires_grad=True) * 2",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2, 3])",
    "plt.plot([3, 2, 1]);\nplt.show()\nprint('after')",
    "fig, axes = plt.subplots(1, 2)\nplt.close(fig)",
    "%timeit -n 2 -r 2 sum(range(10))",
    "%%time\ntotal = sum(range(10))\ntotal",
    "%%capture kept\nprint('kept')",
    "kept.stdout",
    "!echo from the shell",
    "files = !echo a; echo b\nfiles",
    "%%bash\necho from bash\necho to stderr >&2",
    # A kernel takes in what is written past Python a little later.
    "import os, time\nos.system('echo past Python')\ntime.sleep(0.5)",
    "import subprocess\nprint('before'); sys.stdout.flush()\n"
    "subprocess.run(['echo', 'a program'])\ntime.sleep(0.5)",
    "from IPython.display import clear_output\nprint('gone')\nclear_output()\nprint('stays')",
    "print('gone')\nclear_output(wait=True)\nprint('stays')",
    "print('stays')\nclear_output(wait=True)",
    "handle = display('first', display_id='one')\nprint('between')",
    "from IPython.display import update_display\nupdate_display('second', display_id='one')",
    "h = display('a', display_id=True)\nh.update('b')",
    "from IPython.display import HTML, Markdown\ndisplay(Markdown('**bold**'))\nHTML('<b></b>')",
    "1 / 0",
    "def inner():\n    raise ValueError('two\\nlines')\n\ndef outer():\n    inner()\n\nouter()",
    "this is no Python",
    "for i in range(3):\n  print(i)\n    print(i)",
    "undefined_name",
    "input('name? ')",
    "import getpass\ngetpass.getpass()",
    "import signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)",
    "import asyncio\nawait asyncio.sleep(0)\n'awaited'",
    "sys.exit(3)",
    "%who_ls int",
    "%unknown_magic",
    "class Shown:\n    def _repr_html_(self): return '<i>x</i>'\n"
    "    def __repr__(self): return 'x'\nShown()",
    "sys.stdout.write('no newline')",
    "raise KeyboardInterrupt",
    "%%writefile made.txt\ncontent",
    "open('made.txt').read()",
    "import logging\nlogging.warning('logged')",
    "len(In), __name__",
)
STREAMS = ("stdout", "stderr")
SAME = (
    (r"\x1b\[[0-9;]*m", ""),
    (r"/tmp/ipykernel_\d+/\d+\.py", "CELL"),
    (r"\d[\d.]*(?:e[+-]?\d+)? (?:ns|μs|µs|us|ms|s)\b", "TIME"),
    (r"<ipython-input-\S+>", "CELL"),
    (r"0x[0-9a-f]+", "ADDRESS"),
)


def told(outputs) -> list[tuple[str, ...]]:
    """Outputs as text, without what differs from run to run and without what no page may show."""
    lines = []
    for output in outputs:
        if output.output_type == "stream":
            _add_text(lines, output.name, normal(output.text))
            continue
        if output.output_type == "error":
            # Where a kernel refuses input, the frames are the kernel's own.
            inside = output.ename != "StdinNotImplementedError"
            trace = "\n".join(output.traceback) if inside else ""
            parts = (output.ename, output.evalue, trace)
        else:
            kinds = {kind for kind in output.data if kind in PICTURES}
            count = str(output.get("execution_count"))
            parts = (output.output_type, count, *kinds, output.data.get("text/plain", ""))
        lines.append(tuple(map(normal, parts)))
    return lines


def _add_text(lines: list[tuple[str, ...]], stream: str, text: str) -> None:
    """Text after text of the same stream: a kernel sends each stream in pieces of its own."""
    for place in range(len(lines) - 1, -1, -1):
        if lines[place][0] not in STREAMS:
            break
        if lines[place][0] == stream:
            lines[place] = (stream, lines[place][1] + text)
            return
    lines.append((stream, text))


def normal(text: str) -> str:
    for pattern, name in SAME:
        text = re.sub(pattern, name, text)
    return text


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """The outputs of each cell in a kernel and in the sandbox."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in CELLS])
    folder = str(tmp_path_factory.mktemp("kernel"))
    resources = {"metadata": {"path": folder}}
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST")  # under it a kernel drops what is written past Python
        NotebookClient(notebook, resources=resources, allow_errors=True, timeout=120).execute()
    kernel = [told(cell.outputs) for cell in notebook.cells]
    with Session(QUICK) as session:
        outputs = [session.run_cell(source) for source in CELLS]
    cells = [
        new_code_cell(source, outputs=kept) for source, kept in zip(CELLS, outputs, strict=True)
    ]
    nbformat.validate(new_notebook(cells=cells))
    return kernel, [told(kept) for kept in outputs]


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_outputs_are_those_of_a_kernel(both, number):
    kernel, sandbox = both
    assert sandbox[number] == kernel[number], CELLS[number]
