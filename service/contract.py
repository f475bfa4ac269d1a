"""
Tell breaking from harmless changes between two descriptions of the API.

The rule is GitHub's published list for its REST API. Breaking: removing an operation; removing or renaming a parameter
or a field of an answer; a new required parameter, or an optional one made required; changing a type; removing a value
of an enum; a new validation rule for a parameter; changing who may ask. Harmless: adding an operation, an optional
parameter, a field of an answer, a header, or a value of an enum. Two lists of our answers are closed for version 1, so
a value more breaks them; an open list says so by ``x-extensible-enum``.

Source: GitHub Docs, REST API, "About API versioning" and "Breaking changes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
OPEN_LIST = "x-extensible-enum"
AT_MOST = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
AT_LEAST = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
EXACT = ("pattern", "format", "const", "multipleOf", "uniqueItems")
REQUEST, ANSWER = "request", "answer"


@dataclass(frozen=True, order=True)
class Change:
    """One difference: whether it can break a client, where it is, and what it is."""

    is_harmless: bool
    place: str
    what: str

    def __str__(self) -> str:
        """Say it on one line."""
        return f"{'harmless' if self.is_harmless else 'breaking'}  {self.place}: {self.what}"


def breaking(place: str, what: str) -> Change:
    """Make a change that can break a client."""
    return Change(False, place, what)


def harmless(place: str, what: str) -> Change:
    """Make a change that breaks no client that ignores what it does not know."""
    return Change(True, place, what)


def changes_between(old: Document, new: Document) -> list[Change]:
    """Return every change once, the breaking ones first. Examples and descriptions do not count."""
    return sorted(set(_Comparison(old, new).changes()))


class _Comparison:
    """Walks two documents at once. A schema that is referred to is compared once for requests and once for answers."""

    def __init__(self, old: Document, new: Document) -> None:
        self.old = old
        self.new = new
        self._seen: set[tuple[str, str, str]] = set()

    def changes(self) -> Iterator[Change]:
        before, after = _operations(self.old), _operations(self.new)
        for name in before.keys() - after.keys():
            yield breaking(name, "operation removed")
        for name in after.keys() - before.keys():
            yield harmless(name, "operation added")
        for name in before.keys() & after.keys():
            yield from self._operation(name, before[name], after[name])

    def _operation(self, name: str, old: Document, new: Document) -> Iterator[Change]:
        if old.get("operationId") != new.get("operationId"):
            yield breaking(name, "operationId changed, and with it the name in generated clients")
        if old.get("security", self.old.get("security", [])) != new.get("security", self.new.get("security", [])):
            yield breaking(name, "who may ask has changed")
        yield from self._parameters(name, old, new)
        yield from self._body(name, old.get("requestBody", {}), new.get("requestBody", {}))
        yield from self._answers(name, old.get("responses", {}), new.get("responses", {}))

    def _parameters(self, name: str, old: Document, new: Document) -> Iterator[Change]:
        before, after = _parameters_of(old), _parameters_of(new)
        for key in before.keys() - after.keys():
            yield breaking(name, f"parameter {key} removed")
        for key in after.keys() - before.keys():
            is_required = after[key].get("required", False)
            yield (breaking if is_required else harmless)(name, f"parameter {key} added")
        for key in before.keys() & after.keys():
            if after[key].get("required", False) and not before[key].get("required", False):
                yield breaking(name, f"parameter {key} is now required")
            yield from self._schema(
                f"{name} {key}", before[key].get("schema", {}), after[key].get("schema", {}), REQUEST
            )

    def _body(self, name: str, old: Document, new: Document) -> Iterator[Change]:
        if new.get("required", False) and not old.get("required", False):
            yield breaking(name, "a body is now required")
        yield from self._contents(name, old.get("content", {}), new.get("content", {}), REQUEST)

    def _answers(self, name: str, old: Document, new: Document) -> Iterator[Change]:
        for status in old.keys() - new.keys():
            yield (breaking if status.startswith("2") else harmless)(name, f"answer {status} removed")
        for status in new.keys() - old.keys():
            yield harmless(name, f"answer {status} added")
        for status in old.keys() & new.keys():
            before, after = self._resolved(old[status], self.old), self._resolved(new[status], self.new)
            for header in before.get("headers", {}).keys() - after.get("headers", {}).keys():
                yield breaking(f"{name} {status}", f"header {header} removed")
            for header in after.get("headers", {}).keys() - before.get("headers", {}).keys():
                yield harmless(f"{name} {status}", f"header {header} added")
            yield from self._contents(f"{name} {status}", before.get("content", {}), after.get("content", {}), ANSWER)

    def _contents(self, place: str, old: Document, new: Document, side: str) -> Iterator[Change]:
        for media_type in old.keys() - new.keys():
            yield breaking(place, f"{side} as {media_type} removed")
        for media_type in new.keys() - old.keys():
            yield harmless(place, f"{side} as {media_type} added")
        for media_type in old.keys() & new.keys():
            where = f"{place} {side}"
            yield from self._schema(where, old[media_type].get("schema", {}), new[media_type].get("schema", {}), side)

    def _schema(self, place: str, old: Document, new: Document, side: str) -> Iterator[Change]:
        names = (_name_of(old), _name_of(new))
        if names[0] and names[1]:
            if (*names, side) in self._seen:
                return
            self._seen.add((*names, side))
            place = f"{names[1]} ({side})"
        old, new = self._resolved(old, self.old), self._resolved(new, self.new)
        if old.get("type") != new.get("type"):
            yield breaking(place, f"type changed from {old.get('type', 'any')} to {new.get('type', 'any')}")
            return
        yield from _limits(place, old, new, side)
        yield from _values(place, old, new, side)
        yield from self._choices(place, old, new, side)
        yield from self._members(place, old, new, side)
        for key in ("items", "additionalProperties"):
            before, after = old.get(key), new.get(key)
            if isinstance(before, dict) and isinstance(after, dict):
                yield from self._schema(f"{place}/*", before, after, side)
            elif key == "additionalProperties" and before is not False and after is False and side == REQUEST:
                yield breaking(place, "unknown members are now refused")

    def _members(self, place: str, old: Document, new: Document, side: str) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        needed_before, needed_after = set(old.get("required", ())), set(new.get("required", ()))
        for member in before.keys() - after.keys():
            yield breaking(f"{place}/{member}", "removed")
        for member in after.keys() - before.keys():
            must = side == REQUEST and member in needed_after
            yield (breaking if must else harmless)(f"{place}/{member}", "added, and required" if must else "added")
        for member in before.keys() & after.keys():
            where = f"{place}/{member}"
            if side == REQUEST and member in needed_after - needed_before:
                yield breaking(where, "is now required")
            if side == ANSWER and member in needed_before - needed_after:
                yield breaking(where, "may now be left out")
            yield from self._schema(where, before[member], after[member], side)

    def _choices(self, place: str, old: Document, new: Document, side: str) -> Iterator[Change]:
        for key in ("anyOf", "oneOf", "allOf"):
            before, after = _keyed(old.get(key, ())), _keyed(new.get(key, ()))
            for name in before.keys() - after.keys():
                yield (breaking if side == REQUEST else harmless)(place, f"no longer {name}")
            for name in after.keys() - before.keys():
                is_new_demand = side == ANSWER or not before
                yield (breaking if is_new_demand else harmless)(place, f"can now be {name}")
            for name in before.keys() & after.keys():
                yield from self._schema(place, before[name], after[name], side)

    def _resolved(self, part: Document, document: Document) -> Document:
        while "$ref" in part:
            target: Any = document
            for step in part["$ref"].removeprefix("#/").split("/"):
                target = target[step]
            part = target
        return part


def _operations(document: Document) -> dict[str, Document]:
    return {
        f"{method.upper()} {path}": operation
        for path, methods in document.get("paths", {}).items()
        for method, operation in methods.items()
    }


def _parameters_of(operation: Document) -> dict[str, Document]:
    return {f"{each['name']} in {each['in']}": each for each in operation.get("parameters", ())}


def _name_of(schema: Document) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _keyed(choices: Any) -> dict[str, Document]:
    """Name each choice by what it refers to, or by its type and format."""
    return {_name_of(each) or " ".join(filter(None, (each.get("type"), each.get("format")))): each for each in choices}


def _limits(place: str, old: Document, new: Document, side: str) -> Iterator[Change]:
    """Compare what a value must keep to. A tighter rule breaks who sends it; who reads it is safe with less."""
    for key in (*AT_MOST, *AT_LEAST, *EXACT):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        is_tighter = after is not None and (
            before is None or key in EXACT or (after < before if key in AT_MOST else after > before)
        )
        is_retyped = key == "format" and before is not None
        is_breaking = is_retyped or (is_tighter and side == REQUEST)
        said = f"{key} {'none' if before is None else before} is now {'none' if after is None else after}"
        yield (breaking if is_breaking else harmless)(place, said)


def _values(place: str, old: Document, new: Document, side: str) -> Iterator[Change]:
    """Compare lists of values."""
    closed_before, closed_after = old.get("enum"), new.get("enum")
    before = set(closed_before or old.get(OPEN_LIST, ()))
    after = set(closed_after or new.get(OPEN_LIST, ()))
    if closed_after is not None and not before and side == REQUEST:
        yield breaking(place, "only listed values are now accepted")
        return
    if closed_before is not None and closed_after is None and side == ANSWER:
        yield breaking(place, "the list of values is no longer closed")
    for value in sorted(map(str, before - after)) if after else ():
        yield breaking(place, f"value {value} removed")
    for value in sorted(map(str, after - before)) if before else ():
        is_breaking = side == ANSWER and closed_after is not None
        yield (breaking if is_breaking else harmless)(place, f"value {value} added")
