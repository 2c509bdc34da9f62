"""What the encoders of questions learn from: projects with licences that allow it.

Only names, licences, revisions, hashes and counts of these texts come into the package. A source
with a share-alike or non-commercial licence does not belong here, and nothing of our own `content/`
does: we measure on that.
"""

from dataclasses import dataclass

from tools.meaning import reading


@dataclass(frozen=True)
class Source:
    """A project, whose files are read from a git repository (bare or not) without a work tree."""

    project: str
    licence: str
    credit: str
    files: str
    """A regular expression that a file's path matches as a whole."""
    read: reading.Reader
    most: int
    """Texts at most, chosen at random."""


UNITED_STATES = "A work of the United States government, in the public domain; worldwide CC0."

POLYAI = (
    "banking77: Casanueva and others, Efficient Intent Detection with Dual Sentence Encoders, "
    "2020. NLU++: Casanueva and others, 2022. Span extraction: Coope and others, 2020."
)

REPOSITORIES = (
    Source(
        "PolyAI-LDN/task-specific-datasets",
        "CC-BY-4.0",
        POLYAI,
        r"banking_data/(train|test)\.csv",
        reading.csv_texts,
        100_000,
    ),
    Source(
        "PolyAI-LDN/task-specific-datasets",
        "CC-BY-4.0",
        POLYAI,
        r"nlupp/data/.*\.json|span_extraction/.*/(train_0|test)\.json",
        reading.json_texts,
        100_000,
    ),
    Source(
        "clinc/oos-eval",
        "CC-BY-3.0",
        "Larson and others, An Evaluation Dataset for Intent Classification and Out-of-Scope "
        "Prediction, 2019.",
        r"data/data_(full|oos_plus)\.json",
        reading.json_pairs,
        100_000,
    ),
    Source(
        "xliuhw/NLU-Evaluation-Data",
        "CC-BY-4.0",
        "Liu, Eshghi, Swietojanski and Rieser, Benchmarking Natural Language Understanding "
        "Services for building Conversational Agents, 2019.",
        r"CrossValidation/.*/KFold_1/(testset|trainset)/.*\.csv",
        reading.semicolon_texts,
        100_000,
    ),
    Source(
        "asappresearch/abcd",
        "MIT",
        "Copyright (c) 2021 ASAPP Research.",
        r"data/(abcd_sample|guidelines)\.json",
        reading.json_strings,
        100_000,
    ),
    Source(
        "alphagov/smart-answers",
        "MIT",
        "Copyright (C) 2013 Crown copyright (Government Digital Service).",
        r"app/flows/.*\.erb",
        reading.markdown_texts,
        100_000,
    ),
    Source(
        "github/opensource.guide",
        "CC-BY-4.0",
        "Open Source Guides, GitHub and contributors.",
        r"_articles/[^/]*\.md",
        reading.markdown_texts,
        100_000,
    ),
    Source(
        "18F/identity-site",
        "CC0-1.0",
        UNITED_STATES,
        r"content/.*\.md|_data/.*\.yml",
        reading.markdown_texts,
        100_000,
    ),
    Source(
        "18F/handbook", "CC0-1.0", UNITED_STATES, r"pages/.*\.md", reading.markdown_texts, 100_000
    ),
    Source(
        "18F/guides", "CC0-1.0", UNITED_STATES, r"content/.*\.md", reading.markdown_texts, 100_000
    ),
    Source(
        "18F/18f.gsa.gov",
        "CC0-1.0",
        UNITED_STATES,
        r"content/.*\.md",
        reading.markdown_texts,
        100_000,
    ),
    Source(
        "GSA/plainlanguage.gov",
        "CC0-1.0",
        UNITED_STATES,
        r"_pages/.*\.md",
        reading.markdown_texts,
        100_000,
    ),
    Source(
        "GSA/digitalgov.gov",
        "CC0-1.0",
        UNITED_STATES,
        r"content/.*\.md",
        reading.markdown_texts,
        100_000,
    ),
    Source(
        "cloud-gov/cg-site",
        "CC0-1.0",
        UNITED_STATES,
        r"(_docs|_kbarticles|_pages)/.*\.md",
        reading.markdown_texts,
        100_000,
    ),
)

WORDNET = Source(
    "WordNet 3.0",
    "WordNet-3.0",
    "WordNet 3.0 Copyright 2006 by Princeton University. All rights reserved.",
    r"data\.(noun|verb|adj|adv)",
    reading.wordnet_texts,
    200_000,
)

MEDQUAD = Source(
    "MedQuAD",
    "CC-BY-4.0",
    "Ben Abacha and Demner-Fushman, A Question-Entailment Approach to Question Answering, 2019.",
    r"threads\.jsonl\.gz",
    reading.sentences,
    40_000,
)
