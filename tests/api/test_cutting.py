"""Cut an array as a plain reader would, however quickly it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from service.api.cutting import cut_array
from service.api.errors import InvalidInput, UnreadableBody
from service.api.pace import Pace, Turns
from service.guidance.question import InvalidQuestion


@given(st.text(alphabet='[]{},"\\ a1', max_size=700), st.integers(1, 40))
def test_a_cut_finds_what_a_plain_look_at_each_character_finds(inside: str, most: int) -> None:
    body = b"[" + inside.encode()

    assert outcome_of(lambda: asyncio.run(cut(body, most))) == outcome_of(lambda: plain_cut(body, most))


def outcome_of(cutting: Callable[[], list[slice]]) -> object:
    try:
        return cutting()
    except (UnreadableBody, InvalidQuestion) as error:
        return type(error)


async def cut(body: bytes, most: int) -> list[slice]:
    return await cut_array(body, Pace(Turns()), most)


def plain_cut(body: bytes, most: int) -> list[slice]:
    """Cut an array one character after the other."""
    items: list[slice] = []
    depth, start, in_string, is_escaped = 1, 1, False, False
    for position in range(1, len(body)):
        character = body[position : position + 1]
        if in_string:
            in_string = is_escaped or character != b'"'
            is_escaped = character == b"\\" and not is_escaped
            continue
        in_string = character == b'"'
        depth += (character in b"[{") - (character in b"]}")
        if depth == 0:
            if character == b"}" or body[position + 1 :].strip():
                raise UnreadableBody
            if not items and not body[start:position].strip():
                raise InvalidInput([])
        if depth == 0 or (depth == 1 and character == b","):
            if not body[start:position].strip():
                raise UnreadableBody
            items.append(slice(start, position))
            start = position + 1
            if depth == 0:
                return items
            if len(items) == most:
                raise InvalidInput([])
    raise UnreadableBody
