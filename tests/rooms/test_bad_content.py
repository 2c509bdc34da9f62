"""Bad content in a build whose workers weave while the base is checked."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from rooms.test_rule_fixtures import FOLDER, lay, of_configuration

from threadbook import parallel
from threadbook.build import build
from threadbook.check import RULES
from threadbook.engines.plain import Plain
from threadbook.errors import UserError
from threadbook.findings import Rule, Severity
from threadbook.gather import gather
from threadbook.progress import Quiet

ERRORS = [
    rule
    for rule in RULES
    if rule.severity is Severity.ERROR
    and not of_configuration(FOLDER / rule.id / "bad")
    and not (FOLDER / rule.id / "before").is_dir()  # a build knows no earlier state
]


@pytest.fixture(scope="module", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Build the base in this process, so that no worker has to compile templates again."""
    folder = tmp_path_factory.mktemp("good")
    settings = lay(FOLDER / "base", folder)
    build(partial(Plain, settings, ""), settings, folder / "site", Quiet())


@pytest.mark.parametrize("rule", ERRORS, ids=lambda rule: rule.id)
def test_whatever_is_wrong_is_said_and_nothing_is_built(
    rule: Rule, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(parallel, "SMALL", 1)
    settings = replace(lay(FOLDER / rule.id / "bad", tmp_path), jobs=2)
    assert not gather(settings).is_good
    with pytest.raises(UserError, match="The content has errors; nothing was built"):
        build(partial(Plain, settings, ""), settings, tmp_path / "site", Quiet())
    assert rule.id in capsys.readouterr().err
    assert not (tmp_path / "site").exists()
