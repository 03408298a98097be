"""``course build``: the book as web pages."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from .output import NOT_RIGHT, count, error_console, say, say_error, short, written_since


def build(
    show: Annotated[bool, typer.Option("--open", help="Open the book in the browser.")] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="Print it into one PDF as well.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what Jupyter Book says meanwhile.")
    ] = False,
) -> None:
    """Build the book: execute its chapters and write them as web pages.

    Chapters are executed once and kept; where nothing has changed, nothing is done.

    Example:

        course build --open
    """
    from ..book import build_book
    from ..book_pdf import print_book
    from ..course import find_course

    started, course = time.time(), find_course()
    try:
        if verbose:
            book = build_book(course)
        else:
            console = error_console()
            with console.status("building the book; the first time takes some minutes"):
                book = build_book(course, quiet=True, tell=console.print)
        if pdf:
            with error_console().status("printing the book"):
                printed = print_book(course, book)
    except RuntimeError as error:  # what build_book raises for a chapter that is not right
        say_error(str(error))
        raise typer.Exit(NOT_RIGHT) from None
    took = f"built in {time.time() - started:.0f} s"
    done = took if written_since(started, [book.index]) else "current, nothing to build"
    say(f"book: {count(book.pages, 'page')}, {done}: {short(book.index)}")
    if pdf:
        say(f"on paper: {short(printed)}")
    if show:
        typer.launch(str(book.index))
