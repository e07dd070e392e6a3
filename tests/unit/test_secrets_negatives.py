"""What stands in data, configs, logs and code every day, looks like a secret or is named so, and is none."""

from random import Random

import pytest

from ftlint.detect.secrets import detector
from ftlint.model.privacy import SecretChoices
from secret_examples import made

secrets = detector(SecretChoices())

MADE = (
    # lock files and hashes
    ('"integrity": "sha512-{}=="', "[A-Za-z0-9+/]{86}"),
    ('"integrity": "sha1-{}="', "[A-Za-z0-9+/]{27}"),
    ("golang.org/x/oauth2 v0.15.0 h1:{}=", "[A-Za-z0-9+/]{43}"),
    ("    --hash=sha256:{} \\", "[0-9a-f]{64}"),
    ('{{file = "a-1.0.tar.gz", hash = "sha256:{}"}}', "[0-9a-f]{64}"),
    ("commit {}\nAuthor: Jo", "[0-9a-f]{40}"),
    ("index {}..0000000 100644", "[0-9a-f]{7}"),
    ("git checkout {} # the token branch", "[0-9a-f]{40}"),
    ("image: registry.tamwick.net/app@sha256:{}", "[0-9a-f]{64}"),
    ("md5sum: {}  weights.bin", "[0-9a-f]{32}"),
    ('ETag: "{}"', "[0-9a-f]{32}"),
    ("etag_token_hash = '{}'", "[0-9a-f]{64}"),
    ("password_hash: {}", "[0-9a-f]{64}"),
    ("password: $2b$12${}", "[A-Za-z0-9./]{53}"),
    ("sha256: {}", "[0-9a-f]{64}"),
    ('"checksum": "{}"', "[0-9a-f]{64}"),
    # identifiers
    (
        '{{"id": "{}", "token_count": 12}}',
        "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
    ),
    ("request_id={} status=200", "[0-9a-f]{32}"),
    ("client_id: {}", "[0-9]{12}-[a-z0-9]{32}"),
    ("session id {} closed", "[a-z0-9]{26}"),
    ("arn:aws:iam::{}:role/train", "[0-9]{12}"),
    ("https://www.youtube.com/watch?v={}", "[A-Za-z0-9_-]{11}"),
    ("https://docs.google.com/document/d/{}/edit", "[A-Za-z0-9_-]{44}"),
    ("tweet {} by @jo", "[1-9][0-9]{18}"),
    ("trace_id: {}", "[0-9a-f]{32}"),
    ('"chatcmpl-{}"', "[A-Za-z0-9]{29}"),
    ('"call_{}"', "[A-Za-z0-9]{24}"),
    ("file-{}", "[A-Za-z0-9]{24}"),
    ("ftjob-{}", "[A-Za-z0-9]{24}"),
    ("wandb: run {} finished", "[a-z0-9]{8}"),
    ("wandb: https://wandb.ai/tamwick/pots/runs/{}", "[a-z0-9]{8}"),
    ("0x{} transfers to 0x0", "[0-9a-fA-F]{40}"),
    ("\"token_address\" = '0x{}'", "[0-9a-f]{40}"),
    ("ipfs://Qm{}", "[A-Za-z1-9]{44}"),
    ('public_key = "{}"', "[A-Za-z0-9+/]{43}="),
    ("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{} jo@tamwick", "[A-Za-z0-9+/]{43}"),
    ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB{} jo@tamwick", "[A-Za-z0-9+/]{340}"),
    # data in text
    ('<img src="data:image/png;base64,iVBORw0KGgo{}">', "[A-Za-z0-9+/]{400}"),
    ('"image": "/9j/4AAQSkZJRgABAQ{}"', "[A-Za-z0-9+/]{400}"),
    ("@font-face {{ src: url(data:font/woff2;base64,d09GMg{}) }}", "[A-Za-z0-9+/]{200}"),
    ("GATTACA{}", "[ACGT]{120}"),
    ("MKTAYIAKQR{}", "[ACDEFGHIKLMNPQRSTVWY]{120}"),
    ("csrf_token: {}", "[A-Za-z0-9]{40}"),
    ('"next_page_token": "{}"', "[A-Za-z0-9_-]{60}"),
    ('"nonce": "{}"', "[A-Za-z0-9]{32}"),
    ('"nextToken": "{}"', "[A-Za-z0-9]{60}"),
    ("primary_key={}", "[A-Za-z0-9]{30}"),
    ("partition key hash: {}", "[a-f0-9]{32}"),
    # numbers
    ("loss: 0.{}, tokens/s: 48213.77", "[0-9]{16}"),
    ("token_ids: [{}, 15, 29, 4781]", "[0-9]{5}"),
    ("timestamp: 17{}", "[0-9]{11}"),
    ("seed = {}", "[1-9][0-9]{9}"),
    ("secret number: {}", "[1-9][0-9]{5}"),
)

