"""Who is in the sample class, and what each of them did: data, no code.

An answer is ``"solution"`` (the worked one), ``"stub"`` (nothing written), the name of a variant or
mistake that the exercise declares, ``"like "`` and a part of a variant's name, ``"first mistake"``,
or the source itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

SAMPLE_DUE = datetime(2026, 10, 5, 23, 59, tzinfo=UTC)

WHY = (
    "The sigmoid of a large logit is rounded to exactly 1, and $\\ln(1 - 1) = -\\infty$: the loss "
    "is `inf`, and its slope makes `nan` of every weight. With $10^{-10}$ added the loss is capped "
    "at 23 and flat there, so the worst samples teach nothing. I would leave the sigmoid out in "
    "training and use $\\max(s, 0) - y s + \\ln(1 + e^{-|s|})$: no exponent is positive. The "
    "predictions stay the same, as $\\sigma(s) > \\tfrac12$ exactly where $s > 0$."
)
SHORT = "The loss overflows. I would use **logits**."


@dataclass(frozen=True)
class Student:
    """One student.

    ``rest`` is the answer to every exercise that ``answers`` does not name; ``added`` are code
    cells put before the answer of an exercise; ``handed_in`` is a time in UTC. ``content`` stands
    for a notebook that is none, ``file_name`` for one that was renamed; ``notes`` for a folder
    with a text file and no notebook.
    """

    name: str
    story: str
    rest: str = "solution"
    answers: Mapping[str, str] = field(default_factory=dict)
    written: str = ""
    added: Mapping[str, str] = field(default_factory=dict)
    handed_in: str = "2026-10-05 16:20:00 UTC"
    content: bytes = b""
    file_name: str = ""
    notes: str = ""


RAISES = """
def mse(a, y):
    raise ValueError("predictions and targets do not look right to me")
"""

NEVER_ENDS = """
def log_sum_exp(s):
    total = np.zeros(len(s))
    while True:
        total = total + 0
"""

WARNS = """
import sys
import warnings

def mse(a, y):
    warnings.warn("I am not sure about this one")
    print("squared errors:", (a - y) ** 2, file=sys.stderr)
    return np.mean((a - y) ** 2)
"""

HELPER = '''
def shifted(s):
    """Logits less their row's maximum, and the maximum."""
    top = s.max(axis=1, keepdims=True)
    return s - top, top[:, 0]
'''

WITH_HELPER = """
def log_sum_exp(s):
    rest, top = shifted(s)
    return top + np.log(np.exp(rest).sum(axis=1))
"""

LIBRARY_MSE = """
import torch.nn.functional as F

def mse(a, y):
    return F.mse_loss(torch.as_tensor(a), torch.as_tensor(y))
"""

LIBRARY_KL = """
def kl_divergence(y, p):
    return F.kl_div(torch.as_tensor(p).log(), torch.as_tensor(y), reduction="batchmean")
"""

LIBRARY_CROSS_ENTROPY = """
def cross_entropy_from_logits(s, labels):
    return F.cross_entropy(torch.as_tensor(s, dtype=torch.float64), torch.as_tensor(labels))
"""

LIBRARY_BINARY = """
loss = torch.nn.BCEWithLogitsLoss()

def binary_cross_entropy_from_logits(s, y):
    s = torch.as_tensor(s, dtype=torch.float64)
    return loss(s, torch.as_tensor(y, dtype=torch.float64))
"""

UNFINISHED = """
def multiclass_hinge(s, labels):
    right = s[np.arange(len(s)), labels
    return
"""

PS1_LOSSES = (
    Student("ada", "everything right, and an essay", written=WHY),
    Student("bela", "loops only; five minutes late", "like loop", written=SHORT,
            handed_in="2026-10-06 00:04:00 UTC"),
    Student("chiara", "torch everywhere", "like torch",
            answers={"mae_gradient": "by_autograd"}, written=WHY),
    Student("dan", "some right, some wrong, one not begun", answers={
        "mse": "by_dot_product",
        "mae_gradient": "wrong_sign",
        "soft_cross_entropy": "with_epsilon",
        "kl_divergence": "other_way_round",
        "log_sum_exp": "one_maximum_for_all",
        "cross_entropy_from_logits": "log_of_softmax",
        "cross_entropy_from_logits_gradient": "stub",
        "binary_cross_entropy_from_logits": "clipped",
        "hinge_by_ranking": "labels_as_they_are",
        "multiclass_hinge": "without_margin",
    }, written=SHORT),
    Student("ella", "the first mistake, every time", "first mistake", written=SHORT),
    Student("farid", "handed in what was given out", "stub"),
    Student("grete", "one function raises, and so does a cell", answers={"mse": RAISES},
            added={"mae_gradient": "totals = {}\ntotals['mse'] + 1"}, written=WHY),
    Student("hugo", "one loop never ends", answers={"log_sum_exp": NEVER_ENDS}, written=SHORT),
    Student("ines", "everything right, two days late", written=WHY,
            handed_in="2026-10-07 21:30:00 UTC"),
    Student("jamal", "right, with warnings on stderr", answers={"mse": WARNS}),
    Student("kira", "right, with a helper in a cell of its own",
            answers={"log_sum_exp": WITH_HELPER}, added={"log_sum_exp": HELPER}, written=WHY),
    Student("lars", "single precision and lists", "like single_precision",
            answers={"mae_gradient": "as_a_list", "max_star": "as_a_list",
                     "log_sum_exp": "by_max_star_loop"}),
    Student("mei", "the formulas as they stand: exp overflows", answers={
        "soft_cross_entropy": "zero_times_infinity",
        "kl_divergence": "zero_times_infinity",
        "max_star": "overflowing",
        "log_sum_exp": "overflowing",
        "cross_entropy_from_logits": "overflowing",
        "cross_entropy_from_logits_gradient": "overflowing",
        "binary_cross_entropy_from_logits": "overflowing",
        "log_cosh": "overflowing",
    }, written=WHY),
    Student("noor", "calls the library's own losses", answers={
        "mse": LIBRARY_MSE,
        "kl_divergence": LIBRARY_KL,
        "max_star": "max_star = np.logaddexp\n",
        "cross_entropy_from_logits": LIBRARY_CROSS_ENTROPY,
        "binary_cross_entropy_from_logits": LIBRARY_BINARY,
    }),
    Student("oskar", "a file that is no notebook", content=b"\x89PNG\r\n\x1a\n not a notebook"),
    Student("pia", "a folder without the notebook", notes="I could not find the upload button.\n"),
    Student("quinn", "only the essay", "stub", written=WHY),
    Student("rosa", "changes the caller's arrays", answers={
        "max_star": "in_place",
        "log_sum_exp": "in_place",
        "cross_entropy_from_logits": "in_place",
        "cross_entropy_from_logits_gradient": "in_place",
    }),
    Student("sven", "one cell is not Python yet", answers={"multiclass_hinge": UNFINISHED}),
    Student("tara", "everything right in a file of another name", file_name="losses (1).ipynb"),
)  # fmt: skip

SAMPLES: dict[str, tuple[Student, ...]] = {"ps1_losses": PS1_LOSSES}
