"""The order in which to learn a topic's threads, as a draft for an editor."""

from __future__ import annotations

import datetime

from threadbook.library import Library

_MOST = 12
"""As many steps as fit in an evening."""


def choose_steps(library: Library, topic: str) -> tuple[str, ...]:
    """Return the ids of a topic's answered threads in the order somebody learns, twelve at most.

    The thread that starts the topic comes first; the others are in the order of the life-cycle's
    stages, then by how many threads of the topic refer to them, then by age.
    """
    found = [library.threads[id_] for id_ in library.by_topic.get(topic, ())]
    answered = [outline for outline in found if outline.is_listed and outline.is_answered]
    start = library.topics[topic].start_here
    stages = {each.id: place for place, each in enumerate(library.stages)}
    referred = {
        outline.id: sum(outline.id in other.links for other in answered) for outline in answered
    }
    kept = sorted(answered, key=lambda each: (each.id != start, -referred[each.id], -each.votes))
    ordered = sorted(
        kept[:_MOST],
        key=lambda each: (
            each.id != start,
            min((stages[name] for name in each.topics if name in stages), default=len(stages)),
            -referred[each.id],
            each.asked or datetime.date.max,
            each.id,
        ),
    )
    return tuple(outline.id for outline in ordered)
