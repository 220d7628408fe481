"""Counts what a reader pays for: nodes and lines of functions, long lines, addresses written out,
participles as names.

Run as `python -m tools.shape`; tests and migrations are left out. Decision 0022 holds the figures
and their goals.
"""

import ast
import re
import statistics
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LEFT_OUT = {"tests", "migrations"}
COLUMNS, TEMPLATE_COLUMNS = 100, 200
# An address of ours in a template: what `{% url %}` should write.
ADDRESS = re.compile(r"""(?:href|action|src|data-[a-z-]+)=["'](/[a-z][^"'{]*)""")
IRREGULAR = {
    "asked", "begun", "chosen", "done", "drawn", "found", "given", "gone", "heard", "held", "kept",
    "known", "left",
    "lost", "made", "meant", "sent", "shown", "taken", "thrown", "told", "typed", "wanted",
    "written",
}  # fmt: skip
# Words of the field that end like a participle.
NOUNS = {"bed", "embed", "feed", "id", "need", "red", "seed", "shed", "speed", "weed"}


def tracked(suffix: str) -> Iterator[Path]:
    """Yield the tracked files of one kind, without tests and migrations."""
    command = ["git", "ls-files", f"*{suffix}"]
    listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    for line in listing.stdout.splitlines():
        path = ROOT / line
        if path.is_file() and not LEFT_OUT & set(Path(line).parts):
            yield path


def functions_of(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def assigned_names(tree: ast.Module) -> Iterator[str]:
    """Yield each name that something is bound to, once for each binding."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


def is_participle(name: str) -> bool:
    """True for a single word that says what was done to a thing instead of what the thing is."""
    word = name.strip("_").lower()
    return word in IRREGULAR or (word.isalpha() and word.endswith("ed") and word not in NOUNS)


def spread(values: Iterable[int]) -> str:
    """Return median, ninth decile and maximum as a text."""
    ranking = sorted(values)
    return (
        f"{statistics.median(ranking):g} / {ranking[int(0.9 * (len(ranking) - 1))]} / {ranking[-1]}"
    )


def share(part: int, whole: int) -> str:
    """Return a share in per cent."""
    return f"{100 * part / whole:.1f} %"


def figures() -> dict[str, str]:
    """Return every figure by its name."""
    lengths, nodes, lines, names, spoken = [], [], [], 0, 0
    for path in tracked(".py"):
        source = path.read_text()
        tree = ast.parse(source)
        lines += source.splitlines()
        for function in functions_of(tree):
            lengths.append(function.end_lineno - function.lineno + 1)
            nodes.append(
                sum(1 for node in ast.walk(function) if not isinstance(node, ast.expr_context))
            )
        for name in assigned_names(tree):
            names += 1
            spoken += is_participle(name)
    templates = [line for path in tracked(".html") for line in path.read_text().splitlines()]
    return {
        "lines of a function, median / p90 / max": spread(lengths),
        "nodes of a function, median / p90 / max": spread(nodes),
        "nodes a line of functions": f"{sum(nodes) / sum(lengths):.1f}",
        f"lines over {COLUMNS} columns": share(
            sum(len(line) > COLUMNS for line in lines), len(lines)
        ),
        "names that are bare participles": share(spoken, names),
        f"template lines over {TEMPLATE_COLUMNS} characters": share(
            sum(len(line) > TEMPLATE_COLUMNS for line in templates), len(templates)
        ),
        "addresses written out in templates": str(
            sum(len(ADDRESS.findall(line)) for line in templates)
        ),
    }


def main() -> None:
    """Print the figures."""
    for name, figure in figures().items():
        print(f"{figure:>16}  {name}")


if __name__ == "__main__":
    main()
