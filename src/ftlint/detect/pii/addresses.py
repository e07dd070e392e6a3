"""What is no personal address though it reads like one: e-mail, IP and MAC."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ftlint.detect.pii import surroundings

DOCUMENTATION = tuple(
    ip_network(net)
    for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)
"""RFC 5737, RFC 3849, RFC 9637."""

LOW = 32
"""Of an address in the public internet one in four thousand has nothing but numbers below; versions have."""

_GLOBAL_UNICAST = ip_network("2000::/3")
_NOT_GLOBAL = tuple(
    ip_network(net)
    for net in (
        *("100.64.0.0/10", "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24"),
        *("192.175.48.0/24", "198.18.0.0/15", "2002::/16", "2620:4f:8000::/48"),
    )
)

_VERSION_BEFORE = (
    r"(?:\bv|\bversions?|\bver\.?|\brelease|\bbuild|\bfirmware|\bdriver|\bpatch|\bOID|\bUID|identifier)[\s:=\"'(]{0,2}\Z"
    r"|[=~><]=\s?\Z|[A-Za-z]-\Z|(?:\A|[\s\"'(])[A-Za-z][\w-]*/\Z"
)
_SECTION_BEFORE = (
    r"(?:\bsections?|\bchapters?|§+|\bfigures?|\bfig\.|\btables?|\bappendix|\bclauses?"
    r"|\bparagraphs?|\balgorithm|\bexercises?|\bequations?|\btheorem|\blemma)\s?\Z"
)
_NETWORK_WORD = (
    r"\b(?:ip|ipv4|ip[ _-]?addr\w*|address|host\w*|server|ping|dns|ssh|curl|nameserver|resolver|gateway"
    r"|router|node|peer|client|remote|listen\w*|bind|connect\w*|proxy|user|from)\b[^.\n]{0,24}\Z|//\Z"
)


def address_of(value: str) -> IPv4Address | IPv6Address | None:
    """The address of a match, which may carry a zone and a prefix length; None where it is none."""
    try:
        return ip_address(value.partition("/")[0].partition("%")[0])
    except ValueError:
        return None


def documentation(address: IPv4Address | IPv6Address) -> bool:
    return any(address in net for net in DOCUMENTATION)


def ip_refused(text: str, start: int, end: int) -> bool:
    """Whatever no single host in the public internet has, and numbers of versions and sections."""
    address = address_of(text[start:end])
    if address is None:
        return True
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is None:
            return _ipv6_refused(address, text, start, end)
        address = mapped
    if documentation(address):
        return False
    if _names_a_network(text[start:end]):
        return True
    return _special(address) or _dotted_number(str(address), text, start, end)


def _names_a_network(value: str) -> bool:
    """`52.94.0.0/22`: the bits behind the prefix are all zero, so it is no host's."""
    if "/" not in value:
        return False
    try:
        network = ip_network(value, strict=True)
    except ValueError:
        return False
    return network.prefixlen < network.max_prefixlen - (64 if network.version == 6 else 0)


def _special(address: IPv4Address | IPv6Address) -> bool:
    return (
        address.is_private
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or any(address in net for net in _NOT_GLOBAL)
    )


def _ipv6_refused(address: IPv6Address, text: str, start: int, end: int) -> bool:
    value = text[start:end]
    if documentation(address):
        return False
    if re.fullmatch(r"(?:[0-9A-Fa-f]{2}:){7}[0-9A-Fa-f]{2}", value):
        # Eight pairs are a longer hardware address or a piece of a fingerprint.
        return True
    if re.match(r"[0-9A-Za-z_:.]", surroundings.before(text, start, 1)) or re.match(
        r":?[0-9A-Za-z_]", text[end : end + 2]
    ):
        return True
    if _names_a_network(value):
        return True
    if "::" in value:
        # With places left out it is short enough to be a slice (`x[1::2]`) or a scope. 2000::/3 is all
        # there is.
        return address not in _GLOBAL_UNICAST or _special(address)
    return address.is_private or address.is_multicast or address.is_link_local


