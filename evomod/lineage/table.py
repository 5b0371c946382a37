"""A growing HDF5 dataset whose chunks are compressed by us, outside HDF5's global lock, and written ready-made."""

from __future__ import annotations

import zlib
from typing import Any

import h5py
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

# Byte shuffle, then gzip at its fastest: what every HDF5 reader can undo.
FILTERS: dict[str, Any] = {"shuffle": True, "compression": "gzip", "compression_opts": 1}


def deflated(chunk: Array) -> bytes:
    """A chunk as HDF5's shuffle and gzip filters would have stored it."""
    octets = np.ascontiguousarray(chunk).reshape(-1).view(np.uint8).reshape(-1, chunk.dtype.itemsize)
    return zlib.compress(np.ascontiguousarray(octets.T).data, 1)


class Table:
    """Rows are appended in any portions; full chunks are written once, the last one again at each `flush`."""

    def __init__(
        self, file: h5py.File, name: str, dtype: Any, row_shape: tuple[int, ...] = (), chunk: int = 256
    ) -> None:
        dtype = np.dtype(dtype)
        self.dataset = file.create_dataset(
            name,
            shape=(0, *row_shape),
            maxshape=(None, *row_shape),
            chunks=(chunk, *row_shape),
            dtype=dtype,
            **FILTERS,
        )
        self.tail = np.zeros((chunk, *row_shape), dtype)
        self.n_rows = self.n_tail = 0
        self.dirty = False

    def append(self, rows: Array) -> None:
        """Add rows; those of complete chunks are written at once."""
        chunk, first = len(self.tail), 0
        while first < len(rows):
            take = min(chunk - self.n_tail, len(rows) - first)
            self.tail[self.n_tail : self.n_tail + take] = rows[first : first + take]
            self.n_tail += take
            self.n_rows += take
            first += take
            self.dirty = True
            if self.n_tail == chunk:
                self._write()
                self.n_tail = 0
                self.tail[:] = np.zeros((), self.tail.dtype)

    def _write(self) -> None:
        self.dataset.resize(self.n_rows, axis=0)
        offset = (self.n_rows - self.n_tail, *(0,) * (self.tail.ndim - 1))
        self.dataset.id.write_direct_chunk(offset, deflated(self.tail))

    def copy_from(self, source: h5py.Dataset, n_rows: int) -> None:
        """Take over the first rows of a dataset of the same shape and chunks, compressed as they are."""
        chunk = len(self.tail)
        whole = n_rows // chunk * chunk
        self.dataset.resize(whole, axis=0)
        for start in range(0, whole, chunk):
            offset = (start, *(0,) * (self.tail.ndim - 1))
            mask, octets = source.id.read_direct_chunk(offset)
            self.dataset.id.write_direct_chunk(offset, octets, mask)
        self.n_rows = whole
        self.append(source[whole:n_rows])

    def flush(self) -> None:
        """Write the last, incomplete chunk and hand everything to the operating system."""
        if self.dirty:
            if self.n_tail:
                self._write()
            self.dataset.flush()
            self.dirty = False
