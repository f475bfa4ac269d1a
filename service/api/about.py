"""What this API says of itself as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

PACKAGE_VERSION = version("afterglow")
_DESCRIPTION: Mapping[str, Any] = {
    "title": "Afterglow",
    "version": PACKAGE_VERSION,
    "summary": "Sourced answers on facial microcurrent after Botox, fillers and other treatments.",
    "description": (
        "May this session go ahead, how soon does this reaction need a person, and what people ask. General guidance, "
        "not a diagnosis.\n\n"
        "Advice is always 200, also when it is a no. What does not apply is left out of an answer, never null; a null "
        "member of a request counts as left out. Unknown members and query names are refused. A body is I-JSON "
        "(RFC 7493) in UTF-8 of at most {body} KiB, unless its operation names another limit. Every error is a problem "
        "(RFC 9457) of one shape.\n\n"
        "Every POST also answers QUERY (RFC 10008), and every GET answers HEAD. Every answer names the guidance that "
        "it rests on in the header Afterglow-Guidance-Version, and carries X-Request-ID.\n\n"
        "A request for advice may name a protocol of /v1/guidance/protocols: a clinic's own rules, which only make "
        "answers stricter. Such an answer names the clinic, and guidance_version then names both."
    ),
    "contact": {"name": "Whoever runs this service"},
    "servers": [{"url": "/", "description": "The service that this document was read from."}],
    "license_info": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "openapi_tags": [
        {"name": "Eligibility", "description": "May this person have this session at this time?"},
        {"name": "Triage", "description": "How soon does this reaction need a person?"},
        {"name": "FAQ", "description": "What people ask."},
        {"name": "Guidance", "description": "The rules, what they rest on, and the codes to build forms from."},
        {"name": "Operations", "description": "Health, versions and kinds of problem."},
    ],
}
NEEDS_NO_KEY = frozenset({"/healthz", "/readyz", "/metrics", "/docs", "/openapi.json"})
"""Paths that anybody may read where everything else needs an API key."""


def description_for(body_bytes: int) -> dict[str, Any]:
    """Return what FastAPI is told of the API as a whole, with the limit of a body."""
    text = _DESCRIPTION["description"].format(body=body_bytes // 1024)
    return {**_DESCRIPTION, "description": text}
