"""Files that authors upload are what they say, within limits, without positions, and never run here
(FIL-04).
"""

import resource
import struct
import subprocess
import sys
import zipfile
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image, ImageChops, ImageCms
from wagtail.models import CollectionViewRestriction

from content.models import CustomDocument, CustomImage
from content.uploads import MOST_PARTS, MOST_POINTS_OF_WEBP, bare_picture
from tests.rights.asking import browser
from tests.rights.conftest import OPEN_FILES

pytestmark = OPEN_FILES
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"
PAGE = b"<html><script>alert(1)</script></html>"
PLACE = {1: "S", 2: (12.0, 2.0, 44.0), 3: "W", 4: (77.0, 1.0, 55.0)}


def package(**parts: bytes) -> bytes:
    """Return a zip with those parts."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def picture(kind: str = "JPEG", size: tuple[int, int] = (160, 120), **options) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind, **options)
    return buffer.getvalue()


WORD = {"word/document.xml": b"<w/>"}
ACCEPTED = {
    "guia.pdf": PDF,
    "guia.docx": package(**WORD),
    "notas.txt": "Año: ñandú".encode(),
    "datos.csv": b"a,b\n1,2\n",
    "linea.pdf": b"\r\n" + PDF,
}
REFUSED = {
    "pagina.html": PAGE,
    "dibujo.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "programa.exe": b"MZ\x90\x00",
    "guia.pdf.exe": PDF,
    "guia.exe.pdf": b"MZ\x90\x00",
    "falso.pdf": PAGE,
    "dos-cosas.pdf": b"<script>alert(1)</script>" + PDF,
    "programa.pdf": b"MZ\x90\x00" + PDF,
    "tarde.pdf": b" " * 1024 + PDF,
    "pagina.pdf": b"%PDF-1.7\n<html><script>alert(1)</script>",
    "pagina.txt": PAGE,
    "pagina.csv": b"a,b\n<SCRIPT src=//otro.example></SCRIPT>",
    "binario.txt": b"\x00\x01\x02",
    "vacio.docx": package(),
    "falso.docx": PDF,
    "delante.docx": PAGE + package(**WORD),
    "otro.xlsx": package(**WORD),
    "macros.docx": package(**WORD, **{"word/vbaProject.bin": b"x"}),
    "salida.docx": package(**WORD, **{"../config": b"x"}),
    "bomba.docx": package(**{**WORD, "word/media/a": b"\0" * 30_000_000}),
    "partes.docx": package(**WORD, **{f"p{number}": b"" for number in range(MOST_PARTS)}),
    "roto.docx": b"PK\x03\x04" + b"\0" * 100,
}


def upload(world, kind: str, name: str, content: bytes):
    """Send a file as an author does."""
    form = {
        "title": "Archivo",
        "file": SimpleUploadedFile(name, content, content_type="application/pdf"),
        "collection": 1,
    }
    return browser(world.people["Ada"]).post(reverse(f"{kind}:add"), form)


def test_documents_are_known_kinds_told_by_their_content(world):
    before = CustomDocument.objects.count()
    for name, content in REFUSED.items():
        assert upload(world, "wagtaildocs", name, content).status_code == 200, name
        assert CustomDocument.objects.count() == before, name
    for name, content in ACCEPTED.items():
        assert upload(world, "wagtaildocs", name, content).status_code == 302, name
    assert CustomDocument.objects.count() == before + len(ACCEPTED)


ONE_SENTENCE = {
    "vacio.pdf": (b"", "El archivo está vacío."),
    "datos.csv": (
        "a,b".encode("utf-16"),
        "El contenido no es el de un archivo .csv. Ábrelo, guárdalo otra vez y súbelo.",
    ),
    "carta.DOC": (
        b"\xd0\xcf\x11\xe0",
        "Un archivo .doc no se acepta. Ábrelo, guárdalo como .docx y súbelo.",
    ),
    "programa.exe": (
        b"MZ",
        "Ese tipo de archivo no se acepta. Súbelo en uno de estos: .pdf, .docx",
    ),
}


@pytest.mark.parametrize("name", ONE_SENTENCE)
def test_a_document_is_refused_in_one_sentence_that_says_what_to_do(world, name):
    content, sentence = ONE_SENTENCE[name]
    errors = upload(world, "wagtaildocs", name, content).context["form"].errors
    assert list(errors) == ["file"]
    (told,) = errors["file"]
    assert told.startswith(sentence)


def test_a_photo_that_cannot_be_taken_is_refused_in_one_sentence(world, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS = 3_000_000
    large = picture("PNG", (2000, 2000))
    sentences = {
        "IMG_1.HEIC": (
            b"\0\0\0\x18ftypheic",
            "Una foto HEIC no se acepta. Ábrela en tu teléfono o computadora, guárdala como JPG",
        ),
        "grande.png": (
            large,
            "La imagen tiene 4 millones de puntos: el máximo es 3 millones. Redúcela",
        ),
    }
    for name, (content, sentence) in sentences.items():
        errors = upload(world, "wagtailimages", name, content).context["form"].errors
        assert list(errors) == ["file"]
        (told,) = errors["file"]
        assert told.startswith(sentence)


def test_of_a_photo_with_others_inside_the_first_is_kept(world):
    first, second = (
        Image.linear_gradient("L").resize(size).convert("RGB") for size in ((180, 120), (30, 20))
    )
    photo = BytesIO()
    first.save(photo, "MPO", save_all=True, append_images=[second])
    assert upload(world, "wagtailimages", "foto.jpg", photo.getvalue()).status_code == 302
    with (
        CustomImage.objects.latest("pk").file.open() as file,
        Image.open(file) as kept,
        Image.open(photo) as sent,
    ):
        assert (kept.format, kept.size, getattr(kept, "n_frames", 1)) == ("JPEG", (180, 120), 1)
        assert max(most for _, most in ImageChops.difference(kept, sent).getextrema()) < 8


def test_many_at_once_are_checked_alike(world):
    before = CustomDocument.objects.count()
    file = SimpleUploadedFile("falso.pdf", PAGE, content_type="application/pdf")
    answer = browser(world.people["Ada"]).post(
        reverse("wagtaildocs:add_multiple"), {"title": "a", "files[]": file, "collection": 1}
    )
    assert answer.json()["success"] is False
    assert CustomDocument.objects.count() == before


def test_a_picture_too_small_to_be_seen_is_refused_in_words(world):
    for size in ((1, 1), (400, 99), (99, 400)):
        (told,) = (
            upload(world, "wagtailimages", "punto.png", picture("PNG", size))
            .context["form"]
            .errors["file"]
        )
        assert told.startswith(
            f"La imagen es muy chica para verse: mide {size[0]} × {size[1]} puntos. Sube una de "
            "100 × 100"
        )
    assert (
        upload(world, "wagtailimages", "justa.png", picture("PNG", (100, 100))).status_code == 302
    )


def test_a_document_is_saved_not_opened(world, client):
    for name, content in ACCEPTED.items():
        upload(world, "wagtaildocs", name, content)
    reader = browser(world.people["Ada"])
    for document in CustomDocument.objects.all():
        assert client.get(document.url).status_code == 404
        answer = reader.get(document.url)
        assert answer.getvalue()
        assert answer["Content-Disposition"].startswith("attachment"), document
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'"


def test_a_document_kept_private_is_not_given_away(world, client):
    document = CustomDocument.objects.first()
    CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type=CollectionViewRestriction.LOGIN
    )
    for headers in (
        {},
        {"HTTP_RANGE": "bytes=0-3"},
        {"HTTP_IF_NONE_MATCH": f'"{document.file_hash}"'},
    ):
        assert client.get(document.url, **headers).status_code == 404
    assert client.get(f"/media/{document.file.name}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "name"), [("JPEG", "foto.jpg"), ("WEBP", "foto.webp"), ("PNG", "foto.png")]
)
def test_a_picture_tells_neither_place_nor_camera(world, kind, name):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x8825] = "Cámara de Ada", 6, PLACE
    assert (
        upload(
            world, "wagtailimages", name, picture(kind, exif=exif) + b"<script>alert(1)</script>"
        ).status_code
        == 302
    )
    stored = CustomImage.objects.latest("pk")
    with stored.file.open() as file:
        content = file.read()
    with Image.open(BytesIO(content)) as kept:
        found = kept.getexif()
        assert not found.get_ifd(0x8825)
        assert dict(found) == {0x0112: 6}  # which way up it is
        assert kept.convert("RGB").getpixel((5, 5))[2] > 100
    assert b"mara de Ada" not in content
    assert b"script" not in content


def test_pictures_are_pictures_within_limits(world, settings):
    settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS, before = 30_000, CustomImage.objects.count()
    cut = {
        f"{size}.{kind.lower()}": picture(kind)[:size]
        for kind in ("PNG", "JPEG", "WEBP")
        for size in (30, 80)
    }
    moving = BytesIO()
    Image.new("RGB", (160, 120)).save(
        moving, "WEBP", save_all=True, append_images=[Image.new("RGB", (160, 120), "red")]
    )
    refused = {
        "dibujo.svg": REFUSED["dibujo.svg"],
        "solo-cabeza.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 40,
        "solo-cabeza.jpg": b"\xff\xd8\xff\xe0" + b"\0" * 40,
        "falso.png": PAGE,
        "otro.png": picture("JPEG"),
        "viejo.gif": picture("GIF"),
        "enorme.png": picture("PNG", (300, 160)),
        "pesado.png": picture("PNG") + b"\0" * settings.WAGTAILIMAGES_MAX_UPLOAD_SIZE,
        "movil.webp": moving.getvalue(),
    }
    for name, content in (refused | cut).items():
        assert upload(world, "wagtailimages", name, content).status_code == 200, name
    assert CustomImage.objects.count() == before


def flood(side: int) -> bytes:
    """Return a PNG of `side` × `side` black points: few bytes that unpack to many."""

    def part(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content))
        )

    packer = zlib.compressobj(9)
    line = b"\0" * (1 + (side + 7) // 8)
    points = b"".join(packer.compress(line) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", points) + part(b"IEND", b"")


@pytest.mark.parametrize("side", [9_000, 10_000, 20_000])
@pytest.mark.parametrize(
    "address", ["wagtailimages:add", "wagtailimages:add_multiple", "wagtailimages_chooser:create"]
)
def test_a_flood_of_points_is_refused_in_words_before_it_is_unpacked(world, side, address):
    content = flood(side)
    assert len(content) < 100_000
    form = {
        "title": "Enorme",
        "file": content,
        "files[]": content,
        "image-chooser-upload-file": content,
        "collection": 1,
    }
    form = {
        key: SimpleUploadedFile("enorme.png", value, "image/png") if value is content else value
        for key, value in form.items()
    }
    form |= {"image-chooser-upload-title": "Enorme", "image-chooser-upload-collection": 1}
    before, kept = CustomImage.objects.count(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = browser(world.people["Ada"]).post(
        reverse(address), form, headers={"x-requested-with": "XMLHttpRequest"}
    )
    assert answer.status_code == 200
    assert CustomImage.objects.count() == before
    assert "24" in answer.content.decode()  # the limit is told
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - kept < 100 * 1024
    )  # kilobytes: 400 million points would be more


# The peak of this program alone: `ru_maxrss` would remember the process that started it.
MEASURE = """
import re, sys, types
import django; django.setup()
from content.uploads import bare_picture
read = open(sys.argv[1], "rb")
doors = dict(read=read.read, seek=read.seek, tell=read.tell)
file = types.SimpleNamespace(**doors, name="x", image=None, content_type="")
bare_picture(file)
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) // 1024)
"""


@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGBA")])
def test_the_largest_picture_takes_less_than_300_megabytes(settings, tmp_path, kind, mode):
    path, (width, height) = tmp_path / "grande", (4000, 3000) if kind == "WEBP" else (6000, 4000)
    assert width * height == (
        MOST_POINTS_OF_WEBP if kind == "WEBP" else settings.WAGTAILIMAGES_MAX_IMAGE_PIXELS
    )
    Image.new(mode, (width, height), "teal").save(path, kind)
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, path],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert int(done.stdout) < 300


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_a_webp_keeps_its_points_and_its_weight(turn, options):
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x8825] = "Cámara de Ada", turn, PLACE
    drawn = Image.effect_noise((90, 61), 50).convert("RGBA")
    drawn.putalpha(Image.linear_gradient("L").resize((90, 61)))
    colours = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    buffer = BytesIO()
    drawn.save(buffer, "WEBP", exif=exif, xmp=b"<x>Ada</x>", icc_profile=colours, **options)
    file = SimpleUploadedFile("foto.webp", buffer.getvalue() + b"<script>")
    file.image = None
    content = bare_picture(file).read()
    with Image.open(BytesIO(buffer.getvalue())) as before, Image.open(BytesIO(content)) as after:
        assert after.tobytes() == before.tobytes()
        assert after.info["icc_profile"] == colours
        assert dict(after.getexif()) == ({} if turn == 1 else {0x0112: turn})
    assert b"Ada" not in content
    assert b"script" not in content
    assert len(content) < len(buffer.getvalue())


def test_heavy_documents_are_refused(world, settings):
    before = CustomDocument.objects.count()
    upload(world, "wagtaildocs", "pesado.pdf", PDF + b" " * settings.WAGTAILDOCS_MAX_UPLOAD_SIZE)
    assert CustomDocument.objects.count() == before
