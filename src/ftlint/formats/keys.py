"""Keys that stand beside the text in datasets of any format and say nothing about it."""

ORDER = {"id", "idx", "index", "_id", "uuid", "guid", "key", "row", "hash", "sha", "split", "dataset", "name"}
ORIGIN = {"source", "src", "origin", "url", "urls", "link", "author", "license", "model", "version"}
TIME = {"timestamp", "time", "date", "year", "created", "created_at", "updated_at"}
SORT = {"category", "categories", "tag", "tags", "topic", "topics", "domain", "subject", "field", "task"}
NATURE = {"type", "kind", "lang", "language", "locale", "title", "meta", "metadata", "info", "extra"}
MEASURE = {"score", "quality", "rating", "difficulty", "weight", "length", "tokens", "token_count"}
COUNTS = {"num_tokens", "n_tokens", "num_turns"}

META = frozenset(ORDER | ORIGIN | TIME | SORT | NATURE | MEASURE | COUNTS)


def is_meta(key: str) -> bool:
    """Whether a column of this name rarely holds what a model reads or writes."""
    folded = key.lower()
    return folded in META or folded.endswith(("_id", "_idx", "_hash", "_url")) or folded.startswith("__")
