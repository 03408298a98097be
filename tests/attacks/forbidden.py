"""Using what the exercise forbids (``numpy.cumsum``) in roundabout ways."""

from __future__ import annotations

from .attack import Attack

SUM = "import operator\ndef total(x):\n    return "

FORBIDDEN = (
    Attack("forbidden-plainly", total=SUM + "np.cumsum(x)[-1]"),
    Attack("forbidden-by-a-made-name", total=SUM + "getattr(np, 'cum' + 'sum')(x)[-1]"),
    Attack("forbidden-by-dict", total=SUM + "vars(np)['cum' + 'sum'](x)[-1]"),
    Attack("forbidden-by-attrgetter", total=SUM + "operator.attrgetter('cum' + 'sum')(np)(x)[-1]"),
    Attack("forbidden-by-made-code", total=SUM + "eval('np.cum' + 'sum')(x)[-1]"),
    Attack("forbidden-by-executed-code",
           total="exec('def total(x): return np.' + 'cum' + 'sum(x)[-1]')"),
    Attack("forbidden-in-a-list", ("tools = []\ntools.append(np.cumsum)",),
           total=SUM + "tools[0](x)[-1]"),
    Attack("forbidden-in-a-dict", ("tools = {}\ntools['f'] = np.cumsum",),
           total=SUM + "tools['f'](x)[-1]"),
    Attack("forbidden-on-a-class", ("class Tools: pass\nTools.f = staticmethod(np.cumsum)",),
           total=SUM + "Tools.f(x)[-1]"),
    Attack("forbidden-on-numpy", ("np.mean = np.cumsum",), total=SUM + "np.mean(x)[-1]"),
    Attack("forbidden-by-globals", ("globals()['running'] = np.cumsum",),
           total=SUM + "running(x)[-1]"),
    Attack("forbidden-by-global",
           ("def prepare():\n    global running\n    running = np.cumsum\nprepare()",),
           total=SUM + "running(x)[-1]"),
    Attack("forbidden-by-import", ("import importlib\nlib = importlib.import_module('numpy')",),
           total=SUM + "lib.cumsum(x)[-1]"),
    Attack("forbidden-by-magic", ("%alias_magic t time\n%time running = np.cumsum",),
           total=SUM + "running(x)[-1]"),
)  # fmt: skip
