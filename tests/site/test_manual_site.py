"""The manual is a site of its own, made with our own tool."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from crawler import Site

Run = Callable[..., Any]


def test_the_manual_builds_without_a_finding_and_every_link_leads_somewhere(
    repository: Path, tmp_path: Path, run: Run
) -> None:
    for name in ("manual", "manual-site"):
        shutil.copytree(repository / name, tmp_path / name)
    base = tmp_path / "manual-site"
    checked = run("threadbook", "check", cwd=base)
    assert (checked.returncode, checked.stdout) == (0, "")
    assert "No problems" in checked.stderr
    built = run("threadbook", "build", "--out", tmp_path / "site", cwd=base)
    assert built.returncode == 0, built.stderr
    site = Site.read(tmp_path / "site", "https://example.org/help/manual/")
    pages = {f"{file.stem}/" for file in (repository / "manual").glob("*.md")}
    assert pages <= dict(site.pages).keys()
    assert site.missing() == []
    assert site.orphans() == set()
