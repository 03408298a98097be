"""Import direction: what each part of course_lib may know of the others."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = "course_lib"
ROOT = Path(__file__).resolve().parent.parent / PACKAGE
NUMERICS = ("array_api_compat", "numpy", "scipy")


@dataclass(frozen=True)
class Part:
    """One row of the table.

    ``modules`` belong to the part, a package standing for all below it; they may import each other
    and the parts in ``knows``. ``outside`` are the third-party packages allowed; None: any.
    """

    modules: tuple[str, ...]
    knows: tuple[str, ...] = ()
    outside: tuple[str, ...] | None = None


# What exercises take their references from.
REFERENCES = (
    "arrays",
    "losses",
    "activations",
    "preprocessing",
    "regularization",
    "dropout",
    "normalization",
    "initialization",
    "lottery",
    "backprop",
    "minibatch",
    "gradients",
    "schedules",
    "surfaces",
    "filters",
    "stability",
    "optimizers",
    "torch optimizers",
    "splits",
    "search",
    "data",
    "training",
)

# From the bottom up. A new module is added to the part it belongs to, or as a part of its own:
# leaves (activations, filters, schedules, initialization, data) know only "arrays"; optimizers know
# filters and schedules, the torch adapter knows optimizers; search and plotting know nothing of
# the library.
PARTS = {
    "arrays": Part(
        ("_arrays", "_classes", "_collections", "_random", "_scalars", "log_domain"),
        outside=NUMERICS,
    ),
    "in place": Part(("_in_place", "_in_place_torch"), outside=(*NUMERICS, "torch")),
    "losses": Part(
        (
            "losses",
            "regression_losses",
            "probability_losses",
            "logit_losses",
            "binary_losses",
            "margin_losses",
        ),
        knows=("arrays",),
        outside=NUMERICS,
    ),
    "activations": Part(
        ("activations", "smooth_activations", "piecewise_activations"),
        knows=("arrays",),
        outside=NUMERICS,
    ),
    "preprocessing": Part(
        ("preprocessing", "feature_scaling", "whitening"), knows=("arrays",), outside=NUMERICS
    ),
    "regularization": Part(
        ("regularization", "penalties", "priors", "early_stopping", "bagging"),
        knows=("arrays",),
        outside=NUMERICS,
    ),
    "dropout": Part(("dropout",), knows=("arrays",), outside=NUMERICS),
    "normalization": Part(
        (
            "normalization",
            "batch_normalization",
            "running_statistics",
            "sample_normalization",
            "_standardize",
        ),
        knows=("arrays",),
        outside=NUMERICS,
    ),
    "initialization": Part(("initialization",), knows=("arrays",), outside=NUMERICS),
    "lottery": Part(("lottery",), knows=("arrays",), outside=NUMERICS),
    "backprop": Part(("backprop",), knows=("arrays", "losses", "activations"), outside=NUMERICS),
    "minibatch": Part(("minibatch",), knows=("arrays",), outside=NUMERICS),
    "gradients": Part(("gradients",), knows=("arrays",), outside=NUMERICS),
    "schedules": Part(("schedules",), knows=("arrays",), outside=NUMERICS),
    "surfaces": Part(("surfaces",), knows=("arrays",), outside=NUMERICS),
    "filters": Part(("filters",), knows=("arrays", "in place"), outside=NUMERICS),
    "stability": Part(("stability",), knows=("arrays", "filters"), outside=NUMERICS),
    "optimizers": Part(
        ("optimizers",), knows=("arrays", "in place", "filters", "schedules"), outside=NUMERICS
    ),
    "torch optimizers": Part(
        ("torch_optimizers",), knows=("arrays", "optimizers"), outside=("torch",)
    ),
    # Search knows callables and numbers, and nothing of what they train.
    "splits": Part(("splits",), knows=("arrays",), outside=("numpy",)),
    "search": Part(("search",), knows=("arrays", "splits"), outside=("numpy", "optuna", "rich")),
    # What stands outside the arithmetic here: a cache, a connection, and scikit-learn's digits.
    "data": Part(
        ("data", "downloads", "idx", "image_sets", "label_noise", "synthetic"),
        knows=("arrays", "splits"),
        outside=(*NUMERICS, "pooch", "requests", "sklearn"),
    ),
    "training": Part(
        ("training", "evaluation"),
        knows=("arrays", "regularization", "minibatch"),
        outside=("numpy", "rich", "torch"),
    ),
    "plotting": Part(("plotting",)),
    "course": Part(("course",), outside=()),
    "lean": Part(("lean",), outside=()),
    "closure": Part(("closure",), outside=()),
    # Checks reach exercises by name alone (checks.registry), and through them the reference.
    "checks": Part(("checks",), outside=("IPython", "numpy", "torch")),
    "exercises": Part(("exercises",), ("checks", *REFERENCES), outside=(*NUMERICS, "torch")),
    "book": Part(
        (
            *("book", "book_cache", "book_chapter", "book_execute", "book_pages", "book_sphinx"),
            *("book_links", "book_pdf", "book_print", "book_quick", "docstrings", "page_links"),
            *("course_map", "course_map_figure", "syllabus"),
        ),
        ("closure", "course"),
    ),
    "release": Part(
        ("release", "release_generate", "release_source", "release_stubs"), ("checks", "course")
    ),
    "bundle": Part(("bundle",), ("checks", "closure", "course")),
    "grading": Part(("grading",), ("checks", "course", "lean", "release")),
    "cli": Part(("cli",), ("book", "bundle", "checks", "course", "grading", "lean", "release")),
}


def modules_below(root: Path) -> dict[str, Path]:
    """Every module under ``root`` by its name below it: ``"checks.judge"``; ``""`` is the root."""
    found = {}
    for path in sorted(root.rglob("*.py")):
        names = path.relative_to(root).with_suffix("").parts
        found[".".join(names[:-1] if names[-1] == "__init__" else names)] = path
    return found


MODULES = modules_below(ROOT)


def part_of(module: str) -> str | None:
    for name, part in PARTS.items():
        if any(module == own or module.startswith(f"{own}.") for own in part.modules):
            return name
    return None


def imports(module: str) -> Iterator[str]:
    """Full dotted names that ``module`` imports, anywhere in it, relative ones resolved."""
    path = MODULES[module]
    package = [PACKAGE, *path.relative_to(ROOT).parent.parts]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            source = ".".join([*base, *(node.module or "").split(".")]).strip(".")
            yield from (f"{source}.{alias.name}" for alias in node.names)


def known(module: str) -> set[str]:
    """Modules of the library that ``module`` imports."""
    found = set()
    for name in imports(module):
        top, _, below = name.partition(".")
        if top == PACKAGE:
            # `from .judge import judge` names a module and something in it.
            found.add(below if below in MODULES else below.rpartition(".")[0])
    return found - {""}


def outside(module: str) -> set[str]:
    """Third-party packages that ``module`` imports; files of its own folder are not."""
    own = {path.stem for path in MODULES[module].parent.glob("*.py")}
    tops = {name.partition(".")[0] for name in imports(module)}
    return tops - {PACKAGE} - own - set(sys.stdlib_module_names)


@pytest.mark.parametrize("module", sorted(set(MODULES) - {""}))
def test_every_module_keeps_to_its_part(module: str) -> None:
    name = part_of(module)
    assert name, (
        f"{PACKAGE}/{module.replace('.', '/')}.py is in no part: "
        f"add it to PARTS in {Path(__file__).name}, with what it may know"
    )
    part = PARTS[name]
    for other in sorted(known(module)):
        assert part_of(other) in (name, *part.knows), (
            f"{module} ({name}) imports {other} ({part_of(other)}): "
            f"{name} may know {', '.join(part.knows) or 'no other part'}"
        )
    if part.outside is not None:
        assert outside(module) <= set(part.outside), f"{name} may use only {part.outside}"


def test_the_package_itself_imports_nothing() -> None:
    """``import course_lib.losses`` must not wait for nbgrader."""
    assert list(imports("")) == []


def test_no_two_modules_import_each_other_in_a_circle() -> None:
    graph = {module: known(module) for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"modules import each other in a circle: {' -> '.join(error.args[1])}")


def test_parts_stand_in_order_and_hold_only_what_exists() -> None:
    seen: set[str] = set()
    for name, part in PARTS.items():
        assert set(part.knows) <= seen, f"{name} must stand below what it knows"
        assert set(part.modules) <= set(MODULES), f"{name} names a module that is not there"
        seen.add(name)
