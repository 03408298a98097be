"""Checks: one exercise, told once, and ``check(name, function)`` that a test cell calls."""

from .check import CheckFailed, check
from .exercise import Case, Exercise, Mistake

__all__ = ["Case", "CheckFailed", "Exercise", "Mistake", "check"]
