"""The live figure of batch normalization: course_lib's numbers, and a batch that one drags."""

import numpy as np
import pytest
from live_figures import assert_equal_numbers, drawn, settle

from course_lib import normalization as norms

pytestmark = pytest.mark.book


def column(values):
    return np.array(values, dtype=float)[:, None]


def test_outputs_are_those_of_batch_norm_in_training_and_inference(live_page):
    page = live_page("batch-norm")
    rng = np.random.default_rng(0)
    for n in (2, 3, 8, 12):
        for gamma, beta, eps in ((1.0, 0.0, 1e-5), (-1.7, 3.0, 1e-3), (0.0, -2.0, 10.0)):
            x = rng.normal(2, 3, n)
            running = norms.RunningStatistics(rng.normal(size=1), rng.random(1))
            kept = {"mean": running.mean[0], "variance": running.variance[0]}
            settings = {"x": x.tolist(), "gamma": gamma, "beta": beta, "eps": eps}
            got, later = page.evaluate(
                "all => all.map(settings => courseLive.batchNorm(settings))",
                [settings, settings | {"running": kept}],
            )
            g, b = np.array([gamma]), np.array([beta])
            about = (n, gamma, beta, eps)
            assert_equal_numbers(got["y"], norms.batch_norm(column(x), g, b, eps)[:, 0], about)
            plain = norms.batch_norm(column(x), np.ones(1), np.zeros(1), eps)[:, 0]
            assert_equal_numbers(got["hat"], plain, about)
            expected = norms.batch_norm_inference(column(x), g, b, running, eps)[:, 0]
            assert_equal_numbers(later["y"], expected, about)
            moments = [got["mean"], got["biased"], got["unbiased"]]
            assert_equal_numbers(moments, [x.mean(), x.var(), x.var(ddof=1)], about)


@pytest.mark.parametrize("momentum", [0.01, 0.1, 1.0])
def test_running_statistics_follow_the_batches_that_the_buttons_train_on(live_page, momentum):
    page = live_page("batch-norm")
    figure = page.locator("live-batch-norm")
    figure.evaluate("(figure, m) => figure.set('momentum', m)", momentum)
    running = norms.start_statistics(1)
    one, ten = figure.locator(".actions button").all()
    seen = set()
    for _ in range(4):
        batch = figure.evaluate("figure => figure.batch")
        seen.add(tuple(batch))
        running = norms.update_statistics(running, column(batch), momentum)
        one.click()
    got = figure.evaluate("figure => figure.running")
    assert_equal_numbers([got["mean"]], running.mean)
    assert_equal_numbers([got["variance"]], running.variance)
    assert len(seen) == 4
    ten.click()
    settle(figure)
    figure.locator("#control-mode").select_option("inference")
    settle(figure)
    assert "from 14 batches" in figure.locator(".state").inner_text()
    figure.locator("button.reset").click()
    assert figure.evaluate("figure => figure.running") == {"mean": 0, "variance": 1}


def result(figure):
    settle(figure)
    return figure.evaluate("figure => figure.result.y"), figure.locator(".state").inner_text()


def test_moving_one_value_moves_all_outputs_in_training_and_none_in_inference(live_page):
    page = live_page("batch-norm")
    figure = page.locator("live-batch-norm")
    handle = figure.locator(".handle[role=slider]").nth(2)
    before, words = result(figure)
    assert "Move one value" in words
    handle.focus()
    assert float(handle.get_attribute("aria-valuenow")) == -1
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
        drawn(figure)
    after, words = result(figure)
    assert float(handle.get_attribute("aria-valuenow")) == pytest.approx(1)
    assert handle.get_attribute("aria-valuetext").startswith("1, becomes")
    assert "x₃ went from −1 to 1" in words
    assert "each value is judged by its company" in words
    assert all(one != other for one, other in zip(before, after, strict=True))
    figure.locator("#control-mode").select_option("inference")
    _, words = result(figure)
    assert "No other output moved." in words


def test_a_value_is_dragged_and_two_values_become_one_and_minus_one(live_page):
    page = live_page("batch-norm")
    figure = page.locator("live-batch-norm")
    figure.evaluate("figure => figure.set('n', 2)")
    settle(figure)
    handles = figure.locator(".handle:visible")
    assert handles.count() == 2
    box = handles.first.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y + 20, steps=2)
    page.mouse.up()
    y, words = result(figure)
    assert figure.evaluate("figure => figure.batch[0]") < -6.5
    assert y == pytest.approx([-1, 1], abs=1e-5)
    assert "No other output moved." in words
