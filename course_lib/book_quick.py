"""This extension of Sphinx changes no page: with it the other extensions take less time."""

from __future__ import annotations

from typing import Any

from pybtex.plugin import find_plugin, register_plugin

# They do nothing to a page as it is read, and do not say so.
UNDECLARED = ("sphinx-mathjax-offline", "sphinx_multitoc_numbering", "sphinx_jupyterbook_latex")
# For every citation sphinxcontrib-bibtex has pybtex look for these among all installed packages.
PLUGINS = (("pybtex.backends", "docutils"), ("pybtex.backends", "plaintext"))


def _side_by_side(app: Any, env: Any, pages: list[str]) -> None:
    """Say it of extensions that do not: pages may be read side by side."""
    for name in UNDECLARED:
        if name in app.extensions:
            app.extensions[name].parallel_read_safe = True


def setup(app: Any) -> dict[str, bool]:
    """Sphinx calls this once."""
    for group, name in PLUGINS:
        register_plugin(group, name, find_plugin(group, name), force=True)
    app.connect("env-before-read-docs", _side_by_side)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
