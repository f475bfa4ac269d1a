"""
Where a request begins and ends, read in the one way that nobody can read otherwise.

h11 reads the head, but it also takes bare line feeds, folded headers, repeated lengths, and a body that is announced
both by length and in chunks. Whoever stands before us might read each of these as another request, so all are refused.
"""

from __future__ import annotations

import re

import h11

from service.api.errors import BadFraming, HeadTooLarge

HEADERS_AT_MOST = 100
END_OF_HEAD = b"\r\n\r\n"
LINE_END = b"\r\n"
CHUNK_LINE_AT_MOST = 256

_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\r\n"))
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n")
_CHUNK_BEGINNING = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_EXTENSION = rb"[\t ]*;[\t ]*%b(?:[\t ]*=[\t ]*(?:%b|\"[\t !#-\[\]-~]*\"))?" % (_TOKEN, _TOKEN)
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,8})(?:%b)*\r\n" % _EXTENSION)
_HOST = re.compile(rb"(?:[A-Za-z0-9._~!$&'()*+,;=%-]*|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?")


def check_head(head: bytes) -> None:
    """
    Refuse a head whose lines somebody could count otherwise.

    Args:
        head: Request line and headers, up to the empty line and with it.

    Raises:
        BadFraming: Line ends that are not a pair, folded headers, control characters.
        HeadTooLarge: Too many headers.
    """
    lines = head.count(LINE_END)
    if head.count(b"\n") != lines or head.count(b"\r") != lines:
        raise BadFraming("Each line of the head ends with a carriage return and a line feed.")
    if len(head.translate(None, _CONTROLS)) != len(head):
        raise BadFraming("The head may hold no control characters.")
    if b"\r\n " in head or b"\r\n\t" in head:
        raise BadFraming("Each header stands on one line.")
    if lines - 2 > HEADERS_AT_MOST:
        raise HeadTooLarge(f"A request may have at most {HEADERS_AT_MOST} headers.")


def read_head(http: h11.Connection, head: bytes) -> h11.Request:
    """
    Read a head that :func:`check_head` has passed.

    Raises:
        BadFraming: Whatever h11 does not read, versions other than 1.0 and 1.1, and a Host that is none.
    """
    http.receive_data(head)
    try:
        request = http.next_event()
    except h11.RemoteProtocolError:
        request = None
    if not isinstance(request, h11.Request) or request.http_version not in (b"1.1", b"1.0"):
        raise BadFraming("Send HTTP/1.1 with one Host header (RFC 9112).")
    for name, value in request.headers:
        if name == b"host" and not _HOST.fullmatch(value):
            raise BadFraming("Host is a name or an address, and perhaps a port.")
    return request


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


def body_after(head: bytes, request: h11.Request) -> Body:
    """
    Return what reads the body that a head announces.

    Raises:
        BadFraming: Two lengths, a length and chunks, a coding that is not chunks, or chunks in HTTP/1.0.
    """
    names = head.lower()
    lengths, codings = names.count(b"\r\ncontent-length:"), names.count(b"\r\ntransfer-encoding:")
    if not lengths and not codings:
        return Body(0)
    if lengths + codings > 1:
        raise BadFraming("A body is announced once: by Content-Length, or by Transfer-Encoding.")
    if codings:
        if request.http_version == b"1.0":
            raise BadFraming("HTTP/1.0 knows no chunks; send Content-Length.")
        return ChunkedBody()
    length = _LENGTH.search(names)
    if length is None:
        raise BadFraming("Content-Length is one number.")
    return Body(int(length[1]))


def _bad_chunk() -> BadFraming:
    return BadFraming("The chunks of the body are not well formed (RFC 9112, section 7.1).")
