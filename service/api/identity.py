"""The same question under the same guidance always has the same id."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from pydantic import BaseModel


def decision_id(version: str, protocol: str, canonical: object) -> str:
    """
    Digest a question, with the guidance and the protocol that answer it.

    Args:
        canonical: Any mix of dataclasses, models, mappings, sets, sequences and times; see :func:`plain`.
    """
    question = {"guidance_version": version, "protocol": protocol, "question": plain(canonical)}
    text = json.dumps(question, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """
    Reduce a question to what decides its answer: instants in UTC, lists sorted, what is ``None`` gone.

    A field that a dataclass leaves out of its comparison is left out here too.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return plain(dict(value))
    if is_dataclass(value) and not isinstance(value, type):
        return plain({each.name: getattr(value, each.name) for each in fields(value) if each.compare})
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, (list, tuple, set, frozenset)):
        return sorted((plain(each) for each in value), key=lambda each: json.dumps(each, sort_keys=True))
    return value
