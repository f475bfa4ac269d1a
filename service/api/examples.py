"""Requests to learn from. Their answers in the OpenAPI document are real: the app is asked when it is written."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI
from starlette.types import Message

from service.api.errors import RequestRefused
from service.api.metrics import NoMetrics
from service.api.services import Services
from service.guidance.question import InvalidQuestion

JSON = "application/json"
NDJSON = "application/x-ndjson"
REQUEST_ID = "0b54ee5f4f0f4a4f8e1e2d0c9a3b7c61"


@dataclass(frozen=True)
class Example:
    """
    One request.

    Args:
        operation: The operationId it belongs to.
        path: With its query, if any.
        body: Of a POST; a text stands for itself.
        media_type: Of the body.
        accept: The form of the answer. One that is not JSON shows another example's request answered in that form.
    """

    operation: str
    name: str
    summary: str
    path: str
    body: Any = None
    accept: str = JSON
    media_type: str = JSON


CONTRACT_QUESTION = {
    "session": {"at": "2026-11-22T10:00:00-05:00", "areas": ["forehead"], "setting": "professional"},
    "treatments": [
        {"treatment": "botulinum_toxin", "product": "Dysport", "at": "2026-11-20", "areas": ["forehead"]},
        {"product": "Juvederm", "at": "2026-11-12T15:30:00-05:00"},
    ],
    "conditions": [],
    "signs": [],
    "time_zone": "America/New_York",
    "protocol": "default",
}
CONTRACT_REPORT = {
    "signs": [
        {
            "sign": "skin_blanching",
            "severity": "moderate",
            "trend": "worsening",
            "onset": "sudden",
            "started_at": "2026-11-22T08:00:00Z",
            "areas": ["lips"],
        }
    ],
    "text": "my top lip went white right after the filler and it really hurts",
    "treatments": [{"treatment": "hyaluronic_acid_filler", "at": "2026-11-22T07:30:00Z", "areas": ["lips"]}],
    "last_session_at": "2026-11-21T19:00:00Z",
    "conditions": [],
    "at": "2026-11-22T10:00:00Z",
    "time_zone": "Europe/London",
    "country": "GB",
    "protocol": "default",
}
FAQ_QUESTION = {
    "q": "botox 3 days ago, nuface ok?",
    "limit": 3,
    "at": "2026-11-22T10:00:00Z",
    "time_zone": "Europe/London",
}
HOME_SESSION = {"at": "2026-11-22T10:00:00Z", "areas": ["cheeks"], "setting": "home"}
NOTHING_AGAINST = {"treatments": [], "conditions": [], "signs": [], "age": 41}
SLOTS_QUESTION = {
    "client": {
        "treatments": [{"treatment": "botulinum_toxin", "at": "2026-11-20", "areas": ["forehead"]}],
        "conditions": [],
        "signs": [],
        "age": 41,
        "time_zone": "America/New_York",
    },
    "slots": [
        {"id": "a1", "at": "2026-11-21T10:00:00-05:00", "areas": ["forehead"], "setting": "home"},
        {"id": "a2", "at": "2026-12-07T10:00:00-05:00", "areas": ["forehead"], "setting": "home"},
    ],
}
BATCH = [
    {"id": "client-1", "request": {"session": HOME_SESSION, **NOTHING_AGAINST}},
    {"id": "client-2", "request": {"session": HOME_SESSION, **NOTHING_AGAINST, "conditions": ["pacemaker_icd"]}},
]
LINES = [BATCH[0], {"id": "client-3", "request": {"session": {**HOME_SESSION, "at": "2026-02-30"}, **NOTHING_AGAINST}}]

EXAMPLES = (
    Example("checkEligibility", "wait", "Two days after toxin", "/v1/eligibility", CONTRACT_QUESTION),
    Example("checkEligibility", "wait", "Its dates", "/v1/eligibility", CONTRACT_QUESTION, "text/calendar"),
    Example(
        "checkEligibility",
        "eligible",
        "Nothing against it",
        "/v1/eligibility",
        {
            "session": {"at": "2026-11-22T10:00:00Z", "areas": ["cheeks"], "setting": "home"},
            "treatments": [],
            "conditions": [],
            "signs": [],
            "age": 41,
        },
    ),
    Example(
        "checkEligibility",
        "do_not_use",
        "A pacemaker",
        "/v1/eligibility",
        {
            "session": {"at": "2026-11-22T10:00:00Z", "setting": "home"},
            "treatments": [],
            "conditions": ["pacemaker_icd"],
            "signs": [],
            "age": 67,
        },
    ),
    Example("checkSlots", "slots", "A day too early, and two weeks later", "/v1/eligibility/slots", SLOTS_QUESTION),
    Example("checkBatch", "two_clients", "Two clients", "/v1/eligibility/batch", BATCH),
    Example(
        "checkBatch",
        "stream",
        "A stream, with a date that no calendar has",
        "/v1/eligibility/batch",
        "".join(f"{json.dumps(line)}\n" for line in LINES),
        NDJSON,
        NDJSON,
    ),
    Example("triageReaction", "emergency", "A blocked blood vessel", "/v1/triage", CONTRACT_REPORT),
    Example(
        "triageReaction",
        "self_care",
        "Redness after a session",
        "/v1/triage",
        {
            "signs": [{"sign": "mild_redness", "severity": "mild", "trend": "improving"}],
            "treatments": [],
            "conditions": [],
            "last_session_at": "2026-11-22T09:00:00Z",
            "at": "2026-11-22T10:00:00Z",
        },
    ),
    Example(
        "parseReaction", "text", "Words as people type them", "/v1/triage/parse", {"text": CONTRACT_REPORT["text"]}
    ),
    Example("searchFaq", "question", "A question", "/v1/faq/search?q=how+long+should+I+wait+after+Botox&limit=1"),
    Example(
        "searchFaqPost", "question", "A question with a treatment and a time in it", "/v1/faq/search", FAQ_QUESTION
    ),
    Example("listFaq", "all", "Every entry (only the first is shown)", "/v1/faq"),
    Example("getFaqEntry", "one", "One entry", "/v1/faq/wait_after_botox"),
    Example("getGuidance", "overview", "The overview", "/v1/guidance"),
    Example("getHealth", "alive", "Alive", "/healthz"),
    Example("getReadiness", "ready", "Ready", "/readyz"),
    Example("getVersion", "version", "The versions", "/version"),
    Example("listProblems", "all", "Every kind (only the first is shown)", "/v1/problems"),
    Example("getProblem", "one", "One kind", "/v1/problems/invalid_input"),
)

_OF_COLLECTION = {
    "Treatment": ("treatments", "botulinum_toxin"),
    "Area": ("areas", "eyelids"),
    "Place": ("places", "near_eye"),
    "Condition": ("conditions", "pacemaker_icd"),
    "Sign": ("signs", "skin_blanching"),
    "Combination": ("combinations", "vessel_block_pain_plus_colour"),
    "Wait": ("waits", "wait.botulinum_toxin"),
    "Rule": ("rules", "rule.touch_up_restarts"),
    "Source": ("sources", "seed_article"),
    "Protocol": ("protocols", "default"),
    "EmergencyNumber": ("emergency_numbers", "GB"),
    "ExposureGroup": ("exposure_groups", "toxin"),
    "DeviceBrand": ("device_brands", "nuface"),
    "InjectableContraindication": ("injectable_contraindications", "toxin_neuromuscular"),
    "Topic": ("topics", "combining"),
}


def all_examples() -> Iterator[Example]:
    """Yield every example; each operation has at least one."""
    yield from EXAMPLES
    for stem, (collection, id) in _OF_COLLECTION.items():
        path = f"/v1/guidance/{collection}"
        yield Example(f"list{stem}s", "all", "Every record (only the first is shown)", path)
        yield Example(f"get{stem}", "one", "One record", f"{path}/{id}")


async def ask(app: FastAPI, method: str, example: Example) -> Any:
    """
    Ask the app itself, without a network, and past whatever stands before its routes.

    Returns:
        The answer as JSON, of a collection with its first item alone, or as text in another form; ``None`` where the
        request is refused, because this guidance does not know one of its codes.
    """
    body = _body_of(example)
    path, _, query = example.path.partition("?")
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (b"accept", example.accept.encode()),
            (b"x-request-id", REQUEST_ID.encode()),
            *([(b"content-type", example.media_type.encode())] if body else []),
        ],
        "root_path": "",
        "app": SimpleNamespace(state=SimpleNamespace(services=_uncounted(app.state.services))),
        "state": {"request_id": REQUEST_ID},
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app.router(scope, receive, send)
    except (InvalidQuestion, RequestRefused):
        return None
    answered = b"".join(message["body"] for message in sent[1:])
    return _shortened(json.loads(answered)) if example.accept == JSON else answered.decode()


def _uncounted(services: Services) -> Services:
    """Return the same services without their counts: nobody has asked."""
    return replace(services, metrics=NoMetrics())


def _body_of(example: Example) -> bytes:
    if isinstance(example.body, str):
        return example.body.encode()
    return b"" if example.body is None else json.dumps(example.body).encode()


def _shortened(answer: Mapping[str, Any]) -> Mapping[str, Any]:
    return answer if "items" not in answer else {**answer, "items": answer["items"][:1]}
