"""How well the encoders of `threadbook-meaning` find what a question is about, by meaning alone.

    python tests/benchmarks/meaning_quality.py CONTENT [--queries content/queries.yml]
    python tests/benchmarks/meaning_quality.py Posts.xml --queries tests/benchmarks/paraphrases/coffee.yml

Documents get their vectors from the build's encoder, questions from each of the others. Beside it stands
the public model, if `--weights` names its folder. Needs the extra `tools`.
"""

import argparse
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import yaml
from tools.meaning import encoding, packing
from tools.meaning.coding import decode
from tools.meaning.tokens import Tokeniser
from tools.meaning.weights import Encoder, read_teacher

PACKAGE = Path(__file__).parents[2] / "meaning" / "threadbook_meaning" / "en"
Thread = tuple[str, list[str]]


def threads_of_content(folder: Path) -> Iterator[Thread]:
    for file in sorted(folder.glob("threads/**/*.yml")):
        thread = yaml.safe_load(file.read_text("utf-8"))
        asked = f"{thread['title']} {thread['question'].get('body', '')}"
        accepted = [a["body"] for a in thread.get("answers", []) if a.get("accepted")]
        yield file.stem, [asked, " ".join([asked, *accepted]), *thread.get("also_asked", [])]


def threads_of_posts(file: Path) -> Iterator[Thread]:
    rows = list(ElementTree.parse(file).getroot())
    plain = {row.get("Id"): re.sub(r"<[^>]+>", " ", row.get("Body", "")) for row in rows}
    for row in rows:
        if row.get("PostTypeId") == "1":
            asked = f"{row.get('Title')} {plain[row.get('Id')]}"
            yield (
                str(row.get("Id")),
                [asked, f"{asked} {plain.get(row.get('AcceptedAnswerId'), '')}"],
            )


def vectors(encoder: Encoder, names: list[str], texts: list[str], most: int, heads: int) -> Any:
    tokeniser = Tokeniser(names)
    return encoding.vectors(encoder, [tokeniser.ids(text, most) for text in texts], heads)


def read(layers: str, tokens: str, names: str) -> tuple[Encoder, list[str], int]:
    encoder, heads = packing.read_encoder(
        (PACKAGE / layers).read_bytes(), (PACKAGE / tokens).read_bytes()
    )
    return decode(encoder), (PACKAGE / names).read_text("utf-8").splitlines(), heads


def documents(threads: list[Thread]) -> Any:
    encoder, names, heads = read("build-layers.bin", "build-tokens.bin", "tokens.txt")
    texts = [text for _, parts in threads for text in parts]
    every = vectors(encoder, names, texts, 128, heads)
    ends = np.cumsum([len(parts) for _, parts in threads])[:-1]
    sums = np.stack([part.sum(0) for part in np.split(every, ends)])
    return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("base", type=Path)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--weights", type=Path)
    options = parser.parse_args()
    whole = threads_of_posts if options.base.suffix == ".xml" else threads_of_content
    threads = list(whole(options.base))
    at = {name: row for row, (name, _) in enumerate(threads)}
    cases = yaml.safe_load(options.queries.read_text("utf-8"))
    cases = [case for case in cases if case.get("expect") in at]
    begun = time.process_time()
    rows = documents(threads)
    print(
        f"{len(threads)} threads, {len(cases)} questions, {time.process_time() - begun:.0f} s CPU"
    )
    encoders = {
        "4 bits": read("encoder4.bin", "encoder-tokens.bin", "browser-tokens.txt"),
        "3 bits": read("encoder3.bin", "encoder-tokens.bin", "browser-tokens.txt"),
        "student": read("student.bin", "student-tokens.bin", "browser-tokens.txt"),
    }
    if options.weights:
        teacher = read_teacher(options.weights)
        project = encoders["4 bits"][0].project
        full = (teacher.encoder._replace(project=project), list(teacher.vocabulary), teacher.heads)
        encoders = {"public": full} | encoders
    wanted = np.array([at[case["expect"]] for case in cases])
    for name, (encoder, names, heads) in encoders.items():
        asked = vectors(encoder, names, [case["query"] for case in cases], 64, heads)
        scores = asked @ rows.T
        own = scores[np.arange(len(cases)), wanted]
        ranks = (scores > own[:, None]).sum(1)
        print(
            f"{name:8} first {np.mean(ranks < 1):.3f}, in five {np.mean(ranks < 5):.3f}, "
            f"cosine with what answers {own.mean():.3f}"
        )


if __name__ == "__main__":
    main()
