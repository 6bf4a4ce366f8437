"""What the bytes of a fetched file are: which picture format, and whether they reach to its end."""

from __future__ import annotations


def picture_extension(data: bytes) -> str | None:
    """Return the ending (".png") of the format that the first bytes show, None where they are no picture."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"
    if data.startswith(b"\xff\xd8\xff"):
        return ".jpg"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return ".gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis"):
        return ".avif"
    if data.startswith((b"II*\0", b"MM\0*")):
        return ".tif"
    if data.startswith(b"BM") and len(data) > 26 and int.from_bytes(data[2:6], "little") in (0, len(data)):
        return ".bmp"
    return None


def is_whole(data: bytes, extension: str) -> bool:
    """Return whether a picture's bytes reach to their end, as far as its format tells without decoding.

    Bytes after the end are allowed: some cameras and sites add them.
    """
    if extension == ".png":
        return b"IEND" in data[-4096:]
    if extension == ".jpg":
        return (
            data.find(b"\xff\xd9", data.rfind(b"\xff\xda")) >= 0
        )  # an EXIF thumbnail's end stands before the last scan
    if extension == ".gif":
        return b"\0;" in data.rstrip(b"\0")[-64:]  # the end of the last block, and the trailer
    if extension == ".webp":
        return len(data) >= int.from_bytes(data[4:8], "little") + 8
    return True
