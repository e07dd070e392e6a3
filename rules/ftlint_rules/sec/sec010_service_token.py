from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_NOTION = "ntn_" + "58392017461" + "q7Xw2LkTz9PmVb4RnYcEu1HgD8jFs5AoK0i"
_SHOPIFY = "shp" + "at_" + "9f86d081884c7d659a2feaa0c55ad015"
_DATADOG = "9f86d081884c7d659a2f" + "eaa0c55ad015"
_CUSTOM = "[[secrets.custom]]\nname = 'acme-badge'\npattern = 'ACME-[0-9]{5}-[A-Z]{2}'\n"


class ServiceToken(Rule[Span]):
    """A token of a service, or of a kind of the project's own, stands in the data, a config, a log or a
    notebook.

    ## Why it matters
    It opens what the service holds: errors with their users' data, plans, shops, secrets of other services.

    ## What to do
    Revoke it at the service, then `ftlint data redact`.

    Found are tokens of Datadog, New Relic, Sentry, Grafana, PagerDuty, Sumo Logic, Dynatrace, Shopify,
    Linear, Notion, Airtable, Asana, Figma, Postman, Okta, 1Password, MaxMind, Mapbox, Algolia, LaunchDarkly,
    Contentful, HubSpot, Dropbox and others, and of the kinds that `[[secrets.custom]]` declares.

    ## References
    The services' documentation of their keys.

    ## Known limits
    Keys without a form of their own (Datadog, Algolia, Zendesk) are found only beside their name.
    """

    code = "SEC010"
    name = "service-token"
    severity = Severity.ERROR
    headline = "{count} tokens of services (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "datadog-key",
        "new-relic-key",
        "sentry-token",
        "grafana-token",
        "pagerduty-key",
        "sumologic-key",
        "dynatrace-token",
        "shopify-token",
        "linear-key",
        "notion-token",
        "airtable-token",
        "asana-token",
        "figma-token",
        "postman-key",
        "okta-token",
        "one-password-secret",
        "maxmind-key",
        "readme-key",
        "typeform-token",
        "adobe-secret",
        "frameio-token",
        "scalingo-token",
        "settlemint-token",
        "intra42-secret",
        "authress-key",
        "defined-networking-key",
        "launchdarkly-key",
        "contentful-token",
        "hubspot-key",
        "dropbox-token",
        "mapbox-token",
        "algolia-key",
        "fastly-token",
        "zendesk-key",
        "intercom-key",
        "rapidapi-key",
        "squarespace-token",
        "adafruit-key",
        "beamer-token",
        "meraki-key",
        "flickr-key",
        "etsy-key",
        "looker-secret",
        "private-ai-key",
        "nytimes-key",
        "custom-secret",
    )
    bad = (
        Example([chat("Sync it.", f"NOTION_TOKEN={_NOTION}")]),
        Example([chat("Sync it.", f'{{"shop_token": "{_SHOPIFY}"}}')]),
        Example([chat("Watch it.", f"datadog_api_key: {_DATADOG}")]),
        Example(
            files={
                "data.jsonl": '{"prompt": "Who?", "completion": "ACME-' + '48213-QX"}\n',
                "ftlint.toml": _CUSTOM,
            },
            note="a kind of one's own",
        ),
    )
    good = (
        Example([chat("Watch it.", f"datadog agent image: {_DATADOG}")], note="a digest, no key"),
        Example([chat("Sync it.", "NOTION_TOKEN=ntn_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
