"""Digests of histories: equal ones have equal values."""

from __future__ import annotations

import hashlib
import json
from typing import Any


class Digest:
    """A growing digest; equal histories of `feed` give equal values."""

    def __init__(self, *history: Any):
        self._hash = hashlib.sha256()
        for item in history:
            self.feed(item)

    def feed(self, item: Any) -> None:
        """Add one JSON-serialisable item."""
        data = json.dumps(item, sort_keys=True, ensure_ascii=False).encode()
        self._hash.update(len(data).to_bytes(8, "big"))
        self._hash.update(data)

    def value(self) -> str:
        """Return the digest of everything fed so far, in hex."""
        return self._hash.hexdigest()
