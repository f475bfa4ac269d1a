"""
Where a request begins and ends, read in the one way that nobody can read otherwise.

Only the plain form of each part is read (RFC 9112 without what it forgives). Whoever stands before us might read bare
line feeds, folded headers, repeated lengths, or a body that is announced both by length and in chunks as another
request, so all of these are refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import NamedTuple

from service.api.errors import BadFraming, HeadTooLarge

HEADERS_AT_MOST = 100
END_OF_HEAD = b"\r\n\r\n"
LINE_END = b"\r\n"
CHUNK_LINE_AT_MOST = 256

_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\r\n"))
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"(%b) ([!-~]+) HTTP/1\.([01])\r\n" % _TOKEN)
_HEADERS = re.compile(rb"^(%b):([^\r\n]*)\r\n" % _TOKEN, re.MULTILINE)
_LENGTH = re.compile(rb"[0-9]{1,18}")
_CHUNK_BEGINNING = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_EXTENSION = rb"[\t ]*;[\t ]*%b(?:[\t ]*=[\t ]*(?:%b|\"[\t !#-\[\]-~]*\"))?" % (_TOKEN, _TOKEN)
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:%b)*\r\n" % _EXTENSION)
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


class Head(NamedTuple):
    """
    Request line and headers.

    Args:
        minor: Of the version: 1 in HTTP/1.1.
        headers: Names in lower case, in the order in which they came.
        names: Each of these names once.
    """

    method: bytes
    target: bytes
    minor: int
    headers: list[tuple[bytes, bytes]]
    names: Collection[bytes]

    def all(self, name: bytes) -> Sequence[bytes]:
        """Return every value of a header."""
        return [value for each, value in self.headers if each == name] if name in self.names else ()

    @property
    def is_last(self) -> bool:
        """Whether the client wants no other answer on this connection; one of HTTP/1.0 never gets one."""
        given = self.all(b"connection")
        return not self.minor or (bool(given) and b"close" in _listed(given))

    @property
    def awaits_100(self) -> bool:
        """Whether the client waits to be told that it may send the body."""
        given = self.all(b"expect")
        return self.minor == 1 and bool(given) and any(value.lower() == b"100-continue" for value in given)


def read_head(head: bytes) -> Head:
    """
    Read the head of a request.

    Args:
        head: Request line and headers, up to the empty line and with it.

    Raises:
        BadFraming: Lines that somebody could count otherwise, whatever has not its plain form, versions other than 1.0
            and 1.1, any but one Host, and one that is none.
        HeadTooLarge: Too many headers.
    """
    lines = _count_lines(head)
    if lines - 2 > HEADERS_AT_MOST:
        raise HeadTooLarge(f"A request may have at most {HEADERS_AT_MOST} headers.")
    first = _REQUEST_LINE.match(head)
    found = _HEADERS.findall(head, first.end()) if first else ()
    if first is None or len(found) != lines - 2 or not head.endswith(END_OF_HEAD):
        raise _bad_head()
    method, target, minor = first.groups()
    headers = [(name.lower(), value.strip(b" \t")) for name, value in found]
    read = Head(method, target, int(minor), headers, dict(headers).keys())
    hosts = read.all(b"host")
    if not read.minor <= len(hosts) <= 1:
        raise _bad_head()
    if hosts and not _HOST.fullmatch(hosts[0]):
        raise BadFraming("Host is a name or an address, and perhaps a port.")
    return read


def _listed(values: Sequence[bytes]) -> list[bytes]:
    """Return the options that a header lists, in lower case."""
    return [option.strip(b" \t").lower() for value in values for option in value.split(b",")]


def _count_lines(head: bytes) -> int:
    lines = head.count(LINE_END)
    if head.count(b"\n") != lines or head.count(b"\r") != lines:
        raise BadFraming("Each line of the head ends with a carriage return and a line feed.")
    if len(head.translate(None, _CONTROLS)) != len(head):
        raise BadFraming("The head may hold no control characters.")
    if b"\r\n " in head or b"\r\n\t" in head:
        raise BadFraming("Each header stands on one line.")
    return lines


def _bad_head() -> BadFraming:
    return BadFraming("Send HTTP/1.1 with one Host header (RFC 9112).")


class Body:
    """Cuts a body of known length, none at all for most, out of what comes."""

    def __init__(self, length: int) -> None:
        self._left = length

    @property
    def is_whole(self) -> bool:
        """Whether all of the body has come."""
        return not self._left

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """Return what of *data* belongs to the body, and what comes after it."""
        part = data[: self._left]
        self._left -= len(part)
        return part, data[len(part) :]


class ChunkedBody(Body):
    """
    Cuts a body in chunks out of what comes.

    Chunk extensions are skipped, up to a length. Trailers are refused: nothing here reads them.
    """

    def __init__(self) -> None:
        super().__init__(0)
        self._line = bytearray()
        self._read_line = self._read_size
        self._has_ended = False

    @property
    def is_whole(self) -> bool:
        """Whether the last chunk has come."""
        return self._has_ended

    def take(self, data: bytes) -> tuple[bytes, bytes]:
        """
        Return what of *data* belongs to the body, and what comes after it.

        Raises:
            BadFraming: A chunk in any other than its plain form.
        """
        parts = []
        position = 0
        while position < len(data) and not self._has_ended:
            if self._left:
                part = data[position : position + self._left]
                self._left -= len(part)
                parts.append(part)
                position += len(part)
            elif end := self._take_chunk(data, position, parts):
                position = end
            else:
                position = self._take_line(data, position)
        return b"".join(parts), data[position:]

    def _take_chunk(self, data: bytes, start: int, parts: list[bytes]) -> int:
        """Take a chunk in one go, where all of it is here and as plain as can be; return where it ends, or 0."""
        if self._line or self._read_line != self._read_size:
            return 0
        match = _CHUNK_BEGINNING.match(data, start)
        if match is None:
            return 0
        end = match.end() + int(match[1], 16)
        if end == match.end() or data[end : end + 2] != LINE_END:
            return 0
        parts.append(data[match.end() : end])
        return end + 2

    def _take_line(self, data: bytes, start: int) -> int:
        """Take a line, or the part of it that is here; return where it ends."""
        end = data.find(b"\n", start, start + CHUNK_LINE_AT_MOST) + 1
        self._line += data[start : end or start + CHUNK_LINE_AT_MOST]
        if len(self._line) >= CHUNK_LINE_AT_MOST:
            raise _bad_chunk()
        if not end:
            return len(data)
        line = bytes(self._line)
        self._line.clear()
        self._read_line(line)
        return end

    def _read_size(self, line: bytes) -> None:
        match = _CHUNK_LINE.fullmatch(line)
        if match is None:
            raise _bad_chunk()
        self._left = int(match[1], 16)
        self._read_line = self._read_end_of_chunk if self._left else self._read_end_of_body

    def _read_end_of_chunk(self, line: bytes) -> None:
        if line != LINE_END:
            raise _bad_chunk()
        self._read_line = self._read_size

    def _read_end_of_body(self, line: bytes) -> None:
        if line != LINE_END:
            raise _bad_chunk()
        self._has_ended = True


def body_after(head: Head) -> Body:
    """
    Return what reads the body that a head announces.

    Raises:
        BadFraming: Two lengths, a length and chunks, a coding that is not chunks, or chunks in HTTP/1.0.
    """
    lengths, codings = head.all(b"content-length"), head.all(b"transfer-encoding")
    if not lengths and not codings:
        return Body(0)
    if len(lengths) + len(codings) > 1:
        raise BadFraming("A body is announced once: by Content-Length, or by Transfer-Encoding.")
    if codings:
        if not head.minor:
            raise BadFraming("HTTP/1.0 knows no chunks; send Content-Length.")
        if codings[0].lower() != b"chunked":
            raise BadFraming("The only Transfer-Encoding is chunked.")
        return ChunkedBody()
    if not _LENGTH.fullmatch(lengths[0]):
        raise BadFraming("Content-Length is one number.")
    return Body(int(lengths[0]))


def head_of(status: int, headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """
    Return the head of a response as it goes over the wire.

    Raises:
        ValueError: A header with a line end in it, which would be read as another header, or as another response.
    """
    return STATUS_LINES[status] + lines_of(headers) + LINE_END


def lines_of(headers: Sequence[tuple[bytes, bytes]]) -> bytes:
    """
    Return headers as they go over the wire.

    Raises:
        ValueError: One with a line end in it.
    """
    lines = LINE_END.join([*map(b": ".join, headers), b""])
    if lines.count(b"\n") != len(headers) or lines.count(b"\r") != len(headers):
        raise ValueError("a header holds a line end")
    return lines


STATUS_LINES = {each.value: b"HTTP/1.1 %d %b\r\n" % (each.value, each.phrase.encode()) for each in HTTPStatus}


def chunk_of(data: bytes) -> bytes:
    """Return a part of a body as a chunk; an empty one is the end of the body."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def _bad_chunk() -> BadFraming:
    return BadFraming("The chunks of the body are not well formed (RFC 9112, section 7.1).")
