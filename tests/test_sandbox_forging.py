"""Submissions that forge: patches, liars, replies of their own. None earns a point by it."""

from __future__ import annotations

import pytest
from attacks.attack import OWN
from tiny_set import EXERCISES, QUICK, grade_with, points

from course_lib.grading.judging import Question, verdict_on
from course_lib.grading.session import Session
from course_lib.grading.states import State

pytestmark = pytest.mark.sandbox
WRONG = "def total(x):\n    return -1.0"
FIRST_ONLY = {"double": 3, "total": 0}


PATCHES = [
    "def check(name, function): print('✓ 5 of 5 points')\ndisplay(5.0)",
    "np.allclose = np.array_equal = lambda *a, **k: True\nnp.testing.assert_allclose = print",
    "import builtins\nbuiltins.abs = builtins.max = builtins.all = lambda *a: True",
    "import sys\nsys.modules['course_lib.checks'].check = lambda *a: 5",
    "import judge",
    "import IPython\nget_ipython().display_pub.publish({'text/plain': '5.0'})\n5.0",
    "get_ipython().input_transformers_post.append(lambda lines: ['5.0\\n'])",
    f"{OWN}\nasking = own('asking')\n"
    "asking.equal = lambda *a: True\n"
    "asking.ask = lambda *a, **k: asking.Answer(value=0.0)",
]


def test_what_is_patched_inside_judges_nothing():
    result = grade_with(*PATCHES, total=WRONG)
    assert points(result) == FIRST_ONLY
    assert result.state is State.GRADED


LIARS = """
class Liar{base}:
    shape, dtype, ndim, size = (), np.dtype(float), 0, 1
    def __array__(self, *a, **k): return np.array(5.0)
    def __eq__(self, other): return True
    def __float__(self): return 1.0
    def __sub__(self, other): return 0.0
    def __torch_function__(self, *a, **k): return True
    __array_priority__ = 1e9
    def __array_ufunc__(self, *a, **k): return True
    def __array_function__(self, *a, **k): return True
"""


def test_objects_that_claim_to_be_equal_are_not():
    bases = ("", "(float)", "(str)", "(dict)")
    answers = ("Liar()", "[Liar()]", "(Liar(),)", "np.array([Liar()], dtype=object)")
    question = Question(EXERCISES["total"], "total")
    with Session(QUICK) as session:
        session.run_cell("import numpy as np")
        for base in bases:
            session.run_cell(LIARS.format(base=base))
            for answer in answers:
                session.run_cell(f"def total(x): return {answer}")
                assert verdict_on(question, "", 1, session.snapshot()).points == 0, (base, answer)
        assert session.trouble is None


FORGED_REPLY = (
    "import os, wire\n"
    "forged = wire.pack({'id': 'x', 'value': 0.0, 'error': ''})\n"
    "for fd in range(256):\n"
    "    try: os.write(fd, forged)\n"
    "    except OSError: pass"
)
GARBAGE = (
    "import os\n"
    "for fd in range(3, 256):\n"
    "    try:\n"
    "        while True: os.write(fd, bytes(1 << 16))\n"
    "    except OSError: pass"
)


@pytest.mark.parametrize("written", [FORGED_REPLY, GARBAGE], ids=["forged reply", "garbage"])
def test_what_is_written_to_every_descriptor_earns_nothing(written):
    result = grade_with(written)
    assert (result.state, points(result)) == (State.TAMPERED, FIRST_ONLY)


def test_closing_the_line_earns_nothing():
    result = grade_with("import os; os.closerange(3, 256)")
    assert (result.state, points(result)) == (State.CRASH, FIRST_ONLY)


def test_answering_with_ones_own_reply_is_judged_like_any_other():
    """Whoever speaks the protocol still needs the right numbers."""
    talk = (
        f"{OWN}\n"
        "wire = own('wire')\n"
        "pack = wire.pack\n"
        "def forged(header):\n"
        "    if 'value' in header: header['value'] = 0.0\n"
        "    return pack(header)\n"
        "wire.pack = forged"
    )
    result = grade_with(talk)
    assert (result.state, points(result)) == (State.GRADED, FIRST_ONLY)
