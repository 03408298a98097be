"""Source made to keep busy whoever reads it outside of the sandbox."""

from __future__ import annotations

from .attack import Attack

SOME = ("graded", "timeout", "memory", "crash")
ROOM = 2**17 - 2000  # characters of code that are admitted, less those of the answers


def _filled(line: str, before: str = "", after: str = "") -> tuple[str, ...]:
    """A cell that is as long as cells may be."""
    return (before + line * ((ROOM - len(before) - len(after)) // len(line)) + after,)


PARSING = (
    # IPython reads a cell again for each of these, up to 500 times.
    Attack("many-commands", _filled("!\n"), states=SOME),
    Attack("magic-in-magic", _filled("%%time\n", "", "x = 1"), states=SOME),
    Attack("texts-in-texts", _filled("exec(\"exec('x = 1')\")\n"), states=SOME),
    Attack("one-long-sum", _filled("a + ", "", "a"), states=SOME),
    Attack("chain-of-names",
           ("\n".join(f"a{i + 1} = a{i}" for i in range(7000)) + "\ntotal = a7000",), states=SOME),
    Attack("chain-of-functions",
           ("\n".join(f"def f{i}(x): return f{i + 1}(x)" for i in range(3400)),),
           total="def total(x): return f0(x)", states=SOME),
)  # fmt: skip
