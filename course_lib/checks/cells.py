"""What marks a check cell and an unwritten answer in a notebook, for whoever reads one."""

from __future__ import annotations

import ast

WRITTEN_STUB = "*Write your answer here.*"


def checked_name(source: str) -> str:
    """NAME where ``source`` is exactly ``check("NAME", expression)``; otherwise empty.

    >>> checked_name('check("mse", mse)')
    'mse'
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return ""
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return ""
    call = body[0].value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.keywords:
        return ""
    if call.func.id != "check" or len(call.args) != 2 or not isinstance(call.args[0], ast.Constant):
        return ""
    return str(call.args[0].value)


def is_test_code(source: str) -> bool:
    """True for statements that name no ``check``: a test that judges by its own asserts.

    >>> is_test_code("assert f(1) == 2"), is_test_code('check("f", f)')
    (True, False)
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return bool(tree.body) and "check" not in names
