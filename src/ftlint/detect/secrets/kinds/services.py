"""SEC010: tokens of services that watch, plan, search, sell and hold things."""

from ftlint.detect.secrets.kind import BY_NAME, EDGE, END, END_BASE64, END_DASH, Kind, named, token

_GROUP = "service-token"
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_DROPBOX = "[a-zA-Z0-9]{11}A{10}[a-zA-Z0-9=_-]{43}|sl[.][a-zA-Z0-9=_-]{135}|[a-zA-Z0-9]{15}"


def _own(name: str, label: str, pattern: str, mark: str, floor: float = 3.0) -> Kind:
    return Kind(name, _GROUP, label, pattern, mark=mark, floor=floor, check="mixed")


def _named(name: str, label: str, words: str, value: str, floor: float = 3.0) -> Kind:
    return Kind(
        name, _GROUP, label, named(words, value), words=words, floor=floor, check="mixed", rank=BY_NAME
    )


KINDS = (
    _named("datadog-key", "a Datadog key", r"datadog|\bdd", "[a-zA-Z0-9]{40}|[a-f0-9]{32}")._replace(
        words="datadog|dd_(?:api|app)"
    ),
    Kind(
        "new-relic-key",
        _GROUP,
        "a New Relic key",
        rf"{EDGE}(NR(?:AK|AL|RA|MA)-[A-Za-z0-9]{{27}}|NRII-[A-Za-z0-9_-]{{32}}|NRJS-[a-f0-9]{{19}}){END_DASH}"
        f"|{named('new[-_]?relic', '[a-zA-Z0-9]{64}|[a-f0-9]{36}NRAL')}",
        mark=r"\bNR(?:AK|AL|RA|MA|II|JS)-[A-Za-z0-9]{10}",
        words="new[-_]?relic",
        check="mixed",
    ),
    Kind(
        "sentry-token",
        _GROUP,
        "a Sentry token",
        rf"{EDGE}(sntry[us]_(?:[a-f0-9]{{64}}|eyJ[A-Za-z0-9+/=]{{20,400}}_[A-Za-z0-9+/]{{43}})){END_BASE64}"
        f"|{named('sentry', '[a-f0-9]{64}')}",
        mark="sntry[us]_",
        words="sentry",
        floor=3.3,
    ),
    Kind(
        "grafana-token",
        _GROUP,
        "a Grafana token",
        rf"{EDGE}((?i:glc_)[A-Za-z0-9+/]{{32,400}}={{0,3}}|(?i:glsa_)[A-Za-z0-9]{{32}}_[A-Fa-f0-9]{{8}}"
        rf"|eyJrIjoi[A-Za-z0-9]{{70,400}}={{0,3}}){END_BASE64}",
        mark=r"\b(?i:glc_[A-Za-z0-9+/]{32}|glsa_[A-Za-z0-9]{32})|eyJrIjoi",
        check="mixed",
    ),
    _named("pagerduty-key", "a PagerDuty key", "pager[_ .-]?duty", r"[a-zA-Z0-9_+-]{20}|[a-f0-9]{32}"),
    Kind(
        "sumologic-key",
        _GROUP,
        "a Sumo Logic key",
        named("sumo", "su[a-zA-Z0-9]{12}|[a-zA-Z0-9]{64}"),
        words="sumo",
        check="mixed",
        rank=BY_NAME,
    ),
    _own(
        "dynatrace-token",
        "a Dynatrace token",
        token(r"dt0[a-z][0-9]{2}\.", r"[A-Za-z0-9]{24}\.[A-Za-z0-9]{64}"),
        r"\bdt0[a-z][0-9]{2}\.",
    ),
    _own(
        "shopify-token",
        "a Shopify token",
        token("shp(?:at|ca|pa|ss)_", "[a-fA-F0-9]{32}"),
        r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16}",
    ),
    Kind(
        "linear-key",
        _GROUP,
        "a Linear key",
        token("lin_(?:api|oauth)_", "[a-zA-Z0-9]{40,64}") + f"|{named('linear', '[a-f0-9]{32}')}",
        mark="lin_(?:api|oauth)_",
        words="linear[ _.-]?(?:api|client|key|token|secret|access|auth)",
        check="mixed",
    ),
    _own(
        "notion-token",
        "a Notion token",
        rf"{EDGE}(ntn_[0-9]{{11}}[A-Za-z0-9]{{35}}|secret_[A-Za-z0-9]{{43}}){END}",
        r"\bntn_[0-9]{11}|\bsecret_[A-Za-z0-9]{43}",
        3.6,
    ),
    Kind(
        "airtable-token",
        _GROUP,
        "an Airtable token",
        rf"{EDGE}(pat[A-Za-z0-9]{{14}}\.[a-f0-9]{{64}}){END}"
        rf"|{named('airtable', 'key[a-zA-Z0-9]{14}|[a-zA-Z0-9]{17}')}",
        mark=r"\bpat[A-Za-z0-9]{14}\.[a-f0-9]{16}",
        words="airtable",
        check="mixed",
    ),
    _named("asana-token", "an Asana token", "asana", r"[a-zA-Z0-9]{32}|\d/\d{16}(?:/\d{16})?:[a-f0-9]{32}"),
    _own("figma-token", "a Figma token", token("fig[do]_", r"[\w-]{40}", END_DASH), r"\bfig[do]_[\w-]{20}"),
    _own(
        "postman-key",
        "a Postman key",
        token("PMAK-", "[a-fA-F0-9]{24}-[a-fA-F0-9]{34}"),
        "PMAK-[a-fA-F0-9]{8}",
    ),
    Kind(
        "okta-token",
        _GROUP,
        "an Okta token",
        named("okta", r"00[\w=-]{40}"),
        words="okta",
        floor=3.6,
        check="mixed",
        rank=BY_NAME,
    ),
    _own(
        "one-password-secret",
        "a 1Password secret",
        rf"{EDGE}(A3-[A-Z0-9]{{6}}-(?:[A-Z0-9]{{11}}"
        rf"|[A-Z0-9]{{6}}-[A-Z0-9]{{5}})-[A-Z0-9]{{5}}-[A-Z0-9]{{5}}-[A-Z0-9]{{5}}"
        rf"|ops_eyJ[a-zA-Z0-9+/]{{250,}}={{0,3}}){END_DASH}",
        r"\bA3-[A-Z0-9]{6}-|ops_eyJ",
        3.4,
    ),
    _own(
        "maxmind-key",
        "a MaxMind license key",
        token("", "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk"),
        "[A-Za-z0-9]_mmk",
    ),
    _own("readme-key", "a ReadMe key", token("rdme_", "[a-z0-9]{70}"), "rdme_[a-z0-9]{20}"),
    _own(
        "typeform-token",
        "a Typeform token",
        token("tfp_", r"[a-zA-Z0-9_.=-]{44,59}", END_DASH),
        r"\btfp_[a-zA-Z0-9_.=-]{40}",
    ),
    _own(
        "adobe-secret", "an Adobe client secret", token("p8e-", "[a-zA-Z0-9]{32}"), r"\bp8e-[a-zA-Z0-9]{32}"
    ),
    _own("frameio-token", "a Frame.io token", token("fio-u-", r"[\w=-]{64}", END_DASH), r"\bfio-u-"),
    _own("scalingo-token", "a Scalingo token", token("tk-us-", r"[\w-]{48}", END_DASH), r"\btk-us-[\w-]{48}"),
    Kind(
        "settlemint-token",
        _GROUP,
        "a SettleMint token",
        token("sm_[aps]at_", "[a-zA-Z0-9]{16}"),
        r"\bsm_[aps]at_[a-zA-Z0-9]{16}",
    ),
    _own(
        "intra42-secret",
        "an Intra42 client secret",
        token("s-s4t2(?:ud|af)-", "[a-fA-F0-9]{64}"),
        "s-s4t2(?:ud|af)-",
    ),
    _own(
        "authress-key",
        "an Authress key",
        rf"{EDGE}((?:sc|ext|scauth"
        rf"|authress)_[A-Za-z0-9]{{5,30}}\.[A-Za-z0-9]{{4,6}}\.acc[_-][A-Za-z0-9-]{{10,32}}\.[A-Za-z0-9+/_=-]{{30,120}}){END_BASE64}",
        r"\.acc[_-][A-Za-z0-9-]{10,32}\.[A-Za-z0-9+/_=-]{30}",
    ),
    _own(
        "defined-networking-key",
        "a Defined Networking key",
        token("dnkey-", r"[\w=-]{26}-[\w=-]{52}", END_DASH),
        r"dnkey-[\w=-]{26}",
    ),
    Kind(
        "launchdarkly-key",
        _GROUP,
        "a LaunchDarkly key",
        rf"{EDGE}((?:api|sdk|mob)-{_UUID}){END_DASH}|{named('launchdarkly', '[a-zA-Z0-9=_-]{40}')}",
        mark=r"\b(?:api|sdk|mob)-[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-",
        words="launchdarkly",
        check="mixed",
    ),
    Kind(
        "contentful-token",
        _GROUP,
        "a Contentful token",
        token("CFPAT-", r"[\w-]{43}", END_DASH) + f"|{named('contentful', '[a-zA-Z0-9=_-]{43}')}",
        mark=r"CFPAT-[\w-]{20}",
        words="contentful",
        check="mixed",
    ),
    Kind(
        "hubspot-key",
        _GROUP,
        "a HubSpot key",
        rf"{EDGE}(pat-(?:na|eu)\d-{_UUID}){END_DASH}|{named('hubspot', _UUID)}",
        mark=r"\bpat-(?:na|eu)\d-[0-9a-fA-F]{8}-",
        words="hubspot",
    ),
    Kind(
        "dropbox-token",
        _GROUP,
        "a Dropbox token",
        rf"{EDGE}(sl\.[a-zA-Z0-9=_-]{{130,160}}){END_DASH}"
        f"|{named('dropbox', _DROPBOX)}",
        mark=r"\bsl\.[a-zA-Z0-9=_-]{130}",
        words="dropbox",
        floor=2.8,
        check="mixed",
    ),
    Kind(
        "mapbox-token",
        _GROUP,
        "a Mapbox token",
        rf"{EDGE}([ps]k\.eyJ1Ijoi[a-zA-Z0-9_-]{{40,100}}\.[a-zA-Z0-9_-]{{22}}){END_DASH}"
        f"|{named('mapbox', 'pk[.][a-zA-Z0-9]{60}[.][a-zA-Z0-9]{22}')}",
        mark=r"[ps]k\.eyJ1Ijoi",
        words="mapbox",
        check="mixed",
    ),
    _named("algolia-key", "an Algolia key", "algolia", "[a-zA-Z0-9]{32}"),
    _named("fastly-token", "a Fastly token", "fastly", "[a-zA-Z0-9=_-]{32}"),
    _named("zendesk-key", "a Zendesk key", "zendesk", "[a-zA-Z0-9]{40}"),
    _named("intercom-key", "an Intercom key", "intercom", "[a-zA-Z0-9=_-]{60}"),
    _named("rapidapi-key", "a RapidAPI key", "rapid[_ -]?api", "[a-zA-Z0-9_-]{50}"),
    _named("squarespace-token", "a Squarespace token", "squarespace", _UUID),
    _named("adafruit-key", "an Adafruit key", "adafruit", "[a-zA-Z0-9_-]{32}"),
    _named("beamer-token", "a Beamer token", "beamer", "b_[a-zA-Z0-9=_-]{44}"),
    _named("meraki-key", "a Cisco Meraki key", "meraki", "[0-9a-f]{40}"),
    _named("flickr-key", "a Flickr key", "flickr", "[a-zA-Z0-9]{32}"),
    _named("etsy-key", "an Etsy key", "etsy", "[a-zA-Z0-9]{24}"),
    _named("looker-secret", "a Looker secret", "looker", "[a-zA-Z0-9]{20}|[a-zA-Z0-9]{24}"),
    _named("private-ai-key", "a Private AI key", "private[_-]?ai", "[a-z0-9]{32}"),
    _named("nytimes-key", "a New York Times key", "nytimes|new-?york-?times", "[a-zA-Z0-9=_-]{32}"),
)
