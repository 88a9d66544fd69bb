"""QR codes as pictures: drawn with qrcode, read with zxing-cpp first and then with pyzbar.

Pictures carry no metadata: no time, no place, no program (C67).
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

import qrcode
import qrcode.constants
from PIL import Image, ImageFilter, ImageOps
from qrcode.exceptions import DataOverflowError

from amana.errors import InputError
from amana.limits import LIMITS, Limits
from amana.reasons import Reason

try:
    import zxingcpp
except ImportError:  # no wheel for the phone: there the system's own scanner stands first
    zxingcpp = None  # type: ignore[assignment]
try:
    from pyzbar import pyzbar
except ImportError:  # the shared library libzbar is missing
    pyzbar = None

__all__ = ["Correction", "Drawn", "draw", "read"]

_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
_SCALES: Final = (1.0, 0.5, 0.25, 2.0)


class Correction(Enum):
    """How much of a code may be lost: 15 % or 25 %. L tears too easily, H needs too much room."""

    M = qrcode.constants.ERROR_CORRECT_M
    Q = qrcode.constants.ERROR_CORRECT_Q


@dataclass(frozen=True, kw_only=True, slots=True)
class Drawn:
    """A QR picture: PNG bytes, its version (1 to 40) and its width in modules without margin."""

    png: bytes = field(repr=False)
    version: int
    correction: Correction

    @property
    def label(self) -> str:
        """For example `16-Q`."""
        return f"{self.version}-{self.correction.name}"


def draw(text: str, *, correction: Correction = Correction.Q, module: int = 6) -> Drawn:
    """Draw `text` with `module` pixels a module and the margin of four that readers need.

    Raises: InputError TOO_LARGE if it fits no code at this correction (the caller's fault).
    """
    code = qrcode.QRCode(version=None, error_correction=correction.value, box_size=module, border=4)
    code.add_data(text, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):  # qrcode raises ValueError beyond version 40
        raise InputError(Reason.TOO_LARGE, "more than one QR code can hold") from None
    target = io.BytesIO()
    code.make_image().get_image().convert("1").save(target, "PNG", optimize=True)
    return Drawn(png=target.getvalue(), version=code.version, correction=correction)


def read(picture: bytes, *, limits: Limits = LIMITS) -> list[str]:
    """All QR texts found in one picture, each once, none trimmed.

    Raises: InputError BAD_PICTURE (not a picture that we read), TOO_LARGE, or NO_CODE_FOUND.
    Not checked: whose codes they are.
    """
    if len(picture) > limits.picture_bytes:
        raise InputError(Reason.TOO_LARGE, "a picture larger than any camera makes")
    grey = _open(picture, limits)
    for found in _attempts(grey, limits):
        if found:
            return list(dict.fromkeys(found))
    raise InputError(Reason.NO_CODE_FOUND, "no QR code in this picture")


def _open(picture: bytes, limits: Limits) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the size is bounded below, by our own number
            image = Image.open(io.BytesIO(picture), formats=_FORMATS)
            if (
                image.width * image.height > limits.picture_pixels
                or max(image.size) > limits.picture_side
            ):
                raise InputError(Reason.TOO_LARGE, "more pixels than any camera makes")
            # In place, and no whole copy in colour that is not needed: a station is a small device.
            ImageOps.exif_transpose(image, in_place=True)
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                layered = image if image.mode == "RGBA" else image.convert("RGBA")
                white = Image.new("L", image.size, "white")
                white.paste(layered.convert("L"), mask=layered.getchannel("A"))
                return white
            return image.convert("L")
    except InputError:
        raise
    except Exception as error:  # noqa: BLE001 - Pillow's decoders raise what their formats inspire
        raise InputError(Reason.BAD_PICTURE, type(error).__name__) from None


def _attempts(grey: Image.Image, limits: Limits) -> Iterator[list[str]]:
    """Cheapest first; whoever asks stops at the first that finds something."""
    if zxingcpp is not None:
        yield _zxing(grey)
    if pyzbar is not None:
        # zbar loses codes with large modules unless they are blurred or made smaller
        for scale in _SCALES:
            size = (max(1, int(grey.width * scale)), max(1, int(grey.height * scale)))
            if size[0] * size[1] <= limits.picture_pixels_slow:
                scaled = grey if scale == 1.0 else grey.resize(size)
                yield _zbar(scaled)
                yield _zbar(scaled.filter(ImageFilter.GaussianBlur(1.5)))


def _zxing(grey: Image.Image) -> list[str]:
    wanted = zxingcpp.BarcodeFormat.QRCode
    results = zxingcpp.read_barcodes(grey, formats=wanted)  # type: ignore[arg-type,unused-ignore]
    return [result.text for result in results if result.valid and result.text]


def _zbar(grey: Image.Image) -> list[str]:
    found = pyzbar.decode(grey, symbols=[pyzbar.ZBarSymbol.QRCODE])
    return [result.data.decode("utf-8", "replace") for result in found if result.data]
