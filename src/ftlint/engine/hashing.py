from array import array

import xxhash

_digest = xxhash.xxh3_64_intdigest


def content_hashes(texts: list[str]) -> "array[int]":
    """XXH3-64 of each text's UTF-8; lone surrogates are encoded as they stand."""
    try:
        return array("Q", [_digest(text.encode()) for text in texts])
    except UnicodeEncodeError:
        return array("Q", [_digest(text.encode("utf-8", "surrogatepass")) for text in texts])


def content_hash(data: bytes) -> str:
    """XXH3-128 of `data` as 32 hexadecimal digits."""
    return xxhash.xxh3_128_hexdigest(data)
