"""What the README shows is what a stranger gets who types it."""

from __future__ import annotations

import json
import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.client import Client

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
CALLS = re.findall(r"```sh\n(curl .*?)```\n+```jsonl?\n(.*?)```", README, re.DOTALL)


def is_shown_in(shown: Any, real: Any) -> bool:
    """Whether all that is *shown* stands in the *real* answer; a list is shown from its start."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and is_shown_in(shown[key], real[key]) for key in shown)
    if isinstance(shown, list):
        fits = isinstance(real, list) and len(shown) <= len(real) and (shown != [] or real == [])
        return fits and all(is_shown_in(each, other) for each, other in zip(shown, real, strict=False))
    return bool(shown == real)


def test_it_shows_a_call_of_every_kind() -> None:
    assert len(CALLS) == 5


@pytest.mark.parametrize(("command", "shown"), CALLS, ids=["eligibility", "triage", "faq", "slots", "batch"])
def test_every_call_answers_what_is_shown(client: Client, command: str, shown: str) -> None:
    words = shlex.split(command)
    url = next(word for word in words if word.startswith("http://127.0.0.1:8000"))
    path = url.removeprefix("http://127.0.0.1:8000")
    body = next((after for word, after in pairwise(words) if word in ("-d", "--data-binary")), None)
    headers = dict(after.split(": ") for word, after in pairwise(words) if word == "-H")
    answer = client.request("GET" if body is None else "POST", path, content=body, headers=headers)

    assert answer.status_code == 200
    assert is_shown_in(documents_of(shown), documents_of(answer.text))


def documents_of(text: str) -> list[Any]:
    """Read a JSON document, or several, each on lines of its own."""
    decoder, documents, rest = json.JSONDecoder(), [], text.strip()
    while rest:
        document, end = decoder.raw_decode(rest)
        documents.append(document)
        rest = rest[end:].strip()
    return documents


def test_every_setting_is_named() -> None:
    for name in Settings.model_fields:
        assert f"`AFTERGLOW_{name.upper()}`" in README, name
