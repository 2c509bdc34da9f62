"""What Lighthouse says of a site's kinds of pages, on its mobile preset (a slow phone and network).

    python tests/benchmarks/page_quality.py --site site --lighthouse PATH/TO/lighthouse

Lighthouse comes from npm (`npm install lighthouse`, version 13). The site is served from this machine,
compressed with gzip as hosts do; the address has the path that `--path` names. Lighthouse slows the
processor and the network down by calculation. Medians of several runs.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import json
import mimetypes
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import Any

from threadbook.browser import Server

PAGES = {
    "home": "",
    "thread": "threads/proposal-accepted-what-next/",
    "topic": "topics/contracts/",
    "path": "paths/first-proposal-to-contract/",
    "search": "search/?q=how+do+i+get+paid",
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
COMPRESSED = (".html", ".css", ".js", ".json", ".svg", ".xml", ".txt")


def main() -> None:
    """Parse arguments, serve the site, ask for each page, print a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--site", type=Path, required=True)
    parser.add_argument("--lighthouse", required=True)
    parser.add_argument("--path", default="/help/")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    handler = functools.partial(_Host, site=options.site, path=options.path)
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}{options.path}"
        print(
            f"{'page':<8}{''.join(f'{name:>16}' for name in CATEGORIES)}{'LCP ms':>9}{'shift':>8}"
        )
        for name, url in PAGES.items():
            found = [asked(options.lighthouse, f"{root}{url}") for _ in range(options.runs)]
            scores = "".join(
                f"{_median(each[kind] for each in found):>16.0f}" for kind in CATEGORIES
            )
            paint = _median(each["paint"] for each in found)
            print(f"{name:<8}{scores}{paint:>9.0f}{_median(each['shift'] for each in found):>8.3f}")
        server.shutdown()


def asked(lighthouse: str, url: str) -> dict[str, float]:
    """Return a page's scores of 100, its largest paint in milliseconds, and how much it moved."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        flags = "--chrome-flags=--headless --no-sandbox --disable-gpu"
        chromium = os.environ.get("THREADBOOK_CHROMIUM") or shutil.which("chromium") or ""
        subprocess.run(
            [lighthouse, url, "--quiet", "--output=json", f"--output-path={report}", flags],
            env=os.environ | {"CHROME_PATH": chromium},
            check=True,
            capture_output=True,
        )
        said = json.loads(report.read_text("utf-8"))
    found = {kind: 100 * said["categories"][kind]["score"] for kind in CATEGORIES}
    audits = said["audits"]
    return found | {
        "paint": audits["largest-contentful-paint"]["numericValue"],
        "shift": audits["cumulative-layout-shift"]["numericValue"],
    }


def _median(values: Any) -> float:
    return statistics.median(values)


class _Host(http.server.BaseHTTPRequestHandler):
    """Serves a folder below a path, text compressed."""

    def __init__(self, *args: Any, site: Path, path: str) -> None:
        self.site, self.root = site, path
        super().__init__(*args)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - a hook
        """Say nothing of requests."""

    def do_GET(self) -> None:
        """Send a file, or that there is none."""
        name = self.path.partition("?")[0].removeprefix(self.root)
        file = (
            self.site / name / "index.html" if name.endswith("/") or not name else self.site / name
        )
        if not file.is_file():
            self.send_error(404)
            return
        content = file.read_bytes()
        self.send_response(200)
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        self.send_header("Content-Type", kind)
        if file.suffix in COMPRESSED:
            content = gzip.compress(content, 9)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(content)


if __name__ == "__main__":
    main()
