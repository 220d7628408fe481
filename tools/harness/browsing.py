"""Speaks HTTP to our own servers: thin, because it shares the processors with them."""

import asyncio
import gzip
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

from tools.harness.servers import HOST

SESSION_COOKIE, CSRF_COOKIE = "puriq_sesion", "puriq_csrf"
CSRF_TOKEN = "0" * 32
PASSWORD = "puriq-medida-2026"  # of every person of the benchmark


@dataclass(frozen=True)
class Ask:
    """One request. `cookies` is the value of the header; `form` makes it a POST."""

    path: str
    cookies: str = ""
    form: Mapping[str, str | Sequence[str]] | None = None
    accept: str = "text/html"
    statuses: tuple[int, ...] = (200,)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass
class Answer:
    """One answer: `wire` counts its bytes with the head, as they were sent."""

    status: int
    headers: dict[str, str]
    body: bytes
    wire: int
    seconds: float
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The body as text."""
        return (
            gzip.decompress(self.body)
            if self.headers.get("content-encoding") == "gzip"
            else self.body
        ).decode()


def cookies_of(session: str) -> str:
    """Return the cookies of a signed-in person of the site."""
    return f"{SESSION_COOKIE}={session}; {CSRF_COOKIE}={CSRF_TOKEN}"


def form(**values: str) -> dict[str, str]:
    """Return the fields of an act as the page would send them, with a fresh identifier unless one
    is given.
    """
    return {"csrfmiddlewaretoken": CSRF_TOKEN, "uuid": str(uuid4()), **values}


async def read_answer(reader: asyncio.StreamReader, started: float) -> Answer:
    """Read one answer to its end."""
    head = await reader.readuntil(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").rstrip().split("\r\n")
    pairs = [line.split(": ", 1) for line in lines]
    headers = {name.lower(): value for name, value in pairs}
    cookies = dict(
        value.split(";", 1)[0].split("=", 1)
        for name, value in pairs
        if name.lower() == "set-cookie"
    )
    status = int(first.split(" ", 2)[1])
    body = await read_body(reader, status, headers)
    return Answer(
        status, headers, body, len(head) + len(body), time.perf_counter() - started, cookies
    )


async def read_body(reader: asyncio.StreamReader, status: int, headers: dict[str, str]) -> bytes:
    """Read the body that belongs to a head."""
    if status in {204, 304}:
        return b""
    if "content-length" in headers:
        return await reader.readexactly(int(headers["content-length"]))
    parts = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readline()
    await reader.readline()
    return b"".join(parts)


class Visitor:
    """One connection that is kept open, as a browser keeps it."""

    def __init__(self, port: int, encodings: str = "gzip") -> None:
        self.port, self.encodings = port, encodings
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, ask: Ask) -> Answer:
        """Send a request and return its answer.

        A page is asked once more when the server had closed the connection.
        """
        start = time.perf_counter()
        is_fresh = self.writer is None
        try:
            return await self._exchange(ask, start)
        except (ConnectionError, asyncio.IncompleteReadError):
            await self.leave()
            if is_fresh or ask.form is not None:
                raise
            return await self._exchange(ask, start)

    async def leave(self) -> None:
        """Close the connection."""
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None

    async def _exchange(self, ask: Ask, started: float) -> Answer:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(HOST, self.port, limit=1 << 20)
        self.writer.write(self._written(ask))
        answer = await read_answer(self.reader, started)
        if answer.headers.get("connection", "").lower() == "close":
            await self.leave()
        return answer

    def _written(self, ask: Ask) -> bytes:
        method = "GET" if ask.form is None else "POST"
        lines = [
            f"{method} {ask.path} HTTP/1.1",
            f"Host: {HOST}:{self.port}",
            f"Accept: {ask.accept}",
            f"Accept-Encoding: {self.encodings}",
            *(f"{name}: {value}" for name, value in ask.headers),
        ]
        if ask.cookies:
            lines.append(f"Cookie: {ask.cookies}")
        body = b""
        if ask.form is not None:
            body = urlencode(ask.form, doseq=True).encode()
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
        return "\r\n".join([*lines, "", ""]).encode() + body
