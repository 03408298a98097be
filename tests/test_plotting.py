"""The book's figure style: told apart without colour, drawn the same every time."""

import io

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
