"""How long search by meaning takes in Chromium: `meaning_speed.py SITE [--count N]`.

SITE is a folder that was built with a model. It prints, in milliseconds: the first visit (how long
until words, until the student, until the encoder, with this machine's disk for a network); then, with
all loaded, from the last key to painted words, and to words and meaning, at the median and at worst;
and the longest task that kept the page from answering the reader.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path
from typing import Any

from threadbook.browser import chromium, served

QUESTIONS = (
    "haggling over my quote|my due date slipped|should i leave my nine to five|they want my login|"
    "the client went silent after i sent the files|is it ok to be paid outside|how much should i charge|"
    "what do i write in a first message|someone gave me a bad review|can i work for two people at once|"
    "my identity check failed|i was asked for a free sample|how do taxes work here|refund|"
    "the brief keeps growing|i am too busy for this job|escrow|do i need a contract|who owns the logo i drew|"
    "the meeting is at night for me"
).split("|")

WATCH = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
}).observe({ type: "longtask", buffered: true });
"""

ASK = """async (question) => {
  const field = document.querySelector("#tb_query");
  const list = document.querySelector("#tb-results");
  const seen = { words: 0, meaning: 0 };
  field.value = question.slice(0, -1);
  field.dispatchEvent(new Event("input"));
  await new Promise((done) => setTimeout(done, 400));
  const began = performance.now();
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  field.value = question;
  field.dispatchEvent(new Event("input"));
  while (!seen.meaning && performance.now() - began < 5000) {
    await painted();
    if (list.dataset.query !== question) continue;
    seen.words ||= performance.now() - began;
    if (list.dataset.meaning === "done") seen.meaning = performance.now() - began;
  }
  return seen;
}"""

PARTS = """async (questions) => {
  const { openSearch } = await import(new URL("assets/threadbook/search/search.js", new URL("../", location.href)));
  const search = await openSearch();
  const parts = { words: [], encode: [], both: [] };
  for (const question of questions) {
    let began = performance.now();
    await search.ask(question);
    parts.words.push(performance.now() - began);
    began = performance.now();
    await search.meaning.ask(`${question} `);
    parts.encode.push(performance.now() - began);
    began = performance.now();
    await search.answer(question);
    parts.both.push(performance.now() - began);
  }
  return parts;
}"""

COUNT = """async () => {
  const keys = await (await caches.open("threadbook-meaning")).keys();
  return keys.filter(({ url }) => url.includes("/meaning/encoder")).length;
}"""


def wait_for(page: Any, condition: str) -> float:
    """Wait for a condition; return the milliseconds since the page was asked for."""
    while not page.evaluate(condition):
        page.wait_for_timeout(5)
    return float(page.evaluate("performance.now()"))


def say(name: str, times: list[float]) -> None:
    print(f"{name:<40}{statistics.median(times):8.1f} median {max(times):8.1f} at worst")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", type=Path)
    parser.add_argument("--count", type=int, default=1, help="how often all questions are asked")
    options = parser.parse_args()
    with served(options.site) as address, chromium("This benchmark", "") as browser:
        page = browser.new_context().new_page()
        page.add_init_script(WATCH)
        page.goto(f"{address}search/?q=client+wants+money+back")
        state = "document.querySelector('#tb-results').dataset"
        words = wait_for(page, f"Boolean({state}.query)")
        student = wait_for(page, f"{state}.meaning === 'done'")
        wait_for(page, f"({COUNT})().then((count) => count === 2)")
        encoder = float(page.evaluate("performance.now()"))
        print(f"first visit: words {words:.0f}, student {student:.0f}, encoder {encoder:.0f} ms")
        print(f"longest task while loading: {page.evaluate('longest'):.0f} ms (0: none over 50)")
        page.goto(f"{address}search/?q=client+wants+money+back")
        words = wait_for(page, f"Boolean({state}.query)")
        meaning = wait_for(page, f"{state}.meaning === 'done'")
        print(
            f"second visit, a question in the address: words {words:.0f}, meaning {meaning:.0f} ms"
        )
        page.evaluate(PARTS, QUESTIONS)  # all parts of the index are loaded
        seen = [page.evaluate(ASK, each) for each in QUESTIONS * options.count]
        say("last key to painted words", [each["words"] for each in seen])
        say("last key to words and meaning", [each["meaning"] for each in seen])
        parts = page.evaluate(PARTS, QUESTIONS)
        say("words alone", parts["words"])
        say("the worker's answer", parts["encode"])
        say("words and meaning", parts["both"])
        print(f"longest task: {page.evaluate('longest'):.0f} ms (0: none over 50)")


if __name__ == "__main__":
    main()
