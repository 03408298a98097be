"""What an exercise forbids does not work while a student's function is asked.

Reading the source finds what is written there by name; this finds what is reached in other ways: a
reference kept from an earlier cell, code in a text, a name put together from pieces. It is used in
a copy of the student's process that is thrown away afterwards, so nothing is put back. It stops
whoever does not take the process itself apart. This file is also mounted in the sandbox.

- A Python function gets other code, so that every reference to it is affected, also inside of
  another function of its package: where the loss is forbidden, the layer that calls it is too.
- A class loses its constructor and its methods in the same way.
- What is written in C is replaced where it is found by name, and only a student's own code is
  refused it: the package's functions go on using it.
- A module cannot be imported by a student's own code, and all that is defined in it is affected.
- Another thread is the student's, whatever runs in it, and no other program can be started.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import sys
import sysconfig
import types
import warnings
from _thread import get_ident
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

if __package__:
    from .syscalls import refuse_other_programs
else:  # inside the sandbox the files lie side by side
    from syscalls import refuse_other_programs  # type: ignore[no-redef]

PACKAGES = np.__file__.rsplit("/", 2)[0]  # started without site, Python itself does not know
PLACES = (*sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, PACKAGES)
STANDARD = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))
OWN = __file__.rpartition("/")[0]
SENTENCE = "{} may not be used here"
_names: set[str] = set()
_pending: set[str] = set()  # of these, what is not imported yet
_busy: list[bool] = []  # holds something while modules are looked at
_student: list[dict[str, Any]] = []  # the names of the notebook
_main: list[int] = []  # the thread that calls the answer
_imported: dict[str, list[str]] = {}  # while they are: names of modules, by the package they are in


def _hook() -> types.CodeType:
    """The code that a function gets, compiled once: each copy of the process would do it again."""
    source = "def hook(*args, **kwargs):\n    return 'HERE'(*args, **kwargs)"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a text is no function, and will be replaced by one
        made: types.CodeType = compile(source, __file__, "exec").co_consts[0]
    return made


HOOK = _hook()


class ForbiddenError(ImportError):
    """Raised where a student's function uses what the exercise forbids."""


def forbid(names: Iterable[str], namespace: dict[str, Any]) -> None:
    """Make ``names`` (dotted, each with all below it) useless to student code, once each.

    Names that begin with a dot are methods of anything, which only reading the source can find.
    ``namespace`` is the student's: names in it that hold what is written in C are replaced too.
    """
    new = {name for name in names if not name.startswith(".")} - _names
    if new and not _names:
        _student.append(namespace)
        _main.append(get_ident())
        _guard_imports(namespace)
        with contextlib.suppress(OSError):  # of a kernel that has no such filter
            refuse_other_programs()
    _names.update(new)
    _pending.update(new)
    _stop_pending(namespace)


