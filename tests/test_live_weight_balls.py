"""The live figure of penalties: the exact minimiser, its prior, and weights that are exactly 0."""

import numpy as np
import pytest
from live_figures import assert_equal_numbers, drawn, settle
from scipy.integrate import quad

from course_lib import regularization as r

pytestmark = pytest.mark.book

CENTRES = [[1.2, 0.6], [-0.4, 1.9], [0.1, -0.05], [2.0, -2.0], [-1.3, 0.0], [0.0, 0.0]]
SETTINGS = [
    {"centre": centre, "lam": lam, "penalty": penalty, "share": share, "turn": turn}
    for centre in CENTRES
    for lam in (0.01, 0.1, 0.3, 10.0)
    for penalty, share in (("l1", 0.5), ("l2", 0.5), ("net", 0.0), ("net", 0.35), ("net", 1.0))
    for turn in (-25, 0, 45)
]


def strengths(s):
    share = {"l1": 1.0, "l2": 0.0, "net": s["share"]}[s["penalty"]]
    return share * s["lam"], (1 - share) * s["lam"]


def hessian(turn):
    angle = np.deg2rad(turn)
    axes = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return axes @ np.diag([1.0, 0.4]) @ axes.T


def proximal_descent(curvatures, centre, l1, l2):
    """The minimiser, by the chapter's own way to zeros: steps and soft thresholds."""
    rate, w = 1 / (1 + 2 * l2), np.zeros(2)
    for _ in range(70):  # each leaves 0.6 / (1 + 2 l2) of the error
        slope = curvatures @ (w - centre) + r.l2_penalty_gradient(w, l2)
        w = r.soft_threshold(w - rate * slope, rate * l1)
    return w


@pytest.fixture
def shown(live_page):
    page = live_page("weight-balls")
    return page, page.evaluate("all => all.map(s => courseLive.weightBalls(s))", SETTINGS)


def test_the_minimiser_is_that_of_proximal_descent(shown):
    zeros = 0
    for s, got in zip(SETTINGS, shown[1], strict=True):
        l1, l2 = strengths(s)
        expected = proximal_descent(hessian(s["turn"]), np.array(s["centre"]), l1, l2)
        assert_equal_numbers(got["w"], expected, s)
        assert [w == 0 for w in got["w"]] == (expected == 0).tolist(), s
        zeros += got["w"].count(0)
        objective = got["loss"] + r.elastic_net_penalty(np.array(got["w"]), l1, l2)
        assert_equal_numbers(got["objective"], objective, s)
    assert zeros > 50


def test_along_the_axes_it_is_the_chapters_formula(shown):
    h = np.array([1.0, 0.4])
    for s, got in zip(SETTINGS, shown[1], strict=True):
        if s["turn"] == 0:
            l1, l2 = strengths(s)
            # Soft threshold first, then the factor h / (h + 2 lambda_2).
            each = [r.soft_threshold([c], l1 / k)[0] for c, k in zip(s["centre"], h, strict=True)]
            assert_equal_numbers(got["w"], np.array(each) * h / (h + 2 * l2), s)


def test_priors_are_those_of_course_lib_and_have_area_1(shown):
    page, results = shown
    for s, got in zip(SETTINGS[::7], results[::7], strict=True):
        assert_equal_numbers(r.lam_of_gaussian_prior(got["sigma"], n_samples=1), s["lam"])
        assert_equal_numbers(r.lam_of_laplace_prior(got["b"], n_samples=1), s["lam"])
    at = [-1.3, 0.0, 0.4, 2.0]
    for share in (0.0, 0.05, 0.5, 0.95, 1.0):
        for lam in (0.01, 0.7, 10.0):
            s = SETTINGS[0] | {"penalty": "net", "share": share, "lam": lam}
            got = page.evaluate("([s, at]) => at.map(courseLive.weightBalls(s).density)", [s, at])
            l1, l2 = strengths(s)
            raw = lambda w, l1=l1, l2=l2: np.exp(-l1 * abs(w) - l2 * w * w)  # noqa: E731
            half, _ = quad(raw, 0, np.inf, epsabs=1e-13, epsrel=1e-12)
            assert_equal_numbers(got, [raw(w) / (2 * half) for w in at], (share, lam))


def test_keys_and_pointer_move_the_minimum_and_words_say_what_is_0(live_page):
    page = live_page("weight-balls")
    figure = page.locator("live-weight-balls")
    handle = figure.locator(".handle")
    state = figure.locator(".state")
    settle(figure)
    assert "w₂ is exactly 0." in state.inner_text()
    handle.focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowUp")
        drawn(figure)
    settle(figure)
    assert figure.evaluate("figure => figure.centre") == pytest.approx([1.2, 2.2])
    assert "No weight is exactly 0." in state.inner_text()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 78, y + 140, steps=3)
    page.mouse.up()
    settle(figure)
    x, y = figure.evaluate("figure => figure.centre")
    assert -0.3 < x < 0.3
    assert -0.4 < y < 0.4
    assert "Both weights are exactly 0." in state.inner_text()
    figure.locator("#control-penalty").select_option("l2")
    settle(figure)
    assert "No weight is exactly 0." in state.inner_text()
