"""One source for numpy arrays and torch tensors: which library, which precision, what is refused.

Every function of the leaves (losses and their like) begins by passing its arguments through here.
What comes back is ``xp``, the array library of the arguments (numpy or torch in the common form of
the Python array API standard), and the arguments as arrays of one floating type. Nothing is ever
broadcast, and nothing here cuts a tensor off from autograd.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import numpy as np

Array = Any  # a numpy array or a torch tensor
Namespace = Any  # array_api_compat's module of functions for one of them


def real_arrays(*, finite: bool = True, **named: Array) -> tuple[Any, ...]:
    """``(xp, *arrays)``: real arrays in one floating type, in the order given.

    The floating type of the arrays is kept (the widest, where they differ). Integers, booleans,
    lists and Python numbers take that type, or float64 where no array is floating.
    ``finite=False`` lets infinities through, never nan.

    Raises
    ------
    ValueError
        where an argument is empty, not numeric, not finite, or of another library than the rest.
    """
    xp, arrays = of_one_library(named)
    dtype = _floating_type(named, xp)
    arrays = {name: xp.astype(x, dtype, copy=False) for name, x in arrays.items()}
    for name, x in arrays.items():
        good = xp.isfinite(x) if finite else ~xp.isnan(x)
        rule = f"{name} must be finite" if finite else f"{name} must not be nan"
        require(good, x, xp, rule, "find where it arises before this call")
    return xp, *arrays.values()


def same_shape(**named: Array) -> tuple[Any, ...]:
    """``(xp, *arrays)`` as ``real_arrays``, all of one shape.

    Raises
    ------
    ValueError
        where the shapes differ, or an argument is not what ``real_arrays`` takes.
    """
    xp, *arrays = real_arrays(**named)
    if len({tuple(x.shape) for x in arrays}) > 1:
        came = " and ".join(str(tuple(x.shape)) for x in arrays)
        raise ValueError(
            f"{' and '.join(named)} must have the same shape; got {came}: "
            "reshape one of them (nothing is broadcast here)"
        )
    return xp, *arrays


def in_precision_of(name: str, x: Array, **others: Array) -> tuple[Any, ...]:
    """``(xp, x, *others)``: ``x`` as ``real_arrays`` has it, the others in its floating type.

    For statistics learned from other data, which must not change the precision of ``x``.

    Raises
    ------
    ValueError
        where ``x`` is not what ``real_arrays`` takes, or the others are of another library.
    """
    xp, raw = of_one_library({name: x, **others})
    _, x = real_arrays(**{name: raw.pop(name)})
    return xp, x, *(xp.astype(other, x.dtype, copy=False) for other in raw.values())


def of_one_library(named: dict[str, Array]) -> tuple[Namespace, dict[str, Array]]:
    """The one library of all arguments, and the arguments as its arrays, types untouched.

    Raises
    ------
    ValueError
        where numpy arrays and torch tensors are mixed, or an argument is empty or not numeric.
    """
    raw = {name: _numbers(name, x) for name, x in named.items()}
    own = [x for x in named.values() if array_api_compat.is_array_api_obj(x)]
    try:
        xp = array_api_compat.array_namespace(*(own or raw.values()))
    except TypeError:
        kinds = " and ".join(sorted({type(x).__module__.split(".")[0] for x in own}))
        raise ValueError(
            f"{' and '.join(named)} must come from one library; got {kinds} mixed: "
            "convert them all to numpy arrays or all to torch tensors"
        ) from None
    device = array_api_compat.device(own[0]) if own else None
    return xp, {
        name: x if x is named[name] else xp.asarray(x, device=device) for name, x in raw.items()
    }


def require(holds: Array, x: Array, xp: Namespace, rule: str, remedy: str) -> None:
    """Refuse ``x`` where ``holds`` is false anywhere; the message shows the first such entry.

    Raises
    ------
    ValueError
        with the rule, what came, and what to do.
    """
    if bool(xp.all(holds)):
        return
    first = int(xp.argmax(xp.astype(xp.reshape(~holds, (-1,)), xp.int8)))
    index = tuple(int(i) for i in np.unravel_index(first, tuple(x.shape)))
    where = f" at index {index}" if index else ""
    raise ValueError(f"{rule}; got {x[index]:g}{where}: {remedy}")


def _numbers(name: str, x: Any) -> Array:
    """``x``, or the numpy array of a list or a Python number, where it holds real numbers."""
    if not array_api_compat.is_array_api_obj(x):
        try:
            x = np.asarray(x)
        except (ValueError, TypeError, RuntimeError) as error:
            raise ValueError(
                f"{name} must be an array of numbers; got a {type(x).__name__} that numpy cannot "
                f"convert ({error}): pass a numpy array or a torch tensor"
            ) from None
    xp = array_api_compat.array_namespace(x)
    if not xp.isdtype(x.dtype, ("bool", "integral", "real floating")):
        raise ValueError(
            f"{name} must hold real numbers; got {x.dtype}: pass an array of floats or integers"
        )
    if array_api_compat.size(x) == 0:
        raise ValueError(
            f"{name} must not be empty; got shape {tuple(x.shape)}: pass at least one number"
        )
    return x


def _floating_type(named: dict[str, Array], xp: Namespace) -> Any:
    # A list or a Python number takes the precision of the arrays beside it, as in numpy itself.
    types = [x.dtype for x in named.values() if array_api_compat.is_array_api_obj(x)]
    floating = [dtype for dtype in types if xp.isdtype(dtype, "real floating")]
    return xp.result_type(*floating) if floating else xp.float64
