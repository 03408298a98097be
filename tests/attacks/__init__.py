"""Hostile submissions, each declared in a few lines; ``test_attacks.py`` grades them all.

They fall into five classes, a module each. Every one of them hands in the notebook of
``tiny_set`` with one honest answer (``double``, 3 points) and one wrong one (``total``, 2 points),
unless it says otherwise, and tries for more, or for harm.
"""

from __future__ import annotations

from .attack import Attack
from .ending import ENDING
from .files import FILES
from .forbidden import FORBIDDEN
from .forging import FORGING
from .host import HOST
from .leaking import LEAKING
from .objects import OBJECTS
from .resources import RESOURCES
from .tampering import TAMPERING

CLASSES: dict[str, tuple[Attack, ...]] = {
    "ending": ENDING,
    "resources": RESOURCES,
    "forging": (*FORGING, *OBJECTS, *FORBIDDEN, *LEAKING),
    "tampering": (*TAMPERING, *FILES),
    "host": HOST,
}

__all__ = ["CLASSES", "Attack"]
