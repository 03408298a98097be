"""Filters run: against scipy, sample by sample, and properties that any linear filter has."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.signal
import torch
from filter_table import FILTERS, N, assert_close, noise
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from course_lib.filters import (
    Cascade,
    Filter,
    ar1,
    arma1,
    cascade,
    compensated,
    identity,
    peak_hold,
    summer,
)

STABLE = {name: f for name, f in FILTERS.items() if f.is_stable}


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("shape", [(N,), (N, 3), (N, 2, 3)])
def test_running_equals_lfilter(name: str, shape: tuple[int, ...]) -> None:
    f, x = FILTERS[name], noise(*shape)
    before = x.copy()
    expected = scipy.signal.lfilter(f.b, f.a, x, axis=0)
    assert_close(f.run(x), expected)
    tensor = f.run(torch.tensor(x, requires_grad=True))
    assert tensor.dtype == torch.float64
    assert not tensor.requires_grad
    assert_close(tensor, expected)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("design", [("butter", 6, 0.1), ("butter", 9, 0.05), ("bessel", 5, 0.2)])
def test_a_cascade_equals_sosfilt(design: tuple[str, int, float]) -> None:
    kind, order, cutoff = design
    sos = getattr(scipy.signal, kind)(order, cutoff, output="sos")
    f, x = cascade(sos), noise(N, 2)
    assert_close(f.run(x), scipy.signal.sosfilt(sos, x, axis=0))
    z, p, _ = scipy.signal.sos2zpk(sos)
    # scipy gives each section two poles, at 0 what an odd order has not.
    for own, theirs in ((f.poles, p), (f.zeros, z)):
        assert_close(np.sort_complex(own[own != 0]), np.sort_complex(theirs[theirs != 0]), 1e-9)
    assert np.count_nonzero(f.poles) == order


def test_a_cascade_of_filters_is_one_after_another_and_the_product_of_their_responses() -> None:
    parts = [ar1(0.5), FILTERS["nesterov"], identity(), FILTERS["butter 2"], summer()]
    f, x = cascade(parts[0], Cascade(tuple(parts[1:3])), *parts[3:]), noise(N)
    expected = x
    for part in parts:
        expected = part.run(expected)
    assert_close(f.run(x), expected)
    assert_close(f.product.run(x), expected, 1e-10)  # multiplied out, digits are lost
    nu = np.linspace(0.01, 0.5, 7)
    product = np.prod([part.frequency_response(nu) for part in parts], axis=0)
    assert_close(f.frequency_response(nu), product)
    assert f.input_gain == pytest.approx(np.prod([part.input_gain for part in parts]))
    assert f.step_response_at(30) == pytest.approx(f.step_response(31)[-1], rel=1e-10)
    assert f.dc_gain == np.inf
    assert not f.is_stable
    assert f.description.split(" → ")[-1] == "summer"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_one_sample_at_a_time_on_arrays_tensors_and_lists(dtype: str) -> None:
    f, signal = FILTERS["butter 4"], noise(20, 2, 3).astype(dtype)
    expected = f.run(signal)
    forms = {
        "array": lambda x: x,
        "tensor": torch.tensor,
        "list": lambda x: [x[0], torch.tensor(x[1]).numpy(), x[1, 2]],
        "tensors": lambda x: (torch.tensor(x[0]), torch.tensor(x[1]), torch.tensor(x[1, 2])),
    }
    for form in forms.values():
        state = f.start(form(signal[0]))
        for n, sample in enumerate(signal):
            y, state = f.step(form(sample), state)
            assert state.n == n + 1
        last = y if isinstance(y, list) else [y[0], y[1], y[1, 2]]
        for got, wanted in zip(
            last, (expected[-1, 0], expected[-1, 1], expected[-1, 1, 2]), strict=True
        ):
            assert str(got.dtype).endswith(dtype)
            # torch multiplies and adds with one rounding, numpy with two.
            np.testing.assert_allclose(np.asarray(got), wanted, rtol=100 * np.finfo(dtype).eps)


def test_a_step_changes_neither_sample_nor_state() -> None:
    f, x = FILTERS["butter 2"], np.ones(3)
    _, state = f.step(x, f.start(x))
    held = [delay[0].copy() for delay in state.memory]
    first, _ = f.step(2 * x, state)
    again, _ = f.step(2 * x, state)
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal([delay[0] for delay in state.memory], held)
    y, _ = identity().step(x, identity().start(x))
    y += 1
    np.testing.assert_array_equal(x, 1)


@pytest.mark.parametrize("size", [1e-9, 1.0, -3e7])
@pytest.mark.parametrize("name", ["ar1 dc", "ar1 input", "nesterov", "summer", "butter 2"])
def test_compensation_passes_a_constant_from_the_first_sample_on(name: str, size: float) -> None:
    f = compensated(FILTERS[name])
    np.testing.assert_allclose(f.run(np.full(300, size)), size, rtol=1e-12)
    np.testing.assert_allclose(f.step_response(300), 1, rtol=1e-12)


def test_compensation_divides_by_the_step_response_and_is_adams_bias_correction() -> None:
    x, f = noise(N), ar1(0.99)
    expected = f.run(x) / (1 - 0.99 ** np.arange(1, N + 1))
    assert_close(compensated(f).run(x), expected)
    sharp = cascade(scipy.signal.butter(4, 0.2, output="sos"))
    assert_close(compensated(sharp).run(x), sharp.run(x) / sharp.step_response(N))


def test_compensation_follows_a_cosine_in_noise_sooner() -> None:
    """Deck A's example, α = 0.9: the start-up error goes and the rest stays."""
    n = np.arange(100)
    clean = 1 + np.cos(2 * np.pi * n / 100)
    x = clean + 0.1 * noise(100)
    plain, fixed = (np.abs(f.run(x) - clean) for f in (ar1(0.9), compensated(ar1(0.9))))
    assert plain[:5].mean() > 1
    assert fixed[:5].mean() < 0.2
    np.testing.assert_allclose(fixed[80:], plain[80:], atol=1e-3)


