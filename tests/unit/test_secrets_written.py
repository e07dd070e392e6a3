"""The ways in which people write a name and its value: layout, languages, commands, the ends of passwords."""

from random import Random

import pytest

from ftlint.detect.secrets import SecretDetector, detector
from ftlint.model.privacy import SecretChoices
from secret_examples import made

WORD = made("[a-z]{3}[A-Z]{2}[0-9]{2}[a-z]{2}[A-Z][0-9]{2}", Random(11))
KEY = made("[A-Za-z0-9]{31}[0-9]", Random(12))
DIGEST = made("[a-f0-9]{40}", Random(13))


@pytest.fixture(scope="module")
def secrets() -> SecretDetector:
    return detector(SecretChoices())


def found(secrets: SecretDetector, text: str) -> list[str]:
    """What is found, where the gate lets the text through at all."""
    if secrets.searched.search(text.encode()) is None:
        return []
    return [text[span.start : span.end] for span in secrets.spans(text)]


LAYOUT = (
    "**{name}:** {value}", "**{name}**: {value}", "*{name}:* {value}", "__{name}:__ {value}",
    "_{name}:_ {value}", "- **{name}:** `{value}`", "{name}: **{value}**", "{name}: *{value}*",
    "{name}: ***{value}***", "> {name}: {value}", "> **{name}:** {value}", "| {name} | {value} |",
    "| **{name}** | `{value}` |", "1. {name}: {value}", "{name} => {value}", "{name} -> {value}",
    "{name} → {value}", "{name}: <b>{value}</b>", "<b>{name}</b>: {value}<br>",
    "<strong>{name}:</strong> {value}", "<td>{name}</td><td>{value}</td>",
    '<tr><th>{name}</th>\n    <td class="v"><code>{value}</code></td></tr>',
    "<dt>{name}</dt>\n<dd>{value}</dd>", "<li>{name}: {value}</li>", "<p>{name}:<br/>{value}</p>",
    "{name}: \u201c{value}\u201d", "{name}:\u00a0{value}", "{name}\uff1a{value}",
)  # fmt: skip


@pytest.mark.parametrize("form", LAYOUT)
@pytest.mark.parametrize("name", ["Password", "API Key"])
def test_layout_around_name_and_value_hides_nothing(form: str, name: str, secrets: SecretDetector) -> None:
    value = WORD if name == "Password" else KEY
    assert found(secrets, form.format(name=name, value=value)) == [value]


@pytest.mark.parametrize("form", ["**Datadog API Key:** {}", "<td>Datadog API key</td><td>{}</td>"])
def test_layout_does_not_hide_keys_told_by_their_vendor(form: str, secrets: SecretDetector) -> None:
    spans = secrets.spans(form.format(DIGEST[:32]))
    assert [(span.kind, span.length) for span in spans] == [("datadog-key", 32)]


LANGUAGES = (
    "Passwort: {}", "Das Passwort lautet {}", "Kennwort: {}", "contraseña: {}", "CONTRASEÑA: {}",
    "mot de passe : {}", "mot de passe\u202f: {}", "пароль: {}", "ПАРОЛЬ: {}", "Пароль от почты: {}",
    "密码：{}", "密码: {}", "密碼：{}", "密码：{}，请记住", "密码是{}", "我的密码是：{}。", "密码为 {}谢谢",
    "口令：{}", "パスワード：{}", "パスワードは{}です", "パスワード：「{}」",
    "비밀번호: {}", "비밀번호: {}입니다", "senha: {}", "hasło: {}", "wachtwoord: {}", "lösenord: {}",
)  # fmt: skip


@pytest.mark.parametrize("form", LANGUAGES)
def test_other_languages_words_for_password(form: str, secrets: SecretDetector) -> None:
    assert found(secrets, form.format(WORD)) == [WORD]


ENDS = (
    ('password: "{}"', "!"), ("password: {}", "!"), ("pwd: {}", "?"), ("password: {} is old", "!"),
    ("password: '{}'", "."), ('{{\\"password\\": \\"{}\\"}}', "."),
    ("`password: {}`", "#"), ("password: {}", "*"), ('{{"password": "{}"}}', "!?"),
)  # fmt: skip


@pytest.mark.parametrize(("form", "end"), ENDS)
def test_the_last_sign_of_a_password_belongs_to_it(form: str, end: str, secrets: SecretDetector) -> None:
    assert found(secrets, form.format(WORD + end)) == [WORD + end]


def test_the_signs_that_end_a_sentence_do_not(secrets: SecretDetector) -> None:
    assert found(secrets, f"The password: {WORD}. It is new.") == [WORD]
    assert found(secrets, f"password: *{WORD}") == [f"*{WORD}"]


@pytest.mark.parametrize("word", ["Winter2024", "Sommer2023", "hunter2Pq"])
def test_words_and_a_number_and_a_sign_are_a_password(word: str, secrets: SecretDetector) -> None:
    password = word + "!"
    for form in ("PASSWORD={}", "Passwort: {}", "user: jane / pw: {}", "the password is {}", 'pass: "{}"'):
        assert found(secrets, form.format(password)) == [password]
    assert found(secrets, f"password: {word}-notes") == []
    assert found(secrets, f"token: {password}") == []


COMMANDS = (
    ("tool --api-key {} run", KEY, "assigned-secret"),
    ("tool --api-key={} run", KEY, "assigned-secret"),
    ('tool --auth-token "{}"', KEY, "assigned-secret"),
    ("tool --password {}", WORD, "assigned-secret"),
    ("user: jane / pw: {}", WORD, "assigned-secret"),
    ("export PGPASSWORD={}", WORD, "assigned-secret"),
    ("mysql -p{}", WORD, "command-password"),
    ("mysqldump -h db -u root -p'{}' shop > a.sql", WORD, "command-password"),
    ("sshpass -p {} ssh jo@tamwick.net", WORD, "command-password"),
    ("sshpass -p '{}' ssh -p 2222 jo@tamwick.net", WORD, "command-password"),
    ("docker login -u jo -p {} registry.tamwick.net", WORD, "command-password"),
    ("docker login --username jo --password={}", WORD, "command-password"),
    ("smbclient //srv/c -U bob%{}", WORD, "command-password"),
    ("smbclient -U 'bob%{}' //srv/c", WORD, "command-password"),
    ("redis-cli -h redis -a {} ping", WORD, "command-password"),
    ("ldapsearch -D cn=jo -w {} -b dc=a", WORD, "command-password"),
    ("wandb login {}", DIGEST, "wandb-key"),
    ("!wandb login --relogin {}\n", DIGEST, "wandb-key"),
    ("wandb.login(key='{}')", DIGEST, "wandb-key"),
    ("Cookie: sessionid={}", KEY, "session-cookie"),
    ("Cookie: theme=dark; PHPSESSID={}; lang=de", KEY, "session-cookie"),
    ("curl -H 'Cookie: sid={}' https://tamwick.net", KEY, "session-cookie"),
    ("Set-Cookie: connect.sid={}; Path=/", KEY, "session-cookie"),
    ("cookies={{'sessionid': '{}'}}", KEY, "session-cookie"),
)


@pytest.mark.parametrize(("form", "value", "kind"), COMMANDS, ids=[command[0] for command in COMMANDS])
def test_what_commands_and_headers_give_along(
    form: str, value: str, kind: str, secrets: SecretDetector
) -> None:
    text = form.format(value)
    assert found(secrets, text) == [value]
    assert [span.kind for span in secrets.spans(text)] == [kind]
