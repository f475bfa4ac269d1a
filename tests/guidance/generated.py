"""Eligibility requests by the million: plain, fast, and the same for the same seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from random import Random
from typing import Any

from service.guidance.guidance import Guidance
from service.guidance.records.common import ConditionClass

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ZONES = ("America/New_York", "Europe/London", "Pacific/Kiritimati", "Asia/Tokyo", "Africa/Cairo", "UTC")
OFFSETS = tuple(timezone(timedelta(minutes=minutes)) for minutes in (0, -300, 330, 540))
QUIET_SIGNS = ("metallic_taste", "tooth_tingle", "bruise", "tenderness", "lump_early", "mild_redness")
"""Signs that nothing escalates where they come alone and no treatment is listed."""


class Generator:
    """Makes requests that the oracle can answer: at most one sign, and none beside a treatment."""

    def __init__(self, guidance: Guidance) -> None:
        self.areas = sorted(guidance.areas)
        self.allowed = [code for code in self.areas if guidance.areas[code].decision is None]
        self.treatments = sorted(guidance.treatments)
        self.names = sorted(guidance.names)
        self.conditions = sorted(guidance.conditions)
        self.mild = [
            code for code in self.conditions if guidance.conditions[code].class_ is not ConditionClass.ABSOLUTE
        ]

    def request(self, seed: int) -> dict[str, Any]:
        """Return the request of that number."""
        random = Random(seed)
        request: dict[str, Any] = {
            "session": self._session(random),
            "treatments": [self._treatment(random) for _ in range(random.choice((0, 1, 1, 2, 2, 3)))],
        }
        if random.random() < 0.9:
            listed = self.mild if random.random() < 0.95 else self.conditions
            request["conditions"] = random.sample(listed, random.choice((0, 0, 0, 1, 2)))
        if random.random() < 0.9:
            is_shown = not request["treatments"] and random.random() < 0.7
            request["signs"] = [random.choice(QUIET_SIGNS)] if is_shown else []
        if random.random() < 0.9:
            request["age"] = random.choice((17, 18, 30, 30, 30, 70))
        if random.random() < 0.85:
            request["time_zone"] = random.choice(ZONES)
        codes = [*request.get("conditions", ()), *request.get("signs", ())]
        located = {code: self._some(random, self.areas) for code in codes if random.random() < 0.6}
        return request | ({"located": located} if located else {})

    def _session(self, random: Random) -> dict[str, Any]:
        session: dict[str, Any] = {
            "at": _time(random, -10, 10, 0.2),
            "setting": random.choice(("home", "professional")),
        }
        if random.random() < 0.85:
            allowed = self.allowed if random.random() < 0.95 else self.areas
            session["areas"] = self._some(random, allowed)
        return session

    def _treatment(self, random: Random) -> dict[str, Any]:
        by_code = random.random() < 0.6
        treatment: dict[str, Any] = (
            {"treatment": random.choice(self.treatments)} if by_code else {"product": random.choice(self.names)}
        )
        if random.random() < 0.97:
            far = random.random() < 0.02
            treatment["at"] = _time(random, 725, 740, 0.4) if far else _time(random, -60, 40, 0.4)
        if random.random() < 0.85:
            treatment["areas"] = self._some(random, self.areas)
        if random.random() < 0.2:
            provider: dict[str, Any] = {}
            if random.random() < 0.5:
                provider["wait_until"] = _time(random, -30, 40, 0.5)
            if random.random() < 0.7:
                provider["cleared"] = random.random() < 0.6
            treatment["provider"] = provider
        return treatment

    def _some(self, random: Random, codes: list[str]) -> list[str]:
        return random.sample(codes, random.choice((1, 1, 2, 3, 4)))


def _time(random: Random, first_day: int, last_day: int, bare: float) -> str:
    at = NOON + timedelta(seconds=random.randrange(first_day * 86400, last_day * 86400))
    if random.random() < bare:
        return at.date().isoformat()
    if random.random() < 0.3:
        at = at.replace(hour=12, minute=0, second=0)
    return at.astimezone(random.choice(OFFSETS)).isoformat()
