"""Strategies for clinic protocols as a clinic would write them: valid, and stricter or equal in every key."""

from __future__ import annotations

from typing import Any

import yaml
from hypothesis import strategies as st

from service.guidance.generics import ELSEWHERE, strictest
from service.guidance.protocol.tightening import CLASSES
from service.guidance.records.protocol import Figures, Wait
from tests.guidance.asked import guidance

Written = dict[str, Any]

MORE_HOURS = st.sampled_from((0, 1, 24, 168, 1000))
WRITTEN_WAITS = sorted(
    key for key, each in guidance().waits.items() if not guidance().treatments[each.treatment].stands_for
)
WHY = "This is how we do it here."


@st.composite
def raised_figures(draw: st.DrawFn, limits: Figures) -> Written:
    """Figures at or above *limits*, in one or more of the three keys."""
    minimum = limits.minimum_hours + draw(MORE_HOURS)
    figures: Written = {
        "minimum_hours": minimum,
        "recommended_hours": max(minimum, limits.recommended_hours) + draw(MORE_HOURS),
        "provider_clearance": limits.provider_clearance or draw(st.booleans()),
    }
    keys = draw(st.sets(st.sampled_from(sorted(figures)), min_size=1))
    return {key: figure for key, figure in figures.items() if key in keys}


def figures_of(written: Written, limits: Figures) -> Figures:
    """Return what *written* figures come to over *limits*."""
    minimum = written.get("minimum_hours", limits.minimum_hours)
    return Figures(
        minimum_hours=minimum,
        recommended_hours=max(minimum, written.get("recommended_hours", limits.recommended_hours)),
        provider_clearance=written.get("provider_clearance", limits.provider_clearance),
    )


@st.composite
def stricter_waits(draw: st.DrawFn, rule: str) -> Written:
    """A wait made longer in general, for some areas, and elsewhere up to the general figure."""
    wait: Wait = guidance().waits[rule]
    written = draw(raised_figures(strictest([wait])))
    general = figures_of(written, strictest([wait]))
    areas: list[Written] = []
    for place in draw(st.lists(st.sampled_from(sorted(guidance().areas)), max_size=3, unique=True)):
        limits = strictest([wait.figures_for(place), general])
        areas.append({"where": [place], **draw(raised_figures(limits))})
    if draw(st.booleans()):
        elsewhere = wait.figures_for(ELSEWHERE)
        key = draw(st.sampled_from(["minimum_hours", "recommended_hours"]))
        hours = draw(st.integers(getattr(elsewhere, key), getattr(general, key)))
        areas.append({"where": ELSEWHERE, key: hours})
    return {"id": rule, "why": WHY, **written, **({"areas": areas} if areas else {})}


@st.composite
def raised_conditions(draw: st.DrawFn, condition: str) -> Written:
    base = CLASSES.index(guidance().conditions[condition].class_)
    raised = draw(st.sampled_from(CLASSES[base:]))
    return {"id": condition, "class": raised.value, "why": WHY, "advice": "Ask us."}


@st.composite
def protocols(draw: st.DrawFn) -> Written:
    """Whole protocols, as the keys and values of their file."""
    rules = draw(st.lists(st.sampled_from(WRITTEN_WAITS), max_size=4, unique=True))
    codes = draw(st.lists(st.sampled_from(sorted(guidance().conditions)), max_size=3, unique=True))
    booked = st.lists(st.sampled_from([each.value for each in guidance().release.bookable]), unique=True)
    own = {"id": "house_own", "label": "Own", "class": "local", "lay_terms": ["own"], "why": WHY, "advice": "Ask us."}
    return {
        "name": "House",
        "bookable": draw(booked),
        "waits": [draw(stricter_waits(rule)) for rule in rules],
        "conditions": draw(st.sampled_from([[], [own]])),
        "raised_conditions": [draw(raised_conditions(code)) for code in codes],
    }


def written_as_yaml(protocol: Written) -> str:
    return yaml.safe_dump(protocol, sort_keys=False)
