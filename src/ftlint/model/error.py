class FtlintError(Exception):
    """A user's mistake: one sentence, what is wrong and how to mend it; shown as one line, exit 2."""

    def __init__(self, message: str, path: str = "", line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line

    def __str__(self) -> str:
        place = (
            f"{self.path}:{self.line}: " if self.path and self.line else f"{self.path}: " if self.path else ""
        )
        return place + self.message


class MissingExtraError(FtlintError):
    """A package of an optional extra is not installed."""

    def __init__(self, extra: str, what: str) -> None:
        super().__init__(f"{what} needs an extra: pip install 'ftlint[{extra}]'")
        self.extra = extra
        self.what = what

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        """Raised in a worker, it arrives in the driver: an exception is rebuilt from its arguments."""
        return MissingExtraError, (self.extra, self.what)
