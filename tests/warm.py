"""Commands that begin with everything imported, which takes most of the time of a short one.

`start` starts a server, a process that has imported Threadbook and MkDocs and does nothing else but
fork, and writes programs of their names. Each asks the server for a child, which gets the program's
arguments, folder, environment and streams, and does what the command does from its entry point on;
the program ends as its child does, and hands signals on to it. So this is a process of its own with
its own memory, that ends as every Python does.

What looks into the start of Python itself needs a real one: its own environment variables, what is
imported at all, what is in `/proc`, and a signal while modules are read.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import marshal
import os
import selectors
import signal
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

PROGRAMS: Final = {"threadbook": "threadbook.__main__:main", "mkdocs": "mkdocs.__main__:cli"}
"""The programs and their entry points, as their packages name them."""

MODULES: Final = """
threadbook.cli threadbook.build threadbook.outputs.pdf threadbook.engines.plain
threadbook.engines.mkdocs threadbook.engines.mkdocs_preview threadbook.engines.stubs
threadbook.preview.server threadbook.preview.watch threadbook.similarity.groups
threadbook.similarity.nearest numpy.ma pydantic.dataclasses snowballstemmer Stemmer colorama
mkdocs.config.defaults mkdocs.commands.build mkdocs.commands.serve mkdocs.contrib.search
material.extensions.emoji material.plugins.search.plugin pymdownx.superfences pymdownx.tilde
markdown.extensions.toc markdown.extensions.tables markdown.extensions.fenced_code
""".split()
"""What commands import when they need it, besides what the entry points do."""

PROGRAM: Final = """\
#!{python} -IS
import marshal, os, signal, sys
from _socket import AF_UNIX, SCM_RIGHTS, SOCK_STREAM, SOL_SOCKET, socket

line = socket(AF_UNIX, SOCK_STREAM)
line.connect({address!r})
asked = marshal.dumps((sys.argv, os.getcwd(), dict(os.environ)))
streams = b"".join(each.to_bytes(4, sys.byteorder) for each in range(3))
line.sendmsg([len(asked).to_bytes(8, "little")], [(SOL_SOCKET, SCM_RIGHTS, streams)])
line.sendall(asked)
child = int.from_bytes(line.recv(8), "little")
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    if signal.getsignal(each) is not signal.SIG_IGN:
        signal.signal(each, lambda number, frame: os.kill(child, number))
ended = int.from_bytes(line.recv(8), "little", signed=True)
if ended < 0:
    signal.signal(-ended, signal.SIG_DFL)
    os.kill(os.getpid(), -ended)
os._exit(ended)
"""


@contextmanager
def start(folder: Path) -> Iterator[Path]:
    """Write programs to a folder that is empty, and give it; they work until the block ends."""
    address = f"\0threadbook-{uuid.uuid4().hex}"  # Linux keeps such a name in no file system
    for name in PROGRAMS:
        (folder / name).write_text(PROGRAM.format(python=sys.executable, address=address), "utf-8")
        (folder / name).chmod(0o755)
    command = [sys.executable, __file__, address[1:]]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "start_new_session": True}
    with subprocess.Popen(command, **streams) as server:  # type: ignore[call-overload]
        assert server.stdout.readline() == b"ready\n"
        yield folder
        server.stdin.close()


class Asked(NamedTuple):
    """What a program asks for: its arguments, folder and environment, and its streams."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


class Child(NamedTuple):
    """A process that runs a command, for a program that waits on a connection."""

    number: int
    watched: int
    line: socket.socket


def receive(line: socket.socket) -> Asked:
    """Read what a program asks for."""
    head, streams, _, _ = socket.recv_fds(line, 8, 3)
    size, content = int.from_bytes(head, "little"), b""
    while len(content) < size:
        part = line.recv(size - len(content))
        if not part:
            raise EOFError
        content += part
    arguments, folder, environment = marshal.loads(content)  # noqa: S302 - our own program wrote it
    return Asked(arguments, folder, environment, streams)


def serve(address: str) -> Asked | None:
    """Fork whenever a program asks. Return what it asks for in the child, and else at the end."""
    children: dict[int, Child] = {}
    with selectors.DefaultSelector() as chosen, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{address}")
        listener.listen(64)
        chosen.register(listener, selectors.EVENT_READ)
        chosen.register(0, selectors.EVENT_READ)
        os.write(1, b"ready\n")
        while True:
            for key, _ in chosen.select():
                if key.fd == 0:  # the tests have ended
                    for child in set(children.values()):
                        os.kill(child.number, signal.SIGKILL)
                    return None
                if key.fileobj is listener:
                    line, _ = listener.accept()
                    asked = receive(line)
                    number = os.fork()
                    if number == 0:
                        for each in set(children.values()):
                            os.close(each.watched)
                            each.line.close()
                        line.close()
                        return asked
                    for stream in asked.streams:
                        os.close(stream)
                    child = Child(number, os.pidfd_open(number), line)
                    chosen.register(child.watched, selectors.EVENT_READ)
                    chosen.register(line, selectors.EVENT_READ)
                    children[child.watched] = children[line.fileno()] = child
                    line.sendall(number.to_bytes(8, "little"))
                elif key.fd in children:
                    end(children, chosen, children[key.fd], key.fd)


def end(
    children: dict[int, Child], chosen: selectors.BaseSelector, child: Child, said: int
) -> None:
    """Tell a program how its child has ended; if the program was killed, so is the child."""
    if said != child.watched:
        os.kill(child.number, signal.SIGKILL)
    _, status = os.waitpid(child.number, 0)
    for each in (child.watched, child.line.fileno()):
        chosen.unregister(each)
        del children[each]
    with contextlib.suppress(OSError):
        child.line.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "little", signed=True))
    os.close(child.watched)
    child.line.close()


def become(asked: Asked) -> Any:
    """Be the command that was asked for; return its entry point."""
    for number, stream in enumerate(asked.streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", 1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    os.environ.clear()
    os.environ.update(asked.environment)
    os.chdir(asked.folder)
    sys.argv[:] = asked.arguments
    module, _, name = PROGRAMS[Path(asked.arguments[0]).name].partition(":")
    return getattr(sys.modules[module], name)


if __name__ == "__main__":
    sys.path[0] = str(Path(sys.executable).parent)  # as for a program that lies there
    gc.disable()
    for each in (*(entry.partition(":")[0] for entry in PROGRAMS.values()), *MODULES):
        importlib.import_module(each)
    for each in sys.modules["threadbook.cli"].COMMANDS.values():
        importlib.import_module(f"threadbook.cli.{each.partition('.')[0]}")
    gc.collect()
    gc.freeze()
    gc.enable()
    if asked := serve(sys.argv[1]):
        sys.exit(become(asked)())
