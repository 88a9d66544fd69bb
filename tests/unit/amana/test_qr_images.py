"""QR codes as pictures: read again from every format, without metadata, and bad ones refused."""

from __future__ import annotations

import importlib.util
import io
import sys
from functools import partial
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageOps
from PIL.PngImagePlugin import PngInfo

from amana.errors import InputError
from amana.limits import Limits
from amana.qr import images
from amana.qr.images import Correction, draw, read
from amana.qr.text import Kind, encode
from amana.reasons import Reason
from tests.amana_samples import presentation, refused
from tests.deterministic import randomness

ZXING = vars(images)["zxingcpp"] is not None
ZBAR = vars(images)["pyzbar"] is not None
TEXT = "AVC1R 0123 $%*+-./:"


def image_of(text: str = TEXT, module: int = 6) -> Image.Image:
    return Image.open(io.BytesIO(draw(text, module=module).png)).convert("L")


def saved(image: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **more)
    return target.getvalue()


@pytest.fixture(params=["as installed", "zxing", "zbar"])
def reader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The tests run with both readers, and with each of them alone where it is there."""
    if request.param == "zxing":
        if not ZXING:
            pytest.skip("zxing-cpp is not installed")
        monkeypatch.setattr(images, "pyzbar", None)
    elif request.param == "zbar":
        if not ZBAR:
            pytest.skip("libzbar is not installed")
        monkeypatch.setattr(images, "zxingcpp", None)
    return str(request.param)


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("correction", list(Correction))
@pytest.mark.parametrize("module", [1, 3, 6, 12])
def test_what_is_drawn_is_read(correction: Correction, module: int) -> None:
    if module == 1 and vars(images)["zxingcpp"] is None:
        module = 2  # nothing finer is read by zbar alone
    drawn = draw(TEXT, correction=correction, module=module)
    assert read(drawn.png) == [TEXT]


@pytest.mark.usefixtures("reader")
def test_an_answer_goes_through_a_picture_unharmed() -> None:
    text = encode(Kind.PRESENTATION, presentation())
    drawn = draw(text)
    assert read(drawn.png) == [text]
    assert drawn.label == f"{drawn.version}-Q"
    assert draw(text, correction=Correction.M).version < drawn.version


@pytest.mark.usefixtures("reader")
def test_spaces_at_both_ends_stay() -> None:
    text = "AVC1R  X "
    assert read(draw(text).png) == [text]


@pytest.mark.usefixtures("reader")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_format_of_a_camera_or_a_messenger(kind: str) -> None:
    assert read(saved(image_of(), kind)) == [TEXT]


@pytest.mark.usefixtures("reader")
def test_see_through_pictures_stand_on_white() -> None:
    black = Image.new("RGBA", image_of().size, (0, 0, 0, 0))
    black.putalpha(ImageOps.invert(image_of()))
    assert read(saved(black)) == [TEXT]
    assert read(saved(black.convert("LA"))) == [TEXT]
    palette = image_of().convert("P")
    assert read(saved(palette, transparency=255)) == [TEXT]


@pytest.mark.usefixtures("reader")
def test_a_turned_photograph() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    assert read(saved(image_of().rotate(90), "JPEG", exif=exif)) == [TEXT]


@pytest.mark.usefixtures("reader")
def test_several_codes_each_once() -> None:
    one, two = image_of("AVC1R1"), image_of("AVC1R2")
    both = Image.new("L", (one.width * 3 + 80, one.height + 20), 255)
    for place, image in enumerate((one, two, one)):
        both.paste(image, (place * (one.width + 30) + 10, 10))
    assert sorted(read(saved(both))) == ["AVC1R1", "AVC1R2"]


def test_large_modules_that_zbar_loses_at_first(monkeypatch: pytest.MonkeyPatch) -> None:
    if not ZBAR:
        pytest.skip("libzbar is not installed")
    monkeypatch.setattr(images, "zxingcpp", None)
    assert read(draw(TEXT, module=40).png) == [TEXT]


def test_pictures_carry_no_metadata() -> None:
    """C67: no time, no place, no program."""
    png = draw(TEXT).png
    image = Image.open(io.BytesIO(png))
    image.load()
    assert image.info == {}
    assert not image.getexif()
    names = []
    at = 8
    while at < len(png):
        names.append(png[at + 4 : at + 8])
        at += int.from_bytes(png[at : at + 4], "big") + 12
    assert set(names) == {b"IHDR", b"IDAT", b"IEND"}
    assert draw(TEXT).png == png


def test_a_drawn_picture_does_not_print_itself() -> None:
    assert "PNG" not in repr(draw(TEXT))


def test_the_margin_is_four_modules_wide() -> None:
    drawn = draw(TEXT, module=2)
    image = Image.open(io.BytesIO(drawn.png))
    assert image.size == ((17 + 4 * drawn.version + 8) * 2,) * 2
    assert ImageOps.invert(image.convert("L")).getbbox() == (
        8,
        8,
        image.width - 8,
        image.height - 8,
    )


@pytest.mark.parametrize("correction", list(Correction))
def test_more_than_one_code_can_hold(correction: Correction) -> None:
    found = refused(lambda: draw("A" * 5_000, correction=correction), error=InputError)
    assert found is Reason.TOO_LARGE


@pytest.mark.usefixtures("reader")
def test_pictures_without_a_code() -> None:
    for image in (
        Image.new("L", (1, 1)),
        Image.new("L", (400, 300), 255),
        Image.new("L", (3, 2_000)),
        Image.frombytes("L", (100, 100), randomness("noise")(10_000)),
    ):
        found = refused(partial(read, saved(image)), error=InputError)
        assert found is Reason.NO_CODE_FOUND


@pytest.mark.usefixtures("reader")
def test_a_code_of_which_too_much_is_lost() -> None:
    image = image_of()
    ImageDraw.Draw(image).rectangle((0, 0, image.width // 2, image.height), fill=255)
    assert refused(lambda: read(saved(image)), error=InputError) is Reason.NO_CODE_FOUND


def test_a_code_with_nothing_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_attempts", lambda *_: iter([[], []]))
    assert refused(lambda: read(draw(TEXT).png)) is Reason.NO_CODE_FOUND


def test_a_picture_so_wide_that_it_is_not_enlarged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "zxingcpp", None)
    wide = Image.new("L", (5_000, 300), 255)
    wide.paste(image_of(), (2_000, 20))
    if ZBAR:
        assert read(saved(wide)) == [TEXT]
    empty = saved(Image.new("L", (5_000, 30), 255))
    assert refused(lambda: read(empty), error=InputError) is Reason.NO_CODE_FOUND


def test_both_readers_are_optional(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither has a wheel for the phone, where the system scans; drawing needs none of them."""
    for library in ("zxingcpp", "pyzbar", "pyzbar.pyzbar"):
        monkeypatch.setitem(sys.modules, library, None)
    spec = importlib.util.spec_from_file_location("images_of_a_phone", images.__file__)
    assert spec is not None
    assert spec.loader is not None
    phone = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, phone)
    spec.loader.exec_module(phone)
    assert (phone.zxingcpp, phone.pyzbar) == (None, None)
    assert phone.draw(TEXT).png == draw(TEXT).png
    assert refused(lambda: phone.read(draw(TEXT).png)) is Reason.NO_CODE_FOUND


