"""Stands between a device and the site: passes a request on, waits for the whole answer, and cuts
before the device sees it.
"""

import asyncio
import re
import time

from tools.harness.browsing import Answer, read_answer, read_body
from tools.harness.servers import HOST

IDENTIFIER = re.compile(rb"uuid=([0-9a-f-]{36})")


class CuttingWire:
    """A small proxy on a port of its own.

    `answers` holds what it did not pass on, by the identifier of the act.
    """

    def __init__(self, port: int) -> None:
        self.beyond = port
        self.answers: dict[str, Answer] = {}

    async def __aenter__(self) -> "CuttingWire":
        self.server = await asyncio.start_server(self._carry, HOST, 0)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *error: object) -> None:
        self.server.close()
        await self.server.wait_closed()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        lines = (line.split(": ", 1) for line in head.decode("latin-1").rstrip().split("\r\n")[1:])
        body = await read_body(reader, 0, {name.lower(): value for name, value in lines})
        back, there = await asyncio.open_connection(HOST, self.beyond)
        there.write(head + body)
        answer = await read_answer(back, time.perf_counter())
        self.answers[IDENTIFIER.search(body).group(1).decode()] = answer
        there.close()
        writer.close()
