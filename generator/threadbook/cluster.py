"""A Dask cluster as an executor: for bases that are more than one machine can build.

Workers write their files themselves, so they see the content and the site's folder at the same
paths as this process. That, and that their versions are ours, is tried before any work.
"""

from __future__ import annotations

import hashlib
import logging
import pickle
import platform
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import urlsplit

from threadbook import __version__
from threadbook.errors import UsageError, UserError

R = TypeVar("R")

PATIENCE: Final = 15.0
"""How long the scheduler, and then a first worker, may take to answer, in seconds."""

_NAME: Final = re.compile(r"[\w.-]+")

_IN_FLIGHT: Final = 4
"""How many batches a worker has at most, with those that wait: the scheduler keeps all of them."""


class Worker(NamedTuple):
    """What a worker says of itself: its versions, and what it sees in each of our folders."""

    versions: Mapping[str, str]
    folders: Mapping[str, str]

    @classmethod
    def here(cls, folders: Sequence[str]) -> Worker:
        """Describe the process that runs this."""
        seen = {folder: _fingerprint(folder) for folder in folders}
        return cls(_versions(), seen)


def _versions() -> dict[str, str]:
    """Return the versions of what makes pages; another one could make others."""
    required = (each.partition(";") for each in metadata.requires("threadbook") or ())
    names = [_NAME.findall(each)[0] for each, _, condition in required if "extra" not in condition]
    python = platform.python_version().rpartition(".")[0]
    ours = {"Python": python, "Threadbook": __version__}
    return ours | {name: metadata.version(name) for name in sorted(names)}


def _fingerprint(folder: str) -> str:
    """Return what tells a folder from another at the same path: the names in it."""
    try:
        names = sorted(each.name for each in Path(folder).iterdir())
    except OSError:
        return ""
    return hashlib.sha256("\0".join(names).encode("utf-8", "surrogateescape")).hexdigest()


class _Batches(Executor):
    """Gives batches to Dask's own executor, and waits when enough of them are on their way.

    A batch goes as bytes, because Dask looks for its own values in all that it is given.
    """

    def __init__(self, executor: Executor, most: int) -> None:
        self.executor = executor
        self.free = threading.Semaphore(most)

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:
        """Submit work as soon as there is room for it."""
        work = pickle.dumps((fn, args, kwargs))
        self.free.acquire()
        future: Future[R] = self.executor.submit(_call, work)
        future.add_done_callback(lambda _: self.free.release())
        return future


def _call(work: bytes) -> Any:
    fn, args, kwargs = pickle.loads(work)  # noqa: S301 - whoever can send it can run anything anyway
    return fn(*args, **kwargs)


@contextmanager
def connect(address: str, folders: Sequence[Path]) -> Iterator[tuple[Executor, int]]:
    """Give an executor that runs work on the cluster at `address`, and how many workers it has.

    `address` is `dask://HOST:PORT`. Every worker has to see the `folders`. A batch whose worker
    dies is run again by another. Raises `UserError` if the cluster cannot be used.
    """
    scheduler = read_address(address)
    try:
        import dask  # noqa: PLC0415 - optional, and slow
        from distributed import Client, KilledWorker  # noqa: PLC0415
    except ImportError as error:
        words = "A cluster needs Dask: pip install 'threadbook[dask]'"
        raise UserError(f"{words}, or build without --executor.") from error
    _silence_dask()
    # A batch of long threads may have more than the 10 MB at which Dask begins to warn.
    quiet = {"distributed.admin.large-graph-warning-threshold": "1GB"}
    with dask.config.set(quiet), _opened(Client, address, scheduler) as client:
        workers = _try_workers(client, address, [str(folder.resolve()) for folder in folders])
        executor = client.get_executor(pure=False)  # a batch writes files: it is no pure function
        try:
            yield _Batches(executor, workers * _IN_FLIGHT), workers
        except KilledWorker as error:
            words = f"Several workers of {address} died over the same batch"
            raise UserError(f"{words}; perhaps they need more memory.") from error
        except CancelledError as error:
            raise UserError(f"The connection to the cluster at {address} was lost.") from error


def _silence_dask() -> None:
    """Let Dask log nothing in this process: it would add tracebacks to what we say ourselves."""
    for name in ("asyncio", *logging.root.manager.loggerDict):
        if name.partition(".")[0] in {"asyncio", "distributed", "tornado"}:
            logging.getLogger(name).disabled = True


def read_address(address: str) -> str:
    """Return the address as Dask writes it; raise `UserError` if it is of another form."""
    try:
        parts = urlsplit(address)
        is_good = parts.scheme == "dask" and parts.hostname and parts.port
    except ValueError:
        is_good = False
    if not is_good or address != f"dask://{parts.netloc}" or "@" in address:
        raise UsageError(f"`{address}` is not an executor; write it as dask://HOST:PORT.")
    return f"tcp://{parts.netloc}"


@contextmanager
def _opened(client: Callable[..., Any], address: str, scheduler: str) -> Iterator[Any]:
    try:
        opened = client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        words = f"No Dask scheduler answers at {address}; `dask scheduler` starts one"
        raise UserError(f"{words}.") from error
    with opened:
        yield opened


def _try_workers(client: Any, address: str, folders: Sequence[str]) -> int:
    """Return the number of workers if all of them can do our work."""
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        words = f"The cluster at {address} has no worker"
        raise UserError(f"{words}; `dask worker HOST:PORT --nthreads 1` starts one.") from error
    ours = Worker.here(folders)
    for name, threads in client.nthreads().items():
        if threads != 1:
            words = f"The worker {name} has {threads} threads, of which only one would work"
            raise UserError(f"{words}; start it with --nthreads 1, several times.")
    answers = client.run(_describe, pickle.dumps(folders), on_error="return")
    for name, answer in sorted(answers.items()):
        refuse_worker(name, answer, ours)
    return len(answers)


def _describe(folders: bytes) -> Worker:
    return Worker.here(pickle.loads(folders))  # noqa: S301 - as in `_call`


def refuse_worker(name: str, answer: object, ours: Worker) -> None:
    """Raise `UserError` if a worker's answer is not `ours`; an exception is an answer, too."""
    if not isinstance(answer, Worker):
        raise UserError(f"The worker {name} cannot run Threadbook {__version__}: {answer}")
    for what, wanted in ours.versions.items():
        theirs = answer.versions.get(what, "no version")
        if theirs != wanted:
            words = f"The worker {name} has {what} {theirs}, this machine has {wanted}"
            raise UserError(f"{words}; they have to be the same.")
    for folder, seen in ours.folders.items():
        if answer.folders.get(folder) != seen:
            words = f"The worker {name} does not see the same {folder} as this machine"
            raise UserError(f"{words}; put it on a file system that all share, at the same path.")
