"""Files that are heavy for their size: what an attacker, or a program gone wrong, would write.

Each case is a function of a size `n` that returns files by their name in a base. The scaling tests
make each of them small, `tests/benchmarks/heavy_files.py` as large as a file may be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

Files = Mapping[str, str]

THREAD: Final = "content/threads/b/t.yml"
PATH: Final = "content/paths/p.yml"
SITE: Final = "content/site.yml"
GLOSSARY: Final = "content/glossary.yml"
QUERIES: Final = "content/queries.yml"
SYNONYMS: Final = "content/synonyms.yml"

_HEAD: Final = "title: How do I begin?\ntopics: [a]\n"


_LARGEST: Final = 1_000_000
"""The default of `max_file_size`, in bytes."""


class Case(NamedTuple):
    """A kind of heavy file; its size is at most `largest`, with which it has about a megabyte."""

    make: Callable[[int], Files]
    largest: int

    def fill(self) -> Files:
        """Make files as large as they may be."""
        n, files = self.largest, self.make(self.largest)
        while max(map(len, files.values())) > _LARGEST:
            n = n * 19 // 20
            files = self.make(n)
        return files


CASES: dict[str, Case] = {}


def case(largest: int) -> Callable[[Callable[[int], Files]], Callable[[int], Files]]:
    """Add a case; its name is the function's, its documentation what is heavy about it."""

    def add(make: Callable[[int], Files]) -> Callable[[int], Files]:
        CASES[make.__name__] = Case(make, largest)
        return make

    return add


def base(**files: str) -> dict[str, str]:
    """Return a small base that is good; each heavy file replaces one of its files."""
    return {
        "mkdocs.yml": CONFIGURATION,
        SITE: SMALL_SITE,
        "content/threads/b/first.yml": f"{_HEAD}answer: By reading.\n",
        "content/pages/about.md": "# Start\n",
        **files,
    }


CONFIGURATION: Final = """\
site_name: Heavy
site_url: https://example.org/
docs_dir: content/pages
theme: {name: material}
plugins: [threadbook]
"""
SMALL_SITE: Final = """\
boards: [{id: b, title: B}]
topics: [{id: a, title: A}]
people: [{id: x, name: X}]
"""


def thread(rest: str) -> Files:
    """Return a thread's file with more fields."""
    return {THREAD: f"{_HEAD}{rest}"}


@case(140_000)
def links_in_quotes(n: int) -> Files:
    """Links in one quoted text: each needs its line and column."""
    return thread(f'answer: "{"[[b]] " * n}"\n')


