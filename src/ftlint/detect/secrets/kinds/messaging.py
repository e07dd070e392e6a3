"""SEC005: tokens of chat, mail, telephone and social services."""

from ftlint.detect.secrets.kind import BY_NAME, EDGE, END, END_DASH, Kind, named, token

_GROUP = "messaging-token"
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_TWITTER = "[0-9]{15,25}-[a-zA-Z0-9]{20,40}|[a-zA-Z0-9]{45}|[a-zA-Z0-9]{50}|[a-zA-Z0-9]{25}"

KINDS = (
    Kind(
        "slack-token",
        _GROUP,
        "a Slack token",
        rf"{EDGE}(xoxb-[0-9]{{8,14}}-[0-9a-zA-Z-]{{10,60}}|xox[pe]"
        rf"(?:-[0-9]{{10,13}}){{3}}-[a-zA-Z0-9-]{{28,34}}"
        rf"|xox[os]-\d+-\d+-\d+-[a-fA-F\d]+|xox[ar]-(?:\d-)?[0-9a-zA-Z-]{{8,80}}){END_DASH}",
        r"xox[bpeosar]-[0-9a-zA-Z-]{8}",
        floor=2.4,
        check="slack",
        strict=False,
    ),
    Kind(
        "slack-app-token",
        _GROUP,
        "a Slack app token",
        rf"{EDGE}((?i:xapp-\d-[A-Z0-9]+-\d+-[a-z0-9]{{5,}})|(?i:xoxe\.xox[bp]-\d-[A-Z0-9]{{160,170}})"
        rf"|(?i:xoxe-\d-[A-Z0-9]{{140,150}})){END_DASH}",
        r"(?i:xapp-\d-[A-Z0-9]|xoxe\.xox[bp]-|xoxe-\d-[A-Z0-9]{20})",
    ),
    Kind(
        "slack-webhook",
        _GROUP,
        "a Slack webhook address",
        r"(hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{30,70})",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9]",
        floor=3.5,
        check="mixed",
    ),
    # It begins with the digits of an account in base64, hence so few first letters.
    Kind(
        "discord-bot-token",
        _GROUP,
        "a Discord bot token",
        rf"{EDGE}([MNO][DTjz][AEIMQUYcgk][A-Za-z\d_-]{{21,25}}\.[A-Za-z\d_-]{{6}}\.[A-Za-z\d_-]{{27,40}}){END_DASH}",
        r"\b[MNO][DTjz][AEIMQUYcgk][A-Za-z\d_-]{21,25}\.[A-Za-z\d_-]{6}\.[A-Za-z\d_-]{27}",
        floor=4.0,
        check="mixed",
    ),
    Kind(
        "discord-webhook",
        _GROUP,
        "a Discord webhook address",
        r"(discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{17,20}/[\w-]{60,80})",
        r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{17}",
    ),
    Kind(
        "discord-secret",
        _GROUP,
        "a Discord key",
        named("discord", "[a-fA-F0-9]{64}|[a-zA-Z0-9=_-]{32}"),
        words="discord",
        floor=3.3,
        check="mixed",
        rank=BY_NAME,
    ),
    Kind(
        "telegram-bot-token",
        _GROUP,
        "a Telegram bot token",
        rf"(?:\A|[^0-9A-Za-z:]|\bbot|\\[nrt])([0-9]{{5,16}}:A[A-Za-z0-9_-]{{34}}){END_DASH}",
        r"[0-9]:A[A-Za-z0-9_-]{34}",
        floor=3.6,
        check="mixed",
    ),
    Kind(
        "twilio-key",
        _GROUP,
        "a Twilio key",
        token("SK", "[0-9a-f]{32}|SK[0-9A-F]{32}|SK[0-9a-fA-F]{32}") + f"|{named('twilio', '[0-9a-f]{32}')}",
        mark=r"\bSK[0-9a-fA-F]{32}|\\[nrt]SK[0-9a-fA-F]{32}",
        words="twilio",
        check="mixed",
    ),
    Kind(
        "sendgrid-key",
        _GROUP,
        "a SendGrid key",
        token(r"SG\.", r"[A-Za-z0-9=_.-]{66}", END_DASH),
        r"\bSG\.[A-Za-z0-9=_.-]{66}",
    ),
    Kind(
        "mailgun-key",
        _GROUP,
        "a Mailgun key",
        token("(?:pub)?key-", "[a-f0-9]{32}")
        + f"|{named('mailgun', '[a-f0-9]{32}-[a-f0-9]{8}-[a-f0-9]{8}|[a-h0-9]{32}-[a-h0-9]{8}-[a-h0-9]{8}')}",
        mark=r"\b(?:pub)?key-[a-f0-9]{32}",
        words="mailgun",
    ),
    Kind(
        "mailchimp-key",
        _GROUP,
        "a Mailchimp key",
        token("", r"[a-f0-9]{32}-us\d{1,2}"),
        r"[a-f0-9]-us\d",
    ),
    Kind(
        "brevo-key",
        _GROUP,
        "a Brevo (Sendinblue) key",
        token("xkeysib-", "[a-f0-9]{64}-[a-zA-Z0-9]{16}"),
        "xkeysib-[a-f0-9]{16}",
    ),
    Kind(
        "resend-key",
        _GROUP,
        "a Resend key",
        token("re_", "[A-Za-z0-9]{8}_[A-Za-z0-9]{24}"),
        r"\bre_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
        check="mixed",
    ),
    Kind(
        "teams-webhook",
        _GROUP,
        "a Microsoft Teams webhook address",
        EDGE + r"([a-z0-9]+\.webhook\.office\.com/webhookb2/[a-z0-9-]{36}@[a-z0-9-]{36}"
        r"/IncomingWebhook/[a-z0-9]{32}/[a-z0-9-]{36})",
        r"\.webhook\.office\.com/webhookb2/",
    ),
    Kind(
        "chat-service-token",
        _GROUP,
        "a token of a chat service",
        named("mattermost", "[a-zA-Z0-9]{26}") + f"|{named('gitter', '[a-zA-Z0-9_-]{40}')}",
        words="mattermost|gitter",
        check="mixed",
        rank=BY_NAME,
    ),
    Kind(
        "sendbird-token",
        _GROUP,
        "a Sendbird token",
        named("sendbird", f"[a-f0-9]{{40}}|{_UUID}"),
        words="sendbird",
        rank=BY_NAME,
    ),
    Kind(
        "messagebird-token",
        _GROUP,
        "a MessageBird token",
        named("message[_-]?bird", f"[a-zA-Z0-9]{{25}}|{_UUID}"),
        words="message[_-]?bird",
        check="mixed",
        rank=BY_NAME,
    ),
    Kind(
        "twitch-token",
        _GROUP,
        "a Twitch token",
        named("twitch", "[a-zA-Z0-9]{30}") + f"|{token('oauth:', '[a-z0-9]{30}')}",
        mark=r"\boauth:[a-z0-9]{30}",
        words="twitch",
        check="mixed",
        rank=BY_NAME,
    ),
    Kind(
        "twitter-token",
        _GROUP,
        "a Twitter (X) token",
        rf"{EDGE}(A{{19,22}}[a-zA-Z0-9%]{{80,100}}){END}"
        f"|{named('twitter', _TWITTER)}",
        mark="A{19}[a-zA-Z0-9%]{40}",
        words="twitter",
        check="mixed",
    ),
    Kind(
        "facebook-token",
        _GROUP,
        "a Facebook token",
        rf"{EDGE}(EAA[A-Z][A-Za-z0-9]{{100,300}}){END}"
        rf"|(?i:facebook|\bfb)(?s:.){{0,80}}?\b(\d{{15,16}}(?:\||%7[Cc]|%)[0-9A-Za-z_-]{{27,40}}){END_DASH}"
        f"|{named('facebook', '[a-fA-F0-9]{32}')}",
        mark=r"\bEAA[A-Z][A-Za-z0-9]{100}|\d(?:\||%)[0-9A-Za-z_-]{27}",
        words="facebook",
        check="mixed",
    ),
    Kind(
        "linkedin-secret",
        _GROUP,
        "a LinkedIn client secret",
        named("linked[_-]?in", "[a-zA-Z0-9]{16}"),
        words="linked[_-]?in",
        floor=3.0,
        check="mixed",
        rank=BY_NAME,
    ),
)
