"""Optimizers against their papers' recursions, and by how much ours differ where they do."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from optimizer_table import PROBLEM, one_thread, torch_walk, walk

from course_lib.optimizers import lamb, lars, nadam, nesterov

STEPS = 200
single = pytest.fixture(autouse=True, scope="module")(one_thread)
CLOSE = {"rtol": 1e-12, "atol": 1e-12}
BETA1, BETA2, EPSILON, RATE = 0.9, 0.999, 1e-8, 0.02


def slope(theta: np.ndarray) -> np.ndarray:
    """Of a function that is no quadratic: Σ cosh(c θ)/c², c = 1, 2, 3."""
    c = np.array([1.0, 2.0, 3.0])
    return np.sinh(c * theta) / c


def test_bengios_nesterov_is_the_look_ahead_form_after_a_change_of_variables() -> None:
    """Θ[t] = θ[t] + μv[t] turns v ← μv − ε∇f(θ + μv), θ ← θ + v into the filter on ∇f(Θ)."""
    mu, epsilon = 0.9, 0.01
    theta, v = np.array([1.0, -0.5, 0.3]), np.zeros(3)
    ours, rule = theta, nesterov(epsilon, alpha=mu)
    state = rule.start(ours)
    for _ in range(STEPS):
        v = mu * v - epsilon * slope(theta + mu * v)
        theta = theta + v
        ours, state = rule.step(ours, slope(ours), state)
        np.testing.assert_allclose(ours, theta + mu * v, rtol=1e-11, atol=1e-13)


def test_the_same_with_momentum_and_rate_that_change_and_the_sign_that_deck_a_has_wrong() -> None:
    """With Θ[t−1] = θ[t−1] + μ[t−1]v[t−1] the gradient is taken at Θ[t−1], and

    Θ[t] = Θ[t−1] − μ[t−1]v[t−1] + v[t] + μ[t]v[t]
         = Θ[t−1] + μ[t]μ[t−1]v[t−1] − (1 + μ[t]) ε[t−1] ∇f(Θ[t−1]),

    where the deck's second line has + before the last term.
    """
    t = np.arange(STEPS + 1)
    mu, epsilon = 1 - 0.5 / (1 + t / 20), 0.01 / (1 + t / 50)
    theta, v = np.array([1.0, -0.5, 0.3]), np.zeros(3)
    ahead, velocity = theta + mu[0] * v, v
    for i in range(1, STEPS + 1):
        v = mu[i - 1] * v - epsilon[i - 1] * slope(theta + mu[i - 1] * v)
        theta = theta + v

        g = slope(ahead)
        step = mu[i] * mu[i - 1] * velocity - (1 + mu[i]) * epsilon[i - 1] * g
        ahead, velocity = ahead + step, mu[i - 1] * velocity - epsilon[i - 1] * g
        np.testing.assert_allclose(ahead, theta + mu[i] * v, rtol=1e-11, atol=1e-13)


def nadam_recursion(start: np.ndarray, gradients: np.ndarray) -> list[np.ndarray]:
    """m and v as Adam's; ĝ = (β1 m + (1 − β1) g)/(1 − β1ᵗ⁺¹), t = 1, 2, ..."""
    theta, m, v, path = start, 0.0 * start, 0.0 * start, []
    for t, g in enumerate(gradients, start=1):
        m, v = BETA1 * m + (1 - BETA1) * g, BETA2 * v + (1 - BETA2) * g**2
        top = (BETA1 * m + (1 - BETA1) * g) / (1 - BETA1 ** (t + 1))
        theta = theta - RATE * top / (np.sqrt(v / (1 - BETA2**t)) + EPSILON)
        path.append(theta)
    return path


def torchs_momentum(t: np.ndarray) -> np.ndarray:
    return BETA1 * (1 - 0.5 * 0.96 ** (0.004 * t))


def nadam_path(start: np.ndarray, gradients: np.ndarray) -> list[np.ndarray]:
    theta, rule, path = start, nadam(RATE), []
    state = rule.start(start)
    for g in gradients:
        theta, state = rule.step(theta, g, state)
        path.append(theta)
    return path


