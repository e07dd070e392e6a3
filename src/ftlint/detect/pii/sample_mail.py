"""Mail addresses that nobody has, by what stands before and behind the @. All patterns match in full."""

from __future__ import annotations

_SUFFIX = r"\.[a-z]{2,}(?:\.[a-z]{2})?"
_BELOW = r"(?:.*\.)?"

# RFC 2606 and RFC 6761 reserve these; `example` is kept as a name in front of any suffix.
RESERVED_DOMAIN = rf"{_BELOW}(?:example|test|invalid|localhost|local|localdomain)|{_BELOW}example{_SUFFIX}"

SAMPLE_DOMAIN = (
    rf"{_BELOW}(?:your|my|our|their|some|any|other)[-_]?"
    r"(?:domain|company|site|website|org|organi[sz]ation|server|host|email|mail|app|business|project|name|school"
    rf"|university|store|shop)\d*{_SUFFIX}"
    rf"|{_BELOW}(?:sub|test|sample|dummy|fake|placeholder|example)[-_]?"
    rf"(?:domain|company|site|mail|email|user){_SUFFIX}"
    rf"|{_BELOW}(?:domain|domainname|company|companyname|website|placeholder|dummy|sample|fake|test|tests|testing"
    r"|example[-_][\w-]+|foo|bar|baz|foobar|foo-bar|acme|acme-?corp|somewhere|nowhere|contoso|fabrikam|northwind"
    rf"|abc|abcd|xyz|aaa|bbb|xxx|tld){_SUFFIX}"
    r"|.*\.tld"
)

BLANK_DOMAIN = (
    r"(?:e?mail|mymail|provider|mailserver|host|server|business|corp|work|office|school)\.[a-z]{2,}"
)
"""Providers whose names read like a blank to fill in: a sample only with a common name before the @."""

MACHINE_DOMAIN = rf"{_BELOW}(?:gserviceaccount\.com|appspot\.com|s3\.amazonaws\.com|compute\.internal)"

NOBODY_LOCAL = r"(?:no|do[-_.]?not)[-_.]?reply(?:[-+_.].*)?|mailer-daemon|nobody|devnull|dev-null|null"

BLANK_LOCAL = (
    r"(?:my|your|the|some|any|users?|customer|client|recipient|sender|receiver|to|from|new|old|admin|default)?[._-]?"
    r"(?:gmail|google|outlook|yahoo|work|company|sender|receiver|recipient|personal|full|first|last|user)?[._-]?"
    r"(?:e[-_]?mail|name|username|address|mail|account|id|login|recipient|sender|receiver|user|someone|somebody"
    r"|nobody|anyone|you)[._-]?(?:address|id|here|name|account)?[._-]?\d*"
)

SAMPLE_LOCAL = (
    r"j(?:ohn|ane)?[._-]?doe\d*|jdoe\d*|(?:joe|fred)[._-]?bloggs|(?:max|erika)[._-]?mustermann|jean[._-]?dupont"
    r"|juan[._-]?perez|first(?:name)?[._-]?last(?:name)?|firstname|lastname|f[._-]?lastname|foo|bar|baz|foobar"
    r"|test\d*|tester\d*|test[._-]?user\d*|testing|example\d*|sample\d*|dummy\d*|fake\d*|placeholder|x{2,}|a?bcd?"
    r"|asdf+|qwerty|user[._-]?\d+"
)

COMMON_LOCAL = (
    r"(?:john|jane|bob|alice|joe|mary|jim|tom|sam|max|[a-z])[._-]?(?:smith|jones|johnson|brown|[a-z])?\d*"
    r"|boss|ceo|hr|info|admin|support|hello|contact|sales|customer|client|manager|teacher|friend|team|office"
    r"|(?:employee|person|member|student)\d*|your|my|me|you"
)
