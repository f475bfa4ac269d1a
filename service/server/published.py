"""
Published records, asked for by GET or HEAD: answered at once, without a task and the messages of ASGI.

Nearly all of such an answer is known before anybody asks; what is left depends on If-None-Match and the request id. To
carry it through the app took twice as long as all the rest of it. Whatever is out of the ordinary is left to the app,
and a test holds both ways against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import NamedTuple, Self

from fastapi import FastAPI

from service.api.collections import ShelfRoute
from service.api.dispatch import Dispatch
from service.api.errors import RequestRefused
from service.api.headers import preferred, request_id_from
from service.api.route import Header, Published
from service.api.shelf import Shelf
from service.server.framing import LINE_END, STATUS_LINES, Head, lines_of
from service.server.journal import Journal
from service.server.replies import Replies

METHODS = {b"GET": "GET", b"HEAD": "HEAD"}
_REQUEST_ID = "0"
_BEFORE_ID, _AFTER_ID = b"x-request-id: ", LINE_END


class _Answers(NamedTuple):
    """The answers to who asks for one record: each as its lines before the request id, and those after it."""

    route: ShelfRoute
    document: Published
    lines: dict[int, tuple[bytes, bytes]]


class PublishedAnswers:
    """
    Answers what needs nobody's leave.

    Args:
        dispatch: Tells which route has a path.
    """

    @classmethod
    def of(cls, app: FastAPI) -> Self | None:
        """Return what answers for an app; ``None`` where its doors, a trace or an added layer look at every request."""
        state = app.state
        if app.user_middleware or state.settings.telemetry or not state.doors.are_open:
            return None
        return cls(Dispatch(app.router, app.routes), state.services.shelf, state.replies, state.journal)

    def __init__(self, dispatch: Dispatch, shelf: Shelf, replies: Replies, journal: Journal) -> None:
        self._dispatch = dispatch
        self._shelf = shelf
        self._replies = replies
        self._journal = journal
        self._known: dict[bytes, _Answers] = {}
        self._common: tuple[Sequence[Header], bytes] = ((), b"")

    def answer(self, head: Head, common: Sequence[Header], last: Sequence[Header]) -> tuple[bytes, str] | None:
        """
        Answer a request without a body, and count it.

        Args:
            common: The first headers of every answer.
            last: The last headers of this one.

        Returns:
            The whole answer, and the line to be written before it is sent; ``None`` where the app has to be asked.
        """
        started = perf_counter()
        method = METHODS.get(head.method)
        if method is None:
            return None
        found = self._known.get(head.target) or self._find(head.target)
        if found is None or not self._accepts(head, found.route):
            return None
        route, document, lines = found
        status = document.status_for(_texts(head.all(b"if-none-match")))
        before, after = lines.get(status) or self._write(found, status)
        request_id = request_id_from(head.all(b"x-request-id"))
        body = document.body if status == 200 and method == "GET" else b""
        if common is not self._common[0]:  # they hold the time, and are made anew each second
            self._common = common, lines_of(common)
        closing = lines_of(last) if last else b""
        parts = STATUS_LINES[status], self._common[1], before, request_id.encode(), after, closing, LINE_END, body
        answer = b"".join(parts)
        line = self._journal.line(method, route.path, status, perf_counter() - started, len(body), request_id)
        return answer, line

    def _find(self, target: bytes) -> _Answers | None:
        """Return the answers under a path that is written as plainly as can be, if it is that of a published record."""
        path = target.decode("ascii")
        document = self._shelf.find(path)
        if document is None:
            return None
        try:
            route = self._dispatch.find({"path": path, "method": "GET"})
        except RequestRefused:
            return None
        if not isinstance(route, ShelfRoute):
            return None
        found = self._known[target] = _Answers(route, document, {})
        return found

    @staticmethod
    def _accepts(head: Head, route: ShelfRoute) -> bool:
        accept = head.all(b"accept")
        return not accept or preferred(_texts(accept), route.media_types) is not None

    def _write(self, found: _Answers, status: int) -> tuple[bytes, bytes]:
        """Write the lines of an answer as the app would, and keep them."""
        headers = self._replies.headers_of(found.document.reply(status), _REQUEST_ID)
        before, _, after = lines_of(headers).partition(_BEFORE_ID + _REQUEST_ID.encode() + _AFTER_ID)
        found.lines[status] = written = before + _BEFORE_ID, _AFTER_ID + after
        return written


def _texts(values: Sequence[bytes]) -> Sequence[str]:
    return [value.decode("latin-1") for value in values]
