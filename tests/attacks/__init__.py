"""Hostile submissions, each declared in a few lines; ``test_attacks.py`` grades them all.

They fall into five classes, a module each. Every one of them hands in the notebook of
``tiny_set`` with one honest answer (``double``, 3 points) and one wrong one (``total``, 2 points),
unless it says otherwise, and tries for more, or for harm.
"""

from __future__ import annotations

from .attack import Attack
from .copies import COPIES
from .documents import DOCUMENTS
from .ending import ENDING
from .exhausting import EXHAUSTING
from .files import FILES
from .forbidden import FORBIDDEN
from .forging import FORGING
from .hooks import HOOKS
from .host import HOST
from .kernel import KERNEL
from .leaking import LEAKING
from .objects import OBJECTS
from .oddities import ODDITIES
from .onlookers import ONLOOKERS
from .papers import PAPERS
from .parsing import PARSING
from .replies import REPLIES
from .resources import RESOURCES
from .roundabout import ROUNDABOUT
from .tampering import TAMPERING

CLASSES: dict[str, tuple[Attack, ...]] = {
    "ending": (*ENDING, *COPIES),
    "resources": (*RESOURCES, *PARSING, *EXHAUSTING),
    "forging": (
        *(*FORGING, *OBJECTS, *FORBIDDEN, *LEAKING, *HOOKS, *REPLIES),
        *(*ROUNDABOUT, *ODDITIES),
    ),
    "tampering": (*TAMPERING, *FILES, *DOCUMENTS, *PAPERS),
    "host": (*HOST, *KERNEL, *ONLOOKERS),
}

__all__ = ["CLASSES", "Attack"]
