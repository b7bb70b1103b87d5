"""How far two ways of finding the same thing agree, over many pictures."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Tally:
    """Places compared, picture by picture."""

    what: str
    agreed: int = 0
    compared: int = 0
    offered: int = 0
    pictures: int = 0
    worst: tuple[float, str] = field(default=(2.0, ""))

    def add(self, picture: str, agreed: int, compared: int, offered: int) -> None:
        """Enter a picture: `compared` places out of `offered` ones (the rest lies near edges)."""
        self.agreed += int(agreed)
        self.compared += int(compared)
        self.offered += int(offered)
        self.pictures += 1
        if compared:
            self.worst = min(self.worst, (int(agreed) / int(compared), picture))

    @property
    def share(self) -> float:
        """The share of the compared places at which both agree."""
        return self.agreed / self.compared

    def __str__(self) -> str:
        """Say how far they agree, how much was compared, and where it was worst."""
        left_out = 1 - self.compared / self.offered
        share, picture = self.worst
        return (
            f"{self.what}: {self.share:.4%} of {self.compared} agree in {self.pictures} pictures "
            f"({left_out:.1%} left out near edges); worst {share:.2%}, {picture}"
        )

    def check(self, least: float) -> None:
        """Print the figures, and fail below the share `least` or where too little was compared."""
        print(self)
        assert self.compared > 100 * self.pictures, f"{self}: too little to compare"
        assert self.share >= least, f"{self}: expected {least:.2%}"
