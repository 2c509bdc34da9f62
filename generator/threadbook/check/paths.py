"""Rules about learning paths: steps, checks, objectives, prerequisites."""

from __future__ import annotations

from collections.abc import Iterator

from threadbook.check.pictures import find_fault
from threadbook.check.references import SHOWN, find_rings, name_ring
from threadbook.check.rule import Base, Circumstances, Problem, rule
from threadbook.findings import Related, Severity
from threadbook.library import Outline
from threadbook.load.file import File
from threadbook.markdown import examine
from threadbook.model import Check, LearningPath


@rule("TB601", Severity.WARNING)
def path_has_objectives(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A path has no objective.

    Readers decide by the objectives whether the path is worth their evening. Each objective says
    what they will be able to do afterwards.

    Bad:
        title: First steps
        steps: [{thread: first-question}]

    Good:
        title: First steps
        objectives: [Choose a job that suits you in three minutes.]
        steps: [{thread: first-question}]
    """
    for file in base.paths.values():
        if not file.model.objectives:
            hint = "Add `objectives`: what can readers do at the end?"
            yield Problem(file.at("title"), "The path has no objective.", hint)


@rule("TB602", Severity.WARNING)
def steps_differ(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A path has the same thread twice.

    Progress is counted by thread, so the second step would be done before readers reach it.

    Bad:
        steps: [{thread: first-question}, {thread: first-question}]

    Good:
        steps: [{thread: first-question}, {thread: second-question}]
    """
    for file in base.paths.values():
        first: dict[str, int] = {}
        for place, step in enumerate(file.model.steps):
            if step.thread in first:
                earlier = file.at("steps", first[step.thread], "thread")
                message = f'The thread "{step.thread}" is already a step of this path.'
                related = (Related("the first step", earlier),)
                where = file.at("steps", place, "thread")
                yield Problem(where, message, "Remove one of the two.", related)
            elif step.thread is not None:
                first[step.thread] = place


def _threads(base: Base) -> Iterator[tuple[File[LearningPath], int, Outline]]:
    for file in base.paths.values():
        for place, step in enumerate(file.model.steps):
            outline = base.library.threads.get(step.thread or "")
            if outline is not None:
                yield file, place, outline


@rule("TB603", Severity.WARNING)
def step_is_no_duplicate(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A step of a path is a duplicate.

    A duplicate only sends readers on to another thread, which takes them out of the path.

    Bad:
        steps: [{thread: asked-again}]

    Good:
        steps: [{thread: first-question}]
    """
    for file, place, outline in _threads(base):
        if outline.duplicate_of is not None:
            yield Problem(
                file.at("steps", place, "thread"),
                f'The thread "{outline.id}" is a duplicate of "{outline.duplicate_of}".',
                f"Write `thread: {outline.duplicate_of}`.",
            )


@rule("TB604", Severity.WARNING)
def step_still_holds(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A step of a path is obsolete.

    What it teaches is no longer true, and beginners cannot know that.

    Bad:
        steps: [{thread: an-old-rule}]

    Good:
        steps: [{thread: the-new-rule}]
    """
    for file, place, outline in _threads(base):
        if outline.status == "obsolete":
            new = outline.replaced_by
            hint = "Choose another thread, or remove the step."
            hint = f"Write `thread: {new}`." if new else hint
            message = f'The thread "{outline.id}" is obsolete.'
            yield Problem(file.at("steps", place, "thread"), message, hint)


@rule("TB605", Severity.ERROR)
def prerequisites_end(base: Base, _: Circumstances) -> Iterator[Problem]:
    """Paths are each other's prerequisites, in a circle.

    Nobody can begin any of them, because each requires another one first.

    Bad:
        # content/paths/first-steps.yml
        prerequisites: [first-steps]

    Good:
        # content/paths/second-steps.yml
        prerequisites: [first-steps]
    """
    paths = base.paths
    edges = {id_: file.model.prerequisites for id_, file in paths.items()}
    for ring in find_rings({id_: [n for n in named if n in paths] for id_, named in edges.items()}):
        places = [
            paths[id_].at("prerequisites", edges[id_].index(following))
            for id_, following in zip(ring[:SHOWN], (*ring[1:], ring[0]), strict=False)
        ]
        yield Problem(
            places[0],
            f"The prerequisites lead in a circle: {name_ring(ring)}.",
            "Remove one of them, so that readers have a path to begin with.",
            tuple(Related("goes on here", place) for place in places[1:]),
        )


def _checks(base: Base) -> Iterator[tuple[File[LearningPath], int, Check]]:
    for file in base.paths.values():
        for place, step in enumerate(file.model.steps):
            if step.check is not None:
                yield file, place, step.check


@rule("TB606", Severity.ERROR)
def some_choice_is_correct(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A check has no correct choice, or only correct choices.

    Without a correct choice readers can never be right, and without a wrong one the check tests
    nothing. Where several choices are correct, readers choose all of them.

    Bad:
        - {text: I am hired now., why: Not before there is a contract.}
        - {text: I am invited to talk., why: You settle the details first.}

    Good:
        - {text: I am hired now., why: Not before there is a contract.}
        - {text: I am invited to talk., correct: true, why: You settle the details first.}
    """
    for file, place, check in _checks(base):
        correct = sum(choice.correct for choice in check.choices)
        where = file.at("steps", place, "check", "choices")
        if not correct:
            hint = "Write `correct: true` in the right one."
            yield Problem(where, "No choice is marked as correct.", hint)
        elif correct == len(check.choices):
            hint = "Add a wrong choice that readers might think is right."
            yield Problem(where, "Every choice is marked as correct.", hint)


@rule("TB607", Severity.WARNING)
def choices_are_explained(base: Base, _: Circumstances) -> Iterator[Problem]:
    """A choice of a check does not say why it is right or wrong.

    People learn from the reason, above all when they chose wrongly.

    Bad:
        - {text: I am hired now.}

    Good:
        - {text: I am hired now., why: Not yet. You are hired when you accept a contract.}
    """
    for file, place, check in _checks(base):
        for number, choice in enumerate(check.choices):
            if choice.why is None:
                where = file.at("steps", place, "check", "choices", number)
                yield Problem(where, "The choice has no explanation.", "Add `why`, a sentence.")


@rule("TB608", Severity.WARNING)
def check_is_not_stale(base: Base, _: Circumstances) -> Iterator[Problem]:
    """The answer that a check cites has changed since the check was written.

    What was right then may be wrong now, and readers who are right would be told that they are
    wrong. A check without `cited` is not watched.

    Bad:
        cites: first-question
        cited: new

    Good:
        cites: first-question
    """
    for file, place, check in _checks(base):
        cited = base.library.threads.get(check.cites or "")
        if cited is None or check.cited in {None, cited.accepted_print}:
            continue
        now = cited.accepted_print
        hint = f"Read the answer and the check again, then write `cited: {now}`."
        if not now:
            hint = "It has no accepted answer; cite another thread, or remove `cited`."
        yield Problem(
            file.at("steps", place, "check", "cited"),
            f'The accepted answer of "{cited.id}" has changed since this check was written.',
            hint,
        )


@rule("TB113", Severity.WARNING)
def note_shows_own_pictures(base: Base, circumstances: Circumstances) -> Iterator[Problem]:
    """A note in a path has a picture from another host, which is not shown.

    Whoever serves a picture learns who reads the page. The page has a link in its place, and the
    same settings hold as in TB114.

    Bad:
        note: "![The offer](https://example.org/offer.png)"

    Good:
        note: "![The offer](image:offer.svg)"
    """
    for file in base.paths.values():
        for number, step in enumerate(file.model.steps):
            for image in examine(step.note or "").images:
                if problem := find_fault(image, circumstances):
                    where = ("steps", number, "note")
                    place = file.in_text(where, step.note or "", image.start)
                    yield Problem(place, *problem)
