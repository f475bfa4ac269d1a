"""The headers that steer an answer (Accept, If-None-Match, X-Request-ID), and the one that names its guidance."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from os import urandom

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_WEIGHT = re.compile(r"\s*q\s*=\s*(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*", re.IGNORECASE)
_ENTITY_TAG = re.compile(r'(?:W/)?("[^"]*")')

GUIDANCE_VERSION = b"afterglow-guidance-version"

RawHeaders = Iterable[tuple[bytes, bytes]]


def read_headers(raw: RawHeaders) -> Mapping[str, list[str]]:
    """Return every value of each header, keyed by its name in lower case."""
    headers: dict[str, list[str]] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return headers


def request_id_of(raw: RawHeaders) -> str:
    """Return the caller's request id if it is one and well formed, else a new one."""
    return request_id_from([value for name, value in raw if name == b"x-request-id"])


def request_id_from(given: Sequence[bytes]) -> str:
    """Return the caller's request id, from every value of its header, if it is one and well formed, else a new one."""
    if len(given) == 1 and _REQUEST_ID.fullmatch(text := given[0].decode("latin-1")):
        return text
    return urandom(16).hex()


def version_header(answer: object) -> tuple[tuple[bytes, bytes], ...]:
    """Return the header that names the guidance of an answer, as its body does; none where the body names none."""
    version: str | None = getattr(answer, "guidance_version", None)
    return () if version is None else ((GUIDANCE_VERSION, version.encode()),)


def preferred(accept: Sequence[str], offered: Sequence[str]) -> str | None:
    """
    Choose from the media types on offer (RFC 9110, section 12.5.1).

    Returns:
        The one with the highest weight, the first of equals; ``None`` if none is accepted. Without an Accept header
        everything is.
    """
    ranges = list(_ranges(",".join(accept))) if accept else []
    if not ranges:
        return offered[0]
    weights = {media_type: _weight_of(media_type, ranges) for media_type in offered}
    best = max(offered, key=lambda media_type: weights[media_type])
    return best if weights[best] > 0 else None


def _ranges(accept: str) -> Iterable[tuple[str, float]]:
    """Yield each media range, without its parameters, and its weight. One that cannot be read fits nothing."""
    for element in accept.split(","):
        media_range, *parameters = element.split(";")
        weight = 1.0
        for parameter in parameters:
            if match := _WEIGHT.fullmatch(parameter):
                weight = float(match[1])
        if media_range.strip():
            yield media_range.strip().lower(), weight


def _weight_of(media_type: str, ranges: Sequence[tuple[str, float]]) -> float:
    """Return the weight of the most specific range that holds the media type."""
    family = media_type.partition("/")[0] + "/*"
    for wanted in (media_type, family, "*/*"):
        weights = [weight for media_range, weight in ranges if media_range == wanted]
        if weights:
            return max(weights)
    return 0.0


def matches_tag(if_none_match: Sequence[str], tag: str) -> bool:
    """Whether a client has what *tag* names: lists, ``*`` and the weak comparison of RFC 9110, section 13.1.2."""
    text = ",".join(if_none_match).strip()
    return text == "*" or tag in _ENTITY_TAG.findall(text)
