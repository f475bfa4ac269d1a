"""A request is read in one way or not at all."""

from __future__ import annotations

import h11
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from service.api.errors import BadFraming, HeadTooLarge
from service.server.framing import Body, ChunkedBody, body_after, head_of, read_head

GET = b"GET / HTTP/1.1\r\nHost: a\r\n"
POST = b"POST / HTTP/1.1\r\nHost: a\r\n"
END = b"\r\n"

HEADS: dict[str, bytes] = {
    "bare line feeds": b"GET / HTTP/1.1\nHost: a\n\r\n\r\n",
    "one bare line feed": b"GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n",
    "a bare carriage return": GET + b"X: a\rY: b\r\n" + END,
    "a folded header": GET + b"X: a\r\n b\r\n" + END,
    "a header folded with a tab": GET + b"Content-Length:\r\n\t5\r\n" + END,
    "a null character": GET + b"X: a\x00b\r\n" + END,
    "another control character": GET + b"X: a\x0bb\r\n" + END,
    "two Hosts": GET + b"Host: b\r\n" + END,
    "two Hosts that agree": GET + b"Host: a\r\n" + END,
    "no Host": b"GET / HTTP/1.1\r\n\r\n",
    "a Host with a path": b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "a Host with a name before it": b"GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
    "a Host with two ports": b"GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n",
    "a Host of two words": b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
    "a Host with markup": b"GET / HTTP/1.1\r\nHost: <b>\r\n\r\n",
    "both lengths": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n" + END,
    "both lengths the other way round": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n" + END,
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n" + END,
    "two lengths that agree": POST + b"Content-Length: 5\r\nContent-Length: 5\r\n" + END,
    "a list of lengths": POST + b"Content-Length: 5, 5\r\n" + END,
    "a negative length": POST + b"Content-Length: -5\r\n" + END,
    "a length with a sign": POST + b"Content-Length: +5\r\n" + END,
    "a hexadecimal length": POST + b"Content-Length: 0x5\r\n" + END,
    "an empty length": POST + b"Content-Length: \r\n" + END,
    "a length of twenty digits": POST + b"Content-Length: 10000000000000000000\r\n" + END,
    "a space before the colon": POST + b"Content-Length : 5\r\n" + END,
    "a space before the name": POST + b"X: y\r\n Content-Length: 5\r\n" + END,
    "two codings": POST + b"Transfer-Encoding: gzip, chunked\r\n" + END,
    "chunks twice": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" + END,
    "a coding like chunks": POST + b"Transfer-Encoding: xchunked\r\n" + END,
    "a coding that is no chunks": POST + b"Transfer-Encoding: identity\r\n" + END,
    "a vertical tab before chunks": POST + b"Transfer-Encoding: \x0bchunked\r\n" + END,
    "chunks in HTTP/1.0": b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
    "HTTP/2.0": b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    "HTTP/0.9": b"GET / HTTP/0.9\r\nHost: a\r\n\r\n",
    "HTTP/1.2": b"GET / HTTP/1.2\r\nHost: a\r\n\r\n",
    "no version": b"GET /\r\nHost: a\r\n\r\n",
    "two spaces": b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a space in the target": b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n",
    "a target in raw UTF-8": "GET /é HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    "a method with a slash": b"G/T / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a header without a colon": GET + b"nothing\r\n" + END,
    "a header without a name": GET + b": x\r\n" + END,
    "a beginning of TLS": b"\x16\x03\x01\x02\x00\r\n\r\n",
}


def read(head: bytes) -> Body:
    return body_after(read_head(head))


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_head_that_somebody_could_read_otherwise_is_refused(head: bytes) -> None:
    with pytest.raises(BadFraming):
        read(head)


