"""What tells programs what is here: robots.txt, and the files in `.well-known/`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.robotparser import RobotFileParser

import pytest
import yaml
from bases import SITE_URL

from threadbook.addresses import API_CATALOG, ROBOTS, SKILLS, of_skill
from threadbook.configuration.options import check_options
from threadbook.outputs.discovery import SKILL, write_discovery, write_robots
from threadbook.outputs.headers import write_headers
from threadbook.pages import Shared
from threadbook.settings import Settings

Knowledge = Callable[[dict[str, str | bytes]], Path]
Run = Callable[..., Any]

EVERYTHING = {ROBOTS, API_CATALOG, SKILLS, of_skill(SKILL)}
SHARED = Shared("Help", "About this.", date(2026, 11, 23), SITE_URL)


def settings(tmp_path: Path, **changes: Any) -> Settings:
    return replace(Settings(tmp_path, tmp_path, tmp_path), **changes)


def files(tmp_path: Path, shared: Shared = SHARED, **changes: Any) -> dict[str, bytes]:
    return dict(write_discovery(settings(tmp_path, **changes), shared, lambda _: b""))


def test_a_site_has_them_with_every_engine(
    example_site: Path, site_of: Callable[[str], Path]
) -> None:
    for site in (example_site, site_of("plain"), site_of("zensical")):
        for address in EVERYTHING:
            assert (site / address).read_bytes() == (example_site / address).read_bytes()


def test_everybody_may_read_everything(example_site: Path) -> None:
    text = (example_site / ROBOTS).read_text("utf-8")
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    assert parser.can_fetch("AnyBot", f"{SITE_URL}threads/x/")
    assert parser.site_maps() == [f"{SITE_URL}sitemap.xml"]
    assert "Content-Signal: search=yes\n" in text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "search=yes"),
        ({"ai-input": True}, "search=yes, ai-input=yes"),
        (
            {"ai-train": "no", "ai-input": "yes", "search": "no"},
            "search=no, ai-input=yes, ai-train=no",
        ),
        (True, "search=yes"),
    ],
)
def test_a_site_signals_what_it_chooses(given: object, said: str) -> None:
    options, faults = check_options({"robots": given})
    assert not faults
    assert options.robots is not None
    text = write_robots(options.robots, "")
    assert re.findall(r"^Content-Signal: (.*)$", text, re.MULTILINE) == [said]
    assert "Sitemap" not in text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"robots": "no"}, "write search, ai-input, ai-train, each with yes or no, or false"),
        ({"robots": 5}, "write search"),
        (
            {"robots": {"train": True}},
            "`train`: there is no such signal, only search, ai-input, ai-train",
        ),
        ({"robots": {5: True}}, "`5`: there is no such signal"),
        ({"robots": {"ai-train": "never"}}, "`ai-train`: write yes or no"),
        ({"robots": {"ai-train": None}}, "`ai-train`: write yes or no"),
        ({"skills": "no"}, "should be true or false"),
        ({"api_catalog": 1}, "should be true or false"),
        ({"assistants": "chat"}, "write a name and an address"),
        ({"assistants": {"Chat": "https://example.org/"}}, "`Chat`: put {prompt} where"),
        (
            {"assistants": {"Chat": "http://example.org/?q={prompt}"}},
            "`Chat`: write an address that begins",
        ),
        (
            {"assistants": {"Chat": "javascript:alert({prompt})"}},
            "`Chat`: write an address that begins",
        ),
        (
            {"assistants": {"Chat": 'https://x.org/?q={prompt}"'}},
            "`Chat`: write an address that begins",
        ),
        ({"assistants": {"Chat": 5}}, "`Chat`: write an address"),
        ({"assistants": {"": "https://x.org/?q={prompt}"}}, "this is not a name"),
        ({"assistants": {"<b>": "https://x.org/?q={prompt}"}}, "this is not a name"),
        ({"assistants": {"x" * 41: "https://x.org/?q={prompt}"}}, "this is not a name"),
        (
            {"assistants": {str(n): "https://x.org/?q={prompt}" for n in range(9)}},
            "8 assistants, not 9",
        ),
        ({"search_url": "mailto:a@example.org"}, "mail cannot take questions"),
        ({"search_url": "https://example.org/?q={title}"}, "write the address of an endpoint"),
        ({"search_url": "javascript:x"}, "cannot begin with javascript:"),
    ],
)
def test_bad_options_are_said(given: dict[str, object], words: str) -> None:
    _, (fault,) = check_options(given)
    assert words in fault.message


def test_each_is_off_by_one_switch(tmp_path: Path) -> None:
    assert files(tmp_path).keys() == EVERYTHING
    assert files(tmp_path, robots=None).keys() == EVERYTHING - {ROBOTS}
    assert files(tmp_path, api_catalog=False).keys() == EVERYTHING - {API_CATALOG}
    assert files(tmp_path, skills=False).keys() == EVERYTHING - {SKILLS, of_skill(SKILL)}
    assert files(tmp_path, replace(SHARED, has_twins=False)).keys() == {ROBOTS}


def test_the_catalogue_is_a_link_set_of_what_is_there(example_site: Path) -> None:
    content = json.loads((example_site / API_CATALOG).read_bytes())
    assert list(content) == ["linkset"]  # RFC 9264: its sole member
    (entry,) = content["linkset"]
    links = [
        entry["anchor"],
        *(each["href"] for name in ("service-desc", "service-doc") for each in entry[name]),
    ]
    for link in links:
        assert (example_site / link.removeprefix(SITE_URL)).is_file(), link


def test_the_index_of_skills_is_true_of_its_file(example_site: Path) -> None:
    content = json.loads((example_site / SKILLS).read_bytes())
    assert content["$schema"] == "https://schemas.agentskills.io/discovery/0.2.0/schema.json"
    (skill,) = content["skills"]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", skill["name"])
    assert skill["type"] == "skill-md"
    file = (example_site / skill["url"].removeprefix(SITE_URL)).read_bytes()
    assert skill["digest"] == f"sha256:{hashlib.sha256(file).hexdigest()}"
    _, head, body = file.decode().split("---\n", 2)
    assert yaml.safe_load(head) == {"name": skill["name"], "description": skill["description"]}
    for address in re.findall(rf"{re.escape(SITE_URL)}(\S+?)\.?(?=[\s,]|$)", body):
        assert "ID" in address or (example_site / address).is_file(), address


@pytest.mark.parametrize("name", ['A "name": {x}\n---\nevil: 1', "x" * 5_000, "é" * 2_000, "a\\b"])
def test_no_name_of_a_site_breaks_the_skill(tmp_path: Path, name: str) -> None:
    found = files(tmp_path, replace(SHARED, site_name=name))
    (skill,) = json.loads(found[SKILLS])["skills"]
    assert len(skill["description"]) <= 1024
    head = found[of_skill(SKILL)].decode().split("---\n", 2)[1]
    assert yaml.safe_load(head) == {"name": SKILL, "description": skill["description"]}


def test_without_an_address_of_its_own_links_are_relative(tmp_path: Path) -> None:
    found = files(tmp_path, replace(SHARED, site_url=""))
    (entry,) = json.loads(found[API_CATALOG])["linkset"]
    assert entry["anchor"] == "../api/index.json"
    (skill,) = json.loads(found[SKILLS])["skills"]
    assert skill["url"] == f"../../{of_skill(SKILL)}"


def there(content: bytes) -> Callable[[str], bytes]:
    """Return what finds this at every address."""
    return lambda _: content


def test_what_a_publisher_wrote_is_kept_and_what_we_wrote_is_renewed(tmp_path: Path) -> None:
    ours = files(tmp_path)
    theirs = {
        ROBOTS: b"User-agent: *\nDisallow: /\n",
        API_CATALOG: b'{"linkset": [{"anchor": "https://example.org/other"}]}',
        SKILLS: b'{"skills": [{"name": "read-this-help-site"}, {"name": "theirs"}]}',
    }
    for kept in (*theirs.values(), b"x", b"[]", b"null", b"\xff", b"[" * 100_000):
        written = dict(write_discovery(settings(tmp_path), SHARED, there(kept)))
        assert written == {}
    assert dict(write_discovery(settings(tmp_path), SHARED, lambda address: ours[address])) == ours


def test_a_publishers_own_robots_file_is_published(knowledge: Knowledge, run: Run) -> None:
    base = knowledge({"pages/robots.txt": "User-agent: *\nDisallow: /\n"})
    config = base / "mkdocs.yml"
    text = config.read_text("utf-8")
    config.write_text(
        text.replace("[threadbook]", "[{threadbook: {trusted_pages: true}}]"), "utf-8"
    )
    done = run("threadbook", "build", cwd=base)
    assert done.returncode == 0, done.stderr
    assert (base / "site" / ROBOTS).read_text("utf-8") == "User-agent: *\nDisallow: /\n"
    assert (base / "site" / API_CATALOG).is_file()


def test_a_site_with_them_is_still_replaced_as_a_whole(knowledge: Knowledge, run_warm: Run) -> None:
    base = knowledge({})
    for _ in range(2):
        done = run_warm("mkdocs", "build", cwd=base)
        assert done.returncode == 0, done.stderr
        assert "built in place" not in done.stderr
    own = base / "site/.well-known/security.txt"  # MkDocs keeps hidden files, and so do we
    own.write_text("Contact: mailto:us@example.org\n")
    done = run_warm("mkdocs", "build", cwd=base)
    assert "built in place" in done.stderr
    assert own.is_file()
    assert (base / "site" / SKILLS).is_file()


def test_hosts_are_told_the_type_of_the_catalogue() -> None:
    types = {API_CATALOG: "application/linkset+json"}
    (found,) = write_headers({"A": "b"}, SITE_URL, b"", types)
    assert (
        found[1]
        .decode()
        .endswith("/help/.well-known/api-catalog\n  Content-Type: application/linkset+json\n")
    )
    (again,) = write_headers({"A": "b"}, SITE_URL, found[1], types)
    assert again == found
    own = b"/.well-known/api-catalog\n  Content-Type: text/plain\n"
    ((_, kept),) = write_headers({"A": "b"}, SITE_URL, own, types)
    assert kept.count(b"Content-Type") == 1
