import io
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from tachie.core.errors import Unreadable
from tachie.core.images import decode, encode_png, extension, fitted, grid, resized


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


RED = Image.new("RGB", (40, 20), (250, 10, 20))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_every_common_format_decodes_to_rgb(kind: str) -> None:
    rgb = decode(saved(RED, kind)).rgb
    assert rgb.shape == (20, 40, 3)
    assert rgb.dtype == np.uint8
    assert np.abs(rgb.astype(int) - [250, 10, 20]).max() < 16


def test_exif_turns_are_applied() -> None:
    image = Image.new("RGB", (40, 20), (0, 0, 0))
    image.paste((255, 255, 255), (0, 0, 10, 20))  # the left edge is white
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by 90 degrees to show
    rgb = decode(saved(image, "JPEG", exif=exif.tobytes(), quality=95)).rgb
    assert rgb.shape == (40, 20, 3)
    assert rgb[:5].mean() > 240  # what was left is on top
    assert rgb[20:].mean() < 15


def test_cmyk_and_grey_and_palette_become_rgb() -> None:
    for image in (RED.convert("CMYK"), RED.convert("L"), RED.convert("P")):
        kind = "JPEG" if image.mode != "P" else "PNG"
        assert decode(saved(image, kind)).rgb.shape == (20, 40, 3)
    assert np.abs(decode(saved(RED.convert("CMYK"), "JPEG", quality=95)).rgb.mean((0, 1)) - [250, 10, 20]).max() < 12


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 256).astype(np.uint16)[None].repeat(4, 0)
    rgb = decode(saved(Image.fromarray(ramp), "PNG")).rgb
    assert np.abs(rgb[0, :, 0].astype(int) - np.arange(256)).max() <= 1


def test_transparency_is_laid_over_white_and_kept_as_alpha() -> None:
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.putpixel((1, 1), (255, 0, 0, 255))
    image.putpixel((2, 2), (0, 0, 0, 128))
    decoded = decode(saved(image, "PNG"))
    assert decoded.rgb[0, 0].tolist() == [255, 255, 255]
    assert decoded.rgb[1, 1].tolist() == [255, 0, 0]
    assert decoded.rgb[2, 2].tolist() == [127, 127, 127]
    assert decoded.alpha is not None
    assert decoded.alpha[1, 1] == 255
    assert decoded.alpha[0, 0] == 0


def test_an_alpha_channel_that_hides_nothing_is_dropped() -> None:
    assert decode(saved(RED.convert("RGBA"), "PNG")).alpha is None


def test_the_first_frame_of_an_animation_is_taken() -> None:
    frames = [Image.new("RGB", (8, 8), c) for c in ((255, 0, 0), (0, 255, 0), (0, 0, 255))]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=50)
    assert decode(data).rgb[0, 0].tolist() == [255, 0, 0]


def test_a_colour_profile_is_converted_to_srgb() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    same = decode(saved(RED, "PNG", icc_profile=lab.tobytes())).rgb
    assert np.abs(same.astype(int) - [250, 10, 20]).max() <= 1
    broken = decode(saved(RED, "PNG", icc_profile=b"this is no profile")).rgb
    assert broken[0, 0].tolist() == [250, 10, 20]


def huge_png_header(side: int = 60_000) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty_file"),
        (b"this is a text named .png\n" * 9, "not_a_picture"),
        (huge_png_header(), "too_many_pixels"),
        (saved(Image.effect_noise((300, 300), 90).convert("RGB"), "JPEG")[:4000], "truncated"),
        (saved(Image.effect_noise((300, 300), 90), "PNG")[:4000], "truncated"),
        (b"\x89PNG\r\n\x1a\n", "not_a_picture"),
    ],
)
def test_what_cannot_be_decoded_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as caught:
        decode(data)
    assert caught.value.reason == reason


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 3), st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=8), st.floats(0, 1))
def test_damaged_files_decode_or_are_unreadable_and_never_raise_anything_else(
    which: int, changes: list[tuple[int, int]], part: float
) -> None:
    image = Image.linear_gradient("L").convert("RGB").resize((32, 32))
    data = bytearray(saved(image, ("PNG", "JPEG", "WEBP", "GIF")[which]))
    for place, value in changes:
        data[place % len(data)] = value
    try:
        rgb = decode(bytes(data[: max(1, round(len(data) * part))]), pixel_limit=4_000_000).rgb
    except Unreadable:
        return
    assert rgb.dtype == np.uint8
    assert rgb.ndim == 3


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_png_keeps_every_pixel(width: int, height: int, seed: int) -> None:
    rgb = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    np.testing.assert_array_equal(decode(encode_png(rgb)).rgb, rgb)
    assert extension(encode_png(rgb)) == ".png"


def test_fitting_shrinks_the_longer_side_and_never_enlarges() -> None:
    small, factor = fitted(np.zeros((100, 400, 3), np.uint8), 200)
    assert small.shape == (50, 200, 3)
    assert factor == 0.5
    same, factor = fitted(np.zeros((10, 20, 3), np.uint8), 200)
    assert same.shape == (10, 20, 3)
    assert factor == 1.0
    assert resized(same, 7, 3).shape == (3, 7, 3)


def test_a_grid_may_end_in_a_short_row() -> None:
    sheet = grid([np.full((4, 4, 3), i, np.uint8) for i in range(5)], columns=3, gap_px=1)
    assert sheet.shape == (9, 14, 3)
    assert sheet[5, 5].tolist() == [4, 4, 4]
    assert sheet[-1, -1].tolist() == [255, 255, 255]
