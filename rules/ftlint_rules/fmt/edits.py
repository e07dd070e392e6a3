"""Fixes that the reader's faults carry with them."""

from ftlint.model import Drop, Fault, Fix, ReplaceBytes


def replaced(fault: Fault, message: str, *, safe: bool = True, otherwise: bytes | None = None) -> Fix | None:
    """The bytes as they ought to be, where the reader knows them; `otherwise` is the rule's own guess."""
    replacement = otherwise if fault.replacement is None else fault.replacement
    if replacement is None:
        return None
    return Fix(message, (ReplaceBytes(fault.offset, fault.length, replacement),), safe)


def dropped(fault: Fault) -> Fix | None:
    """The row goes: what it was meant to say is lost already. A person decides."""
    if fault.row is None or fault.recovered:
        return None
    return Fix("drop the row", (Drop(),), safe=False)


def noted(message: str, fault: Fault) -> str:
    """The message with the fault's short fact and how often it was met."""
    detail = f": {fault.detail}" if fault.detail else ""
    return f"{message}{detail}" + (f" ({fault.times:,} times)" if fault.times > 1 else "")
