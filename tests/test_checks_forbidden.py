"""What an exercise forbids is found under whatever name it was imported, and nothing else is."""

from __future__ import annotations

import pytest

from course_lib.checks.forbidden import forbidden_uses, parsable

LOSS = "torch.nn.functional.mse_loss"


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef mse(a, y): return torch.nn.functional.mse_loss(a, y)",
        "import torch.nn.functional as F\ndef mse(a, y): return F.mse_loss(a, y)",
        "import torch.nn.functional as F\nG = F\ndef mse(a, y): return G.mse_loss(a, y)",
        "from torch.nn import functional\ndef mse(a, y): return functional.mse_loss(a, y)",
        "from torch.nn.functional import mse_loss as m\ndef mse(a, y): return m(a, y)",
        "from torch.nn.functional import *\ndef mse(a, y): return mse_loss(a, y)",
        "def mse(a, y):\n    from torch.nn.functional import mse_loss\n    return mse_loss(a, y)",
        "import torch\ndef mse(a, y):\n    F = torch.nn.functional\n    return F.mse_loss(a, y)",
        "import torch\nmse = torch.nn.functional.mse_loss",
        "from torch.nn.functional import mse_loss as mse",
        "import torch\nF = torch.nn.functional\nmse = lambda a, y: F.mse_loss(a, y)",
        "import torch.nn.functional as F\ndef mse(a, y): return getattr(F, 'mse_loss')(a, y)",
        "import torch.nn.functional as F\ndef helper(a, y): return F.mse_loss(a, y)\n"
        "def mse(a, y): return helper(a, y)",
        "import torch\nif True:\n    F = torch.nn.functional\n"
        "def mse(a, y): return F.mse_loss(a, y)",
        "%matplotlib inline\nimport torch\nmse = torch.nn.functional.mse_loss",
    ],
)
def test_a_forbidden_name_is_found(source):
    assert LOSS in forbidden_uses(source, [LOSS])
    assert LOSS in forbidden_uses(source, [LOSS], ["mse"])


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef mse(a, y): return torch.mean((a - y) ** 2)",
        "import torch.nn.functional as F\ndef mse(a, y): return F.relu((a - y) ** 2).mean()",
        "def mse_loss(a, y): return 0\ndef mse(a, y): return mse_loss(a, y)",
        "from torch.nn.functional import relu, mse_loss\ndef mse(a, y): return relu(a)",
        # compared elsewhere, or in an older version of the answer: the answer itself is free of it
        "import torch\ndef mse(a, y): return 0\nloss = torch.nn.functional.mse_loss(1, 2)",
        "import torch\ndef mse(a, y): return torch.nn.functional.mse_loss(a, y)\n"
        "def mse(a, y): return ((a - y) ** 2).mean()",
        # a name of one's own hides an import
        "from torch.nn.functional import mse_loss as loss\n"
        "def mse(a, y):\n    loss = (a - y) ** 2\n    return loss.mean()",
        "from torch.nn.functional import mse_loss as loss\ndef loss(a, y): return a - y\n"
        "def mse(a, y): return loss(a, y)",
        "import torch\nloss = torch.nn.functional.mse_loss(1, 2)\n"
        "def mse(a, y):\n    loss = (a - y) ** 2\n    return loss.mean()",
        "def mse(a, y: return",
        "",
    ],
)
def test_what_the_answer_does_not_use_is_not_held_against_it(source):
    assert forbidden_uses(source, [LOSS], ["mse"]) == []


def test_without_a_name_the_whole_source_counts():
    source = "import torch\nloss = torch.nn.functional.mse_loss(1, 2)\ndef mse(a, y): return 0"
    assert forbidden_uses(source, [LOSS]) == [LOSS]
    assert forbidden_uses(source, [LOSS], ["mse"]) == []


def test_a_name_stands_for_all_below_it():
    source = "from course_lib.losses import mse_gradient\nf = mse_gradient"
    assert forbidden_uses(source, ["course_lib.losses"], ["f"]) == [
        "course_lib.losses.mse_gradient"
    ]
    assert forbidden_uses(source, ["course_lib.loss"], ["f"]) == []


def test_a_leading_dot_forbids_a_method_of_anything():
    source = "def f(s): return (s - 1).logsumexp(-1)"
    assert forbidden_uses(source, [".logsumexp"], ["f"]) == [".logsumexp"]
    assert forbidden_uses(source, [".softmax"], ["f"]) == []


@pytest.mark.parametrize("way", ["__import__('torch')", "importlib.import_module('torch')"])
def test_roundabout_imports_are_found_where_anything_is_forbidden(way):
    source = f"import importlib\ndef f(s): return {way}.nn.functional.mse_loss(s, s)"
    assert forbidden_uses(source, [LOSS], ["f"])
    assert forbidden_uses(source, [], ["f"]) == []


