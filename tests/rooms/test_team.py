"""A team: who does the work, what is kept, and what happens when a process ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor

import pytest

from threadbook import parallel, team
from threadbook.parallel import Workers, open_workers
from threadbook.team import Kept, Team, keep, take

BIG = 3_000_000
"""More bytes than a pipe holds at a time."""


@pytest.fixture(params=["fork", "spawn"])
def members(request: pytest.FixtureRequest) -> Iterator[Team]:
    """A team of two, whose processes start in either way."""
    context = multiprocessing.get_context(request.param)
    with Team(2, context, parallel._prepare_worker) as started:
        yield started


def who(seconds: float = 0) -> int:
    time.sleep(seconds)
    return os.getpid()


def fail(words: str) -> None:
    raise ValueError(words)


def echo(content: bytes) -> bytes:
    return content


def put(text: str) -> Kept:
    return keep([text])


def get(kept: Kept) -> object:
    return take(kept)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class OddError(Exception):
    """An exception that cannot travel: it cannot be made from its arguments."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def fail_oddly() -> None:
    raise OddError("a", "b")


def test_work_is_done_by_all_and_results_come_in_order(members: Team) -> None:
    found = {future.result() for future in [members.submit(who, 0.1) for _ in range(6)]}
    assert len(found) == 2
    assert os.getpid() not in found
    assert list(members.map(abs, range(-50, 0))) == list(range(50, 0, -1))


def test_work_for_one_process_is_done_by_it(members: Team) -> None:
    first, second = ({members.submit_to(n, who).result() for _ in range(5)} for n in (0, 1))
    assert len(first) == len(second) == 1
    assert first != second


def test_large_work_and_large_results_do_not_wait_for_each_other(members: Team) -> None:
    """Both ends of a pipe that is full would wait for ever."""
    contents = [bytes([number]) * BIG for number in range(12)]
    assert list(members.map(echo, contents)) == contents


def test_a_value_is_kept_by_the_process_that_made_it_and_can_be_taken_once(members: Team) -> None:
    kept = [members.submit(put, f"{number}").result() for number in range(20)]
    taken = [members.submit_to(one.worker, get, one).result() for one in kept]
    assert taken == [[f"{number}"] for number in range(20)]
    with pytest.raises(KeyError):
        members.submit_to(kept[0].worker, get, kept[0]).result()


def test_a_process_packs_all_that_it_keeps_if_it_is_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(team, "_OPEN", 2)
    monkeypatch.setattr(team, "_shelf", team._Shelf(0))
    values = [{"number": number} for number in range(5)]
    kept = [*map(keep, values[:2])]
    assert take(kept[0]) is values[0]
    kept += map(keep, values[2:])
    assert not team._shelf.values
    assert [*map(take, kept[1:])] == values[1:]
    assert not team._shelf.packed


def test_an_exception_comes_back_with_where_it_was_raised(members: Team) -> None:
    with pytest.raises(ValueError, match="too odd") as caught:
        members.submit(fail, "too odd").result()
    assert "in fail" in "".join(caught.value.__notes__)
    assert members.submit(abs, -1).result() == 1, "the process goes on"


def test_an_exception_that_cannot_travel_is_told_too(members: Team) -> None:
    # Dask, which another test may have imported, teaches all exceptions to travel.
    with pytest.raises((RuntimeError, TypeError, OddError)):
        members.submit(fail_oddly).result()
    assert members.submit(abs, -1).result() == 1


def test_work_that_cannot_travel_fails_and_the_rest_is_done(members: Team) -> None:
    futures = [members.submit(abs, -1), members.submit(lambda: 1), members.submit(abs, -2)]
    with pytest.raises(Exception, match="pickle"):
        futures[1].result()
    assert [futures[0].result(), futures[2].result()] == [1, 2]


def test_a_process_that_ends_ends_all_work_at_once(members: Team) -> None:
    futures = [members.submit(who, 0.05) for _ in range(50)]
    dying = members.submit_to(0, die)
    with pytest.raises(BrokenExecutor):
        dying.result()
    for future in futures:
        if (error := future.exception()) is not None:
            assert isinstance(error, BrokenExecutor)
    with pytest.raises(BrokenExecutor):
        members.submit(abs, -1).result()


def test_a_closed_team_leaves_neither_processes_nor_threads() -> None:
    before = threading.active_count()
    with Team(2, multiprocessing.get_context("fork"), parallel._prepare_worker) as started:
        started.submit(who, 60)
        assert len(multiprocessing.active_children()) == 2
    assert multiprocessing.active_children() == []
    assert threading.active_count() == before


def test_workers_do_the_same_with_any_executor() -> None:
    """A thread pool stands for a cluster: it is nothing but an executor."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    with ThreadPoolExecutor(2) as pool, open_workers(2, 1_000) as processes:
        for workers in (Workers(pool, 2), Workers(parallel.InProcess(), 1), processes):
            assert list(workers.run(pow, [(2, n) for n in range(9)])) == [2**n for n in range(9)]
            assert workers.submit(1, pow, 2, 3).result() == 8
            assert workers.start(pow, 2, 4)() == 16
        assert not Workers(pool, 2).can_keep


def test_work_aside_in_this_process_begins_when_it_is_wanted() -> None:
    done: list[int] = []
    wait = Workers(parallel.InProcess(), 1).start(done.append, 1)
    assert done == []
    wait()
    assert done == [1]


def test_few_things_are_done_in_this_process() -> None:
    with open_workers(0, parallel.SMALL - 1) as workers:
        assert workers.submit(None, os.getpid).result() == os.getpid()


def test_parts_keep_the_order() -> None:
    things = list(range(1_000))
    for processes, largest in ((1, 10), (2, 250), (64, 3)):
        parts = parallel.split(things, processes, largest)
        assert [thing for part in parts for thing in part] == things
        assert max(map(len, parts)) <= largest
    assert not parallel.split([], 2, 5)
