"""The live figure of losses from logits: course_lib's numbers, and the naive form's faults."""

import math

import numpy as np
import pytest
import torch
from live_figures import assert_equal_numbers, settle

from course_lib import losses

pytestmark = pytest.mark.book

SCORES = [0.0, 1e-3, 0.5, 3.0, 12.0, 16.5, 30.0, 36.5, 87.5, 120.0, 500.0, 705.0, 720.0, 1000.0]
SCORES += [-s for s in SCORES[1:]]
# The page's numbers cross over as JSON, which has neither inf nor nan.
EACH = """cases => cases.map(([score, target, format, guard]) => {
    const text = value => Object.is(value, -0) ? "0" : String(value);
    const {stable, naive, truth} = courseLive.logitLoss({score, target, format, guard});
    const all = [stable, naive].map(r => [text(r.loss), r.slopes.map(text)]);
    return [...all, [String(truth.lnLoss), String(truth.lnSlope)]];
})"""


def computed(page, cases):
    """(stable, naive, truth) of each (score, target, format, guard), as numbers."""
    number = lambda text: float(text.replace("Infinity", "inf").replace("NaN", "nan"))  # noqa: E731
    found = page.evaluate(EACH, cases)
    ways = lambda r: [(number(loss), [number(s) for s in slopes]) for loss, slopes in r[:2]]  # noqa: E731
    return [(*ways(result), [number(text) for text in result[2]]) for result in found]


def test_two_classes_from_a_logit_are_those_of_course_lib(live_page):
    cases = [[s, y, "double", 0] for s in SCORES for y in (0, 1)]
    for (s, y, *_), (stable, _, _) in zip(
        cases, computed(live_page("logit-loss"), cases), strict=True
    ):
        loss = losses.binary_cross_entropy_from_logits(np.array([s]), np.array([y]))
        slope = losses.binary_cross_entropy_from_logits_gradient(np.array([s]), np.array([y]))
        assert_equal_numbers([stable[0], *stable[1]], [loss, *slope], (s, y))


def test_three_classes_from_logits_are_those_of_course_lib(live_page):
    rng = np.random.default_rng(0)
    rows = [[s, 0.0, -s] for s in SCORES] + (100 * rng.standard_normal((10, 4))).tolist()
    cases = [[row, m, "double", 0] for row in rows for m in range(3)]
    for (row, m, *_), (stable, _, _) in zip(
        cases, computed(live_page("logit-loss"), cases), strict=True
    ):
        s, label = np.array([row]), np.array([m])
        loss = losses.cross_entropy_from_logits(s, label)
        slopes = losses.cross_entropy_from_logits_gradient(s, label)[0]
        assert_equal_numbers([stable[0], *stable[1]], [loss, *slopes], (row, m))


def naive(score, target, dtype):
    """Loss and slopes as the formulas read, by torch."""
    s = torch.tensor(score, dtype=dtype, requires_grad=True)
    if s.ndim:
        p = (torch.exp(s) / torch.exp(s).sum()).detach()
        loss = -torch.log(torch.softmax(s, 0)[target]) if p.isfinite().all() else None
        value = -torch.log(p[target])
    else:
        a = torch.sigmoid(s)
        loss = -torch.log(a if target else 1 - a)
        value = -torch.log((lambda a: a if target else 1 - a)(1 / (1 + torch.exp(-s.detach()))))
    slopes = torch.full(s.shape, math.nan) if loss is None else torch.autograd.grad(loss, s)[0]
    return value.item(), np.atleast_1d(slopes.numpy())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=["single", "double"])