def _dotted_number(value: str, text: str, start: int, end: int) -> bool:
    """An object identifier, a version, a section."""
    lead, rest = surroundings.before(text, start, 40), surroundings.after(text, end, 2)
    if re.search(r"[\d.]\.\Z|[0-9A-Za-z_]\Z|\d-\Z", lead) or re.match(r"\.\d|[A-Za-z_]|-\d", rest):
        return True
    if re.search(_VERSION_BEFORE, lead, re.IGNORECASE):
        return True
    parts = value.split(".")
    if all(int(part) < 100 for part in parts) and re.search(_SECTION_BEFORE, lead, re.IGNORECASE):
        return True
    low = all(int(part) < LOW for part in parts)
    return low and not (re.match(r":\d", rest) or re.search(_NETWORK_WORD, lead, re.IGNORECASE))


_PIECE_OF_HEX = r"(?:[0-9A-Fa-f]{2}[:-]|[0-9A-Fa-f]{4}\.)"
_OCTET_BEFORE = re.compile(rf"(?<![0-9A-Za-z]){_PIECE_OF_HEX}\Z|[0-9A-Za-z_]\Z")
_OCTET_AFTER = re.compile(r"(?:[:-][0-9A-Fa-f]{2}|\.[0-9A-Fa-f]{4})(?![0-9A-Za-z])|[0-9A-Za-z_]")


def mac_refused(text: str, start: int, end: int) -> bool:
    """Group addresses, pieces of fingerprints and hashes, dates with a time."""
    octets = re.sub(r"[^0-9A-Fa-f]", "", text[start:end])
    lead, rest = surroundings.before(text, start, 6), surroundings.after(text, end, 6)
    if _OCTET_BEFORE.search(lead) or _OCTET_AFTER.match(rest):
        return True
    if len(octets) != 12 or len(set(octets.lower())) == 1 or int(octets[:2], 16) & 1:
        return True
    return octets.isdecimal() and bool(
        re.fullmatch(r"\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d[0-5]\d", octets)
    )


_SCHEME_BEFORE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/@\"'<>]*\Z")
_SHELL_BEFORE = re.compile(r"\b(?:ssh|scp|sftp|rsync|mosh|sshfs|ssh-copy-id|git clone)\b[^\n|;&]*\Z")
_MESSAGE_ID_BEFORE = re.compile(
    r"\b(?:Message-ID|In-Reply-To|References|Content-ID|cid)\s*:?\s*(?:<[^>]*>\s*)*<?\Z", re.IGNORECASE
)
# Templates (`{user}@host`), and web addresses with an @ in their path.
_NO_LOCAL = re.compile(r"[{}$]|://|(?:^|/)(?:www\.|[\w-]+\.[a-z]{2,}/)")
_ALGORITHMS = frozenset({"openssh.com", "libssh.org"})
"""Their names look like addresses: `ssh-ed25519-cert-v01@openssh.com` (RFC 4250)."""

_TOP_LEVEL = re.compile(r"(?:[^\W\d_]{2,}|xn--[a-z0-9-]+)\Z")


def _call(lead: str, rest: str) -> bool:
    """`y = weights@inputs.dot(x)`: a product of matrices."""
    return rest.startswith("(") and bool(re.search(r"(?:[=(,+*/-]|\breturn)\s*\Z", lead))


_FILE = re.compile(r"[^.]+\.py|(?:latest|next|canary)\.[a-z]+", re.IGNORECASE)
"""Mail in Paraguay is at com.py and the like; a package is at its latest version."""


def plain_mail(value: str) -> str:
    """An address as it is written elsewhere: in the query of a web address its @ is written as %40."""
    return re.sub("%40|＠", "@", value)


def email_refused(text: str, start: int, end: int) -> bool:
    """Users of web addresses and remote hosts, packages at a version, calls of a method."""
    local, _, domain = plain_mail(text[start:end]).rpartition("@")
    lead, rest = surroundings.before(text, start, 160), surroundings.after(text, end, 24)
    if not _TOP_LEVEL.search(domain.rpartition(".")[2]) or _call(lead, rest):
        return True
    if local.endswith(("/", "=")) or _NO_LOCAL.search(local) or domain.lower() in _ALGORITHMS:
        return True
    if _FILE.fullmatch(domain) or _SCHEME_BEFORE.search(lead) or _MESSAGE_ID_BEFORE.search(lead):
        return True
    # host:path of git, scp and rsync
    if re.match(r":(?:[~/]|[\w.-]+/)", rest) or _SHELL_BEFORE.search(lead):
        return True
    return local.lower() in {"git", "hg", "svn"} and rest[:1] in {":", "/"}
