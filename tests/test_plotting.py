"""The book's figures: told apart without colour, the same every time, showing what is there."""

import io
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from course_lib import plotting


@pytest.fixture
def ax():
    with mpl.rc_context():
        plotting.use_book_style()
        yield Figure().subplots()


def relative_luminance(colour):
    channels = np.array(mpl.colors.to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


@pytest.mark.parametrize("colour", [*plotting.COLOURS, plotting.GREY])
def test_every_colour_stands_out_on_a_white_page(colour):
    assert 1.05 / (relative_luminance(colour) + 0.05) >= 3  # WCAG 2.2, graphical objects


def test_curves_returns_the_axes_and_names_every_curve(ax):
    x = np.arange(3.0)
    returned = plotting.curves(ax, x, {"up": x, "down": -x}, xlabel="step", title="both")
    assert returned is ax
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["up", "down"]
    assert (ax.get_xlabel(), ax.get_title(loc="left")) == ("step", "both")


def test_one_curve_needs_no_legend(ax):
    plotting.curves(ax, [0, 1], {"only": [1, 2]})
    assert ax.get_legend() is None


def test_curves_differ_in_line_style_as_well_as_colour(ax):
    plotting.curves(ax, [0, 1], {name: [0, 1] for name in "abcdef"})
    styles = {(line.get_linestyle(), *map(str, line._dash_pattern)) for line in ax.lines}
    assert len(styles) == len({line.get_color() for line in ax.lines}) == 6


def test_samples_are_hollow_points_behind_the_curves(ax):
    assert plotting.samples(ax, [0, 1], [2, 3], name="data") is ax
    points = ax.lines[0]
    assert (points.get_linestyle(), points.get_fillstyle()) == ("None", "none")
    plotting.curves(ax, [0, 1], {"fit": [2, 3]})
    assert points.get_zorder() < ax.lines[1].get_zorder()


def test_region_shades_a_strip_and_names_it(ax):
    assert plotting.region(ax, 1.0, 3.0, "lost") is ax
    assert ax.patches[0].get_extents().width > 0
    assert (ax.texts[0].get_text(), ax.texts[0].get_position()[0]) == ("lost", 2.0)


def test_the_same_figure_is_the_same_bytes():
    def draw():
        with mpl.rc_context():
            plotting.use_book_style()
            figure, sink = Figure(), io.BytesIO()
            plotting.curves(figure.subplots(), [0, 1], {"a": [0, 1], "b": [1, 0]})
            figure.savefig(sink, format="svg", metadata={"Date": None})
        return sink.getvalue()

    assert draw() == draw()


def test_in_a_notebook_figures_are_svg_without_a_date(monkeypatch):
    asked = []
    monkeypatch.setattr("IPython.get_ipython", lambda: "a notebook")
    monkeypatch.setattr(
        "matplotlib_inline.backend_inline.set_matplotlib_formats",
        lambda *formats, **how: asked.append((formats, how)),
    )
    with mpl.rc_context():
        plotting.use_book_style()
    ((formats, how),) = asked
    assert (formats, how["metadata"]) == (("svg",), {"Date": None})


def test_without_a_notebook_the_style_is_all(monkeypatch):
    monkeypatch.setitem(sys.modules, "IPython", None)
    with mpl.rc_context():
        plotting.use_book_style()
        assert mpl.rcParams["axes.spines.top"] is False


# --- filters --------------------------------------------------------------------------------------

FREQUENCY = np.geomspace(0.001, 0.5, 200)
Z = np.exp(2j * np.pi * FREQUENCY)
AR1 = 0.1 / (1 - 0.9 / Z)


def test_bode_magnitude_is_in_decibels_on_a_logarithmic_axis(ax):
    assert plotting.bode_magnitude(ax, FREQUENCY, {"AR1": AR1, "two": 2 * AR1}) is ax
    first, second = (line.get_ydata() for line in ax.lines)
    np.testing.assert_allclose(10 ** (first / 20), abs(AR1), rtol=1e-12)
    np.testing.assert_allclose(second - first, 20 * np.log10(2), rtol=1e-9)
    assert (ax.get_xscale(), ax.get_ylabel()) == ("log", "gain (dB)")


def test_bode_phase_is_in_degrees_without_jumps(ax):
    assert plotting.bode_phase(ax, FREQUENCY, {"delay of 3": Z**-3.0}, title="delay") is ax
    np.testing.assert_allclose(ax.lines[0].get_ydata(), -3 * 360 * FREQUENCY, rtol=1e-9)
    assert ax.get_title(loc="left") == "delay"


def test_zeros_and_poles_on_the_circle_leave_a_gap_not_a_warning(ax):
    response = np.array([np.inf, 1j, 1e-17, -1j])
    plotting.bode_magnitude(ax, [0.1, 0.2, 0.3, 0.4], {"sum": response})
    plotting.bode_phase(ax, [0.1, 0.2, 0.3, 0.4], {"sum": response})
    for line, want in zip(ax.lines, ([0, 0], [90, -90]), strict=True):
        np.testing.assert_array_equal(np.isnan(line.get_ydata()), [True, False, True, False])
        np.testing.assert_allclose(line.get_ydata()[[1, 3]], want, atol=1e-12)


def test_pole_zero_marks_every_place_once_and_counts_those_that_coincide(ax):
    split = 0.5 + np.array([1e-8, -1e-8])  # a double root, as numpy.roots gives it
    assert plotting.pole_zero(ax, [*split, 0.9j, -0.9j], [], title="double") is ax
    poles, zeros = ax.lines
    assert (len(poles.get_xdata()), len(zeros.get_xdata())) == (3, 0)
    assert [text.get_text() for text in ax.texts] == ["2"]
    assert ax.get_aspect() == 1
    assert ax.patches[0].get_radius() == 1
    assert poles.get_marker() != zeros.get_marker()


# --- surfaces -------------------------------------------------------------------------------------

X, Y = np.linspace(-2, 2, 21), np.linspace(-1, 1, 11)
BOWL = X**2 + Y[:, None] ** 2


def test_contours_stand_at_their_levels_with_minima_marked(ax):
    levels = [0.5, 1.0, 2.0]
    drawn = plotting.contours(ax, X, Y, BOWL, levels=levels, minima=[[0.5, -0.5]], title="bowl")
    assert drawn is ax
    assert ax.collections[0].levels.tolist() == levels
    assert [point.tolist() for point in ax.lines[0].get_data()] == [[0.5], [-0.5]]
    assert ax.axis() == (-2, 2, -1, 1)
    assert (ax.get_xlabel(), ax.get_title(loc="left")) == ("x", "bowl")


def test_trajectories_show_start_and_end_and_keep_to_the_picture(ax):
    plotting.contours(ax, X, Y, BOWL)
    before = ax.axis()
    ways = {"stays": [[1, 1], [0.5, 0.2]], "leaves": [[1, 1], [-50, 90], [np.nan, np.nan]]}
    assert plotting.trajectories(ax, ways) is ax
    assert ax.axis() == before
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["stays", "leaves"]
    way, start, end = ax.lines[1:4]
    assert way.get_color() == start.get_color() == end.get_color()
    assert (start.get_xdata().tolist(), end.get_xdata().tolist()) == ([1.0], [0.5])
    assert (start.get_fillstyle(), end.get_fillstyle()) == ("none", "full")
    assert ways["stays"] == [[1, 1], [0.5, 0.2]]


def test_trajectories_alone_set_the_picture(ax):
    plotting.trajectories(ax, {"way": [[0, 0], [30, 40]]})
    assert ax.get_xlim()[1] >= 30


# --- learning -------------------------------------------------------------------------------------


def test_learning_curves_count_epochs_from_one_and_mark_the_best(ax):
    scores = {"training": [3.0, 2.0, 1.0], "validation": [3.0, 2.5]}
    assert plotting.learning_curves(ax, scores, best_epoch=2, ylabel="accuracy") is ax
    assert [line.get_xdata().tolist() for line in ax.lines[:2]] == [[1, 2, 3], [1, 2]]
    assert list(ax.lines[2].get_xdata()) == [2, 2]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "accuracy")
    assert len(ax.get_legend().get_texts()) == 2


def test_learning_curves_without_a_best_epoch_mark_none(ax):
    plotting.learning_curves(ax, {"training": [1.0]})
    assert (len(ax.lines), len(ax.texts)) == (1, 0)


def test_activations_of_all_layers_share_one_axis_and_one_height(ax):
    rng = np.random.default_rng(0)
    layers = {"wide": rng.normal(size=(50, 8)), "dead": np.zeros(10), "lost": [np.nan, np.inf]}
    assert plotting.activation_histograms(ax, layers, bins=20, title="layers") is ax
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["wide", "dead", "lost"]
    outlines = [patch.get_data() for patch in ax.patches[1::2]]
    assert len(outlines) == 3
    for row, data in enumerate(outlines):
        assert data.baseline == -row
        np.testing.assert_array_equal(data.edges, outlines[0].edges)
        assert len(data.values) == 20
    tops = [data.values.max() - data.baseline for data in outlines]
    np.testing.assert_allclose(tops, [0.85, 0.85, 0])


def test_all_names_are_there_once():
    assert len(set(plotting.__all__)) == len(plotting.__all__)
    assert all(hasattr(plotting, name) for name in plotting.__all__)
