"""What the README shows is what a stranger gets who types it."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from service.settings import Settings
from tests.client import Client

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
CALLS = re.findall(r"```sh\n(curl .*?)```\n+```json\n(.*?)```", README, re.DOTALL)


def is_shown_in(shown: Any, real: Any) -> bool:
    """Whether all that is *shown* stands in the *real* answer; a list is shown from its start."""
    if isinstance(shown, dict):
        return isinstance(real, dict) and all(key in real and is_shown_in(shown[key], real[key]) for key in shown)
    if isinstance(shown, list):
        fits = isinstance(real, list) and len(shown) <= len(real) and (shown != [] or real == [])
        return fits and all(is_shown_in(each, other) for each, other in zip(shown, real, strict=False))
    return bool(shown == real)


def test_it_shows_three_calls() -> None:
    assert len(CALLS) == 3


@pytest.mark.parametrize(("command", "shown"), CALLS, ids=["eligibility", "triage", "faq"])
def test_every_call_answers_what_is_shown(client: Client, command: str, shown: str) -> None:
    words = shlex.split(command)
    url = next(word for word in words if word.startswith("http://127.0.0.1:8000"))
    path = url.removeprefix("http://127.0.0.1:8000")
    if "-d" in words:
        headers = {"Content-Type": "application/json"}
        answer = client.request("POST", path, content=words[words.index("-d") + 1], headers=headers)
    else:
        answer = client.get(path)

    assert answer.status_code == 200
    assert is_shown_in(json.loads(shown), answer.json())


def test_every_setting_is_named() -> None:
    for name in Settings.model_fields:
        assert f"`AFTERGLOW_{name.upper()}`" in README, name
