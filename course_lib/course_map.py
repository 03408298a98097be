"""Which chapter stands on which, and what belongs to each: the one table of the course.

The map of the course, the links between chapters, reference pages and assignments, and the syllabus
are made from it; tests hold it against the book's table of contents.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

LANES = ("the data", "the network", "what to learn", "how to move")


@dataclass(frozen=True)
class Chapter:
    """One chapter: ``page`` is its name under ``book/``, ``api`` names pages under ``book/api/``.

    ``stands_on`` are the chapters that it uses without explaining them again, ``sets`` the problem
    sets that exercise it, ``live`` the elements ``live-NAME`` on its page, and ``lane`` the index
    in ``LANES`` of its column on the map.
    """

    page: str
    short: str
    question: str
    lane: int
    stands_on: tuple[str, ...]
    api: tuple[str, ...]
    sets: tuple[str, ...]
    live: tuple[str, ...] = ()


PS = (
    "ps0_warmup",
    "ps1_losses",
    "ps2_activations_and_initialization",
    "ps3_regularization",
    "ps4_dropout",
    "ps5_filters",
    "ps6_optimizers",
    "ps7_schedules_and_clipping",
    "ps8_batchnorm",
    "ps9_hyperparameters",
)

# In the order of the book.
CHAPTERS = (
    Chapter(
        page="learning",
        short="Learning",
        question="What does training minimise, at what price, and why is that hard?",
        lane=2,
        stands_on=(),
        api=("gradients",),
        sets=(PS[0], PS[7]),
    ),
    Chapter(
        page="backpropagation",
        short="Back-propagation",
        question="Which of a million weights was to blame, and how much?",
        lane=1,
        stands_on=("learning",),
        api=("gradients",),
        sets=(PS[0],),
    ),
    Chapter(
        page="losses",
        short="Losses",
        question="How wrong is an answer, as one number, and which way is less wrong?",
        lane=2,
        stands_on=("learning",),
        api=("losses",),
        sets=(PS[1],),
        live=("logit-loss",),
    ),
    Chapter(
        page="activations",
        short="Activations",
        question="What does a bend buy, and what does it cost?",
        lane=1,
        stands_on=("backpropagation",),
        api=("activations",),
        sets=(PS[2],),
    ),
    Chapter(
        page="preprocessing",
        short="Preprocessing",
        question="Does it matter in which units the inputs are measured?",
        lane=0,
        stands_on=("learning",),
        api=("preprocessing",),
        sets=(PS[2],),
    ),
    Chapter(
        page="initialization",
        short="Initialization",
        question="How large should the first weights be?",
        lane=1,
        stands_on=("activations", "preprocessing"),
        api=("initialization",),
        sets=(PS[2],),
    ),
    Chapter(
        page="regularization",
        short="Regularization",
        question=(
            "The training loss is nearly zero. Why is the next answer wrong, and what can we "
            "change so that it is not?"
        ),
        lane=2,
        stands_on=("losses",),
        api=("regularization",),
        sets=(PS[3],),
        live=("weight-balls",),
    ),
    Chapter(
        page="dropout",
        short="Dropout",
        question="Can a network be kept from over-fitting by breaking it?",
        lane=2,
        stands_on=("regularization",),
        api=("dropout",),
        sets=(PS[4],),
    ),
    Chapter(
        page="filters",
        short="Filters",
        question=(
            "A signal comes in, number by number, and it is noisy. What can be said about it, "
            "now, with only a little memory?"
        ),
        lane=3,
        stands_on=(),
        api=("filters",),
        sets=(PS[5],),
        live=("first-order-filter",),
    ),
    Chapter(
        page="optimizers",
        short="Optimizers",
        question=(
            "You have a gradient, and you remember some of the earlier ones. How far do you "
            "step, and which way?"
        ),
        lane=3,
        stands_on=("learning", "filters"),
        api=("optimizers",),
        sets=(PS[6],),
        live=("optimizer",),
    ),
    Chapter(
        page="surfaces",
        short="Surfaces",
        question="Which optimizer is the best?",
        lane=3,
        stands_on=("optimizers",),
        api=("data", "optimizers"),
        sets=(PS[6],),
    ),
    Chapter(
        page="schedules",
        short="Schedules",
        question="How long should a step be, and when?",
        lane=3,
        stands_on=("optimizers",),
        api=("schedules",),
        sets=(PS[7],),
        live=("schedule",),
    ),
    Chapter(
        page="batch_normalization",
        short="Batch normalization",
        question="Can a layer choose the scale it works at?",
        lane=1,
        stands_on=("initialization", "schedules"),
        api=("normalization",),
        sets=(PS[8],),
        live=("batch-norm",),
    ),
    Chapter(
        page="hyperparameters",
        short="Hyperparameters",
        question="Training finds the weights. Who finds the learning rate?",
        lane=2,
        stands_on=("regularization", "schedules"),
        api=("search", "data"),
        sets=(PS[9],),
    ),
    Chapter(
        page="practice",
        short="Practice",
        question="The network does not do what you want. What do you do next?",
        lane=2,
        stands_on=("hyperparameters",),
        api=("training",),
        sets=(PS[9],),
    ),
)


def chapter(page: str) -> Chapter:
    """The chapter on ``page``.

    Raises
    ------
    ValueError
        where no chapter has this page.

    >>> chapter("optimizers").stands_on
    ('learning', 'filters')
    """
    for each in CHAPTERS:
        if each.page == page:
            return each
    known = ", ".join(each.page for each in CHAPTERS)
    raise ValueError(f"no chapter is called {page!r}; the course map has {known}")


def chapters_of(api: str) -> tuple[Chapter, ...]:
    """The chapters that the page ``book/api/API.md`` belongs to, in the order of the book."""
    return tuple(each for each in CHAPTERS if api in each.api)


def sets_of(chapters: Iterable[Chapter]) -> tuple[str, ...]:
    """Problem sets of several chapters, each once, in order.

    >>> sets_of([chapter("filters"), chapter("optimizers"), chapter("surfaces")])
    ('ps5_filters', 'ps6_optimizers')
    """
    return tuple(sorted({name for each in chapters for name in each.sets}))


def notebook(set_name: str) -> str:
    """Path of a set's notebook, from the course folder.

    >>> notebook("ps1_losses")
    'assignments/ps1_losses/losses.ipynb'
    """
    return f"assignments/{set_name}/{set_name.partition('_')[2]}.ipynb"
