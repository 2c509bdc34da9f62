"""Build a base of real questions and crawl the site: nothing may lead nowhere or be an orphan.

    python tests/benchmarks/crawl.py --questions threads.jsonl.gz --threads 2000

Prints what is wrong, and how much was looked at; exit status 1 if anything is wrong. The site is
published below a path, then at the root of a host.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1]))

from crawler import Site
from questions import write_questions


def main() -> None:
    """Parse arguments, build, crawl, print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2_000)
    options = parser.parse_args()
    wrong = 0
    for address in ("https://example.org/help/", "https://example.org/"):
        with tempfile.TemporaryDirectory() as name:
            base = Path(name)
            write_questions(options.questions, base, options.threads)
            config = base / "mkdocs.yml"
            config.write_text(config.read_text().replace("https://example.org/help/", address))
            command = [sys.executable, "-m", "threadbook", "build", "--config", str(config)]
            subprocess.run(command, check=True)
            wrong += crawl(base / "site", address)
    sys.exit(bool(wrong))


def crawl(folder: Path, address: str) -> int:
    """Print everything that is wrong with a site; return how much that is."""
    site = Site.read(folder, address)
    links = sum(1 for _ in site.links)
    faults = [*site.missing(), *sorted(site.orphans()), *site.wrong_canonicals()]
    unlisted = {url for url, page in site.pages if site.is_unlisted(page)}
    listed = set(site.sitemap())
    own = {url for url, page in site.pages if page.canonical == [address + url]} - unlisted
    faults += sorted(own ^ listed)
    print(f"{address}: {len(list(site.pages)):,} pages, {links:,} links, {len(faults)} faults")
    for fault in faults[:20]:
        print(f"  {fault}")
    return len(faults)


if __name__ == "__main__":
    main()
