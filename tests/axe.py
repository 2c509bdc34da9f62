"""What axe says of a page: every test that asks it asks here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import axe_playwright_python
from browsing import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

Rules = dict[str, Any]

_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_COLOURS = ["color-contrast", "link-in-text-block"]

ALL_RULES: Final[Rules] = {"runOnly": {"type": "tag", "values": _TAGS}}
CONTRAST: Final[Rules] = {"runOnly": {"type": "rule", "values": _COLOURS}}
"""What depends on colours; nothing else that axe finds does."""

SHAPE: Final[Rules] = ALL_RULES | {"rules": {name: {"enabled": False} for name in _COLOURS}}
"""What depends on no colour."""

_RUN = """async (rules) => {
  axe.configure({ rules: [{ id: "color-contrast", selector: "[data-look]" }] });
  const resultTypes = rules.runOnly.type === "rule" ? ["violations", "passes"] : ["violations"];
  const { violations, passes } = await axe.run({ ...rules, preload: false, resultTypes, elementRef: true });
  const why = ({ any, all, none }) => JSON.stringify([any, all, none].find((each) => each.length));
  const measured = [...violations, ...passes].flatMap(({ nodes }) => nodes.map(({ element }) => element?.dataset.look));
  return {
    faults: violations.flatMap(({ id, nodes }) => nodes.map((node) => [id, node.target, why(node)])),
    passes: passes.length,
    measured: measured.filter(Boolean).map(Number),
  };
}"""
_MARK_LOOKS = """(seen) => {
  const looks = new Set(seen);
  const news = [];
  const plain = new Set(["rgba(0, 0, 0, 0)", "none", "1", "static"]);
  for (const node of document.querySelectorAll("body *")) {
    node.removeAttribute("data-look");
    const isText = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
    if (!isText || !node.checkVisibility()) continue;
    const { fontSize, fontWeight, textDecorationLine } = getComputedStyle(node);
    const look = [fontSize, fontWeight, textDecorationLine];
    let last = "";
    for (let at = node; at; at = at.parentElement) {
      const { color, backgroundColor, backgroundImage, opacity, position } = getComputedStyle(at);
      const behind = [backgroundColor, backgroundImage, opacity, position];
      look.push(color === last ? "" : color, ...behind.filter((each) => !plain.has(each)));
      last = color;
    }
    const name = look.filter(Boolean).join();
    if (looks.has(name)) continue;
    looks.add(name);
    node.setAttribute("data-look", news.push(name) - 1);
  }
  return news;
}"""
"""Mark one element for each look of texts: their colour, size and weight, and what lies behind.

Contrast takes most of axe's time, and grows with the number of texts: of those that look alike,
one is measured.
"""


def faults(page: Page, rules: Rules = ALL_RULES, seen: set[str] | None = None) -> list[str]:
    """Return what axe finds, each fault with its place.

    With `CONTRAST`, looks that were `seen` on other pages of the same width are not measured, and
    those that were measured are added to them.
    """
    wait_until(page, "document.getAnimations().every(each => each.playState !== 'running')")
    looks: list[str] = []
    if rules is not SHAPE:
        looks = page.evaluate(_MARK_LOOKS, sorted(seen or ()))
    if rules is CONTRAST and not looks:
        return []
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE)
    found = page.evaluate(_RUN, rules)
    assert found["passes"] or found["faults"] or rules is CONTRAST, "axe looked at nothing"
    if seen is not None:
        seen.update(looks[at] for at in found["measured"])
    return [f"{fault}: {target} {why[:300]}" for fault, target, why in found["faults"]]
