"""The weaker sandbox has to be asked for: by a flag, or by a setting of nbgrader's commands."""

from __future__ import annotations

import pytest
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from sandbox_probes import without_bubblewrap
from traitlets.config import Config

from course_lib.cli import grade as command
from course_lib.grading import fallback, plugins, server

pytestmark = pytest.mark.sandbox


@pytest.fixture(autouse=True)
def no_bubblewrap(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", without_bubblewrap(tmp_path))


def test_where_there_is_bubblewrap_the_flag_changes_nothing(monkeypatch):
    monkeypatch.setattr(fallback, "needs_fallback", lambda: False)
    assert fallback.server_kind(weaker=True) is server.Server


def test_the_command_says_that_it_is_weaker(monkeypatch, capsys):
    """Asked to grade a set that is not there, it says so first."""
    with pytest.raises(ValueError, match="nowhere"):
        command.grade("nowhere", weaker_sandbox=True)
    assert "no process, mount and user name spaces" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("weaker", [False, True])
def test_nbgraders_own_commands_have_a_setting(weaker, caplog, monkeypatch):
    monkeypatch.setattr(plugins, "make_careful", lambda converter: None)
    config = Config({"AdmittingExporter": {"weaker_sandbox": weaker}})
    app = Autograde()
    if weaker:
        exporter = plugins.AdmittingExporter(config=config, parent=app)
        assert plugins.SandboxExecute(parent=exporter).parent.weaker_sandbox
    else:
        with pytest.raises(NbGraderException, match="bwrap is not installed"):
            plugins.AdmittingExporter(config=config, parent=app)
    assert ("which is weaker" in caplog.text) == weaker
