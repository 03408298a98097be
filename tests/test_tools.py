"""Tests of what the Makefile needs before anything is installed."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

NEED = Path(__file__).parents[1] / "tools" / "need.sh"


@pytest.fixture
def ordinary_user(tmp_path: Path) -> dict[str, str]:
    """The environment of someone who is not root and has neither bwrap nor a browser."""
    for name, text in {"id": "echo 1000", "apt-get": "echo $* >&2"}.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    return {"PATH": str(tmp_path)}


def need(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    shell = shutil.which("sh") or "sh"
    return subprocess.run(
        [shell, str(NEED), *words], env=environment, capture_output=True, text=True
    )


def test_ordinary_user_is_told_in_one_line_what_to_install(ordinary_user: dict[str, str]) -> None:
    done = need(ordinary_user, "bwrap", "chromium")
    assert done.returncode == 1
    assert done.stderr == (
        "missing system packages: please install bubblewrap chromium fonts-dejavu-core, "
        "then run make again\n"
    )


def test_nothing_happens_where_all_is_there(ordinary_user: dict[str, str]) -> None:
    folder = Path(ordinary_user["PATH"])
    (folder / "bwrap").symlink_to(folder / "id")
    done = need(ordinary_user, "bwrap")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_root_installs_through_apt(ordinary_user: dict[str, str]) -> None:
    (Path(ordinary_user["PATH"]) / "id").write_text("#!/bin/sh\necho 0\n")
    done = need(ordinary_user, "bwrap")
    assert done.returncode == 0
    assert done.stdout == "installing bubblewrap\n"
    assert done.stderr == "update -qq\ninstall -qq -y --no-install-recommends bubblewrap\n"
