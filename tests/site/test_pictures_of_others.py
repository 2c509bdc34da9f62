"""A picture of another host in every text that is shown, through every output of a build."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPY = "https://spy.example/p.png"
PICTURE = f"![seen]({SPY})"
FILES = {
    "threads/general/spy.yml": {
        "title": "Who sees this?",
        "topics": ["first-steps"],
        "question": {"body": PICTURE, "at": "2026-01-01", "comments": [{"body": PICTURE}]},
        "answers": [{"body": f"Nobody. {PICTURE}", "at": "2026-01-02", "accepted": True}],
    },
    "paths/spy.yml": {
        "title": "A path",
        "summary": "To follow.",
        "objectives": ["See."],
        "steps": [{"thread": "spy", "note": PICTURE}, {"thread": "spy", "note": "Again."}],
    },
}
_LOADED = re.compile(rf"(?:src|srcset|poster|background)\s*=\s*[^>]*{re.escape(SPY)}")


def texts(site: Path) -> dict[str, str]:
    """Return what a browser or a feed reader shows, by address: HTML, also from JSON and Atom."""
    found = {}
    for file in sorted(site.rglob("*")):
        name = file.relative_to(site).as_posix()
        if file.suffix in {".html", ".xml"}:
            found[name] = file.read_text("utf-8").replace("&lt;", "<").replace("&#34;", '"')
        elif file.suffix == ".json" and not name.startswith("search/"):
            found[name] = "\n".join(_html(json.loads(file.read_text("utf-8"))))
    return {name: text for name, text in found.items() if SPY in text}


def _html(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [str(value[key]) for key in value if "html" in key and value[key]]
        return own + [text for each in value.values() for text in _html(each)]
    return [text for each in value for text in _html(each)] if isinstance(value, list) else []


@pytest.mark.parametrize("images", ["none", "https"])
def test_only_the_setting_makes_browsers_load_it(
    run: Callable[..., Any], small_base: Path, images: str
) -> None:
    config = yaml.safe_load((small_base / "mkdocs.yml").read_text("utf-8"))
    config |= {
        "site_url": "https://example.org/help/",
        "plugins": [{"threadbook": {"images": images}}],
    }
    (small_base / "mkdocs.yml").write_text(yaml.safe_dump(config), "utf-8")
    for name, content in FILES.items():
        file = small_base / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump(content), "utf-8")
    (small_base / "content/pages/spy.md").write_text(f"# Spy\n\n{PICTURE}\n", "utf-8")
    done = run("threadbook", "build", cwd=small_base)
    assert done.returncode == 0, done.stderr
    shown = texts(small_base / "site")
    wanted = {
        "threads/spy/index.html",
        "threads/spy/index.json",
        "paths/spy/index.html",
        "paths/spy/index.json",
        "paths/spy/print/index.html",
        "feeds/latest.xml",
        "feeds/latest.json",
        "spy/index.html",
    }
    assert shown.keys() >= wanted
    loaded = {name for name, text in shown.items() if _LOADED.search(text)}
    assert loaded >= wanted if images == "https" else loaded == set()
    rules = set(re.findall(r"\[(TB1\d\d)\]", done.stderr))
    assert rules == (set() if images == "https" else {"TB113", "TB114"})
    policy = (small_base / "site/_headers").read_text("utf-8")
    assert ("img-src 'self' data: https:;" in policy) == (images == "https")
