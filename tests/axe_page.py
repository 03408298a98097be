"""What axe finds on a page that is open in a browser, in the light theme and in the dark one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


def violations(page: Page) -> list[dict[str, Any]]:
    """Rule, theme, element and reason of each violation, with all that was folded unfolded.

    The page is thinned for it: of what looks the same one is left. Look at nothing else afterwards.
    """
    page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(f"() => {{ {SCRIPT}\nreturn auditPage(); }}")
    return found