def torchs_nadam_path(start: np.ndarray, gradients: np.ndarray, decay: float) -> list[np.ndarray]:
    theta = torch.nn.Parameter(torch.tensor(start))
    optimizer = torch.optim.NAdam([theta], lr=RATE, momentum_decay=decay)
    path = []
    for g in gradients:
        theta.grad = torch.tensor(g)
        optimizer.step()
        path.append(theta.detach().numpy().copy())
    return path


MEANS = np.array([0.0, 0.5, -2.0, 3.0])
GRADIENTS = np.random.default_rng(0).normal(MEANS, size=(STEPS, 4))


def test_nadam_is_its_recursion() -> None:
    got, expected = (f(np.ones(4), GRADIENTS) for f in (nadam_path, nadam_recursion))
    np.testing.assert_allclose(got, expected, **CLOSE)


def test_nadam_differs_from_dozats_by_one_compensation_that_fades() -> None:
    """Constant μ: torch's with its warm-up over at once. It divides g by 1 − β1ᵗ and not ᵗ⁺¹."""
    theirs = np.diff(torchs_nadam_path(np.ones(4), GRADIENTS, decay=1e9), axis=0)
    ours = np.diff(nadam_path(np.ones(4), GRADIENTS), axis=0)
    t = np.arange(2, STEPS + 1)[:, None]  # differences begin with the second step
    squares = np.cumsum(GRADIENTS**2 * BETA2 ** -np.arange(1, STEPS + 1)[:, None], axis=0)
    v = (1 - BETA2) * BETA2**t * squares[1:]
    gap = (1 - BETA1) * (1 / (1 - BETA1**t) - 1 / (1 - BETA1 ** (t + 1))) * GRADIENTS[1:]
    expected = RATE * gap / (np.sqrt(v / (1 - BETA2**t)) + EPSILON)
    # torch keeps the product of the μ in single precision.
    np.testing.assert_allclose(ours - theirs, expected, rtol=1e-4, atol=1e-6 * RATE)
    assert np.abs(ours - theirs)[0].max() > 0.1 * RATE
    assert np.abs(ours - theirs)[-1].max() < 1e-6 * RATE


def test_nadam_differs_from_torchs_default_by_the_warming_of_its_momentum() -> None:
    """torch's μ[t] = β1(1 − ½ · 0.96^(0.004 t)): 0.4501 at first, 0.4645 at step 200.

    So for thousands of steps torch's NAdam weighs the newest gradient by 1 − μ = 0.55, ours by
    1 − β1 = 0.1: two optimizers.
    """
    mu = torchs_momentum(np.array([1, 200]))
    np.testing.assert_allclose(mu, [0.4501, 0.4645], atol=1e-4)
    paths = (f(np.ones(4), GRADIENTS) for f in (nadam_path, lambda *a: torchs_nadam_path(*a, 4e-3)))
    ours, theirs = (np.diff(path, axis=0) for path in paths)
    # torch's passes on three and a half times as much of the noise.
    ratio = theirs[20:].std(axis=0) / ours[20:].std(axis=0)
    assert (ratio > 2).all()
    assert (ratio < 6).all()


def test_on_a_constant_gradient_ours_steps_by_the_rate_and_torchs_falls_short_at_first() -> None:
    """torch compensates m, averaged with β1, by the product P of the μ, which is not m's.

    Its step is (1 − μ[t])/(1 − P[t]) + μ[t+1](1 − β1ᵗ)/(1 − P[t+1]) rates, 0.73 of one at t = 3.
    """
    steady = np.full((50, 2), [3.0, -0.1])
    ours = np.diff(nadam_path(np.ones(2), steady), axis=0)
    np.testing.assert_allclose(ours, [[-RATE, RATE]] * 49, rtol=1e-6)
    t = np.arange(1, 51)
    mu = torchs_momentum(np.arange(1, 52))
    product = np.cumprod(mu)
    share = (1 - mu[:-1]) / (1 - product[:-1]) + mu[1:] * (1 - BETA1**t) / (1 - product[1:])
    theirs = np.diff(torchs_nadam_path(np.ones(2), steady, 4e-3), axis=0)
    np.testing.assert_allclose(theirs[:, 1], RATE * share[1:], rtol=1e-5)
    assert share[2] == pytest.approx(0.73, abs=0.01)