def test_the_naive_form_fails_where_torch_does(live_page, dtype):
    name = {torch.float32: "single", torch.float64: "double"}[dtype]
    ways = [(s, y) for s in SCORES for y in (0, 1)]
    ways += [([s, 0.0, -s], m) for s in SCORES for m in range(3)]
    found = computed(live_page("logit-loss"), [[s, y, name, 0] for s, y in ways])
    # A probability is rounded to this much, and the loss of a small one magnifies that.
    unit = torch.finfo(dtype).eps
    faults = set()
    for (s, y), (_, (loss, slopes), _) in zip(ways, found, strict=True):
        expected, expected_slopes = naive(s, y, dtype)
        about = (s, y, loss, expected)
        faults.add("nan" if math.isnan(loss) else loss if loss in (0, math.inf) else "number")
        magnified = 4 * unit * math.exp(min(max(abs(expected), 0), 40)) if expected < 40 else 0
        assert loss == pytest.approx(expected, rel=8 * unit, abs=magnified, nan_ok=True), about
        tolerance = {"rel": 1e-5, "abs": magnified + 8 * unit, "nan_ok": True}
        assert slopes == pytest.approx(expected_slopes.tolist(), **tolerance), about
    assert faults == {"nan", 0, math.inf, "number"}


def test_single_precision_from_the_logits_is_torchs(live_page):
    cases = [[s, y, "single", 0] for s in SCORES for y in (0, 1)]
    for (s, y, *_), (stable, _, _) in zip(
        cases, computed(live_page("logit-loss"), cases), strict=True
    ):
        logit = torch.tensor([s], dtype=torch.float32)
        loss = losses.binary_cross_entropy_from_logits(logit, torch.tensor([float(y)]))
        # Three functions, each good to a unit or so in the last of 24 bits.
        assert stable[0] == pytest.approx(loss.item(), rel=4e-7, abs=2e-45), (s, y)


def test_the_truth_holds_where_no_format_reaches(live_page):
    cases = [[s, y, "double", 0] for s in SCORES for y in (0, 1)]
    for (s, y, *_), (*_, truth) in zip(
        cases, computed(live_page("logit-loss"), cases), strict=True
    ):
        z = -s if y else s
        # Where it is small, ln ln(1 + e^z) = z - e^z/2 + ...
        expected = math.log(np.logaddexp(0, z)) if z > -30 else z
        assert_equal_numbers(truth, [expected, -np.logaddexp(0, -z)], (s, y))


def test_deck_as_guard_keeps_the_loss_finite_and_gives_the_sample_up(live_page):
    page = live_page("logit-loss")
    cases = [[-120.0, 1, "single", 1e-10], [[50.0, 0.0, -50.0], 2, "single", 1e-10]]
    for stable, (loss, slopes), _ in computed(page, cases):
        assert loss == pytest.approx(-math.log(1e-10), rel=1e-6)
        assert np.abs(slopes).max() < 1e-10
        assert stable[1][-1] == pytest.approx(-1)


def test_words_and_table_follow_the_score_target_and_format(live_page):
    page = live_page("logit-loss")
    figure = page.locator("live-logit-loss")

    def shown(place, **choices):
        figure.evaluate("(figure, place) => figure.set('place', place)", place)
        for name, value in choices.items():
            figure.locator(f"#control-{name}").select_option(value)
        settle(figure)
        cells = figure.locator("tbody td").all_inner_texts()
        return figure.locator(".state").inner_text(), cells

    words, cells = shown(-0.7)
    assert "the probability of what is true has become 0" in words
    assert cells == ["125", "−1", "7 at most", "125", "−1", "7", "∞", "NaN", "0"]
    words, cells = shown(-0.7, format="double")
    assert "of which 16 of some 16 digits are right" in words
    assert cells[-3:] == ["125", "−1", "16"]
    words, cells = shown(0.6, format="single", target="1")
    assert "rounded to 1: the loss is 0" in words
    assert float(cells[3].split(" ")[0]) > 1
    assert cells[6] == "0"
    words, cells = shown(1, kind="three", label="0")
    assert "not a number (NaN)" in words
    assert cells[6] == "NaN"
    assert "10⁻⁴³⁵" in cells[0]
