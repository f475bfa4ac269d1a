"""Count with a needless copy in a hot path, which has to be noticed: ``python -m tests.bench.needless KIND``."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from service.api import eligibility, route
from tests.bench.counting import counted


def _around(module: ModuleType, name: str, copied: Callable[[Any], Any]) -> None:
    """Let what a function returns be copied."""
    function: Callable[..., Any] = getattr(module, name)
    setattr(module, name, lambda *given, **named: copied(function(*given, **named)))


SEEN = ("eligibility", "FAQ item, 304")
"""A path that has the copy in it, and one that has not."""

COPIES: dict[str, tuple[ModuleType, str, Callable[[Any], Any]]] = {
    "the answer is copied deeply": (eligibility, "decide_eligibility", copy.deepcopy),
    "the answer is made from itself": (
        eligibility,
        "decide_eligibility",
        lambda answer: type(answer).model_validate(answer.model_dump()),
    ),
    "the body is written and read again": (route, "read_json", lambda body: json.loads(json.dumps(body))),
}

if __name__ == "__main__":
    _around(*COPIES[sys.argv[1]])
    print(json.dumps(counted(*SEEN)))
