"""
Measure what triage makes of people's own words: ``python -m tests.triage_report [tune | inbox | examination]``.

Each message has a lowest and a highest level that a careful clinician could accept. Safe: not below the lowest. In
range: neither below nor above. Over: above the highest. The final set was written apart from the reader and its corpus.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import yaml

from service.guidance.guidance import Guidance
from service.guidance.load import load_guidance
from service.guidance.reading.reader import read_by_phrases
from service.guidance.records.common import Level
from service.guidance.report import Report
from service.guidance.triage import decide_triage
from service.guidance.triage.assessing import assess

CASES = Path(__file__).parent / "cases"
SETS = {
    "final": ("triage_final_1.yaml", "triage_final_2.yaml"),
    "tune": ("triage_tune.yaml",),
    "inbox": ("triage_inbox.yaml",),
    "examination": ("triage_examination.yaml",),
}
AT = datetime(2026, 11, 22, 10, tzinfo=UTC)

Decider = Callable[[str], Level]


@dataclass(frozen=True)
class Message:
    """A message with the levels that fit it."""

    text: str
    lowest: Level
    highest: Level
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Scored:
    """A message with the level that was given to it."""

    message: Message
    level: Level

    @property
    def safe(self) -> bool:
        return self.level.rank >= self.message.lowest.rank

    @property
    def over(self) -> bool:
        return self.level.rank > self.message.highest.rank


def messages_of(name: str) -> list[Message]:
    """Return the messages of a set, ``final`` or ``tune``."""
    records = [each for file in SETS[name] for each in yaml.safe_load((CASES / file).read_text(encoding="utf-8"))]
    return [
        Message(each["text"], Level(each["lowest"]), Level(each["highest"]), tuple(each.get("tags") or ()))
        for each in records
    ]


def score(messages: Iterable[Message], decide: Decider) -> list[Scored]:
    """Give each message its level."""
    return [Scored(message, decide(message.text)) for message in messages]


def by_service(guidance: Guidance) -> Decider:
    """Decide as the service does."""
    return lambda text: decide_triage(guidance, Report(at=AT, text=text)).level


def by_phrases(guidance: Guidance) -> Decider:
    """Decide by the phrases of the guidance alone."""
    return lambda text: assess(guidance, Report(at=AT, text=text), read_by_phrases(guidance, text)).level


def line(name: str, scored: Sequence[Scored]) -> str:
    """Say the figures of some messages."""
    count = len(scored)
    safe, over = sum(each.safe for each in scored), sum(each.over for each in scored)
    emergencies = [each for each in scored if each.message.lowest is Level.EMERGENCY]
    caught = sum(each.safe for each in emergencies)
    return (
        f"{name:<34}{count:>5}{safe / count:>9.1%}{(safe - over) / count:>10.1%}{over / count:>8.1%}"
        f"{f'{caught}/{len(emergencies)}' if emergencies else '':>13}"
    )


def main(name: str = "final") -> None:
    """Print the figures, by level and by tag, beside two baselines, and every message that missed its range."""
    guidance, messages = load_guidance(), messages_of(name)
    scored = score(messages, by_service(guidance))
    print(f"{f'{name} set':<34}{'count':>5}{'safe':>9}{'in range':>10}{'over':>8}{'emergencies':>13}")
    print(line("Afterglow", scored))
    print(line("phrases alone", score(messages, by_phrases(guidance))))
    print(line("always contact_provider", score(messages, lambda _: Level.CONTACT_PROVIDER)))
    print()
    for level in Level:
        print(line(f"lowest {level.value}", [each for each in scored if each.message.lowest is level]))
    print()
    for tag, _ in Counter(tag for message in messages for tag in message.tags).most_common():
        print(line(tag, [each for each in scored if tag in each.message.tags]))
    print()
    for each in scored:
        if not each.safe or each.over:
            print(
                f"{'over' if each.over else 'UNSAFE':<7}{each.level.value}, not {each.message.lowest.value}"
                f" to {each.message.highest.value}: {each.message.text}"
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
