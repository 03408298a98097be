"""How long a step takes: our torch adapter beside torch's optimizers, on the same numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import torch
from torch import Tensor, nn

from course_lib.optimizers import Rule, adam, adamw, momentum
from course_lib.torch_optimizers import TorchOptimizer

Make = Callable[[list[nn.Parameter]], torch.optim.Optimizer]


@dataclass(frozen=True)
class Method:
    """One optimizer three times: as a rule, as torch has it by default, and as its fused kernel."""

    rule: Rule
    theirs: str
    torch: Make
    fused: Make


METHODS = {
    "momentum": Method(
        momentum(1e-3, alpha=0.9),
        "torch.optim.SGD(momentum=0.9)",
        lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9),
        lambda p: torch.optim.SGD(p, lr=1e-3, momentum=0.9, fused=True),
    ),
    "adam": Method(
        adam(1e-3),
        "torch.optim.Adam",
        lambda p: torch.optim.Adam(p, lr=1e-3),
        lambda p: torch.optim.Adam(p, lr=1e-3, fused=True),
    ),
    "adamw": Method(
        adamw(1e-3, weight_decay=0.01),
        "torch.optim.AdamW",
        lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=0.01),
        lambda p: torch.optim.AdamW(p, lr=1e-3, weight_decay=0.01, fused=True),
    ),
}


@dataclass(frozen=True)
class Size:
    shapes: tuple[tuple[int, ...], ...]
    rounds: int


SIZES = {
    "784-512-512-10": Size(((512, 784), (512,), (512, 512), (512,), (10, 512), (10,)), 300),
    "10M": Size(((10_000_000,),), 20),
}
SHORT = {"sizes": {"small": Size(((4, 3), (3,)), rounds=3)}}


def rows(sizes: dict[str, Size] = SIZES) -> Iterator[dict[str, Any]]:
    """A row for each method and size: milliseconds of our step, and its share of torch's."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        for size_name, size in sizes.items():
            for name, method in METHODS.items():
                yield {"name": f"optimizer/{name}/{size_name}", **compare(method, size)}
    finally:
        torch.set_num_threads(threads)


def compare(method: Method, size: Size) -> dict[str, Any]:
    makers: dict[str, Make] = {
        "ours": lambda p: TorchOptimizer(p, method.rule),
        "theirs": method.torch,
        "fused": method.fused,
    }
    optimizers = {kind: optimizer(make, size.shapes) for kind, make in makers.items()}
    times = interleaved({kind: own.step for kind, own in optimizers.items()}, size.rounds)
    return {
        "figure": round(1e3 * median(times["ours"]), 3),
        "unit": "ms per step",
        "compared_with": method.theirs,
        "ratio": ratio(times["ours"], times["theirs"]),
        "fused_ratio": ratio(times["fused"], times["theirs"]),
        "state_tensors": kept(optimizers["ours"]),
        "state_tensors_compared": kept(optimizers["theirs"]),
    }


def optimizer(make: Make, shapes: tuple[tuple[int, ...], ...]) -> torch.optim.Optimizer:
    """It, over parameters of these shapes, all with a gradient that stays as it is."""
    generator = torch.Generator().manual_seed(0)
    params = [nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]
    for p in params:
        p.grad = torch.randn(p.shape, generator=generator)
    return make(params)


def interleaved(steps: dict[str, Callable[[], Any]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each step in each round; who comes first goes round, as what others leave in the
    cache counts."""
    kinds = list(steps)
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(-3, rounds):  # three rounds to warm up
        first = turn % len(kinds)
        for kind in kinds[first:] + kinds[:first]:
            start = time.perf_counter()
            steps[kind]()
            took = time.perf_counter() - start
            if turn >= 0:
                times[kind].append(took)
    return times


def ratio(times: list[float], others: list[float]) -> float:
    """The median of the ratios within rounds: what slows a round down slows all of it."""
    return round(median(a / b for a, b in zip(times, others, strict=True)), 3)


def kept(own: torch.optim.Optimizer) -> int:
    """How many tensors it remembers."""
    return sum(isinstance(x, Tensor) for state in own.state.values() for x in state.values())
