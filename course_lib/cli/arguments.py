"""Arguments that several commands take."""

from __future__ import annotations

from typing import Annotated

import typer

SetName = Annotated[
    str, typer.Argument(metavar="SET", help="The problem set, as its folder is called: ps1_losses.")
]
