"""The course map as a picture: each chapter a box that leads to it, below all that it stands on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from .course_map import CHAPTERS, LANES, Chapter, notebook

WIDTH, HEIGHT = 170, 58  # of a box, in units of the picture
GAP, RISE, TOP = 22, 36, 34  # between columns, between rows, and above the first row
BEND = 20  # how far a line that passes a box of its own column swings out


def rows_of(chapters: Sequence[Chapter]) -> dict[str, int]:
    """The row of each chapter: below all that it stands on, and alone in its column.

    Raises
    ------
    ValueError
        where a chapter stands on one that does not come before it.

    >>> rows_of(CHAPTERS)["learning"], rows_of(CHAPTERS)["losses"]
    (0, 1)
    """
    rows: dict[str, int] = {}
    taken: set[tuple[int, int]] = set()
    for each in chapters:
        missing = [page for page in each.stands_on if page not in rows]
        if missing:
            raise ValueError(
                f"{each.page} stands on {missing[0]}, which comes after it: change their order"
            )
        row = max((rows[page] + 1 for page in each.stands_on), default=0)
        while (each.lane, row) in taken:
            row += 1
        rows[each.page] = row
        taken.add((each.lane, row))
    return rows


def course_map_svg(chapters: Sequence[Chapter] = CHAPTERS) -> str:
    """The map as SVG: lines below, boxes that are links above them; colours are left to the page.

    What it shows in boxes and lines stands again as text in the list beside it on the page.
    """
    rows = rows_of(chapters)
    width = len(LANES) * (WIDTH + GAP)
    height = TOP + (max(rows.values()) + 1) * (HEIGHT + RISE) - RISE + 8
    parts = [
        f'<svg class="course-map" viewBox="0 0 {width} {height}" role="group" '
        'aria-label="Map of the course: each box is a link to a chapter; lines lead from a '
        'chapter to those that stand on it.">',
        *_lanes(),
        *_lines(chapters, rows),
        *(_box(each, rows[each.page]) for each in chapters),
        "</svg>",
    ]
    return "\n".join(parts)


def _place(chapter: Chapter, row: int) -> tuple[int, int]:
    """The upper left corner of a chapter's box."""
    return GAP // 2 + chapter.lane * (WIDTH + GAP), TOP + row * (HEIGHT + RISE)


def _lanes() -> Iterator[str]:
    for number, name in enumerate(LANES):
        x = GAP // 2 + number * (WIDTH + GAP) + WIDTH // 2
        yield f'<text class="lane" x="{x}" y="16">{escape(name)}</text>'


def _lines(chapters: Sequence[Chapter], rows: dict[str, int]) -> Iterator[str]:
    by_page = {each.page: each for each in chapters}
    for each in chapters:
        for page in each.stands_on:
            below = by_page[page]
            path = _path(below, rows[page], each, rows[each.page])
            yield f'<path class="line" d="{path}"/>'


def _path(below: Chapter, low: int, above: Chapter, high: int) -> str:
    """A line down from a chapter to one that stands on it."""
    (x0, y0), (x1, y1) = _place(below, low), _place(above, high)
    if below.lane == above.lane and high - low > 1:
        right, middle = x0 + WIDTH, (y0 + y1 + HEIGHT) // 2
        start, end = y0 + HEIGHT // 2, y1 + HEIGHT // 2
        return f"M{right} {start}Q{right + BEND} {middle - 20} {right} {end}"
    if abs(below.lane - above.lane) == 1 and high - low > 1:
        # Past the boxes of the other column, and into it from the side.
        side, end = x1 + WIDTH * (above.lane < below.lane), y1 + HEIGHT // 2
        middle = x0 + WIDTH // 2
        return f"M{middle} {y0 + HEIGHT}C{middle} {end} {middle} {end} {side} {end}"
    start, end = y0 + HEIGHT, y1
    # It comes in where its column lies, so that two lines into one box are two.
    shift = (below.lane - above.lane) * 24
    lift = (end - start) // 2
    x0, x1 = x0 + WIDTH // 2 - shift // 2, x1 + WIDTH // 2 + shift
    return f"M{x0} {start}C{x0} {start + lift} {x1} {end - lift} {x1} {end}"


def _box(chapter: Chapter, row: int) -> str:
    x, y = _place(chapter, row)
    middle = x + WIDTH // 2
    sets = " · ".join(name.partition("_")[0] for name in chapter.sets)
    name, note = escape(chapter.short), escape(sets)
    return (
        f'<a href="{chapter.page}.html"><title>{escape(chapter.question)}</title>'
        f'<rect class="lane-{chapter.lane}" x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" '
        f'rx="9"/><text class="name" x="{middle}" y="{y + 26}">{name}</text>'
        f'<text class="sets" x="{middle}" y="{y + 45}">{note}</text></a>'
    )


def course_map_list(chapters: Sequence[Chapter] = CHAPTERS) -> str:
    """The map as a MyST list: what the picture shows, for who reads or hears it instead."""
    return "\n".join(_item(each) for each in chapters)


def _item(chapter: Chapter) -> str:
    rows = {
        "stands on": ", ".join(f"{{doc}}`{page}`" for page in chapter.stands_on),
        "library": ", ".join(f"{{doc}}`api/{name}`" for name in chapter.api),
        "assignment": ", ".join(
            f"{{download}}`{name} <../{notebook(name)}>`" for name in chapter.sets
        ),
    }
    told = "; ".join(f"{label}: {links}" for label, links in rows.items() if links)
    return f"1. **{{doc}}`{chapter.page}`**: {chapter.question}\\\n   {told[0].upper()}{told[1:]}."
