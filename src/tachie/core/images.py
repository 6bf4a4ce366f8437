"""Safe decoding into the one form that flows (uint8 HWC RGB), encoding, resizing and grids."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from tachie.core.errors import Unreadable

Rgb = NDArray[np.uint8]
PIXEL_LIMIT = 64_000_000  # 8000 x 8000: above every scan in use, and 192 MB as RGB
UPSCALED_KEY = "tachie-upscaled"  # of a PNG's text: how often it was doubled

Image.MAX_IMAGE_PIXELS = None  # the limit is checked by hand below, before any pixel is decoded

_SRGB = ImageCms.createProfile("sRGB")
_EXTENSIONS = {
    "PNG": ".png", "JPEG": ".jpg", "MPO": ".jpg", "WEBP": ".webp", "GIF": ".gif", "BMP": ".bmp",
    "TIFF": ".tif", "AVIF": ".avif",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded picture: `rgb` uint8 HWC over white, `alpha` uint8 HW or None where it is opaque.

    `upscaled` is how often `tachie upscale` doubled it, as its PNG says.
    """

    rgb: Rgb
    alpha: NDArray[np.uint8] | None
    upscaled: int = 0


def decode(data: bytes, pixel_limit: int = PIXEL_LIMIT) -> Decoded:
    """Decode a still picture, or the first frame of an animated one.

    EXIF turns are applied, an embedded ICC profile is converted to sRGB, CMYK, palettes, grey and 16 bits become
    8-bit RGB, transparency is laid over white. Raises `Unreadable` with one of the reasons empty_file,
    not_a_picture, too_many_pixels, truncated, undecodable.
    """
    if not data:
        raise Unreadable("empty_file", "the file has no bytes")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            image = Image.open(io.BytesIO(data))
        except UnidentifiedImageError as error:
            raise Unreadable("not_a_picture", "no known picture format") from error
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            raise Unreadable("undecodable", str(error)) from error
        width, height = image.size
        if width * height > pixel_limit:
            raise Unreadable("too_many_pixels", f"{width} x {height}, the limit is {pixel_limit:,} pixels")
        try:
            return _decoded(image)
        except (OSError, EOFError) as error:
            reason = "truncated" if "truncated" in str(error).lower() or isinstance(error, EOFError) else "undecodable"
            raise Unreadable(reason, str(error)) from error
        except (ValueError, SyntaxError, MemoryError, IndexError, KeyError, TypeError) as error:
            raise Unreadable("undecodable", f"{type(error).__name__}: {error}") from error


def _decoded(image: Image.Image) -> Decoded:
    image.load()
    profile = image.info.get("icc_profile")
    stated = str(image.info.get(UPSCALED_KEY, ""))
    upscaled = int(stated) if re.fullmatch(r"[0-9]", stated) else 0
    transparent = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    alpha = None
    if transparent:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = _to_srgb(image.convert("RGB"), profile)
    elif image.mode.startswith("I;16") or image.mode in ("I", "F"):
        image = _eight_bits(image)
    else:
        image = _to_srgb(image, profile)
    image = _turned(image)
    rgb = np.asarray(image.convert("RGB"))
    if alpha is None:
        return Decoded(rgb, None, upscaled)
    opacity = np.asarray(_turned(alpha))
    if opacity.min() == 255:
        return Decoded(rgb, None, upscaled)
    return Decoded(over_white(rgb, opacity), opacity, upscaled)


