"""Union-find over the indexes of texts."""

from __future__ import annotations

from array import array


class Clusters:
    """Which texts are connected. The first text of a cluster, by index, stands for it."""

    __slots__ = ("parents",)

    def __init__(self, count: int) -> None:
        self.parents = array("Q", range(count))

    def copy(self) -> Clusters:
        other = Clusters(0)
        other.parents = self.parents[:]
        return other

    def first(self, index: int) -> int:
        """The first text of the cluster that a text belongs to: itself where it is connected to none."""
        parents = self.parents
        root = index
        while parents[root] != root:
            root = parents[root]
        while parents[index] != root:
            parents[index], index = root, parents[index]
        return root

    def connect(self, left: int, right: int) -> bool:
        """Put two clusters together; False where they were one already."""
        left, right = self.first(left), self.first(right)
        if left == right:
            return False
        self.parents[max(left, right)] = min(left, right)
        return True
