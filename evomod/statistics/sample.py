"""What a sample is: some numbers, one a run."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evomod.errors import InputError

Floats = NDArray[np.float64]


def sample(values: ArrayLike, what: str, infinite: bool = False) -> Floats:
    """Check that values can be a sample.

    Parameters
    ----------
    values : array_like, shape (n,)
        At least one number; none is NaN.
    what : str
        What they are called if they are refused.
    infinite : bool
        Whether some may be infinite: where only their order counts.

    Raises
    ------
    InputError
        If they are not numbers, not in one row, none at all, NaN or unduly infinite.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{what}: numbers are needed, one a run; got {values!r:.80}") from None
    if array.ndim != 1 or not len(array):
        raise InputError(f"{what}: a row of at least one number is needed; got an array of shape {array.shape}")
    bad = np.isnan(array) if infinite else ~np.isfinite(array)
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise InputError(f"{what}: value {at} is {array[at]}; leave such runs out, and say how many they are")
    return array
