"""Pages from templates: everything is escaped unless a caller says that it is clean HTML."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["points"] = points
    environment.filters["plural"] = plural
    return environment


def render(template: str, **values: object) -> str:
    """The page that ``template`` makes of ``values``; only ``Markup`` among them is not escaped."""
    return _environment().get_template(template).render(**values)


def points(value: float) -> str:
    """Points or a share with at most two decimals.

    >>> points(2.0), points(1.25), points(-0.001)
    ('2', '1.25', '0')
    """
    return f"{round(value, 2) + 0.0:g}"


def plural(count: float, noun: str) -> str:
    """``count`` and its noun.

    >>> plural(1, "day"), plural(2.5, "point")
    ('1 day', '2.5 points')
    """
    return f"{points(count)} {noun}" if count == 1 else f"{points(count)} {noun}s"
