"""Takes files that authors upload: known kinds, told by what is inside, within limits, and without
the place where a photo was taken.
"""

import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import PurePath
from typing import BinaryIO

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from content.files_in_use import Upload, replacing_refusal
from content.shown_pictures import showing_refusal

# What may lie inside: a mark near the beginning, or for office files a part that they cannot lack.
MARKS = {"pdf": b"%PDF-"}  # readers look for it in the first kilobyte (ISO 32000-1, annex H.3.4.1)
PARTS = {
    "docx": "word/document.xml",
    "xlsx": "xl/workbook.xml",
    "pptx": "ppt/presentation.xml",
    "odt": "content.xml",
    "ods": "content.xml",
    "odp": "content.xml",
}
PLAIN = ("txt", "csv")
# Kinds that people have and the site does not take, and as what their programs save them.
SAVED_AS = {"doc": "docx", "xls": "xlsx", "ppt": "pptx", "rtf": "docx", "pages": "pdf"}
PHONE_KINDS = ("heic", "heif")
MOST_PARTS = 2000
MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 100
# A page or a script in front makes a file that one program takes for a document and another for
# something to run.
MARKUP = (b"<html", b"<script", b"<svg", b"<!doctype", b"<?php")
# Programs and packages begin so: with a mark of another kind behind it, such a file would be two
# things.
PROGRAMS = (b"MZ", b"\x7fELF", b"#!", b"PK")
HEAD = 1024
LEAST_SIDE = 100  # on a phone a lesson is some 360 wide
TURN = 0x0112
# The parts of a WebP that are seen: points, transparency, colours. Moving ones are refused.
SHOWN_CHUNKS = (b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ICCP")
MOST_POINTS_OF_WEBP = 12_000_000  # its decoder takes 16 bytes for each point
HAS_EXIF, HAS_XMP = 0x08, 0x04


class WholeUpload(forms.ModelForm):
    """A new file is stored with its title or not at all: Wagtail would put it aside as it came,
    with the place where a photo was taken, until somebody mends the title.
    """

    def full_clean(self):
        super().full_clean()
        is_new = self.is_bound and not self.instance.pk and "file" in self.fields
        if is_new and self.errors and "file" not in self.errors:
            why = next(iter(self.errors.values()))[0]
            told = _("No se guardó el archivo. %(why)s Corrígelo y elige el archivo otra vez.")
            self.add_error("file", told % {"why": why})


class DocumentForm(WholeUpload, BaseDocumentForm):
    """A document whose content is what its name says."""

    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" in self.changed_data:
            refuse_replacing(self.instance)
            check_document(file.name, file)
        return file


class PictureField(WagtailImageField):
    """Wagtail's field, which lets faults of the picture library pass: a flood of points or a broken
    file would end in an error page.
    """

    def to_python(self, data):
        if data and PurePath(getattr(data, "name", "")).suffix.lower().lstrip(".") in PHONE_KINDS:
            raise ValidationError(
                _(
                    "Una foto HEIC no se acepta. Ábrela en tu teléfono o computadora, guárdala "
                    "como JPG y súbela."
                )
            )
        with told_in_words(self.max_image_pixels):
            return super().to_python(data)

    def check_image_pixel_size(self, f):
        """Count one picture: phones put a small second one into a photo, and what moves is refused
        later.
        """
        width, height = f.image.get_size()
        if width * height > self.max_image_pixels:
            raise too_many_points(self.max_image_pixels, width * height)


class ImageForm(WholeUpload, BaseImageForm):
    """A picture without what the camera wrote into it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if file := self.fields.get("file"):
            self.fields["file"] = PictureField(
                label=file.label,
                widget=file.widget,
                required=file.required,
                max_length=file.max_length,
            )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return file
        refuse_replacing(self.instance)
        refuse_tiny(*file.image.get_size())
        if refusal := showing_refusal(*file.image.get_size()):
            raise ValidationError(refusal)
        with told_in_words(self.fields["file"].max_image_pixels):
            return bare_picture(file)


def refuse_tiny(width: int, height: int) -> None:
    """Refuse a picture in which nobody could see anything. Raises ValidationError."""
    if min(width, height) < LEAST_SIDE:
        sentence = _(
            "La imagen es muy chica para verse: mide %(width)d × %(height)d puntos. Sube una de "
            "%(least)d × %(least)d puntos o más."
        )
        raise ValidationError(sentence % {"width": width, "height": height, "least": LEAST_SIDE})


def refuse_replacing(upload: Upload) -> None:
    """Refuse another file behind a picture or document that readers see. Raises ValidationError."""
    refusal = replacing_refusal(upload) if upload.pk else ""
    if refusal:
        raise ValidationError(refusal)


@contextmanager
def told_in_words(most_points: int) -> Iterator[None]:
    """Turn what the picture library says about a picture that it cannot or will not open into
    words. Raises ValidationError.
    """
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_many_points(most_points) from None
    except (OSError, SyntaxError, ValueError, struct.error):
        raise ValidationError(
            _("No se pudo abrir la imagen. Ábrela, guárdala otra vez y súbela.")
        ) from None


def too_many_points(most: int, counted: int = 0) -> ValidationError:
    """Return the refusal of a picture that is too large; `counted` is its number of points where it
    is known.
    """
    numbers = {"most": most // 1_000_000, "counted": -(-counted // 1_000_000)}
    if not counted:
        sentence = _(
            "La imagen tiene demasiados puntos: el máximo es %(most)d millones. Redúcela y "
            "súbela otra vez."
        )
    else:
        sentence = _(
            "La imagen tiene %(counted)d millones de puntos: el máximo es %(most)d millones. "
            "Redúcela y súbela otra vez."
        )
    return ValidationError(sentence % numbers)


def check_document(name: str, file: BinaryIO) -> None:
    """Refuse a file that is not of the kind that its name says, or that would unpack to a bomb.

    Raises ValidationError.
    """
    kind = PurePath(name).suffix.lower().lstrip(".")
    if kind in SAVED_AS:
        kinds = {"kind": kind, "other": SAVED_AS[kind]}
        raise ValidationError(
            _("Un archivo .%(kind)s no se acepta. Ábrelo, guárdalo como .%(other)s y súbelo.")
            % kinds
        )
    if kind not in {*PARTS, *PLAIN, *MARKS}:
        kinds = ", ".join(f".{extension}" for extension in settings.WAGTAILDOCS_EXTENSIONS)
        raise ValidationError(
            _("Ese tipo de archivo no se acepta. Súbelo en uno de estos: %(kinds)s.")
            % {"kinds": kinds}
        )
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if kind in PARTS:
        is_right = is_office_file(file, PARTS[kind])
        file.seek(0)
    elif kind in PLAIN:
        is_right = b"\0" not in head and not any(mark in head.lower() for mark in MARKUP)
    else:
        is_right = (
            MARKS[kind] in head
            and not head.startswith(PROGRAMS)
            and not any(mark in head.lower() for mark in MARKUP)
        )
    if not is_right:
        raise ValidationError(
            _("El contenido no es el de un archivo .%(kind)s. Ábrelo, guárdalo otra vez y súbelo.")
            % {"kind": kind}
        )


def is_office_file(file: BinaryIO, part: str) -> bool:
    """Say whether a file is a package with that part, within limits, without macros or ways out of
    its folder.
    """
    file.seek(0)
    if file.read(4) != b"PK\x03\x04":
        return False
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    size_open, size_packed = (
        sum(entry.file_size for entry in entries),
        sum(entry.compress_size for entry in entries),
    )
    is_small = len(entries) <= MOST_PARTS and size_open <= min(
        MOST_UNPACKED, MOST_RATIO * max(size_packed, 1)
    )
    names = {entry.filename for entry in entries}
    return is_small and part in names and not any(is_dangerous(name) for name in names)


def is_dangerous(name: str) -> bool:
    """True for a part with macros, or one that would land outside the folder it is unpacked
    into.
    """
    path = PurePath(name)
    return (
        path.name.lower() == "vbaproject.bin"
        or path.is_absolute()
        or ".." in path.parts
        or "\\" in name
    )


def bare_picture(file):
    """Return a picture with its pixels, colours and turn, and nothing else: no place, no camera, no
    bytes behind the end.
    """
    file.seek(0)
    picture = Image.open(file)
    if picture.format == "MPO":  # a photo with small ones behind it: the first is the photo
        file.seek(0)
        picture = JpegImageFile(file)
    if getattr(picture, "n_frames", 1) > 1:
        raise ValidationError(_("La imagen tiene movimiento. Sube una imagen quieta."))
    turn = picture.getexif().get(TURN, 1)
    content = (
        bare_webp(picture, file, turn) if picture.format == "WEBP" else written_again(picture, turn)
    )
    bare = ContentFile(content, file.name)
    bare.image, bare.content_type = file.image, file.content_type
    return bare


def only_turn(turn: int) -> bytes:
    """Return what tells a viewer which way up a picture is; empty when it stands as it lies in the
    file.
    """
    exif = Image.Exif()
    exif[TURN] = turn
    return b"" if turn == 1 else exif.tobytes()


def written_again(picture: Image.Image, turn: int) -> bytes:
    """Return a JPEG or PNG with the same points, coefficients of JPEG included."""
    options: dict[str, object] = {"quality": "keep"} if picture.format == "JPEG" else {}
    if profile := picture.info.get("icc_profile"):
        options["icc_profile"] = profile
    picture.info = {key: value for key, value in picture.info.items() if key == "transparency"}
    buffer = BytesIO()
    picture.save(buffer, picture.format, exif=only_turn(turn), **options)
    return buffer.getvalue()


def bare_webp(picture: Image.Image, file: BinaryIO, turn: int) -> bytes:
    """Return a WebP without the chunks that show nothing.

    Writing it again would take half a minute and make it five times heavier.
    """
    if picture.width * picture.height > MOST_POINTS_OF_WEBP:
        raise too_many_points(MOST_POINTS_OF_WEBP)
    picture.load()  # a file that is cut off must not be found out when somebody reads the lesson
    file.seek(0)
    whole = file.read()
    end, place = min(len(whole), 8 + int.from_bytes(whole[4:8], "little")), 12
    chunks = []
    while place + 8 <= end:
        name, length = (
            whole[place : place + 4],
            int.from_bytes(whole[place + 4 : place + 8], "little"),
        )
        if name in SHOWN_CHUNKS:
            chunks.append((name, whole[place + 8 : place + 8 + length]))
        place += 8 + length + length % 2
    exif = only_turn(turn).removeprefix(b"Exif\0\0")
    head = {name: content for name, content in chunks[:1] if name == b"VP8X"}
    if head:
        flags = head[b"VP8X"][0] & ~(HAS_EXIF | HAS_XMP) | (HAS_EXIF if exif else 0)
        chunks[0] = (b"VP8X", bytes([flags]) + head[b"VP8X"][1:])
        chunks += [(b"EXIF", exif)] if exif else []
    body = b"WEBP" + b"".join(
        name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
        for name, content in chunks
    )
    return b"RIFF" + struct.pack("<I", len(body)) + body
