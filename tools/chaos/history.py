"""Keeps what was sent and what was acknowledged, as a person would: on paper that survives the end
of every process.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

Line = list[Any]


class History:
    """Two files of one run: every act before it is sent, and every acknowledgement on the disk
    before it counts.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.sent_path, self.acknowledged_path = (
            folder / "sent.jsonl",
            folder / "acknowledged.jsonl",
        )
        self.sent_file, self.acknowledged_file = (
            self.sent_path.open("w"),
            self.acknowledged_path.open("w"),
        )
        self.written = self.kept = 0
        self.turn = asyncio.Lock()

    def send(self, line: Line) -> None:
        """Note an act that is about to be sent."""
        self.sent_file.write(json.dumps(line) + "\n")

    async def acknowledge(self, line: Line) -> None:
        """Note an act that the site has acknowledged; returns once the line is on the disk,
        together with its neighbours.
        """
        self.acknowledged_file.write(json.dumps(line) + "\n")
        self.written += 1
        mine = self.written
        async with self.turn:
            if self.kept < mine:
                end = self.written
                self.acknowledged_file.flush()
                await asyncio.to_thread(os.fsync, self.acknowledged_file.fileno())
                self.kept = end

    def close(self) -> None:
        """Close both files."""
        self.sent_file.close()
        self.acknowledged_file.close()