def lars_recursion(params: list, rate, momentum: float, trust: float, decay: float) -> list:
    """You et al. 2017, algorithm 1, the rate inside the momentum."""
    velocity = [0.0 * w for w in params]
    for step in range(STEPS):
        gradients = PROBLEM.gradient(params)
        for i, (w, g) in enumerate(zip(params, gradients, strict=True)):
            size, slope = np.linalg.norm(w), np.linalg.norm(g)
            local = trust * size / (slope + decay * size)
            velocity[i] = momentum * velocity[i] + rate(step) * local * (g + decay * w)
        params = [w - v for w, v in zip(params, velocity, strict=True)]
    return params


@pytest.mark.parametrize("decay", [0.0, 0.01])
def test_lars_is_its_papers_recursion_at_a_constant_rate(decay: float) -> None:
    got = walk(lars(0.5, alpha=0.9, trust=0.02, l2=decay), PROBLEM.start(), STEPS)
    expected = lars_recursion(PROBLEM.start(), lambda step: 0.5, 0.9, 0.02, decay)
    for a, b in zip(got, expected, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9)


def test_lars_keeps_a_schedule_outside_of_its_filter_and_the_paper_inside() -> None:
    def rate(step: int) -> float:
        return 0.5 if step < 100 else 0.05

    got = walk(lars(rate, alpha=0.9, trust=0.02), PROBLEM.start(), STEPS)
    inside = lars_recursion(PROBLEM.start(), rate, 0.9, 0.02, 0.0)
    gap = max(np.abs(a - b).max() for a, b in zip(got, inside, strict=True))
    assert 1e-3 < gap < 1


def lamb_recursion(params: list, decay: float) -> list:
    """You et al. 2020, algorithm 2, φ the identity."""
    m, v = [0.0 * w for w in params], [0.0 * w for w in params]
    for t in range(1, 101):
        gradients, moved = PROBLEM.gradient(params), []
        for i, (w, g) in enumerate(zip(params, gradients, strict=True)):
            m[i], v[i] = BETA1 * m[i] + (1 - BETA1) * g, BETA2 * v[i] + (1 - BETA2) * g**2
            r = m[i] / (1 - BETA1**t) / (np.sqrt(v[i] / (1 - BETA2**t)) + 1e-6)
            u = r + decay * w
            moved.append(w - RATE * np.linalg.norm(w) / np.linalg.norm(u) * u)
        params = moved
    return params


@pytest.mark.parametrize("decay", [0.0, 0.1])
def test_lamb_is_its_papers_recursion(decay: float) -> None:
    got = walk(lamb(RATE, weight_decay=decay), PROBLEM.start(), 100)
    for a, b in zip(got, lamb_recursion(PROBLEM.start(), decay), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9)


@pytest.mark.parametrize("rule", [lars(0.1, trust=0.02), lamb(0.1)])
def test_where_an_array_is_zero_its_ratio_is_one(rule) -> None:
    zero, g = np.zeros(2), np.array([3.0, 4.0])
    moved, _ = rule.step([zero, g, g], [g, zero, g], rule.start([zero, g, g]))
    first = {"LARS": 0.1 * g, "LAMB": 0.1 * g / np.abs(g)}[type(rule).__name__]
    np.testing.assert_allclose(moved[0], -first, rtol=1e-6)
    if rule.weight_decay == 0:
        np.testing.assert_array_equal(moved[1], g)
    assert np.linalg.norm(moved[2] - g) == pytest.approx(
        0.1 * 5 * (0.02 if rule.weight_decay == 0 else 1)
    )


def test_lamb_without_normalisation_moves_by_the_share_of_its_size() -> None:
    from course_lib.optimizers import LAMB

    theta = np.array([3.0, 4.0])
    moved, _ = LAMB(0.1).step(theta, np.array([0.0, 7.0]), LAMB(0.1).start(theta))
    np.testing.assert_allclose(moved, [3.0, 3.5])


def test_torchs_twins_are_not_the_recursions_by_accident() -> None:
    """NAdam as torch has it does not reach where ours does: the difference above is real."""
    theirs = torch_walk(lambda p: torch.optim.NAdam(p, lr=RATE), STEPS)
    ours = walk(nadam(RATE), PROBLEM.start(), STEPS)
    assert max(np.abs(a - b).max() for a, b in zip(ours, theirs, strict=True)) > 1e-4