WRITTEN = (
    # code that handles secrets well
    "password = get_password()", "password = getpass.getpass()", "password: str",
    "token: str | None = None", "api_key = os.environ['OPENAI_API_KEY']",
    "api_key=os.getenv('API_KEY', '')", "const token = process.env.TOKEN;",
    'String password = System.getenv("PASSWORD");', "self.password = password",
    "secret = settings.SECRET_KEY", "password = input('Password: ')",
    "token = request.headers.get('Authorization')", "auth = (user, password)",
    "if password == confirm_password:", "def login(username, password):",
    "SELECT password FROM users WHERE id = 1", "password VARCHAR(255) NOT NULL", "api_key: ${API_KEY}",
    "api_key: {{ .Values.apiKey }}", "token: $(cat /run/token)",
    "secretKeyRef: {name: shop-secret, key: password}",
    "valueFrom:\n  secretKeyRef:\n    name: db-credentials-v2",
    "export TOKEN=$(gcloud auth print-access-token)", "hashed_password = bcrypt.hash(password, 10)",
    "token = jwt.encode(payload, key, algorithm='HS256')",
    "credentials = service_account.Credentials.from_file(path)", "const { password } = req.body;",
    "password.length >= 8", "var password = document.getElementById('password1').value",
    '<input type="password" name="password" id="inputPassword1">',
    '<label for="password2">Password</label>',
    "password_field = driver.find_element(By.ID, 'login-password-2')", "token = tokens[index + 1]",
    "token = Token(kind='x')",
    "private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)",
    "key = Fernet.generate_key()", "from secrets import token_hex", "secrets.token_urlsafe(32)",
    "token_type_ids=torch.zeros(1, 128)", "auth_token: Optional[str]",
    "keyring.get_password('system', 'jo')",
    "aws secretsmanager get-secret-value --secret-id prod/db/password-2024",
    'curl -u "$USER:$PASS" https://api.tamwick.net', "curl https://api.tamwick.net/v1/pots?limit=10",
    "wget --password=$PASS a", "mysql -u root -p", "psql postgresql://localhost/shop",
    "redis-cli -h redis -p 6379", "ssh jo@tamwick.net", "docker login -u jo --password-stdin",
    "git clone https://github.com/tamwick/pots.git", "git@github.com:tamwick/pots.git",
    # placeholders
    "api_key = 'your-api-key'", 'api_key = "YOUR_API_KEY_HERE"', "token = '<token>'",
    "password = 'changeme'", "password = 'password123'", "password: hunter2",
    "secret_key = 'my-secret-key'", "SECRET_KEY = 'django-insecure-example'", "password=secret",
    "passwd: ********", "api-key: xxxxxxxxxxxxxxxxxxxxxxxx", "token: sk-...", "token: hf_...",
    "OPENAI_API_KEY=sk-xxx", "OPENAI_API_KEY=sk-your-key-here", "export HF_TOKEN=hf_your_token",
    "WANDB_API_KEY=<your wandb key>", "AWS_SECRET_ACCESS_KEY=...", "password = 'abc123'",
    "password = '12345678'", "password = 'qwerty123456'", "admin:admin", "user:password@host",
    "mongodb://user:pass@host/db", "postgres://postgres:postgres@db/postgres",
    "amqp://guest:guest@localhost", "Bearer <token>", "Authorization: Bearer {token}",
    "Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE", "Authorization: Token TOKEN",
    "Authorization: Basic BASE64_ENCODED_CREDENTIALS", "password: [PASSWORD]", "api_key: REDACTED",
    "token: null", "secret: true",
    "password: Test1234", "password: Admin@123", "Password: P@ssw0rd!", "Password: Welcome123!",
    "password: P@55w0rd!", "password: MyP@ssw0rd2024!", "password = 'Secret@123'", "passwd: Pass@1234",
    "password: MyPassword1!", "password: jane@tamwick.net", "mysql -u root -pPASSWORD",
    "sshpass -p $PASS ssh jo@tamwick.net", "sshpass -p 'password' ssh jo@tamwick.net",
    "--token-file /etc/secrets/token1", "tool --api-key YOUR_API_KEY", "tool --password <password>",
    "smbclient -U user%password //srv/c", "wandb login <key>", "Cookie: session=<your session id>",
    "Cookie: sessionid=xxxxxxxxxxxxxxxxxxxxxxxx", "**Password:** <your-password-123>",
    "<td>Password</td><td>required</td>",
    # names of secrets in layout, in other languages and in commands
    "**Token:**\n\n* Foo-bar-1", "password: <password>\nUsername1: x", "<b>Password</b>: at least 8 signs",
    "def f(password) -> Dict[str, Field1]", "password -> user.password1", "max_tokens<br>12345678",
    "Passwort: mindestens 8 Zeichen!", "Das Passwort ist abgelaufen.", "密码：请输入密码", "密码是什么？",
    "パスワードは8文字以上", "비밀번호: 8자 이상", "Пароль: не менее 8 знаков", "contraseña: ocho letras",
    "The password is checked against 12 rules", "What is the password? Use 8 characters!",
    "the password was 12345678", "Cookie: _ga=GA1.2.1234.5678; theme=dark",
    "Cookies: the site uses session cookies; consent=2024", "mysql -h db -P 3306 -u root -p shop",
    "docker run -p 8080:80 nginx", "docker login -u jo -p $TOKEN", "redis-cli -a $REDIS_PASSWORD ping",
    # tokens as tokenizers mean them, and configs of training
    "bos_token: <|begin_of_text|>", 'eos_token: "</s>"', "pad_token: <|finetune_right_pad_id|>",
    "unk_token: [UNK]", 'special_tokens_map: {"additional_special_tokens": ["<|im_start|>"]}',
    "tokenizer_class: LlamaTokenizerFast", "tokenizer: meta-llama/Llama-3.1-8B-Instruct",
    "token_embedding.weight", "max_new_tokens=2048", "num_tokens: 1234567890",
    "tokens_per_second: 48213.7712", "added_tokens.json", "hub_token: null", "use_auth_token: true",
    "token_classification_v2", "base_model: mistralai/Mistral-7B-Instruct-v0.3",
    "hub_model_id: tamwick/pots-7b-lora-2024-10-01", "report_to: wandb",
    "wandb_project: pots-finetune-2024", "wandb_run_id: pots-7b-lora-r16-a32",
    "output_dir: ./outputs/mistral-7b-key-value-v2",
    "lora_target_modules: [q_proj, k_proj, v_proj, o_proj]", "key_value_heads: 8",
    "attention_key_padding_mask", "hidden_size: 4096", "openai/gpt-4o-mini-2024-07-18",
    "ft:gpt-3.5-turbo-0613:tamwick::8Xk2mQ7r", "claude-3-5-sonnet-20241022", "text-embedding-3-small",
    "model: anthropic.claude-3-5-sonnet-20241022-v2:0", "accounts/fireworks/models/llama-v3p1-8b-instruct",
    "grok-2-vision-1212",
    # prose
    "The secret: love what you do.", "The key to success: perseverance!",
    "A token of appreciation: flowers.", "Password reset link sent.",
    "My password is the name of my first pet.", "Choose a password: at least 12 characters, one digit.",
    "password combination.", "Bearer of good news", "basic authentication is simple",
    "The author: Jane Austen (1775-1817)", "Authors: Smith2024, Jones2023",
    "He told me his secret: he never learned to swim.", "Access keys: Alt+Shift+K",
    "Keyboard: press key=Enter", "KEY: value", "The API: a contract between programs", "auth: see RFC7235",
    "token ring: IEEE 802.5", "secret santa: 24.12.2024", "pass: 45, fail: 3",
    "a password such as correct horse battery staple", "The pin code 4711 opens it", "Passport: required",
    "compass: N51.5W0.12", "bypass: valve42", "The secretary: Ms. Smith",
    "sign up at https://tamwick.net/token?ref=newsletter-2024-10", "keynote: 10:30",
    "the keys: C#m, Bb7, F#maj9", "primary key: (order_id, line_no)", "foreign key: customers(customer_id)",
    "hotkey: Ctrl+Alt+Del", "Ignore the token; it has expired.", "Access token lifetime: 3600s",
    "token expires_in: 1735689600", "auth_time: 1735689600",
    "access_token_url: https://tamwick.net/oauth/access_token",
    "token_endpoint=https://tamwick.net/oauth2/v1/token", "key_file: /etc/ssl/private/tamwick.key",
    "secret_name: prod-db-credentials-2024", "private_key_path=~/.ssh/id_ed25519", "credentials.json",
    "tokenizer.json", "password.txt", "secrets.yaml", ".env.example", "id_rsa.pub", "~/.aws/credentials",
)  # fmt: skip

TEXTS = [
    *(
        form.format(made(pattern, Random(f"{index}-{copy}")))
        for index, (form, pattern) in enumerate(MADE)
        for copy in range(3)
    ),
    *WRITTEN,
]


def test_enough_texts() -> None:
    assert len(set(TEXTS)) >= 300


@pytest.mark.parametrize("index", range(len(TEXTS)))
def test_nothing_is_found(index: int) -> None:
    found = [(span.kind, span.score) for span in secrets.spans(TEXTS[index])]
    assert found == [], TEXTS[index][:40]


def test_nothing_is_found_in_all_of_them_together() -> None:
    """A name in one line does not make a secret of a value in another."""
    assert [span.kind for span in secrets.spans("\n\n".join(TEXTS))] == []
