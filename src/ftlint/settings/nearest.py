from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """`: did you mean 'x'?` for the nearest of `known`, "" where none is near."""
    import difflib

    plain = {name.lower().replace("_", "-"): name for name in known}
    near = difflib.get_close_matches(word.lower().replace("_", "-"), plain, n=1, cutoff=0.6)
    return f": did you mean {plain[near[0]]!r}?" if near else ""
