"""The ways in which a student's answer is used: a function called, a class driven through steps.

Each driver takes the answer and the arguments of one case and gives what came back. An exercise
names its driver; what the arguments of a case must be is said with each.
This file is also mounted in the grading sandbox: it holds no reference and no expected value.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

if __package__:
    from .plain import to_plain
else:  # inside the sandbox the files lie side by side
    from plain import to_plain  # type: ignore[no-redef]

Function = Callable[..., Any]
Args = tuple[Any, ...]


def call(function: Function, args: Args) -> Any:
    """``function(*args)``."""
    return function(*args)


def redraw(function: Function, args: Args) -> Any:
    """What the function draws with each of several generators; args are ``(*args, generators)``.

    Two generators of one seed among them show whether the draw comes from the generator, two of
    different seeds whether it is always the same.
    """
    *fixed, generators = args
    return tuple(to_plain(function(*fixed, rng)) for rng in generators)


def torch_gradient(function: Function, args: Args) -> Any:
    """``(loss, gradient)`` of ``function`` on tensors, by autograd in its first argument."""
    import torch

    tensors = [_tensor(a) if isinstance(a, np.ndarray) else a for a in args]
    tensors[0].requires_grad_(True)
    with torch.enable_grad():  # a cell may have switched gradients off for good
        loss = _differentiable(function(*tensors))
        if loss.ndim:
            shape = tuple(loss.shape)
            raise TypeError(f"returned a tensor of shape {shape}: return one number, of shape ()")
        loss.backward()
    if tensors[0].grad is None:
        raise TypeError("the loss does not depend on its first argument: is it used?")
    return loss.detach(), tensors[0].grad


def call_object(kind: Function, args: Args) -> Any:
    """What each of ``calls`` on one object of the class gives; args are ``(init, calls)``.

    ``init`` are the constructor's arguments, and each call is a method's name and its arguments,
    or the name of an attribute to read.
    """
    init, calls = args
    thing = kind(*init)
    # Plain at once: what a later call changes in place was right when it came.
    return tuple(to_plain(_use(thing, name, more)) for name, *more in calls)


def _use(thing: Any, name: str, args: list[Any]) -> Any:
    found = getattr(thing, name)
    if callable(found):
        return found(*args)
    if args:
        raise TypeError(f"{name} is a value: write a method of this name")
    return found


def steps(step: Function, args: Args) -> Any:
    """``w`` after each of several steps; args are ``(w, gradients, *more)``.

    The answer is ``step(w, g, state, *more) -> (w, state)``. Its state is None at first, and then
    whatever it gave itself.
    """
    w, gradients, *more = args
    state, path = None, []
    for g in gradients:
        returned = step(w, g, state, *more)
        if not isinstance(returned, (tuple, list)) or len(returned) != 2:
            raise TypeError(f"returned {_told(returned)}: return two things, (w, state)")
        w, state = returned
        path.append(to_plain(w))
    return path


def module(kind: Function, args: Args) -> Any:
    """What each of ``calls`` on one ``torch.nn.Module`` gives; args are ``(init, calls)``.

    Calls are those of ``call_object``, on tensors, and three besides: ``("load", values)`` sets
    parameters and buffers by name, ``("seed", n)`` seeds torch, and ``("backward", g)``
    back-propagates g from the last output and gives the gradients of the last input and of the
    parameters, by name.
    """
    import torch

    init, calls = args
    with torch.enable_grad():  # a cell may have switched gradients off for good
        return _Module(kind(*init)).run(calls)


class _Module:
    """A student's module, with the last tensors that went in and came out."""

    def __init__(self, thing: Any) -> None:
        import torch

        if not isinstance(thing, torch.nn.Module):
            raise TypeError(f"made {_told(thing)}: the class must derive from torch.nn.Module")
        self.thing = thing
        self.given: Any = None
        self.output: Any = None

    def run(self, calls: Any) -> Any:
        return tuple(to_plain(self.use(name, more)) for name, *more in calls)

    def use(self, name: str, args: list[Any]) -> Any:
        own: dict[str, Function] = {"load": self.load, "seed": _seed, "backward": self.backward}
        if name in own:
            return own[name](*args)
        tensors = [_tensor(a, grad=True) if isinstance(a, np.ndarray) else a for a in args]
        if name != "forward":
            result = _use(self.thing, name, tensors)
            return None if result is self.thing else result  # train() and eval() give the module
        self.given = tensors[0]
        self.output = self.thing(*tensors)  # not .forward: hooks belong to the call
        return self.output

    def load(self, values: dict[str, np.ndarray]) -> None:
        self.thing.load_state_dict({name: _tensor(v) for name, v in values.items()}, strict=False)

    def backward(self, g: np.ndarray) -> dict[str, Any]:
        self.thing.zero_grad()
        self.given.grad = None
        output = _differentiable(self.output)
        output.backward(_tensor(g).to(output.dtype), retain_graph=True)
        parameters = {name: p.grad for name, p in self.thing.named_parameters()}
        return {"input": self.given.grad, **parameters}


def optimizer(kind: Function, args: Args) -> Any:
    """The parameters after each step; args are ``(parameters, gradients, options)``.

    The answer is a ``torch.optim.Optimizer``. ``parameters`` are arrays, ``gradients`` one tuple of
    arrays a step (None: this parameter has none), ``options`` keyword arguments.
    """
    import torch

    arrays, gradients, options = args
    parameters = [torch.nn.Parameter(_tensor(a)) for a in arrays]
    thing = kind(parameters, **options)
    if not isinstance(thing, torch.optim.Optimizer):
        raise TypeError(f"made {_told(thing)}: the class must derive from torch.optim.Optimizer")
    path = []
    for given in gradients:
        for parameter, g in zip(parameters, given, strict=True):
            parameter.grad = None if g is None else _tensor(g)
        thing.step()
        path.append(tuple(to_plain(parameter) for parameter in parameters))
    return tuple(path)


def _seed(seed: int) -> None:
    import torch

    torch.manual_seed(seed)


def _tensor(array: np.ndarray, grad: bool = False) -> Any:
    import torch

    return torch.tensor(array, requires_grad=grad and array.dtype.kind == "f")


def _differentiable(result: Any) -> Any:
    import torch

    if not isinstance(result, torch.Tensor):
        raise TypeError(f"returned {_told(result)}: return a tensor")
    if not result.requires_grad:
        raise TypeError(
            "the tensor returned is cut off from its inputs: stay with tensor operations"
        )
    return result


def _told(thing: Any) -> str:
    return "None" if thing is None else f"a {type(thing).__name__}"


DRIVERS: dict[str, Callable[[Function, Args], Any]] = {
    "call": call,
    "redraw": redraw,
    "torch_gradient": torch_gradient,
    "object": call_object,
    "steps": steps,
    "module": module,
    "optimizer": optimizer,
}

__all__ = ["DRIVERS"]