@case(140_000)
def links_in_plain_text(n: int) -> Files:
    """Links in a plain text of many lines."""
    return thread("answer:\n" + "  See [[b]] now\n" * (n // 2))


@case(140_000)
def links_in_a_block(n: int) -> Files:
    """Links in a literal block, all on one line."""
    return thread("answer: |\n  " + "[[b]] " * n + "\n")


@case(90_000)
def links_to_many(n: int) -> Files:
    """Links to threads that all differ."""
    return thread("answer: |\n" + "".join(f"  [[t{k}]]\n" for k in range(n)))


@case(60_000)
def bad_links(n: int) -> Files:
    """Links whose text says nothing, in quotes."""
    return thread(f'answer: "{"[here](u) " * n}"\n')


@case(110_000)
def unknown_keys(n: int) -> Files:
    """Fields that do not exist."""
    return thread("".join(f"k{k}: 1\n" for k in range(n)))


@case(240_000)
def repeated_keys(n: int) -> Files:
    """The same field again and again."""
    return thread("k: \n" * n)


@case(110_000)
def repeated_keys_in_pairs(n: int) -> Files:
    """Each of many fields twice."""
    return thread("".join(f"k{k}:\n" for k in range(n // 2)) * 2)


@case(60_000)
def misspelt_keys(n: int) -> Files:
    """Fields whose names are nearly right."""
    return thread("".join(f"anser{k}: 1\n" for k in range(n)))


@case(110_000)
def unknown_related(n: int) -> Files:
    """Related threads that do not exist."""
    return thread("related:\n" + "".join(f"- a{k}\n" for k in range(n)))


@case(60_000)
def answers(n: int) -> Files:
    """Answers of one word."""
    return thread("answers:\n" + "- {body: Sure}\n" * n)


@case(40_000)
def answers_with_ids(n: int) -> Files:
    """Answers with ids of their own."""
    return thread("answers:\n" + "".join(f"- {{id: i{k}, body: Y}}\n" for k in range(n)))


@case(60_000)
def comments(n: int) -> Files:
    """Comments of one word."""
    return thread("question:\n  body: Why?\n  comments:\n" + "  - {body: Ok}\n" * n)


@case(190_000)
def topics_of_a_thread(n: int) -> Files:
    """Topics of a thread."""
    return {THREAD: "title: How do I begin?\ntopics:\n" + "- b\n" * n}


@case(60_000)
def redirects(n: int) -> Files:
    """Old addresses."""
    return thread("answer: Sure\nredirect_from:\n" + "".join(f"- old/{k}\n" for k in range(n)))


@case(490_000)
def deep_redirect(n: int) -> Files:
    """One old address of very many folders."""
    return thread(f"answer: Sure\nredirect_from: [{'a/' * n}a]\n")


@case(100_000)
def also_asked(n: int) -> Files:
    """Other ways to ask."""
    return thread("answer: Sure\nalso_asked:\n" + "".join(f"- w{k}\n" for k in range(n)))


@case(40_000)
def silences(n: int) -> Files:
    """Rules that a thread silences."""
    return thread("answer: Sure\nsilence:\n" + "- {rule: TB301, reason: r}\n" * n)


@case(300_000)
def trailing_blanks(n: int) -> Files:
    """Lines that end in a space."""
    return thread("answer: Sure\n" + "# \n" * n)


@case(990_000)
def one_line_of_blanks(n: int) -> Files:
    """A line that ends in very many spaces."""
    return thread(f"answer: Sure{' ' * n}\n")


@case(990_000)
def error_in_a_long_line(n: int) -> Files:
    """A line with a mistake in its middle."""
    return thread(f"answer: {'a' * (n // 2)}: {'b' * (n // 2)}\n")


@case(490_000)
def long_key(n: int) -> Files:
    """A field whose name is very long."""
    return thread(f"? {'k' * n}\n: 1\n")


@case(990_000)
def long_id(n: int) -> Files:
    """An id that is very long."""
    return thread(f"answer: Sure\nrelated: [{'k' * n}]\n")


@case(990_000)
def long_wrong_value(n: int) -> Files:
    """A very long text where a number belongs."""
    return thread(f"answers: [{{body: Sure, votes: {'k' * n}}}]\n")


@case(990_000)
def long_number(n: int) -> Files:
    """A number of very many digits."""
    return thread(f"answers: [{{body: Sure, votes: {'1' * n}}}]\n")


@case(990_000)
def long_tag(n: int) -> Files:
    """A YAML tag that is very long."""
    return thread(f"answer: !!{'k' * n} Sure\n")


@case(240_000)
def wrong_kinds(n: int) -> Files:
    """Numbers where text belongs."""
    return thread("also_asked:\n" + "- 1\n" * n)


@case(190_000)
def lost_hyphens(n: int) -> Files:
    """A list in which one item has lost its hyphen, at the very end."""
    return thread("answers:\n" + "  - body: a\n" + "    #x\n" * n + "  body: b\n  - body: c\n")


@case(480_000)
def deep_brackets(n: int) -> Files:
    """Brackets inside brackets, and then very many commas."""
    deep = min(3_900, n // 10)
    return thread(f"related: {'[' * deep}{'a,' * n}{']' * deep}\n")


@case(70_000)
def directives(n: int) -> Files:
    """Tag directives."""
    return {THREAD: "".join(f"%TAG !{k}! t\n" for k in range(n)) + "---\ntitle: x\n"}


@case(60_000)
def aliases(n: int) -> Files:
    """Aliases."""
    return thread("also_asked: [&a b, " + "*a, " * n + "]\n")


@case(70_000)
def anchors(n: int) -> Files:
    """Anchors."""
    return thread("also_asked:\n" + "".join(f"- &a{k} b\n" for k in range(n)))


@case(160_000)
def words(n: int) -> Files:
    """A text of very many words."""
    return thread("answer: |\n" + "".join(f"  w{k:x}\n" for k in range(n)))


@case(30_000)
def titles_alike(n: int) -> Files:
    """Ways to ask that are all alike."""
    return thread(
        "answer: Sure\nalso_asked:\n" + "".join(f"- how do I send a b{k}?\n" for k in range(n))
    )


@case(25_000)
def topics(n: int) -> Files:
    """Topics of the site."""
    more = "".join(f"- {{id: t{k}, title: T}}\n" for k in range(n))
    return {SITE: f"boards: [{{id: b, title: B}}]\ntopics:\n- {{id: a, title: A}}\n{more}"}


@case(25_000)
def stages(n: int) -> Files:
    """Topics that are all stages of the life-cycle."""
    more = "".join(f"- {{id: t{k}, title: T, stage: {k + 1}}}\n" for k in range(n))
    return {SITE: f"boards: [{{id: b, title: B}}]\ntopics:\n- {{id: a, title: A}}\n{more}"}


@case(25_000)
def boards(n: int) -> Files:
    """Boards of the site."""
    more = "".join(f"- {{id: b{k}, title: B}}\n" for k in range(n))
    return {SITE: f"topics: [{{id: a, title: A}}]\nboards:\n- {{id: b, title: B}}\n{more}"}


@case(25_000)
def people(n: int) -> Files:
    """People of the site."""
    more = "".join(f"- {{id: p{k}, name: P}}\n" for k in range(n))
    return {SITE: f"{SMALL_SITE.partition('people')[0]}people:\n{more}"}


@case(110_000)
def featured(n: int) -> Files:
    """Featured threads that do not exist."""
    more = "".join(f"  - t{k}\n" for k in range(n))
    return {SITE: f"{SMALL_SITE}featured:\n  threads:\n{more}"}


@case(25_000)
def terms(n: int) -> Files:
    """Words of the glossary, and a thread that uses them."""
    text = "".join(f"- {{term: w{k:x}, definition: D.}}\n" for k in range(n))
    return {GLOSSARY: text, **words(min(n, 100_000))}


@case(90_000)
def other_words_of_a_term(n: int) -> Files:
    """Other words for one word of the glossary."""
    return {
        GLOSSARY: "- term: a\n  definition: D.\n  also:\n"
        + "".join(f"  - w{k}\n" for k in range(n))
    }


@case(25_000)
def golden_queries(n: int) -> Files:
    """Golden queries that expect threads that do not exist."""
    return {QUERIES: "".join(f"- {{query: q{k}, expect: t{k}}}\n" for k in range(n))}


@case(40_000)
def synonyms(n: int) -> Files:
    """Groups of synonyms."""
    return {SYNONYMS: "".join(f"- {{words: [a{k}, b{k}]}}\n" for k in range(n))}


@case(90_000)
def words_of_a_synonym(n: int) -> Files:
    """Words of one group of synonyms."""
    return {SYNONYMS: f"- {{words: [{', '.join(f'a{k}' for k in range(n))}]}}\n"}


_PATH: Final = "title: P\nobjectives: [Begin.]\n"


@case(13_000)
def checks(n: int) -> Files:
    """Checks of a path."""
    each = "".join(
        f"- check: {{question: Q{k}, choices: [{{text: A}}, {{text: B, correct: true}}]}}\n"
        for k in range(n)
    )
    return {PATH: f"{_PATH}steps:\n{each}"}


@case(70_000)
def choices(n: int) -> Files:
    """Choices of one check."""
    each = "".join("      - {text: A}\n" for _ in range(n // 2))
    return {PATH: f"{_PATH}steps:\n- check:\n      question: Q\n      choices:\n{each}"}


@case(60_000)
def steps(n: int) -> Files:
    """Steps with the same thread."""
    return {PATH: f"{_PATH}steps:\n" + "- {thread: first}\n" * n}


@case(60_000)
def unknown_steps(n: int) -> Files:
    """Steps with threads that do not exist."""
    return {PATH: f"{_PATH}steps:\n" + "".join(f"- {{thread: t{k}}}\n" for k in range(n))}


@case(130_000)
def prerequisites(n: int) -> Files:
    """Prerequisites that do not exist."""
    more = "".join(f"- p{k}\n" for k in range(n))
    return {PATH: f"{_PATH}steps: [{{thread: first}}]\nprerequisites:\n{more}"}


@case(130_000)
def objectives(n: int) -> Files:
    """Objectives of a path."""
    more = "".join(f"- p{k}\n" for k in range(n))
    return {PATH: f"title: P\nsteps: [{{thread: first}}]\nobjectives:\n{more}"}


@case(300)
def dense_paths(n: int) -> Files:
    """Paths that all need each other."""
    needs = ", ".join(f"p{k}" for k in range(n))
    text = f"{_PATH}prerequisites: [{needs}]\nsteps: [{{thread: first}}]\n"
    return {f"content/paths/p{k}.yml": text for k in range(n)}


@case(300)
def dense_paths_in_order(n: int) -> Files:
    """Paths that each need all those before them."""
    files = {}
    for at in range(n):
        needs = ", ".join(f"p{k}" for k in range(at))
        files[f"content/paths/p{at}.yml"] = (
            f"{_PATH}prerequisites: [{needs}]\nsteps: [{{thread: first}}]\n"
        )
    return files


@case(3_000)
def large_thread_in_a_path(n: int) -> Files:
    """A large thread that a path names again and again."""
    text = "answer: |\n" + "  A line of some words that say nothing much.\n" * (20_000 * n // 3_000)
    return {**thread(text), PATH: f"{_PATH}steps:\n" + "- thread: t\n" * n}


@case(5_000)
def duplicates_in_a_chain(n: int) -> Files:
    """Threads that are each a duplicate of the next."""
    return {
        f"content/threads/b/d{k}.yml": f"{_HEAD}duplicate_of: {f'd{k + 1}' if k + 1 < n else 'first'}\n"
        for k in range(n)
    }


@case(5_000)
def duplicates_in_a_ring(n: int) -> Files:
    """Threads that are each a duplicate of the next, the last one of the first."""
    return {
        f"content/threads/b/d{k}.yml": f"{_HEAD}duplicate_of: d{(k + 1) % n}\n" for k in range(n)
    }


@case(5_000)
def identical_threads(n: int) -> Files:
    """Threads with the same title and the same text."""
    text = f"{_HEAD}answer: By reading what others have written before you.\n"
    return {f"content/threads/b/d{k}.yml": text for k in range(n)}


@case(1_000)
def unknown_related_in_a_base(n: int) -> Files:
    """Many threads, of which one names very many that do not exist."""
    files = {f"content/threads/b/d{k}.yml": f"{_HEAD}answer: Word{k} word{k}.\n" for k in range(n)}
    return {**files, **unknown_related(n * 110)}


PAGE: Final = "content/pages/more.md"


@case(160_000)
def links_of_a_page(n: int) -> Files:
    """Links of a prose page to files that do not exist."""
    return {PAGE: "# More\n\n" + "[a](b) " * n}


@case(240_000)
def headings_of_a_page(n: int) -> Files:
    """Headings of a prose page that are all the same."""
    return {PAGE: "# a\n" * n}


@case(990_000)
def blanks_in_a_heading(n: int) -> Files:
    """A prose page whose heading has very many spaces in its middle."""
    return {PAGE: f"# a{' ' * n}b\n"}


@case(990_000)
def blanks_before_a_page(n: int) -> Files:
    """A prose page that begins with very many blanks."""
    return {PAGE: f"{' ' * (n // 2)}a{' ' * (n // 2)}b\n"}
