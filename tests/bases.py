"""Knowledge bases that tests write."""

from __future__ import annotations

import shutil
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
SITE_URL = "https://example.org/help/"
"""Where mkdocs.yml says the example site is published."""


def write(folder: Path, files: dict[str, str | bytes]) -> Path:
    """Write files by relative name; return the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def write_example(base: Path, old: str = "", new: str = "") -> None:
    """Write the example base; a piece of its configuration can be replaced."""
    shutil.copytree(REPOSITORY / "content", base / "content")
    config = (REPOSITORY / "mkdocs.yml").read_text("utf-8")
    assert old in config
    (base / "mkdocs.yml").write_text(config.replace(old, new) if old else config, "utf-8")


def copy_site(site: Path, to: Path) -> Path:
    """Copy a site that nobody may change, so that the copy can be changed; return the copy."""
    shutil.copytree(site, to, copy_function=shutil.copyfile)  # as if it were published now
    for path in (to, *to.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return to