def test_without_any_reader_no_code_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "zxingcpp", None)
    monkeypatch.setattr(images, "pyzbar", None)
    assert refused(lambda: read(draw(TEXT).png), error=InputError) is Reason.NO_CODE_FOUND


PNG = draw(TEXT).png


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"not a picture",
        PNG[: len(PNG) // 2],
        PNG[:60],
        b"%PDF-1.7\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        saved(Image.new("L", (9, 9)), "PPM"),
        saved(Image.new("L", (9, 9)), "ICO"),
        b"\0" * 1_000,
    ],
    ids=range(10),
)
def test_what_is_no_picture(data: bytes) -> None:
    """Formats that no camera writes are refused, whatever Pillow could do with them."""
    assert refused(lambda: read(data), error=InputError) is Reason.BAD_PICTURE


def test_a_picture_that_is_too_large() -> None:
    huge = saved(Image.new("1", (8_000, 6_000)))
    assert len(huge) < 20_000
    assert refused(lambda: read(huge), error=InputError) is Reason.TOO_LARGE
    small = Limits(picture_bytes=100)
    assert refused(lambda: read(PNG, limits=small), error=InputError) is Reason.TOO_LARGE
    assert refused(lambda: read(PNG, limits=Limits(picture_pixels=10))) is Reason.TOO_LARGE


def test_a_strip_longer_than_readers_take() -> None:
    """zxing-cpp raises a ValueError beyond 65,535 pixels, and zbar takes its time."""
    for size in ((40_000, 2), (2, 70_000)):
        strip = saved(Image.new("L", size, 255))
        assert refused(partial(read, strip), error=InputError) is Reason.TOO_LARGE


@pytest.mark.skipif(not ZBAR, reason="libzbar is not installed")
def test_the_slow_reader_sees_no_picture_at_its_largest(monkeypatch: pytest.MonkeyPatch) -> None:
    """It needed 38 s for 40 million pixels of noise: whoever shows such a picture stops a queue."""
    seen: list[int] = []

    def look(grey: Image.Image) -> list[str]:
        seen.append(grey.width * grey.height)
        return []

    monkeypatch.setattr(images, "_zbar", look)
    noise = saved(Image.frombytes("L", (300, 100), randomness("noise")(30_000)))
    refused(lambda: read(noise, limits=Limits(picture_pixels_slow=10_000)))
    assert seen
    assert max(seen) <= 10_000


def test_a_bomb_in_a_text_chunk() -> None:
    info = PngInfo()
    info.add_text("Comment", "x" * 20_000_000, zip=True)
    bomb = saved(image_of(), pnginfo=info)
    assert refused(lambda: read(bomb), error=InputError) is Reason.BAD_PICTURE
