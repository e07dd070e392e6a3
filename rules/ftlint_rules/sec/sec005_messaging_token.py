from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_SLACK = "xox" + "b-" + "2381905746-9047156382-" + "q7Xw2LkTz9PmVb4RnYcEu1Hg"
_WEBHOOK = "https://hooks.slack.com" + "/services/" + "T8QKX2MZ1/B7WNR4VTL/" + "q7Xw2LkTz9PmVb4RnYcEu1Hg"
_TELEGRAM = "5839201746:" + "AAHq7Xw2LkTz9PmVb4RnYcEu1HgD8jFs5Ao"


class MessagingToken(Rule[Span]):
    """A token of a chat, mail, telephone or social service stands in the data, a config, a log or a notebook.

    ## Why it matters
    It sends in its owner's name, and with most of them reads what was written. Chat logs turned into training
    data are full of what people pasted to each other.

    ## What to do
    Revoke it at the service, then `ftlint data redact`.

    Found are tokens and webhooks of Slack, Discord, Teams, Telegram, Mattermost, Gitter, Sendbird,
    MessageBird, Twilio, SendGrid, Mailgun, Mailchimp, Brevo, Resend, Twitch, Twitter, Facebook, LinkedIn.

    ## References
    Slack, "Tokens"; Telegram, "Bot API: authorizing your bot"; Discord, "Reference: authentication".

    ## Known limits
    Values without a form of their own (Twitter, LinkedIn, Mattermost) are found only beside their name.
    """

    code = "SEC005"
    name = "messaging-token"
    severity = Severity.ERROR
    headline = "{count} tokens of messaging services (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "slack-token",
        "slack-app-token",
        "slack-webhook",
        "discord-bot-token",
        "discord-webhook",
        "discord-secret",
        "telegram-bot-token",
        "twilio-key",
        "sendgrid-key",
        "mailgun-key",
        "mailchimp-key",
        "brevo-key",
        "resend-key",
        "teams-webhook",
        "chat-service-token",
        "sendbird-token",
        "messagebird-token",
        "twitch-token",
        "twitter-token",
        "facebook-token",
        "linkedin-secret",
    )
    bad = (
        Example([chat("Tell the team.", f"curl -X POST {_WEBHOOK}")]),
        Example([chat("Start the bot.", f"SLACK_BOT_TOKEN={_SLACK} python bot.py")]),
        Example([chat("Start the bot.", f'bot = TelegramBot("{_TELEGRAM}")')]),
    )
    good = (
        Example([chat("Tell the team.", "curl -X POST https://hooks.slack.com/services/T000/B000/XXXXXXXX")]),
        Example([chat("Start the bot.", "SLACK_BOT_TOKEN=xoxb-your-token-here python bot.py")]),
        Example([chat("When?", "At 5839201746:45, or at 10:30 AM by the AnnouncementOfTheGeneralAssembly")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