def test_a_held_peak_is_the_running_maximum() -> None:
    x = noise(N, 3) ** 2
    expected = np.maximum.accumulate(ar1(0.9).run(x))
    assert_close(peak_hold(ar1(0.9)).run(x), expected)
    assert_close(peak_hold(ar1(0.9)).run(torch.tensor(x)), expected)
    assert_close(
        compensated(peak_hold(ar1(0.9))).run(x),
        expected / (1 - 0.9 ** np.arange(1, N + 1))[:, None],
    )


@pytest.mark.parametrize("name", [*FILTERS, "cascade", "compensated", "held"])
@pytest.mark.parametrize("library", [np.asarray, torch.tensor])
def test_squares_need_not_be_written_down(name: str, library) -> None:
    more = {
        "cascade": cascade(ar1(0.5), FILTERS["butter 2"]),
        "compensated": compensated(ar1(0.9)),
        "held": peak_hold(ar1(0.9)),
    }
    f, x = (FILTERS | more)[name], noise(9, 4)
    plain, squares = ([[library(np.zeros(4))] for _ in range(f.order)] for _ in range(2))
    for n, sample in enumerate(x):
        (a,) = f.advance_(n, [library(sample**2)], plain)
        (b,) = f.advance_squares_(n, [library(sample)], squares)
        assert_close(b, a)


def test_coefficients_are_normalised_padded_and_comparable() -> None:
    assert Filter([2.0], [2.0, -1.0]) == ar1(0.5, gain="input") == Filter([1, 0, 0], [1, -0.5, 0])
    assert Filter([1.0], [4.0, -2.0]).b == (0.25, 0.0)
    assert hash(ar1(0.5)) == hash(ar1(0.5))
    assert ar1(0.0) == identity()


anything = settings(deadline=None, max_examples=50)
signals = arrays(np.float64, 30, elements=st.floats(-1e3, 1e3, allow_subnormal=False))


@st.composite
def stable_filters(draw) -> Filter:
    """Any filter of order 1 to 4 with poles of at most 0.95 in size."""
    b = draw(st.lists(st.floats(-2, 2), min_size=1, max_size=5).filter(any))
    sizes = draw(st.lists(st.floats(0, 0.95), min_size=1, max_size=2))
    turns = [draw(st.floats(0, np.pi)) for _ in sizes]
    a = np.array([1.0])
    for r, turn in zip(sizes, turns, strict=True):
        a = np.convolve(a, [1.0, -2 * r * np.cos(turn), r**2])
    return Filter(b, a.tolist())


@anything
@given(stable_filters(), signals, signals, st.floats(-10, 10))
def test_filters_are_linear_and_causal(f: Filter, x, y, k: float) -> None:
    together = f.run(x + k * y)
    apart = f.run(x) + k * f.run(y)
    # The canonical form's memory is up to (1/0.05)^4 times larger than what goes in.
    scale = 1 + np.abs(x).max() + abs(k) * np.abs(y).max()
    np.testing.assert_allclose(together, apart, rtol=0, atol=1e-8 * scale)
    changed = np.where(np.arange(30) < 20, x, y)
    np.testing.assert_array_equal(f.run(changed)[:20], f.run(x)[:20])


