"""The same question under the same guidance always has the same id."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

_written = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def decision_id(version: str, protocol: str, canonical: object) -> str:
    """
    Digest a question, with the guidance and the protocol that answer it.

    Args:
        canonical: Any mix of dataclasses, models, mappings, sets, sequences and times; see :func:`plain`.
    """
    question = {"guidance_version": version, "protocol": protocol, "question": plain(canonical)}
    return sha256(_written(question).encode()).hexdigest()


def plain(value: Any) -> Any:
    """
    Reduce a question to what decides its answer: instants in UTC, lists sorted, what is ``None`` gone.

    A field that a dataclass leaves out of its comparison is left out here too.
    """
    kind: Any = type(value)
    reduce = _reducer_of(kind)
    return value if reduce is None else reduce(value)


@cache
def _reducer_of(kind: type) -> Callable[[Any], Any] | None:
    """Return what reduces values of one type; ``None`` where they stay as they are."""
    if issubclass(kind, datetime):
        return _instant
    if issubclass(kind, date):
        return date.isoformat
    if issubclass(kind, BaseModel):
        return lambda model: _members(dict(model))
    if is_dataclass(kind):
        names = [each.name for each in fields(kind) if each.compare]
        return lambda record: _members({name: getattr(record, name) for name in names})
    if issubclass(kind, Mapping):
        return _members
    return _in_order if issubclass(kind, (list, tuple, set, frozenset)) else None


def _instant(at: datetime) -> str:
    return (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()


def _members(members: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): plain(each) for key, each in members.items() if each is not None}


def _in_order(values: Iterable[Any]) -> list[Any]:
    plains = [plain(each) for each in values]
    return sorted(plains, key=_written) if len(plains) > 1 else plains
