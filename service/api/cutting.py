"""Cut the body of a batch into its items, without reading them: what is wrong inside one is that one's own fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from service.api.body import brackets_of
from service.api.errors import InvalidInput, UnreadableBody
from service.api.pace import Pace
from service.guidance.question import InputFault

ITEMS_AT_MOST = 10_000

STRETCH = 16 * 1024
BLOCK = 128
"""How many bytes of an array are looked at in one go: so few that those around the end of an item cost little."""

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+("?)|[\[{]++|[\]},]', re.DOTALL)
_STRING_REST = re.compile(rb'(?:[^"\\]++|\\.)*+("?)', re.DOTALL)
_UNTIL_OPEN_STRING = re.compile(rb'[^"]*+(?:"(?:[^"\\]++|\\.)*+"[^"]*+)*+', re.DOTALL)
JSON_SPACE = b" \t\r\n"
_OTHER_VALUE = b'{"-0123456789tfn'


class Piece(NamedTuple):
    """
    One item of a batch.

    Args:
        number: Its line from 1, or its index in the array from 0.
        raw: Its bytes; ``None`` where they are too many.
    """

    number: int
    raw: bytes | None


class LineCutter:
    """
    Cuts a stream into lines as it comes, and holds no more of it than one line.

    A line ends with a line feed, or a carriage return and a line feed; the last one may end with the stream.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.number = 1
        """Of the line that comes next, or has begun to come."""
        self._held = bytearray()
        self._is_long = False

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """Yield the lines that end in *chunk*, blank ones too; hold its rest."""
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            yield self._line(chunk[start:end])
            start = end + 1
        self._hold(chunk[start:])

    def end(self) -> Iterator[Piece]:
        """Yield the last line, if the stream ended within one."""
        if self._held or self._is_long:
            yield self._line(b"")

    def _hold(self, part: bytes) -> None:
        """Hold a part of a line, unless the line is too long: what is over is not kept."""
        if self._is_long or len(self._held) + len(part) > self._limit + len(b"\r"):
            self._is_long = True
            self._held.clear()
        else:
            self._held += part

    def _line(self, last: bytes) -> Piece:
        self._hold(last)
        raw = bytes(self._held).removesuffix(b"\r")
        line = Piece(self.number, None if self._is_long or len(raw) > self._limit else raw)
        self.number += 1
        self._held.clear()
        self._is_long = False
        return line


def is_blank(raw: bytes | None) -> bool:
    """Whether a line has nothing on it."""
    return raw is not None and not raw.strip(JSON_SPACE)


async def cut_array(body: bytes, pace: Pace, most: int = ITEMS_AT_MOST) -> list[slice]:
    """
    Find the items of a JSON array.

    Only brackets, commas and strings are looked at; an item may still turn out to be no JSON.

    Raises:
        UnreadableBody: No array, an item that is not there, or something after the array.
        InvalidInput: Another JSON value, no item, or too many of them.
    """
    cutter = _ArrayCutter(body, most)
    while not cutter.is_closed:
        cutter.look_on()
        if pace.is_due():
            await pace.rest()
    return cutter.items


class _ArrayCutter:
    """Looks for the items of an array, one stretch of bytes after the other, so that none takes long."""

    def __init__(self, body: bytes, most: int) -> None:
        self._most = most
        self.items: list[slice] = []
        self.is_closed = False
        self._body = body
        self._depth = 1
        self._start = self._position = _opening_of(body) + 1
        self._in_string = False

    def look_on(self) -> None:
        """Look at the next stretch."""
        if self._position >= len(self._body):
            raise _unended()
        if self._in_string:
            self._leave_string(self._position + STRETCH)
        elif not self._skip_block():
            self._take_block(self._position + BLOCK)

    def _skip_block(self) -> bool:
        """Skip the next bytes, unless an item may begin or end there."""
        block = self._body[self._position : self._position + BLOCK]
        known = _UNTIL_OPEN_STRING.match(block)
        assert known is not None, "it also matches nothing"
        brackets = brackets_of(block[: known.end()])
        while b"[]" in brackets:
            brackets = brackets.replace(b"[]", b"")
        closing = brackets.count(b"]")  # all that is left of them stand before those that open
        if self._depth - closing < 2:
            return False
        self._depth += len(brackets) - 2 * closing
        self._in_string = known.end() < len(block)
        self._position += known.end() + self._in_string
        return True

    def _take_block(self, end: int) -> None:
        for token in _TOKEN.finditer(self._body, self._position, end):
            self._take(token)
            if self.is_closed or self._in_string:
                return
        self._position = end

    def _leave_string(self, end: int) -> None:
        rest = _STRING_REST.match(self._body, self._position, end)
        assert rest is not None, "it also matches nothing"
        self._position = rest.end()
        self._in_string = not rest[1]
        if self._in_string and end >= len(self._body):
            raise _unended()

    def _take(self, token: re.Match[bytes]) -> None:
        start, end = token.span()
        match self._body[start]:
            case 0x22:
                self._in_string = not token[1]
                self._position = end
            case 0x5B | 0x7B:
                self._depth += end - start
            case 0x5D | 0x7D:
                self._depth -= 1
                if self._depth == 0:
                    self._close(start)
            case _ if self._depth == 1:
                self._add_item(start)

    def _add_item(self, end: int) -> None:
        """Add the item that ends at a comma; another one has to follow."""
        if not self._body[self._start : end].strip(JSON_SPACE):
            raise UnreadableBody("Between two commas of the array has to be an item.")
        self.items.append(slice(self._start, end))
        self._start = end + 1
        if len(self.items) == self._most:
            raise _miscounted("too_many", self._most)

    def _close(self, end: int) -> None:
        """Add the last item, once the array has ended well."""
        if self._body[end] != ord("]") or self._body[end + 1 :].strip(JSON_SPACE):
            raise UnreadableBody("The body has to be one JSON array, and nothing after it.")
        if not self.items and not self._body[self._start : end].strip(JSON_SPACE):
            raise _miscounted("out_of_range", self._most)
        self._add_last(end)

    def _add_last(self, end: int) -> None:
        if not self._body[self._start : end].strip(JSON_SPACE):
            raise UnreadableBody("After the last comma of the array has to be an item.")
        self.items.append(slice(self._start, end))
        self.is_closed = True


def _opening_of(body: bytes) -> int:
    """Return where the array begins."""
    text = body.lstrip(JSON_SPACE)
    if not text:
        raise UnreadableBody("The body is empty; send a JSON array.")
    if text[0] in _OTHER_VALUE:
        raise InvalidInput([InputFault("", "wrong_type", "an array")])
    if not text.startswith(b"["):
        raise UnreadableBody("The body is no JSON array in UTF-8.")
    return len(body) - len(text)


def _unended() -> UnreadableBody:
    return UnreadableBody("The array does not end.")


def _miscounted(code: str, most: int) -> InvalidInput:
    return InvalidInput([InputFault("", code, f"1 to {most:,} items")])
