"""Numbers as people read them."""


def number(amount: int) -> str:
    return f"{amount:,}"


def amount(value: float) -> str:
    """A step or an epoch: `1200`, `2.5`."""
    return str(int(value)) if value == int(value) else f"{value:.3g}"


def plural(amount: int, noun: str) -> str:
    return f"{amount:,} {noun}" if amount == 1 else f"{amount:,} {noun}s"


def size(count: int) -> str:
    """Bytes in decimal units, two or three digits: `812 B`, `48 MB`, `1.3 GB`."""
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    for unit in ("KB", "MB", "GB", "TB"):
        amount /= 1000
        if amount < 9.95:
            return f"{amount:.1f} {unit}"
        if amount < 999.5 or unit == "TB":
            return f"{amount:,.0f} {unit}"
    raise AssertionError


def duration(seconds: float) -> str:
    if seconds < 0.1:
        return f"{max(seconds, 0.01):.2f} s"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    if seconds < 59.5:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min {rest} s"


def clock(seconds: float) -> str:
    """A span of time as `0:41` or `1:02:41`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
