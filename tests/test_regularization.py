"""Penalties and priors against torch, scikit-learn and closed forms; decoupled decay."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.linear_model import ElasticNet, Lasso
from two_libraries import both

from course_lib import losses
from course_lib import regularization as reg

EXACT = {"rtol": 1e-12, "atol": 1e-12}  # float64, a few operations

# What it costs beside what it is: the formula as the deck prints it.
PENALTIES: dict[str, tuple[tuple, Callable]] = {
    "l2_penalty": ((0.3,), lambda w, lam: lam * torch.norm(w) ** 2),
    "half_l2_penalty": ((0.3,), lambda w, lam: lam / 2 * torch.norm(w) ** 2),
    "l1_penalty": ((0.3,), lambda w, lam: lam * torch.norm(w, 1)),
    "elastic_net_penalty": ((0.3, 0.2), lambda w, a, b: a * torch.norm(w, 1) + b * (w**2).sum()),
    "half_elastic_net_penalty": (
        (0.3, 0.2),
        lambda w, a, b: a * torch.norm(w, 1) + b / 2 * (w**2).sum(),
    ),
}
every_penalty = pytest.mark.parametrize("name", PENALTIES)
weights = arrays(np.float64, (3, 4), elements=st.floats(-100, 100, allow_subnormal=False))


def drawn() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(3, 4))


def pair(name: str) -> tuple[Callable, Callable]:
    return getattr(reg, name), getattr(reg, f"{name}_gradient")


# --- penalties ------------------------------------------------------------------------------------


@both
@every_penalty
def test_penalty_is_its_formula_and_its_gradient_autograds(name: str, to: Callable) -> None:
    penalty, gradient = pair(name)
    lam, formula = PENALTIES[name]
    w = torch.tensor(drawn(), requires_grad=True)
    value = formula(w, *lam)
    value.backward()
    np.testing.assert_allclose(penalty(to(drawn()), *lam), value.detach(), **EXACT)
    np.testing.assert_allclose(gradient(to(drawn()), *lam), w.grad, **EXACT)
    own = torch.tensor(drawn(), requires_grad=True)
    penalty(own, *lam).backward()
    np.testing.assert_allclose(own.grad, w.grad, **EXACT)


@every_penalty
def test_gradient_is_the_finite_difference(name: str) -> None:
    penalty, gradient = pair(name)
    lam, w, step = PENALTIES[name][0], drawn(), 1e-6
    for index in np.ndindex(w.shape):
        up, down = w.copy(), w.copy()
        up[index] += step
        down[index] -= step
        slope = (penalty(up, *lam) - penalty(down, *lam)) / (2 * step)
        np.testing.assert_allclose(gradient(w, *lam)[index], slope, rtol=1e-7, atol=1e-8)


@both
@every_penalty
def test_precision_is_kept_and_inputs_are_not_changed(name: str, to: Callable) -> None:
    w = to(drawn().astype(np.float32))
    for function in pair(name):
        assert str(function(w, *PENALTIES[name][0]).dtype).endswith("float32")
    np.testing.assert_array_equal(w, drawn().astype(np.float32))


@settings(deadline=None)
@given(weights, st.floats(0, 10))
def test_the_two_conventions_differ_by_a_factor_of_two(w: np.ndarray, lam: float) -> None:
    """Errata 7 and 17: deck A's λ‖w‖² is deck E's (λ'/2)‖w‖² with λ' = 2λ."""
    np.testing.assert_array_equal(
        reg.l2_penalty(w, lam), reg.half_l2_penalty(w, reg.weight_decay_of(lam))
    )
    np.testing.assert_array_equal(
        reg.l2_penalty_gradient(w, lam), reg.half_l2_penalty_gradient(w, reg.weight_decay_of(lam))
    )
    np.testing.assert_array_equal(reg.elastic_net_penalty(w, 0, lam), reg.l2_penalty(w, lam))
    np.testing.assert_array_equal(reg.elastic_net_penalty(w, lam, 0), reg.l1_penalty(w, lam))


def test_torchs_weight_decay_is_deck_es_lambda() -> None:
    w = torch.tensor(drawn(), requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=0.1, weight_decay=0.25)
    w.grad = torch.zeros_like(w)
    optimizer.step()
    want = drawn() - 0.1 * reg.half_l2_penalty_gradient(drawn(), 0.25)
    np.testing.assert_allclose(w.detach(), want, **EXACT)


def test_deck_as_regulariser_code_fails_as_printed() -> None:
    """Erratum 7: the sum starts from an integer tensor."""
    total = torch.tensor(0)
    with pytest.raises(RuntimeError, match="can't be cast to the desired output type Long"):
        total += torch.norm(torch.ones(3), 1)


def test_gradient_of_l1_is_zero_at_the_kink() -> None:
    np.testing.assert_array_equal(reg.l1_penalty_gradient(np.zeros(3), 1.0), 0)


# --- priors ---------------------------------------------------------------------------------------


@pytest.fixture
def linear() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(40, 5))
    return x, x @ rng.normal(size=5) + 0.3 * rng.normal(size=40)


def test_lambda_of_a_gaussian_prior_gives_the_map_estimate(linear) -> None:
    """argmin mse + λ‖w‖² = (XᵀX/n + λI)⁻¹ Xᵀy/n against the posterior mean, noise s, prior σ."""
    (x, y), s, sigma, n = linear, 0.3, 0.7, 40
    posterior = np.linalg.solve(x.T @ x / s**2 + np.eye(5) / sigma**2, x.T @ y / s**2)
    lam = reg.lam_beside_mse(reg.lam_of_gaussian_prior(sigma, n), noise=s)
    np.testing.assert_allclose(lam, s**2 / (sigma**2 * n), **EXACT)
    ridge = np.linalg.solve(x.T @ x / n + lam * np.eye(5), x.T @ y / n)
    np.testing.assert_allclose(ridge, posterior, rtol=1e-10)
    slope = x.T @ losses.mse_gradient(x @ posterior, y)
    np.testing.assert_allclose(slope + reg.l2_penalty_gradient(posterior, lam), 0, atol=1e-12)


@pytest.mark.parametrize("prior", ["gaussian", "laplace"])
def test_penalty_differs_from_minus_log_prior_by_a_constant(prior: str) -> None:
    """Whatever the weights: -ln p(w) / n = penalty(w) + const."""
    rng, n, scale = np.random.default_rng(2), 25, 0.6
    rest = []
    for w in rng.normal(size=(4, 6)):
        if prior == "gaussian":
            density = np.exp(-(w**2) / (2 * scale**2)) / math.sqrt(2 * math.pi * scale**2)
            penalty = reg.l2_penalty(w, reg.lam_of_gaussian_prior(scale, n))
        else:
            density = np.exp(-np.abs(w) / scale) / (2 * scale)
            penalty = reg.l1_penalty(w, reg.lam_of_laplace_prior(scale, n))
        rest.append(-np.log(density).sum() / n - penalty)
    np.testing.assert_allclose(rest, rest[0], **EXACT)


def test_mse_is_twice_the_noise_variance_of_the_mean_negative_log_likelihood(linear) -> None:
    (x, y), s = linear, 0.3
    values = []
    for w in np.random.default_rng(3).normal(size=(3, 5)):
        a = x @ w
        likelihood = (a - y) ** 2 / (2 * s**2) + math.log(s * math.sqrt(2 * math.pi))
        values.append(losses.mse(a, y) - reg.lam_beside_mse(1.0, noise=s) * likelihood.mean())
    np.testing.assert_allclose(values, values[0], rtol=1e-9)


# --- steps ----------------------------------------------------------------------------------------


def test_decoupled_decay_is_the_coupled_one_for_plain_gradient_descent() -> None:
    w, g = drawn(), drawn()[::-1]
    coupled = w - 0.1 * (g + reg.half_l2_penalty_gradient(w, 0.05))
    np.testing.assert_allclose(reg.decoupled_step(w, g, 0.1, 0.05), coupled, **EXACT)


def test_decoupled_decay_is_another_thing_for_a_normalised_update() -> None:
    """Deck E: within Adam's normalisation λw has no decay effect. Its first step is sgn(g)."""
    w, g, rate, decay = np.array([4.0, 0.1]), np.array([2.0, 2.0]), 0.1, 0.05
    coupled = w - rate * np.sign(g + decay * w)
    decoupled = reg.decoupled_step(w, np.sign(g), rate, decay)
    np.testing.assert_allclose(w - coupled, rate, **EXACT)  # the large weight moves no further
    np.testing.assert_allclose(w - decoupled, rate + rate * decay * w, **EXACT)


@pytest.mark.parametrize(
    ("kind", "coupled"), [(torch.optim.AdamW, 0.0), (torch.optim.Adam, 1.0)], ids=["AdamW", "Adam"]
)
def test_one_step_is_torchs_adamw_and_l2_inside_is_torchs_adam(kind, coupled: float) -> None:
    w, g, rate, decay = drawn(), np.random.default_rng(8).normal(size=(3, 4)), 0.1, 0.05
    leaf = torch.tensor(w, requires_grad=True)
    leaf.grad = torch.tensor(g)
    kind([leaf], lr=rate, weight_decay=decay, eps=1e-8).step()
    inside = g + coupled * decay * w
    direction = inside / (np.abs(inside) + 1e-8)  # Adam's first step, bias corrected
    want = reg.decoupled_step(w, direction, rate, decay * (1 - coupled))
    np.testing.assert_allclose(leaf.detach(), want, rtol=1e-9)


@settings(deadline=None)
@given(st.floats(-5, 5), st.floats(0, 3), st.floats(-10, 10))
def test_soft_threshold_minimises_its_problem(w: float, t: float, other: float) -> None:
    def cost(u: float) -> float:
        return (u - w) ** 2 / 2 + t * abs(u)

    assert cost(float(reg.soft_threshold(w, t))) <= cost(other) + 1e-12


@both
def test_soft_threshold_keeps_shape_precision_and_library(to: Callable) -> None:
    w = drawn().astype(np.float32)
    got = reg.soft_threshold(to(w), 0.5)
    want = torch.nn.functional.softshrink(torch.as_tensor(w), 0.5)
    assert type(got) is type(to(w))
    assert str(got.dtype).endswith("float32")
    np.testing.assert_array_equal(got, want)


def test_proximal_steps_reach_the_lasso_and_set_weights_to_zero(linear) -> None:
    """scikit-learn's Lasso minimises ½ mse + α‖w‖₁."""
    (x, y), alpha, rate = linear, 0.4, 0.2
    w = np.zeros(5)
    for _ in range(600):
        w = reg.soft_threshold(w - rate * x.T @ (x @ w - y) / len(y), rate * alpha)
    lasso = Lasso(alpha=alpha, fit_intercept=False, tol=1e-12).fit(x, y)
    np.testing.assert_allclose(w, lasso.coef_, atol=1e-9)
    assert (w == 0).any()


def test_half_elastic_net_is_scikit_learns(linear) -> None:
    """At its minimum the whole gradient vanishes, where no weight is 0."""
    (x, y), alpha, ratio = linear, 0.05, 0.3
    found = ElasticNet(alpha=alpha, l1_ratio=ratio, fit_intercept=False, tol=1e-12).fit(x, y)
    w = found.coef_
    slope = x.T @ (x @ w - y) / len(y)
    slope += reg.half_elastic_net_penalty_gradient(w, alpha * ratio, alpha * (1 - ratio))
    np.testing.assert_allclose(slope, 0, atol=1e-9)


# --- what is refused ------------------------------------------------------------------------------

W = np.ones(3)
REFUSED = {
    f"{name}{kind}: {how}": (lambda f=f"{name}{kind}", a=args: getattr(reg, f)(*a), match)
    for name, (lam, _) in PENALTIES.items()
    for kind in ("", "_gradient")
    for how, args, match in (
        ("nan", (np.array([1, np.nan]), *lam), "w must be finite"),
        ("empty", (W[:0], *lam), "w must not be empty"),
        ("text", ("w", *lam), "w must hold real numbers"),
        ("negative", (W, *lam[:-1], -1.0), r"l(am|2) must be a finite number >= 0; got -1.0"),
        ("first negative", (W, -1.0, *lam[1:]), r"l(am|1) must be a finite number >= 0"),
        ("lambda is nan", (W, *lam[:-1], math.nan), r"l(am|2) must be a finite number"),
    )
} | {
    "weight decay": (lambda: reg.weight_decay_of(-1), "lam must be"),
    "step: shapes": (lambda: reg.decoupled_step(W, W[:2], 0.1, 0.1), "same shape"),
    "step: rate": (lambda: reg.decoupled_step(W, W, -0.1, 0.1), "rate must be"),
    "step: decay": (lambda: reg.decoupled_step(W, W, 0.1, -0.1), "weight_decay must be"),
    "threshold": (lambda: reg.soft_threshold(W, -1), "threshold must be"),
    "gaussian: sigma": (lambda: reg.lam_of_gaussian_prior(0, 3), "sigma must be"),
    "gaussian: n": (lambda: reg.lam_of_gaussian_prior(1, 0), "n_samples must be"),
    "laplace: b": (lambda: reg.lam_of_laplace_prior(-1, 3), "b must be"),
    "laplace: n": (lambda: reg.lam_of_laplace_prior(1, 2.5), "n_samples must be"),
    "mse: noise": (lambda: reg.lam_beside_mse(0.1, 0), "noise must be"),
    "mse: lam": (lambda: reg.lam_beside_mse(-0.1, 1), "lam must be"),
}


@pytest.mark.parametrize(("call", "match"), REFUSED.values(), ids=REFUSED)
def test_bad_input_is_refused(call: Callable, match: str) -> None:
    with pytest.raises(ValueError, match=match) as error:
        call()
    assert " must " in str(error.value)
    assert ": " in str(error.value).partition("; got ")[2], "what to do"
