"""Lines whose words carry their left and right edge, in characters or in points: what aligned tables are made of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """A cell's worth of text on one line, with its edges."""

    text: str
    left: float
    right: float


@dataclass(frozen=True)
class TextLine:
    """A line: its pieces, and its address."""

    pieces: tuple[Piece, ...]
    address: str

    @property
    def text(self) -> str:
        """The line as read."""
        return " ".join(piece.text for piece in self.pieces)