@pytest.mark.parametrize(
    "source",
    [
        "tools = []\ntools.append(F.mse_loss)\ndef mse(a, y): return tools[0](a, y)",
        "tools = {}\ntools['f'] = F.mse_loss\ndef mse(a, y): return tools['f'](a, y)",
        "class Tools: pass\nTools.f = F.mse_loss\ndef mse(a, y): return Tools.f(a, y)",
        "import numpy as np\nnp.mean = F.mse_loss\ndef mse(a, y): return np.mean(a, y)",
        "import numpy as np\nsetattr(np, 'm', F.mse_loss)\ndef mse(a, y): return np.m(a, y)",
        "globals()['f'] = F.mse_loss\ndef mse(a, y): return f(a, y)",
        "def prepare():\n    global f\n    f = F.mse_loss\ndef mse(a, y): return f(a, y)",
        "def mse(a, y): return 0\nmse.__code__ = F.mse_loss.__code__",
    ],
)
def test_what_was_put_aside_for_the_answer_is_found(source):
    source = f"import torch.nn.functional as F\n{source}"
    assert any(LOSS in use for use in forbidden_uses(source, [LOSS], ["mse"]))


@pytest.mark.parametrize(
    "source",
    [
        "def mse(a, y): return getattr(F, 'mse' + '_loss')(a, y)",
        "def mse(a, y): return vars(F)['mse' + '_loss'](a, y)",
        "def mse(a, y): return F.__dict__['mse' + '_loss'](a, y)",
        "def mse(a, y): return eval('F.mse' + '_loss')(a, y)",
        "run = eval\ndef mse(a, y): return run('F.mse' + '_loss')(a, y)",
        "layer = nn.Loss()\ndef mse(a, y): return type(mse)(layer.forward.__code__, {})(a, y)",
        "import operator\ndef mse(a, y): return operator.attrgetter('mse' + '_loss')(F)(a, y)",
        "import sys\ndef mse(a, y): return sys.modules['torch.nn.functional'].f(a, y)",
        "exec('def mse(a, y): return F.mse' + '_loss(a, y)')",
    ],
)
def test_names_made_while_the_code_runs_are_not_allowed_where_anything_is_forbidden(source):
    source = f"import torch.nn.functional as F\n{source}"
    assert forbidden_uses(source, [LOSS], ["mse"])
    assert forbidden_uses(source, [], ["mse"]) == []


@pytest.mark.parametrize(
    "source",
    [
        "def mse(a, vars): return a - vars",
        "def mse(a, y):\n    locals = a - y\n    return locals",
        "vars = [1, 2]\ndef mse(a, y): return vars[0] * a",
        "import re\ndef mse(a, y): return re.compile(a)",
        "def mse(model, y): return model.eval()",
        "def mse(a, y): return getattr(a, 'mean')()",
        "import numpy as np, torch\nF = torch.nn.functional\n"
        "def mse(a, y): return np.mean((a - y) ** 2)\n"
        "np.testing.assert_allclose(mse(1, 2), F.mse_loss(1, 2))",
    ],
)
def test_ordinary_words_are_no_way_round(source):
    assert forbidden_uses(source, [LOSS], ["mse"]) == []


def test_cells_that_cannot_be_parsed_hide_nothing():
    cells = ["import torch", "def oops(:", "mse = torch.nn.functional.mse_loss"]
    assert forbidden_uses(parsable(cells), [LOSS], ["mse"]) == [LOSS]


def test_a_method_of_ones_own_is_not_the_tensors_where_calling_that_fails_anyway():
    own = "class Norm:\n    def backward(self, g): return g\n"
    use = "def answer(g): return Norm().backward(g)"
    forbid = ("torch.Tensor.backward", ".backward", ".logsumexp")
    assert forbidden_uses(own + use, forbid, ["answer"]) == []
    assert forbidden_uses(use, forbid, ["answer"]) == [".backward"]
    other = own.replace("backward", "logsumexp") + use.replace("backward", "logsumexp")
    assert forbidden_uses(other, forbid, ["answer"]) == [".logsumexp"]


@pytest.mark.parametrize(
    "way",
    [
        "torch.ops.aten.mse_loss(a, y)",
        "torch._C._nn.mse_loss(a, y)",
        "torch._refs.nn.functional.mse_loss(a, y)",
        "torch._decomp.decompositions.mse_loss(a, y)",
    ],
)
def test_the_inner_parts_of_a_library_are_a_way_round(way):
    source = f"import torch\ndef mse(a, y):\n    return {way}"
    assert way.partition("(")[0] in forbidden_uses(source, [LOSS], ["mse"])
    assert forbidden_uses(source, [], ["mse"]) == []


def test_a_name_that_nothing_defines_was_made_in_a_roundabout_way():
    made = "import numpy as np\nexec('kept = np.cum' + 'sum')\n"
    answer = "def total(x):\n    return kept(x)[-1]"
    assert forbidden_uses(made + answer, ["numpy.cumsum"], ("total",)) == ["exec"]


def test_names_of_ones_own_are_no_roundabout_way():
    elsewhere = "import numpy as np\nexec('x = 1')\nnp.cumsum([1])\n"
    answer = """
class total:
    rate = 1
    def step(self, x):
        try:
            match x:
                case [first, *rest]: return first + sum(y for y in rest)
                case {"a": one, **more}: return one, more
        except ValueError as error:
            print(error, self.rate, display)
"""
    assert forbidden_uses(elsewhere + answer, ["numpy.cumsum"], ("total",)) == []
