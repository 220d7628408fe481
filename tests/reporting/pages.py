"""Reads the figures back from the page and from the file, as a reader would."""

import csv
import io
import re
from dataclasses import dataclass
from html import unescape


@dataclass(frozen=True)
class Row:
    """One line of a table: its name and its figures by heading."""

    name: str
    figures: dict[str, str]


def file_rows(content: bytes) -> list[Row]:
    """Return the lines of the file, the total last."""
    lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    start = next(place for place, line in enumerate(lines) if line[0] == "Nivel")
    headings = lines[start][3:]
    return [
        Row(line[1] if line[0] != "Total" else "Total", dict(zip(headings, line[3:], strict=True)))
        for line in lines[start + 1 :]
    ]


def choices_of(content: bytes, name: str) -> dict[str, str]:
    """Return what a list of the page offers, by its value."""
    (offered,) = re.findall(rf'<select[^>]*name="{name}".*?</select>', content.decode(), re.DOTALL)
    return {
        value: plain(label)
        for value, label in re.findall(
            r'<option value="([^"]*)"[^>]*>(.*?)</option>', offered, re.DOTALL
        )
    }


def page_rows(content: bytes) -> list[Row]:
    """Return the lines of every table of the page in their order, the total last."""
    rows, totals = [], []
    for table in re.findall(r"<table.*?</table>", content.decode(), re.DOTALL):
        headings = [
            plain(text).rstrip("↑↓ ")
            for text in re.findall(r'<th scope="col".*?</th>', table, re.DOTALL)
        ][1:]
        for name, cells in re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', table, re.DOTALL):
            texts = [plain(text) for text in re.findall(r"<td.*?</td>", cells, re.DOTALL)]
            # Where there is nobody the page has a dash and the file nothing; the page writes 1,234
            # and the file 1234.
            figures = dict(
                zip(
                    headings,
                    ["" if text == "—" else text.replace(",", "") for text in texts],
                    strict=True,
                )
            )
            row = Row(plain(re.sub(r'<span class="meta">.*?</span>', "", name)), figures)
            (totals if row.name == "Total" else rows).append(row)
    return rows + totals


def plain(html: str) -> str:
    """Return the text of a piece of the page."""
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()