@anything
@given(stable_filters(), signals)
def test_a_delayed_input_gives_the_delayed_output(f: Filter, x) -> None:
    late = np.concatenate([np.zeros(5), x])
    np.testing.assert_allclose(f.run(late)[5:], f.run(x), rtol=1e-9, atol=1e-9)


@anything
@given(stable_filters())
def test_the_step_response_settles_at_the_dc_gain(f: Filter) -> None:
    assert f.is_stable
    assert f.step_response_at(3000) == pytest.approx(f.dc_gain, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("run", ["run", "start", "step_response", "impulse_response"])
@pytest.mark.parametrize("a", [[1.0, -1.0], [1.0, 1.0], [1.0, -2.1, 1.2]])
def test_an_unstable_filter_shows_itself_but_does_not_run(run: str, a: list[float]) -> None:
    f = Filter([1.0], a)
    assert not f.is_stable
    assert np.isfinite(f.frequency_response(0.3))
    for refused in (f, cascade(ar1(0.5), f), compensated(f)):
        if hasattr(refused, run):
            with pytest.raises(ValueError, match=r"poles inside the unit circle; got one at"):
                getattr(refused, run)(np.ones(3) if run in ("run", "start") else 3)


def test_a_filter_declared_to_grow_runs() -> None:
    f, x = Filter([1.0], [1.0, -1.1], growing=True), noise(50)
    assert_close(f.run(x), scipy.signal.lfilter(f.b, f.a, x))


X = np.ones(3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Filter([1.0], [0.0, 1.0]), r"a\[0\] must not be 0"),
        (lambda: Filter([0.0, 0.0]), "b must have a number other than 0"),
        (lambda: Filter([]), "b must not be empty"),
        (lambda: Filter([1.0], []), "a must not be empty"),
        (lambda: Filter([np.nan]), "b must be finite"),
        (lambda: Filter([1.0], [1.0, np.inf]), "a must be finite"),
        (lambda: Filter([[1.0]]), "b must be a list of coefficients"),
        (lambda: ar1(1.0), "alpha must be a finite number >= 0 and < 1"),
        (lambda: ar1(-0.1), "alpha must be a finite number"),
        (lambda: ar1(0.9, gain="unit"), 'gain must be "dc" or "input"'),
        (lambda: arma1(1.0, 0.5), "pole must be a finite number > -1 and < 1"),
        (lambda: arma1(0.5, np.nan), "zero must be a finite number"),
        (lambda: arma1(0.5, 0.5, 0.0), "gain must not be 0"),
        (lambda: cascade(), "a cascade must have at least one section"),
        (lambda: cascade(np.ones((2, 5))), r"must have shape \(n, 6\); got \(2, 5\)"),
        (lambda: cascade(np.zeros((1, 6))), r"a\[0\] must not be 0"),
        (lambda: compensated(Filter([0.0, 1.0])), r"b\[0\] not 0"),
        (lambda: compensated(Filter([1.0, -1.0])).run(X), "must not be 0; got 0 at n = 1"),
        (lambda: peak_hold(arma1(0.5, 0.6)), "nowhere negative; got ARMA1"),
        (lambda: ar1(0.5).run(1.0), "x must have a first axis, of samples"),
        (lambda: ar1(0.5).run([np.nan]), "x must be finite"),
        (lambda: ar1(0.5).run([]), "x must not be empty"),
        (lambda: ar1(0.5).start([]), "x must hold at least one array"),
        (lambda: ar1(0.5).start([X, [np.nan]]), "x must be finite"),
        (lambda: ar1(0.5).step(X, ar1(0.5).start(X[:2])), "the state must hold 1 delays"),
        (lambda: ar1(0.5).step(X, identity().start(X)), "the state must hold 1 delays"),
        (lambda: ar1(0.5).step([X, X], ar1(0.5).start(X)), "the state must hold 1 delays"),
        (lambda: ar1(0.5).step_response(0), "n must be an integer >= 1"),
        (lambda: ar1(0.5).impulse_response(2.0), "n must be an integer >= 1"),
        (lambda: ar1(0.5).step_response_at(-1), "n must be an integer >= 0"),
        (lambda: ar1(0.5).frequency_response([np.inf]), "nu must be finite"),
    ],
)
def test_bad_input_is_refused(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()
