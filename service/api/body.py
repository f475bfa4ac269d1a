"""
Read a body strictly: I-JSON (RFC 7493), and nothing that merely looks like it.

The standard parser would keep the last of two equal keys, read ``NaN``, ``1e999`` and lone surrogates, take UTF-16, and
fall over a deep nesting. Each of these is refused here, with a sentence that says what is accepted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from math import isinf
from time import monotonic
from typing import Any, NoReturn

from starlette.types import Receive

from service.api.errors import BodyTooLarge, TooSlow, UnreadableBody, UnsupportedMediaType

DEEPEST = 32
BYTES_PER_SECOND = 16 * 1024

_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
_ALIKE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_PLANE_ENDS = "".join(chr(plane + end) for plane in range(0, 0x110000, 0x10000) for end in (0xFFFE, 0xFFFF))
_NOT_A_CHARACTER = re.compile(f"[\ud800-\udfff\ufdd0-\ufdef{_PLANE_ENDS}]")
_JSON_TYPE = re.compile(r"application/(?:json|[!#$%&'*+.^_`|~0-9a-z-]+\+json)", re.IGNORECASE)


class ClientGone(Exception):
    """The client left before its body was whole. Nobody is there to be answered."""


class Patience:
    """
    The time that a client has to send something, and a second more for every 16 KiB that have come.

    It is looked at when something comes; that nothing comes at all is for the server to notice.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self.renew()

    def renew(self) -> None:
        """Begin again."""
        self._end = monotonic() + self._seconds

    def check(self, count: int) -> None:
        """
        Note that so many bytes have come.

        Raises:
            TooSlow: It took too long.
        """
        self._end += count / BYTES_PER_SECOND
        if monotonic() > self._end:
            raise TooSlow


async def read_body(headers: Mapping[str, list[str]], receive: Receive, limit: int, seconds: float) -> bytes:
    """
    Read the whole body of at most *limit* bytes.

    Args:
        headers: Every value of each header, keyed by its name in lower case.
        seconds: The time for it, see :class:`Patience`.

    Raises:
        BodyTooLarge: At once where the announced length says so, else with the first byte too many.
        TooSlow: It did not come in time.
        ClientGone: The connection ended first.
    """
    for length in headers.get("content-length", ()):
        if length.isdecimal() and (len(length) > 18 or int(length) > limit):
            raise BodyTooLarge(f"The body may have at most {limit} bytes.")
    body = bytearray()
    patience = Patience(seconds)
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body += message.get("body", b"")
        if len(body) > limit:
            raise BodyTooLarge(f"The body may have at most {limit} bytes.")
        if not message.get("more_body", False):
            return bytes(body)
        patience.check(len(message.get("body", b"")))


def check_media_type(headers: Mapping[str, list[str]], known: Sequence[str] = ("application/json",)) -> str:
    """
    Refuse a body that says it is nothing of what is *known*, or not in UTF-8.

    Args:
        known: Media types in lower case, that of JSON first; one that ends in +json is as good as that.

    Returns:
        Which of them it is.

    Raises:
        UnsupportedMediaType: Also for a compressed body, and for two content types.
    """
    types = headers.get("content-type", [])
    if types == [known[0]] and "content-encoding" not in headers:
        return known[0]
    accepted = {"Accept": ", ".join(known)}
    if any(coding.strip().lower() not in ("", "identity") for coding in headers.get("content-encoding", ())):
        raise UnsupportedMediaType("Send the body uncompressed.", {"Accept-Encoding": "identity"})
    media_type, *parameters = types[0].split(";") if len(types) == 1 else [""]
    name = media_type.strip().lower()
    found = known[0] if _JSON_TYPE.fullmatch(name) else name
    if found not in known:
        raise UnsupportedMediaType(f"Send one Content-Type: {', '.join(known)}, or one that ends in +json.", accepted)
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset" and value.strip().strip('"').lower() not in ("utf-8", "utf8"):
            raise UnsupportedMediaType("Send the body in UTF-8.", accepted)
    return found


def read_json(raw: bytes) -> Any:
    """
    Read one I-JSON text. Members that are null are left out, as if they had not been sent.

    Raises:
        UnreadableBody: Its detail says what is accepted and holds nothing of the text.
    """
    if not raw or raw.isspace():
        raise UnreadableBody("The body is empty; send a JSON text.")
    if raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableBody("Send UTF-8 without a byte order mark.")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise UnreadableBody("Send the body in UTF-8.") from None
    _check_depth(raw)
    try:
        value = _DECODER.decode(text)
    except ValueError:
        raise UnreadableBody("The body is no JSON text (RFC 8259).") from None
    if "\\u" in text or not text.isascii():
        _check_characters(value)
    return value


def brackets_of(raw: bytes) -> bytes:
    """Return the brackets of a JSON text that stand outside its strings, square and curly ones alike."""
    return _STRING.sub(b"", raw).translate(_ALIKE, _NO_BRACKETS)


def _check_depth(raw: bytes) -> None:
    """
    Refuse a deep nesting before the parser, which calls itself for every level, meets it.

    Each round takes away the innermost pairs, all at once, which is far quicker than to count one by one.
    """
    if raw.count(b"[") + raw.count(b"{") <= DEEPEST:
        return
    brackets = brackets_of(raw)
    for _ in range(DEEPEST):
        brackets = brackets.replace(b"[]", b"")
        if not brackets:
            return
    if b"[]" in brackets or brackets.count(b"[") > DEEPEST:
        raise UnreadableBody(f"Objects and arrays may be nested {DEEPEST} deep.")


def _check_characters(value: Any) -> None:
    if isinstance(value, str):
        if _NOT_A_CHARACTER.search(value):
            raise UnreadableBody("Strings may hold neither lone surrogates nor noncharacters (RFC 7493, section 2.1).")
    elif isinstance(value, list):
        for item in value:
            _check_characters(item)
    elif isinstance(value, dict):
        for name, member in value.items():
            _check_characters(name)
            _check_characters(member)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise UnreadableBody("Each name of an object may be given once.")
    if None in members.values():
        return {name: value for name, value in pairs if value is not None}
    return members


def _float(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise UnreadableBody("Numbers have to fit a double (RFC 7493, section 2.2).")
    return number


def _integer(text: str) -> int:
    if len(text) > 300:
        _float(text)
    return int(text)


def _constant(_name: str) -> NoReturn:
    raise UnreadableBody("NaN and Infinity are no JSON numbers.")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_members, parse_float=_float, parse_int=_integer, parse_constant=_constant
)
