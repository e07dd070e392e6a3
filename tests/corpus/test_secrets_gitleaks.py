"""Against gitleaks: values made from its expressions are found, what only looks alike is not."""

import base64
import json
import tomllib
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ftlint.detect.secrets import SecretDetector, detector
from ftlint.detect.secrets.entropy import entropy
from ftlint.model.privacy import SecretChoices
from gitleaks_rules import BEHIND, BETWEEN, NAMES, OURS
from secret_examples import forms, made, python

pytestmark = pytest.mark.corpus

VALUES = 6
"""Values made for each rule, each written in every form."""
LEAST_FOUND = 0.8
MOST_FLAGGED = 0.03


@pytest.fixture(scope="module")
def rules(corpus: Path) -> dict[str, dict[str, Any]]:
    file = corpus / "privacy" / "gitleaks.toml"
    if not file.exists():
        pytest.skip(f"no {file}")
    return {rule["id"]: rule for rule in tomllib.loads(file.read_text())["rules"]}


@pytest.fixture(scope="module")
def secrets() -> SecretDetector:
    return detector(SecretChoices())


def value_pattern(rule: dict[str, Any]) -> str:
    """The part of a rule's expression that is the value."""
    pattern: str = rule["regex"]
    told_by_name = BETWEEN in pattern
    value = pattern.partition(BETWEEN)[2] if told_by_name else pattern
    value = value.replace(BEHIND, "").replace(r"(?:[^\w-]|\z)", "").replace(r"(?:[^a-zA-Z0-9+/]|\z)", "")
    value = value.replace(r"(?:^|[\\'\"\x60\s>=:(,)])", "").replace(r"(?:$|[\\'\"\x60\s<),])", "")
    return value.replace(r"|$|\b", "").replace(r"(?:[\x60'\"\s;]|\\[nr])", "")


def name_of(rule: dict[str, Any]) -> str:
    if rule["id"] in NAMES:
        return NAMES[rule["id"]]
    if BETWEEN in rule["regex"]:
        return str(rule["keywords"][0])
    return str(rule["id"].split("-")[0])


def values(rule: dict[str, Any], random: Random, count: int = VALUES) -> list[str]:
    """Random values that the rule's expression matches and whose entropy is above its floor."""
    pattern = value_pattern(rule)
    found: list[str] = []
    while len(found) < count:
        value = made(pattern, random, 30)
        # As gitleaks makes its own: what has a stop word of theirs by chance is made again.
        if entropy(value) >= rule.get("entropy", 0) and any(map(str.isdigit, value)) == any(
            map(str.isdigit, made(pattern, Random(0), 30))
        ):
            found.append(value)
    return found


def kinds(secrets: SecretDetector, text: str, value: str) -> list[str]:
    """The kinds found in the text where the value stands; samples of documentation are no finding."""
    at = text.find(value)
    return [
        span.kind
        for span in secrets.spans(text)
        if not span.placeholder and span.start < at + len(value) and at < span.end
    ]


@pytest.mark.parametrize("identifier", sorted(OURS))
def test_values_of_a_rule_are_found(
    identifier: str, rules: dict[str, dict[str, Any]], secrets: SecretDetector
) -> None:
    rule = rules[identifier]
    random = Random(identifier)
    texts = [(text, value) for value in values(rule, random) for text in forms(name_of(rule), value)]
    found = Counter(tuple(kinds(secrets, text, value)) for text, value in texts)
    by_kind = sum(count for kind, count in found.items() if OURS[identifier] in kind)
    assert by_kind / len(texts) >= LEAST_FOUND, dict(found)


def test_enough_rules_are_ours(rules: dict[str, dict[str, Any]]) -> None:
    assert set(OURS) <= set(rules)
    assert len(OURS) >= 180
    assert len(set(OURS.values())) >= 100