def _stop_pending(namespace: dict[str, Any]) -> None:
    """Stop what is imported by now; looking at a module may import another one meanwhile."""
    if _busy:
        return
    with _looking(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in [*_pending]:
            if _stop_name(name, namespace):
                _pending.discard(name)


@contextlib.contextmanager
def _looking() -> Iterator[None]:
    _busy.append(True)
    try:
        yield
    finally:
        _imported.clear()
        _busy.pop()


def _stop_name(name: str, namespace: dict[str, Any]) -> bool:
    """Stop what ``name`` stands for; False where that is not there yet."""
    owner, _, last = name.rpartition(".")
    holder = _found(owner) if owner else None
    if name in sys.modules:
        for module in _modules_below(name):
            for key, inner in list(vars(module).items()):
                if _belongs(inner, name):
                    _stop(f"{module.__name__}.{key}", module, key, inner, namespace)
    elif holder is not None and hasattr(holder, last):
        _stop(name, holder, last, getattr(holder, last), namespace)
    else:
        return False
    return True


def _found(name: str) -> Any:
    """The imported module, or the class or other thing in one, that ``name`` stands for."""
    if name in sys.modules:
        spec = getattr(sys.modules[name], "__spec__", None)
        return None if getattr(spec, "_initializing", False) else sys.modules[name]
    owner, _, last = name.rpartition(".")
    return getattr(_found(owner), last, None) if owner else None


def _modules_below(name: str) -> Iterator[types.ModuleType]:
    top = name.partition(".")[0]
    for known in _modules_in(top):
        if known == name or known.startswith(name + "."):
            module = sys.modules.get(known)
            if isinstance(module, types.ModuleType):
                yield module


def _modules_in(top: str) -> list[str]:
    """Names of the package's modules, from one look at all: each look touches shared memory."""
    if sum(map(len, _imported.values())) != len(sys.modules):  # another one was imported meanwhile
        _imported.clear()
        for known in list(sys.modules):
            _imported.setdefault(known.partition(".")[0], []).append(known)
    return _imported.get(top, [])


def _belongs(thing: Any, name: str) -> bool:
    if isinstance(thing, types.ModuleType):  # whose attributes may be made when asked for
        return False
    home = getattr(thing, "__module__", None)
    return callable(thing) and isinstance(home, str) and f"{home}.".startswith(f"{name}.")


def _stop(name: str, holder: Any, key: str, thing: Any, namespace: dict[str, Any]) -> None:
    """Make one function or class useless to student code."""
    function = getattr(thing, "_implementation", thing)  # numpy's dispatchers hold theirs
    if isinstance(thing, type):
        _stop_class(name, thing)
    elif isinstance(function, types.FunctionType):
        _swap_code(name, function)
    elif callable(thing):
        stand_in = _for_students(name, thing)
        _set(holder, key, stand_in)
        for own, value in list(namespace.items()):
            if value is thing:
                namespace[own] = stand_in


def _stop_class(name: str, kind: type) -> None:
    for member in list(vars(kind).values()):
        function = getattr(member, "__func__", member)
        # Not those that a class has of others, as an enumeration has its __new__.
        if isinstance(function, types.FunctionType) and function.__module__ == kind.__module__:
            _swap_code(name, function)
    if "__init__" not in vars(kind) and "__new__" not in vars(kind):

        def construct(cls: type, *args: Any, **kwargs: Any) -> Any:
            _refuse(name)
            return object.__new__(cls)

        _set(kind, "__new__", construct)


def _swap_code(name: str, function: types.FunctionType) -> None:
    """Other code in the same function object: it looks who asks, then does what the old one did."""
    if function.__code__.co_filename == __file__:
        return
    old = types.FunctionType(
        function.__code__,
        function.__globals__,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    old.__kwdefaults__ = function.__kwdefaults__

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        _refuse(name)
        return old(*args, **kwargs)

    constants = tuple(stand_in if each == "HERE" else each for each in HOOK.co_consts)
    # As many free variables as before, or the function refuses the code; it looks at none.
    function.__code__ = HOOK.replace(co_consts=constants, co_freevars=function.__code__.co_freevars)


def _for_students(name: str, thing: Callable[..., Any]) -> Callable[..., Any]:
    """Refuses a student's own code; anyone else is given what ``thing`` gives."""

    def stand_in(*args: Any, **kwargs: Any) -> Any:
        if _is_student(sys._getframe(1)):
            raise ForbiddenError(SENTENCE.format(name))
        return thing(*args, **kwargs)

    return stand_in


def _guard_imports(namespace: dict[str, Any]) -> None:
    """Let no student's code import a forbidden name; see to what others import."""
    plain_import, plain_module = builtins.__import__, importlib.import_module

    def guarded(
        name: str,
        globals: Any = None,
        locals: Any = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        if not level and _is_student(sys._getframe(1)):
            for wanted in (name, *(f"{name}.{each}" for each in fromlist or ())):
                _refuse_import(wanted)
        module = plain_import(name, globals, locals, fromlist, level)
        if _pending:
            _stop_pending(namespace)
        return module

    def guarded_module(name: str, package: str | None = None) -> Any:
        if _is_student(sys._getframe(1)):
            _refuse_import(name)
        module = plain_module(name, package)
        _stop_pending(namespace)
        return module

    builtins.__import__ = guarded
    importlib.import_module = guarded_module


def _refuse_import(wanted: str) -> None:
    if any(f"{wanted}.".startswith(f"{name}.") for name in _names):
        raise ForbiddenError(SENTENCE.format(wanted))


def _refuse(name: str) -> None:
    """Raise where student code is anywhere among the callers, or this is no thread of the grader's.

    The answer is called on the main thread, so whatever runs elsewhere was sent there by it.
    """
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        if _is_student(frame):
            raise ForbiddenError(SENTENCE.format(name))
        frame = frame.f_back
    if get_ident() not in _main:
        raise ForbiddenError(SENTENCE.format(name))


def _is_student(frame: types.FrameType | None) -> bool:
    """True for code of no installed file: a cell, or a file beside the notebook.

    Code made of a text belongs to whoever runs it; packages make functions so, too. The standard
    library calls what others give it: what it is given belongs to them, and to a student at the
    beginning of a thread.
    """
    while frame is not None and not _is_students_own(frame):
        place = frame.f_code.co_filename
        standard = place.startswith(STANDARD) and not place.startswith(PACKAGES)
        if not place.startswith("<") and not (standard and frame.f_code.co_name != "<module>"):
            return False
        frame = frame.f_back
    return frame is not None or get_ident() not in _main


def _is_students_own(frame: types.FrameType) -> bool:
    """Code in the notebook's names, or of a file that is not installed, whatever it is called."""
    if any(frame.f_globals is names for names in _student):
        return True
    place = frame.f_code.co_filename
    if place.startswith("<"):
        return False
    return not place.startswith(PLACES) and place.rpartition("/")[0] != OWN


def _set(holder: Any, key: str, value: Any) -> None:
    try:
        setattr(holder, key, value)
    except (AttributeError, TypeError):  # a type written in C
        return
