"""Mistakes and variants as submissions have them: their source alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from course_lib.grading.sample_answers import renamed_source


def from_source(function: Any, name: str) -> tuple[str, Callable[..., Any]]:
    """A function as a submission of the sample class has it: source, and what that defines."""
    source = renamed_source(function, name)
    namespace: dict[str, Any] = {"np": np, "torch": torch}
    exec(compile(source, "<submission>", "exec"), namespace)
    return source, namespace[name]