NEAR_HEADS = st.lists(
    st.sampled_from(
        [
            *(b"GET / HTTP/1.1\r\n", b"POST /a?b=c HTTP/1.1\r\n", b"GET / HTTP/1.0\r\n", b"Host: a\r\n", b"X: y\r\n"),
            *(b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n", b"Connection: close\r\n", b"X-Y:\tz \r\n"),
            *(
                b"Expect: 100-continue\r\n",
                b" ",
                b":",
                b"\t",
                b"\r\n",
                b"\n",
                b"\xe9",
                b"\x00",
                b"a",
                b"(",
                b"HTTP/1.1",
                b",",
            ),
        ]
    ),
    max_size=9,
).map(b"".join)


@given(st.sampled_from([b"", GET, POST]).flatmap(lambda begun: NEAR_HEADS.map(lambda lines: begun + lines)))
@example(b"GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n")
def test_a_head_that_is_read_is_read_as_h11_reads_it(lines: bytes) -> None:
    head = lines + END
    try:
        ours = read_head(head)
        body_after(ours)
    except BadFraming:
        return
    theirs = h11.Connection(h11.SERVER)
    theirs.receive_data(head)
    request = theirs.next_event()

    assert isinstance(request, h11.Request)
    assert (ours.method, ours.target, b"1.%d" % ours.minor) == (request.method, request.target, request.http_version)
    assert ours.headers == list(request.headers)
    assert ours.is_last == _closes(theirs)
    assert ours.awaits_100 == _awaits(head)


def _awaits(head: bytes) -> bool:
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(head)
    connection.next_event()
    return connection.they_are_waiting_for_100_continue


def _closes(connection: h11.Connection) -> bool:
    """Whether h11 would close after an answer."""
    connection.send(h11.Response(status_code=204, headers=[]))
    connection.send(h11.EndOfMessage())
    return connection.our_state is h11.MUST_CLOSE


@pytest.mark.parametrize("value", [b"a\r\nset-cookie: b", b"a\nset-cookie: b", b"a\rset-cookie: b"])
def test_a_header_with_a_line_end_in_it_is_never_sent(value: bytes) -> None:
    with pytest.raises(ValueError, match="line end"):
        head_of(200, [(b"x", value)])


@pytest.mark.parametrize(
    "head",
    [
        GET + END,
        GET + b"X:\r\n" + END,
        GET + b"X: a\tb\r\n" + END,
        GET + b"X: \xe9\r\n" + END,
        GET + b"Content-Lengths: 5, 5\r\n" + END,
        b"GET / HTTP/1.0\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: my_name.example:8000\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: [::1]:8000\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
    ],
)
def test_an_ordinary_head_announces_no_body(head: bytes) -> None:
    assert read(head).is_whole


def test_a_hundred_headers_are_enough() -> None:
    headers = b"".join(b"X-%d: y\r\n" % number for number in range(99))

    assert read(GET + headers + END).is_whole
    with pytest.raises(HeadTooLarge):
        read_head(GET + headers + b"One: more\r\n" + END)


def test_a_length_says_where_the_body_ends() -> None:
    body = read(POST + b"content-length:5 \r\n" + END)

    assert body.take(b"abc") == (b"abc", b"")
    assert not body.is_whole
    assert body.take(b"deGET /") == (b"de", b"GET /")
    assert body.is_whole


CHUNKED = {
    "one chunk": (b"5\r\nhello\r\n0\r\n\r\n", b"hello"),
    "two chunks": (b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", b"hello!"),
    "no chunk": (b"0\r\n\r\n", b""),
    "zeros before a size": (b"00000005\r\nhello\r\n000\r\n\r\n", b"hello"),
    "a size in capitals": (b"A\r\n0123456789\r\n0\r\n\r\n", b"0123456789"),
    "an extension": (b'5;name="value"\r\nhello\r\n0;last\r\n\r\n', b"hello"),
    "extensions with spaces": (b"5 ; name = value;b\r\nhello\r\n0\r\n\r\n", b"hello"),
    "line ends inside a chunk": (b"4\r\n\r\n\r\n\r\n0\r\n\r\n", b"\r\n\r\n"),
}


@pytest.mark.parametrize(("wire", "body"), CHUNKED.values(), ids=CHUNKED.keys())
def test_chunks_are_put_together_wherever_the_wire_cuts_them(wire: bytes, body: bytes) -> None:
    for cut in range(len(wire) + 1):
        chunks = ChunkedBody()
        first, no_rest = chunks.take(wire[:cut])
        second, rest = chunks.take(wire[cut:] + b"GET /")

        assert (first + second, no_rest + rest) == (body, b"GET /")
        assert chunks.is_whole


BAD_CHUNKS = {
    "a bare line feed after a size": b"5\nhello\r\n0\r\n\r\n",
    "a bare line feed after a chunk": b"5\r\nhello\n0\r\n\r\n",
    "a bare line feed at the end": b"0\r\n\n",
    "no line end after a chunk": b"5\r\nhello0\r\n\r\n",
    "a chunk longer than its size": b"5\r\nhello!\r\n0\r\n\r\n",
    "a negative size": b"-5\r\nhello\r\n0\r\n\r\n",
    "a size with a prefix": b"0x5\r\nhello\r\n0\r\n\r\n",
    "a size with a sign": b"+5\r\nhello\r\n0\r\n\r\n",
    "a size with an underscore": b"1_0\r\n0123456789abcdef\r\n0\r\n\r\n",
    "a space before a size": b" 5\r\nhello\r\n0\r\n\r\n",
    "a space after a size": b"5 \r\nhello\r\n0\r\n\r\n",
    "an empty size": b"\r\nhello\r\n0\r\n\r\n",
    "a size of more than 32 bits": b"100000005\r\nhello\r\n0\r\n\r\n",
    "a carriage return in an extension": b"5;a\rb\r\nhello\r\n0\r\n\r\n",
    "a line feed in an extension": b"5;a\nb\r\nhello\r\n0\r\n\r\n",
    "an extension that opens quotes": b'5;a="\r\nhello\r\n0\r\n\r\n',
    "an extension without a name": b"5;\r\nhello\r\n0\r\n\r\n",
    "an extension of two words": b"5;a b\r\nhello\r\n0\r\n\r\n",
    "an endless extension": b"5;" + b"a" * 1000,
    "a trailer": b"0\r\nX: y\r\n\r\n",
    "a request for an end": b"0\r\nGET / HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("wire", BAD_CHUNKS.values(), ids=BAD_CHUNKS.keys())
def test_chunks_in_another_form_are_refused_wherever_the_wire_cuts_them(wire: bytes) -> None:
    for cut in range(len(wire)):
        with pytest.raises(BadFraming):
            take_all(wire[:cut], wire[cut:])


def take_all(*parts: bytes) -> None:
    chunks = ChunkedBody()
    for part in parts:
        chunks.take(part)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.lists(st.integers(1, 30), max_size=20))
def test_any_chunks_in_any_pieces_are_put_together(parts: list[bytes], cuts: list[int]) -> None:
    wire = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    chunks, body = ChunkedBody(), b""

    for cut in [*cuts, len(wire)]:
        body += chunks.take(wire[:cut])[0]
        wire = wire[cut:]

    assert body == b"".join(parts)
    assert chunks.is_whole
