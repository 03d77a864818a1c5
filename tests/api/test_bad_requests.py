"""Requests that no library would send, over a raw connection: refused in order, and the service goes on."""

import socket
from collections.abc import Iterator

import pytest

from tests.api.live import LiveService, Usager

CUT = 0
CLOSE = b"Host: essai\r\nConnection: close\r\n"


def _ask(live: LiveService, request: bytes) -> tuple[int, bytes]:
    """Send these very bytes; return the status (CUT: closed without an answer) and what came."""
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(request)
        received = b""
        try:
            while part := connection.recv(65_536):
                received += part
        except (ConnectionResetError, TimeoutError):
            pass
    return int(received.split(b" ", 2)[1]) if received else CUT, received


@pytest.fixture(autouse=True)
def _goes_on(live: LiveService) -> Iterator[None]:
    before, log = live.counts(), len(live.log())
    yield
    assert live.http.get("/health").json()["status"] == "ok"
    after = live.counts()
    assert {t: n for t, n in after.items() if t != "conversations"} == {
        t: n + (after["conversations"] - before["conversations"] if t in ("messages", "buttons") else 0)
        for t, n in before.items()
        if t != "conversations"
    }
    assert "unhandled_error" not in live.log()[log:]


REQUESTS: list[tuple[str, bytes, set[int]]] = [
    ("not http", b"\x00\x01\x02 rien\r\n\r\n", {400}),
    ("absurd method", b"VOLER /api/v1/sujets HTTP/1.1\r\n" + CLOSE + b"\r\n", {405}),
    ("trace", b"TRACE / HTTP/1.1\r\n" + CLOSE + b"\r\n", {405}),
    ("connect", b"CONNECT essai:443 HTTP/1.1\r\n" + CLOSE + b"\r\n", {CUT, 400}),
    (
        "absolute path elsewhere",
        b"GET http://ailleurs.example/ HTTP/1.1\r\n" + CLOSE + b"\r\n",
        {200, 400, 404},
    ),
    ("parent folders", b"GET /static/../../settings.py HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404}),
    ("encoded parents", b"GET /static/%2e%2e/app.py HTTP/1.1\r\n" + CLOSE + b"\r\n", {404}),
    ("double encoding", b"GET /static/%252e%252e/app.py HTTP/1.1\r\n" + CLOSE + b"\r\n", {404}),
    ("absolute file", b"GET /static//etc/passwd HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404}),
    ("backslashes", b"GET /static/..\\..\\app.py HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404}),
    ("encoded nul", b"GET /static/%00 HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404}),
    ("nul in a page", b"GET /api/v1/sujets%00 HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404}),
    ("bytes in the path", b"GET /api/v1/conversations/\xff\xfe HTTP/1.1\r\n" + CLOSE + b"\r\n", {400}),
    ("double slash", b"GET //api//v1//sujets HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404}),
    ("endless path", b"GET /" + b"a" * 7000 + b" HTTP/1.1\r\n" + CLOSE + b"\r\n", {400, 404, 413, 414}),
    ("huge header", b"GET / HTTP/1.1\r\n" + CLOSE + b"X: " + b"a" * 20_000 + b"\r\n\r\n", {413, 431}),
    ("many headers", b"GET / HTTP/1.1\r\n" + CLOSE + b"X: a\r\n" * 3000 + b"\r\n", {413, 431}),
    (
        "bytes in a bearer",
        b"GET /api/v1/handoffs HTTP/1.1\r\n" + CLOSE + b"Authorization: Bearer \xff\r\n\r\n",
        {400},
    ),
    (
        "bytes in a cookie",
        b"GET /api/v1/handoffs HTTP/1.1\r\n" + CLOSE + b"Cookie: session=\xff\r\n\r\n",
        {400},
    ),
    ("bytes in any header", b"GET /health HTTP/1.1\r\n" + CLOSE + b"X-\xc3\xa9: \xff\r\n\r\n", {400}),
    (
        "odd cookies",
        b"GET /api/v1/handoffs HTTP/1.1\r\n" + CLOSE + b"Cookie: ;;=;session;a=b=c\r\n\r\n",
        {401},
    ),
    (
        "length that is none",
        b"POST /api/v1/conversations HTTP/1.1\r\n" + CLOSE + b"Content-Length: x\r\n\r\n{}",
        {400},
    ),
    (
        "length below zero",
        b"POST /api/v1/conversations HTTP/1.1\r\n" + CLOSE + b"Content-Length: -2\r\n\r\n{}",
        {400},
    ),
    (
        "announced huge",
        b"POST /api/v1/conversations HTTP/1.1\r\n" + CLOSE + b"Content-Length: 9999999999\r\n\r\n{}",
        {413},
    ),
    (
        "bad chunk",
        b"POST /api/v1/conversations HTTP/1.1\r\n" + CLOSE + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        {400},
    ),
    (
        "odd expectation",
        b"POST /api/v1/conversations HTTP/1.1\r\n" + CLOSE + b"Expect: lune\r\nContent-Length: 2\r\n\r\n{}",
        {417},
    ),
    ("http 3 by word", b"GET / HTTP/3.0\r\n" + CLOSE + b"\r\n", {200, 400, 505}),
]


@pytest.mark.parametrize(
    ("request_bytes", "statuses"), [r[1:] for r in REQUESTS], ids=[r[0] for r in REQUESTS]
)
def test_a_request_that_no_library_would_send(
    live: LiveService, request_bytes: bytes, statuses: set[int]
) -> None:
    status, received = _ask(live, request_bytes)
    assert status in statuses
    assert b"def " not in received.partition(b"\r\n\r\n")[2][:500]
    if status >= 400:
        assert b"application/problem+json" in received
        assert b"nosniff" in received


@pytest.mark.parametrize(
    "header", [b"Idempotency-Key: \xff\xfe", b"Content-Type: \xff", b"Last-Event-ID: \xff"]
)
def test_bytes_in_the_header_of_a_message_are_refused(
    live: LiveService, usager: Usager, header: bytes
) -> None:
    body = b'{"text": "a"}'
    head = f"POST {usager.path}/messages HTTP/1.1\r\nAuthorization: Bearer {usager.token}\r\n".encode()
    length = f"Content-Length: {len(body)}\r\n".encode()
    status, _ = _ask(live, head + CLOSE + length + header + b"\r\n\r\n" + body)
    assert status == 400
    assert len(usager.call("GET").json()["messages"]) == 1


def test_a_message_cut_on_the_way_is_not_recorded(live: LiveService, usager: Usager) -> None:
    head = f"POST {usager.path}/messages HTTP/1.1\r\nAuthorization: Bearer {usager.token}\r\n".encode()
    with socket.create_connection(("127.0.0.1", live.port), timeout=10) as connection:
        connection.sendall(head + b"Host: x\r\nContent-Length: 500\r\n\r\n" + b'{"text": "coup')
    assert len(usager.call("GET").json()["messages"]) == 1


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/conversations/x", {"GET", "DELETE"}),
        ("/api/v1/conversations/x/handoff", {"POST", "DELETE"}),
        ("/api/v1/sujets", {"GET"}),
        ("/health", {"GET", "HEAD"}),
    ],
)
def test_another_method_is_told_which_are_allowed(live: LiveService, path: str, allowed: set[str]) -> None:
    answer = live.http.request("PATCH", path)
    assert answer.status_code == 405
    assert {method.strip() for method in answer.headers["allow"].split(",")} == allowed


@pytest.mark.parametrize(
    "identifier", ["x", "%ff", "%00", "..%2f..", "' OR 1=1", "é", "0" * 2000, "%F0%9F%99%82"]
)
def test_an_identifier_of_nothing_is_not_found(live: LiveService, identifier: str) -> None:
    bearer = {"Authorization": f"Bearer {live.team().token}"}
    assert live.http.get(f"/api/v1/handoffs/{identifier}", headers=bearer).status_code == 404
    assert (
        live.http.get(
            f"/api/v1/conversations/{identifier}", headers={"Authorization": "Bearer x"}
        ).status_code
        == 404
    )