def encoded(content: object) -> str:
    raw = content if isinstance(content, bytes) else json.dumps(content, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def tokens(random: Random) -> list[str]:
    """JSON Web Tokens of several algorithms, signed, unsigned and encrypted."""
    headers: list[dict[str, str]] = [
        {"alg": "HS256", "typ": "JWT"},
        {"typ": "JWT", "alg": "RS256", "kid": made("[a-f0-9]{16}", random)},
        {"alg": "none"},
        {"alg": "ES384", "typ": "at+jwt"},
        {"kid": made("[a-z0-9]{8}", random), "alg": "EdDSA"},
    ]
    found = []
    for header in headers:
        payload = {"sub": made("[a-z]{8}", random), "exp": random.randrange(10**9, 2 * 10**9), "admin": True}
        signature = made("[A-Za-z0-9_-]{43}", random) if header["alg"] != "none" else ""
        found.append(f"{encoded(header)}.{encoded(payload)}.{signature}")
    parts = [made("[A-Za-z0-9_-]{40}", random) for _ in range(4)]
    return [*found, ".".join((encoded({"alg": "RSA-OAEP", "enc": "A256GCM"}), *parts))]


def test_json_web_tokens_are_found(secrets: SecretDetector) -> None:
    texts = [(text, value) for value in tokens(Random(7)) for text in forms("session", value)]
    texts += [
        (f"curl -H 'Authorization: Bearer {value}' https://api.tamwick.net", value)
        for value in tokens(Random(8))
    ]
    found = sum("jwt" in kinds(secrets, text, value) for text, value in texts)
    assert found / len(texts) >= 0.95
    twice = [encoded(value.encode()) for value in tokens(Random(9))[:5]]
    assert all("jwt-base64" in kinds(secrets, f"jwt: {value}", value) for value in twice)


@pytest.mark.parametrize("name", ["RSA ", "EC ", "DSA ", "OPENSSH ", "ENCRYPTED ", "", "PGP "])
def test_private_keys_are_found(name: str, secrets: SecretDetector) -> None:
    random = Random(name)
    block = " BLOCK" if name.startswith("PGP") else ""
    lines = [made("[A-Za-z0-9+/]{64}", random) for _ in range(random.randint(5, 40))]
    key = "\n".join(
        [f"-----BEGIN {name}PRIVATE KEY{block}-----", *lines, f"-----END {name}PRIVATE KEY{block}-----"]
    )
    for text in (key, json.dumps({"key": key}), f'KEY = """{key}"""', key.replace("\n", "\r\n")):
        assert [span.kind for span in secrets.spans(text)] == ["private-key"]


def test_keys_in_curl_commands_are_found(secrets: SecretDetector) -> None:
    random = Random(3)
    texts: list[str] = []
    for _ in range(20):
        key, password = made("[A-Za-z0-9]{32}", random), made("[A-Za-z0-9]{4}[!#-][a-z0-9]{5}[A-Z]", random)
        basic = base64.b64encode(f"jo:{password}".encode()).decode()
        texts += [
            f'curl -H "Authorization: Bearer {key}" https://api.tamwick.net/v1',
            f"curl --header 'Authorization: Basic {basic}' \\\n  https://api.tamwick.net",
            f'curl -X POST -d "{{}}" \\\n -H "X-Api-Key: {key}" https://api.tamwick.net',
            f'curl -H "Authorization: Token {key}" -X PUT https://api.tamwick.net',
            f"curl -sk -u jo:{password} https://api.tamwick.net",
            f'curl --user "jo:{password}" -X PUT https://api.tamwick.net',
            f"curl -u 'jo':'{password}' https://api.tamwick.net",
            f'curl -s \\\n  --user ":{password}" \\\n  https://api.tamwick.net',
        ]
    found = sum(bool(secrets.spans(text)) for text in texts)
    assert found / len(texts) >= 0.95


@pytest.mark.parametrize("before", [False, True])
def test_kubernetes_secrets_are_found(before: bool, secrets: SecretDetector) -> None:
    random = Random(5)
    for quote in ("", "'", '"'):
        value = base64.b64encode(made("[A-Za-z0-9!#]{14}", random).encode()).decode()
        data = f"data:\n  # by hand\n  password: {quote}{value}{quote}\n"
        kind = f"kind: {quote}Secret{quote}\n"
        text = "apiVersion: v1\n" + (data + kind if before else kind + "metadata:\n  name: shop\n" + data)
        assert kinds(secrets, text, value) == ["kubernetes-secret"]
    assert not secrets.spans("kind: ExternalSecret\nspec:\n  data:\n    - key: ZGF0YS12YWx1ZTE=\n")


def test_slack_webhooks_are_found(secrets: SecretDetector) -> None:
    random = Random(6)
    for path in (
        "services/T[A-Z0-9]{8}/B[A-Z0-9]{8}/[A-Za-z0-9]{24}",
        "workflows/T[A-Z0-9]{8}/A[A-Z0-9]{8}/[0-9]{18}/[A-Za-z0-9]{24}",
    ):
        value = "hooks.slack." + "com/" + made(path, random)
        assert kinds(secrets, f"url: https://{value}", value) == ["slack-webhook"]


FILLED = ("x", "X", "*", "0", "a", ".", "_", "1")
HOLES = (
    "<your-{i}-key>", "${{{I}_TOKEN}}", "{{{{ secrets.{I}_TOKEN }}}}", "$({i} token)",
    "your_{i}_api_key_goes_here", "os.environ.{I}_TOKEN", "%{I}_TOKEN%", "CHANGEME-{i}-changeme",
    "process.env.{I}_API_KEY", "...", "example-{i}-token-1234567890", "REPLACE_WITH_YOUR_{I}_KEY_123",
    "@{i}_token@", "insert-{i}-token-here-2024",
)  # fmt: skip


def lookalikes(rule: dict[str, Any], random: Random) -> list[str]:
    """Texts that hold what only looks like a value of the rule."""
    name = name_of(rule)
    value = values(rule, random, 1)[0]
    head, body = (value[:6], value[6:]) if len(value) > 14 else ("", value)
    texts = []
    for filler in FILLED:
        filled = head + filler * len(body)
        texts += [f'{name}_token = "{filled}"', f"See {filled} in the settings."]
    for hole in HOLES:
        written = hole.format(i=name, I=name.upper().replace("-", "_"))
        texts += [f'{name}_api_key: "{written}"', f"export {name.upper()}_TOKEN={written}"]
    texts += [f'{name}_token = "{head}{"example" * 6}"', f"{name}Token = {head}{'abcdefghijklmnop' * 3}"]
    if BETWEEN not in rule["regex"]:
        texts.append(f"See {value.swapcase()[: len(value) // 2]} in the settings.")
    else:
        texts.append(f"See {value} in the settings.")
    return texts


@pytest.mark.parametrize("identifier", sorted(OURS))
def test_what_only_looks_like_a_value_is_not_found(
    identifier: str, rules: dict[str, dict[str, Any]], secrets: SecretDetector
) -> None:
    texts = lookalikes(rules[identifier], Random(identifier))
    flagged = [index for index, text in enumerate(texts) if secrets.spans(text)]
    assert len(flagged) / len(texts) <= MOST_FLAGGED, flagged


def test_what_gitleaks_allows_is_not_found(corpus: Path, secrets: SecretDetector) -> None:
    settings = tomllib.loads((corpus / "privacy" / "gitleaks.toml").read_text())
    random = Random(11)
    allowed = [
        made(python(pattern), random, 12)
        for pattern in settings["allowlist"]["regexes"]
        for _ in range(10)
        if "Users" not in pattern
    ]
    allowed += settings["allowlist"]["stopwords"]
    for rule in settings["rules"]:
        lists = rule.get("allowlists", [])
        allowed += [
            made(python(pattern), random, 12)
            for each in lists
            if each.get("regexTarget") is None
            for pattern in each.get("regexes", ())
            for _ in range(3)
        ]
        words = [word for each in lists for word in each.get("stopwords", ())]
        allowed += [
            f"{word}-{random.choice(words)}-{random.randrange(100)}"
            for word in random.sample(words, min(300, len(words)))
        ]
    assert len(allowed) > 400
    texts = [
        text
        for value in allowed
        for text in (f'api_token = "{value}"', f"token: {value}", f'{{"secret": "{value}"}}')
    ]
    flagged = [
        index for index, text in enumerate(texts) if any(not span.placeholder for span in secrets.spans(text))
    ]
    assert len(flagged) / len(texts) <= MOST_FLAGGED, len(flagged)
