"""Pictures that students hand in or draw: only those that a browser can show without trouble.

A file of a few kilobytes may unpack to gigabytes; what is inside is told by its first lines.
"""

from __future__ import annotations

import base64
import io

from PIL import Image

KINDS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
MAX_PIXELS = 2**25  # a browser unpacks each to 4 bytes; a poster has 8 million


def pixels(kind: str, data: str) -> int:
    """Width times height of a picture in base 64; 0 where it is none of its ``kind``, or too large.

    >>> pixels("image/png", "R0lGODlhAwACAAAAADs=")
    0
    """
    try:
        content = base64.b64decode("".join(data.split()), validate=True)
        with Image.open(io.BytesIO(content), formats=[KINDS[kind]]) as picture:
            size = picture.width * picture.height
    except Exception:  # Pillow fails on broken files in many ways, and warns of large ones
        return 0
    return size if size <= MAX_PIXELS else 0
