"""Says how a lesson shows a picture, and which pictures cannot be shown so."""

from django.utils.translation import gettext as _

MOST_WIDTH = 640
# As `content/blocks/figure.html` asks for it.
SHOWN_AS = f"width-{MOST_WIDTH}|format-webp"
MOST_HEIGHT = 16_383  # a WebP has no more points on a side


def showing_refusal(width: int, height: int) -> str:
    """Return why a picture of this size in points cannot be shown and what to do; empty for one
    that can.
    """
    shown = height * min(width, MOST_WIDTH) // width
    if shown <= MOST_HEIGHT:
        return ""
    sentence = _(
        "La imagen es muy larga para mostrarse: mide %(width)d × %(height)d puntos. Córtala en "
        "partes y sube cada una."
    )
    return sentence % {"width": width, "height": height}
