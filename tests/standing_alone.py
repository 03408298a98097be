"""Mistakes and variants as submissions have them: their source alone."""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch


def from_source(function: Any, name: str) -> tuple[str, Callable[..., Any]]:
    """The function as a submission of the sample class has it: its source alone, renamed."""
    own = function.__name__
    source = re.sub(rf"^(def|class) {own}\b", rf"\1 {name}", inspect.getsource(function), count=1)
    source = source.replace(f"super({own},", f"super({name},")
    namespace: dict[str, Any] = {"np": np, "torch": torch, "math": math}
    exec(compile(source, "<submission>", "exec"), namespace)
    return source, namespace[name]
