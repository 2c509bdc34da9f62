"""`threadbook mcp`, with the protocol's own client, over a built site in a folder and at an address."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from bases import REPOSITORY
from mcp import Client, StdioServerParameters

from threadbook.assistants.source import Folder
from threadbook.assistants.tools import NOTE
from threadbook.configuration import read_configuration
from threadbook.gather import gather
from threadbook.search.golden import Searched, folds, title_cases
from threadbook.search.question import rank, read_question
from threadbook.search.reading import ReadIndex, read_facts
from threadbook.search.suggest import Suggester

COMMAND = str(Path(sys.executable).with_name("threadbook"))
Call = tuple[str, dict[str, Any]]
THREAD = "proposal-accepted-what-next"


def talk(site: str | Path, calls: Iterable[Call]) -> list[tuple[bool, Any]]:
    """Start the command as a client does, call tools, and return what came: errors are texts."""

    async def go() -> list[tuple[bool, Any]]:
        found: list[tuple[bool, Any]] = []
        server = StdioServerParameters(command=COMMAND, args=["mcp", str(site)])
        async with Client(server) as client:
            tools = (await client.list_tools()).tools
            assert [each.name for each in tools] == [
                "search",
                "get_thread",
                "list_paths",
                "report_a_problem",
            ]
            assert all(each.annotations and each.annotations.read_only_hint for each in tools)
            assert NOTE in (client.instructions or "")
            for name, arguments in calls:
                result = await client.call_tool(name, arguments)
                text = "".join(each.text for each in result.content if each.type == "text")
                if not result.is_error:
                    assert json.loads(text) == result.structured_content
                found.append((bool(result.is_error), text if result.is_error else json.loads(text)))
        return found

    # Playwright, in other tests of the same process, has a loop of its own.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, go()).result()


CALLS: list[Call] = [
    ("search", {"question": "My proposal was accepted. Am I hired now?", "most": 3}),
    ("search", {"question": "my submarine leaks helium"}),
    ("get_thread", {"id": THREAD}),
    ("get_thread", {"id": THREAD, "format": "json"}),
    ("list_paths", {}),
    ("report_a_problem", {"problem": "It is out of date", "id": THREAD}),
    ("report_a_problem", {"problem": "How do I bake bread?"}),
    ("search", {"question": " "}),
    ("get_thread", {"id": "../../etc/passwd"}),
    ("get_thread", {"id": "no-such-thread"}),
    ("search", {"question": '"hired" -submarine', "most": 500}),
]


def check(found: list[tuple[bool, Any]]) -> None:
    """Check what the calls gave; all results name what they are."""
    assert [is_error for is_error, _ in found] == [False] * 7 + [True] * 3 + [False]
    first, nothing, thread, as_json, paths, report, ask, empty, outside, missing, phrase = (
        each for _, each in found
    )
    assert first["note"] == nothing["note"] == thread["note"] == paths["note"] == NOTE
    assert first["answered"] is True
    assert len(first["results"]) == 3
    assert first["results"][0]["id"] == THREAD
    assert first["results"][0]["solved"] is True
    assert first["results"][0]["short_answer"]
    assert first["results"][0]["address"] == f"https://example.org/help/threads/{THREAD}/"
    assert nothing["answered"] is False
    assert thread["content"].startswith("# My proposal was accepted. What happens next?")
    assert json.loads(as_json["content"])["id"] == THREAD
    assert {each["id"] for each in paths["paths"]} >= {"first-proposal-to-contract"}
    assert all(each["steps"] for each in paths["paths"])
    assert report["link"].endswith(
        f"&body=It%20is%20out%20of%20date%20https%3A%2F%2Fexample.org%2Fhelp%2Fthreads%2F{THREAD}%2F"
    )
    assert (
        ask["link"]
        == "https://example.org/repository/issues/new?title=How%20do%20I%20bake%20bread%3F"
    )
    assert "Write a question." in empty
    assert "The id of a thread" in outside
    assert "There is no thread no-such-thread" in missing
    assert 0 < len(phrase["results"]) <= 20


def test_an_assistant_reads_a_site_in_a_folder(example_site: Path) -> None:
    check(talk(example_site, CALLS))


def test_an_assistant_reads_a_site_at_an_address(address: str) -> None:
    check(talk(address, CALLS))


def test_the_written_index_ranks_as_the_one_in_memory(example_site: Path) -> None:
    settings = read_configuration(REPOSITORY / "mkdocs.yml").settings
    gathered = gather(settings)
    base = Searched(gathered.library, gathered.sealed, settings)
    suggester = Suggester(base.plan, base.shared, settings)
    read = Folder(example_site).read
    facts = read_facts(read)
    index = ReadIndex(facts, read)
    cases = [
        *title_cases(gathered.library),
        *(case for fold in folds(gathered.library) for case in fold),
    ]
    queries = [case.query for case in cases]
    queries += [f'"{query}"' for query in queries[::9]]
    queries += [
        "propsal acepted",
        "mileston",
        "contract -hourly",
        '-"fixed price" contract',
        "zzzz",
        "bid",
        "the",
    ]
    assert len(queries) > 200
    for query in queries:
        question = read_question(query, suggester.languages, suggester.groups)
        expected = list(rank(question, suggester.index).scores.items())[:5]
        asked = read_question(query, facts.languages, facts.groups, facts.ranking)
        found = list(rank(asked, index, facts.ranking).scores.items())[:5]
        assert [index.show(id_)["at"] for id_, _ in found] == [id_ for id_, _ in expected], query
        assert [score for _, score in found] == pytest.approx([score for _, score in expected]), (
            query
        )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_server_that_waits_for_input_ends_when_it_is_told_to(
    example_site: Path, warm_programs: Path, number: signal.Signals
) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [warm_programs / "threadbook", "mcp", str(example_site)],
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
    ) as server:
        assert server.stdin
        assert server.stdout
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize"}
        hello["params"] = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        }
        server.stdin.write(json.dumps(hello).encode() + b"\n")
        server.stdin.flush()
        assert json.loads(server.stdout.readline())["id"] == 1
        server.send_signal(number)
        assert server.wait(30) == 128 + number
        assert server.stderr
        assert server.stderr.read() == b"threadbook: Stopped.\n"


def test_nothing_but_the_protocol_is_written(example_site: Path, warm_programs: Path) -> None:
    done = subprocess.run(
        [warm_programs / "threadbook", "mcp", str(example_site)],
        input=b"",
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_folder_that_is_no_site_is_said_plainly(tmp_path: Path, warm_programs: Path) -> None:
    done = subprocess.run(
        [warm_programs / "threadbook", "mcp", str(tmp_path)],
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 3
    assert (
        done.stderr
        == "threadbook: The site has no search that can be used. There is no settings.json in the search index.\n"
    )
