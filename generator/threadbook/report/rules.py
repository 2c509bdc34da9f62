"""The rules explained: as a list, one by one, and as the manual's reference page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from threadbook.findings import Rule


def list_rules(rules: Iterable[Rule]) -> Iterator[str]:
    """Yield one line for each rule; a star marks those that cannot be lowered or silenced."""
    for rule in rules:
        star = "*" if rule.is_essential else " "
        yield f"{rule.id}{star} {rule.severity:<8} {rule.summary}"


def explain_rule(rule: Rule) -> Iterator[str]:
    """Yield the lines that explain one rule."""
    yield f"{rule.id} {rule.severity}: {rule.summary}"
    yield ""
    yield rule.explanation
    for title, example in (("Bad", rule.bad), ("Good", rule.good)):
        yield from ("", f"{title}:", *(f"    {line}".rstrip() for line in example.split("\n")))
    yield ""
    yield _adjustable(rule)


def _adjustable(rule: Rule) -> str:
    if rule.is_essential:
        return "No site can be built without it, so it cannot be lowered or silenced."
    return f"To change it for a site, write `{rule.id}: error`, `warning`, `notice` or `off`."


def write_manual(rules: Iterable[Rule]) -> str:
    """Return the reference page, in Markdown."""
    rules = tuple(rules)
    lines = [
        "# The checker's rules",
        "",
        "`threadbook rules --markdown` writes this page from the rules; do not edit it by hand.",
        "How to raise, lower or silence a rule is explained in",
        "[publishing.md](publishing.md#rules) for a site and in [content.md](content.md#silence)",
        "for a thread. Rules with a star cannot be changed: no site can be built without them.",
        "",
        "| rule | severity | what it finds |",
        "| --- | --- | --- |",
    ]
    for rule in rules:
        star = "\\*" if rule.is_essential else ""
        link = f"[{rule.id}](#{rule.id.lower()}){star}"
        lines.append(f"| {link} | {rule.severity} | {rule.summary} |")
    for rule in rules:
        lines += ["", f"## {rule.id}", "", f"**{rule.summary}** ({rule.severity})", ""]
        lines += [rule.explanation]
        for title, example in (("Bad", rule.bad), ("Good", rule.good)):
            lines += ["", f"{title}:", "", "```yaml", example, "```"]
    return "\n".join(lines) + "\n"
