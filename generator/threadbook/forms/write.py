"""The forms as files: YAML for GitHub, Markdown for GitLab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from threadbook.edit.dump import dump_fields
from threadbook.forms.fields import Field, Form, describe_forms
from threadbook.library import Library

_NOTICE: Final = "# Made by `threadbook forms`. Run it again after boards or topics have changed.\n"

FOLDERS: Final = {"github": ".github/ISSUE_TEMPLATE", "gitlab": ".gitlab/issue_templates"}
"""Where each host looks for forms."""

_PUBLIC: Final = (
    "What you write is public. Leave out passwords, addresses and names of other people."
)


def write_forms(library: Library, forge: str) -> Iterator[tuple[str, str]]:
    """Yield the path of each form's file from the top of the repository, and its text."""
    for form in describe_forms(library):
        if forge == "github":
            yield f"{FOLDERS[forge]}/{form.kind}.yml", _as_yaml(form)
        else:
            yield f"{FOLDERS[forge]}/{form.kind}.md", _as_markdown(form)


def _as_yaml(form: Form) -> str:
    """Return an issue form: https://docs.github.com/communities (syntax for issue forms)."""
    body = [{"type": "markdown", "attributes": {"value": _PUBLIC}}]
    return _NOTICE + dump_fields(
        {
            "name": form.name,
            "description": form.about,
            "body": [*body, *(_item(field) for field in form.fields)],
        }
    )


def _item(field: Field) -> dict[str, Any]:
    kind = "dropdown" if field.options else "textarea" if field.is_long else "input"
    attributes: dict[str, Any] = {"label": field.label, "description": field.about}
    if field.options:
        attributes |= {"multiple": True} if field.is_many else {}
        attributes["options"] = list(field.options)
    return {
        "type": kind,
        "id": field.id,
        "attributes": attributes,
        "validations": {"required": field.is_needed},
    }


def _as_markdown(form: Form) -> str:
    """Return a description template; its remarks are left out when it is read."""
    return f"<!-- {_PUBLIC} -->\n\n" + "\n\n".join(_section(field) for field in form.fields) + "\n"


def _section(field: Field) -> str:
    words = field.about
    if field.options:
        words += " Write " + ("some" if field.is_many else "one") + " of: "
        words += "; ".join(field.options).replace("--", "- -") + "."
    return f"### {field.label}\n\n<!-- {words} -->"
