"""What the first bytes of a file say."""

import codecs
import re

COMPRESSIONS = (
    (b"\x1f\x8b", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"BZh", "bzip2"),
)

_BINARY = (
    (b"PK\x03\x04", "a zip archive"),
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x89HDF", "an HDF5 file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x80\x04\x95", "a Python pickle"),
    (b"\x80\x05\x95", "a Python pickle"),
    (b"\x7fELF", "a program"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
)

_POINTERS = (
    (
        re.compile(rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/"),
        "Git LFS",
        "git lfs pull",
    ),
    (re.compile(rb"(?:/annex/objects/|\.\./)*\.?\.?/?\.?git/annex/objects/"), "git-annex", "git annex get"),
    (re.compile(rb"/annex/objects/"), "git-annex", "git annex get"),
    (
        re.compile(rb"(?:md5: [0-9a-f]{32}\n)?(?:frozen: \w+\n)?(?:outs|deps):\r?\n *- ?\w+:"),
        "DVC",
        "dvc pull",
    ),
)

_HTML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)[\s>]", re.IGNORECASE | re.DOTALL
)
_XML = re.compile(rb"\s*<\?xml[^>]*>\s*<(?:Error|html|rss|feed|svg)?", re.IGNORECASE)

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def compression(head: bytes) -> str:
    """gzip, zstd, xz, bzip2, or "" for none."""
    found = next((name for magic, name in COMPRESSIONS if head.startswith(magic)), "")
    return "" if found == "bzip2" and head[3:4] not in b"123456789" else found


def encoding(head: bytes) -> tuple[str, int]:
    """A wide encoding and the length of its byte order mark, ("utf-8", 0) where there is none."""
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name, len(bom)
    sample = head[:4096]
    quarter, half = len(sample) // 4, len(sample) // 2
    if quarter < 2:
        return "utf-8", 0
    zeros = [sample[lane::4].count(0) for lane in range(4)]
    if (
        zeros[1] > 0.9 * quarter
        and zeros[2] > 0.9 * quarter
        and zeros[3] > 0.9 * quarter
        and zeros[0] < quarter / 2
    ):
        return "utf-32-le", 0
    if (
        zeros[0] > 0.9 * quarter
        and zeros[1] > 0.9 * quarter
        and zeros[2] > 0.9 * quarter
        and zeros[3] < quarter / 2
    ):
        return "utf-32-be", 0
    even, odd = zeros[0] + zeros[2], zeros[1] + zeros[3]
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le", 0
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be", 0
    return "utf-8", 0


def pointer(head: bytes) -> tuple[str, str] | None:
    """The tool a pointer file belongs to and the command that fetches the data."""
    return next(((tool, command) for pattern, tool, command in _POINTERS if pattern.match(head)), None)


def web_page(head: bytes) -> str:
    """What kind of web answer the bytes are, "" for none."""
    if _HTML.match(head):
        return "an HTML page"
    return "an XML answer" if _XML.match(head) else ""


def binary(head: bytes) -> str:
    """What kind of binary file the bytes are, "" for none that is known or guessed."""
    for magic, what in _BINARY:
        if head.startswith(magic):
            return what
    if head[257:262] == b"ustar":
        return "a tar archive"
    sample = head[:4096]
    odd = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\f\x1b")
    return "binary" if odd > 0.1 * len(sample) and sample[:1] not in b"{[" else ""


def is_parquet(head: bytes) -> bool:
    return head.startswith((b"PAR1", b"PARE"))


def is_arrow(head: bytes) -> bool:
    """An Arrow file, or a stream: a continuation mark and the size of a first message."""
    if head.startswith(b"ARROW1\0\0"):
        return True
    return head[:4] == b"\xff\xff\xff\xff" and 0 < int.from_bytes(head[4:8], "little") < 1 << 24