def over_white(rgb: Rgb, alpha: NDArray[np.uint8]) -> Rgb:
    """Lay a picture with transparency (uint8 HW) over white."""
    weight = alpha[:, :, None].astype(np.uint16)
    laid: Rgb = ((rgb * weight + 255 * (255 - weight) + 127) // 255).astype(np.uint8)
    return laid


def _turned(image: Image.Image) -> Image.Image:
    return ImageOps.exif_transpose(image)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Scale 16-bit and float grey down to 8 bits; Pillow's own convert would clip instead."""
    values = np.asarray(image).astype(np.float64)
    top = 65535.0 if values.max() > 255 else 255.0 if values.max() > 1 else 1.0
    return Image.fromarray((values.clip(0, top) * (255.0 / top)).round().astype(np.uint8))


def _to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Convert by the embedded profile; a broken or foreign profile is ignored, as browsers do."""
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, _SRGB, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            turned = None
        if turned is not None:
            exif = image.info.get("exif")
            if exif:
                turned.info["exif"] = exif
            return turned
    return image if image.mode == "RGB" else image.convert("RGB")


def extension(data: bytes) -> str:
    """Return the file name ending (".png") that a picture's bytes deserve, ".bin" where they are no known picture."""
    try:
        return _EXTENSIONS.get(Image.open(io.BytesIO(data)).format or "", ".bin")
    except (OSError, ValueError, SyntaxError):
        return ".bin"


def encode_png(rgb: Rgb) -> bytes:
    """Encode losslessly; level 1 by run lengths is smaller than level 3 on drawings, in two thirds of the time."""
    settings = [cv2.IMWRITE_PNG_COMPRESSION, 1, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE]
    done, buffer = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), settings)
    if not done:
        raise ValueError(f"OpenCV could not encode a picture of shape {rgb.shape}")
    return buffer.tobytes()


def encode_jpeg(rgb: Rgb, quality: int = 80) -> bytes:
    """Encode for thumbnails and pages; lossy."""
    done, buffer = cv2.imencode(".jpg", np.ascontiguousarray(rgb[:, :, ::-1]), [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"OpenCV could not encode a picture of shape {rgb.shape}")
    return buffer.tobytes()


def encode_webp(rgb: Rgb, quality: int = 88) -> bytes:
    """Encode for pages; lossy, a third of a JPEG of the same looks."""
    done, buffer = cv2.imencode(".webp", np.ascontiguousarray(rgb[:, :, ::-1]), [cv2.IMWRITE_WEBP_QUALITY, quality])
    if not done:
        raise ValueError(f"OpenCV could not encode a picture of shape {rgb.shape}")
    return buffer.tobytes()


def centre_square(rgb: Rgb, side: int) -> Rgb:
    """Return the middle square of a picture at `side` px: what training sees of it."""
    height, width = rgb.shape[:2]
    shorter = min(height, width)
    y, x = (height - shorter) // 2, (width - shorter) // 2
    return resized(rgb[y : y + shorter, x : x + shorter], side, side)


def resized(rgb: Rgb, width: int, height: int) -> Rgb:
    """Resize: by area averaging where it shrinks, by bicubic interpolation where it grows."""
    if rgb.shape[:2] == (height, width):
        return rgb
    shrinks = width * height < rgb.shape[0] * rgb.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(rgb, (width, height), interpolation=method).astype(np.uint8, copy=False)


def fitted(rgb: Rgb, long_side: int) -> tuple[Rgb, float]:
    """Shrink so that the longer side is at most `long_side` px; return the picture and the factor it was scaled by."""
    height, width = rgb.shape[:2]
    factor = min(1.0, long_side / max(width, height))
    if factor == 1.0:
        return rgb, 1.0
    return resized(rgb, max(1, round(width * factor)), max(1, round(height * factor))), factor


def grid(pictures: Sequence[Rgb] | Rgb, columns: int, gap_px: int = 0) -> Rgb:
    """Lay pictures of one size out in rows on white; the last row may be short."""
    height, width = pictures[0].shape[:2]
    rows = -(-len(pictures) // columns)
    sheet = np.full((rows * (height + gap_px) - gap_px, columns * (width + gap_px) - gap_px, 3), 255, np.uint8)
    for i, picture in enumerate(pictures):
        y, x = (i // columns) * (height + gap_px), (i % columns) * (width + gap_px)
        sheet[y : y + height, x : x + width] = picture
    return sheet
