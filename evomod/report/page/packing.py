"""Numbers inside a page: one compressed block of bytes, and where in it each array lies."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import numpy as np
import numpy.typing as npt

TYPES = {"u1": np.uint8, "i1": np.int8, "u2": np.uint16, "u4": np.uint32, "f4": np.float32, "f8": np.float64}


class Arrays:
    """Collects arrays; `add` gives what the page finds them by."""

    def __init__(self) -> None:
        self.data = bytearray()

    def add(self, values: npt.ArrayLike, kind: str) -> dict[str, Any]:
        """Keep values as a type of `TYPES`, in row order: where they begin, how many they are, of which type."""
        raw = np.ascontiguousarray(values, np.dtype(TYPES[kind]).newbyteorder("<"))
        self.data += bytes(-len(self.data) % 8)  # typed arrays begin at multiples of their size
        found = {"at": len(self.data), "n": raw.size, "type": kind}
        self.data += raw.tobytes()
        return found

    def text(self) -> str:
        """All of them, compressed, in letters; the same for the same arrays."""
        return base64.b64encode(gzip.compress(bytes(self.data), 6, mtime=0)).decode()


def script_text(node: Any) -> str:
    """JSON that can stand within <script>, whatever is written in it."""
    text = json.dumps(node, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")
