"""SEC006: keys that move money."""

from ftlint.detect.secrets.kind import BY_NAME, EDGE, END_DASH, Kind, named, token

_GROUP = "payment-key"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

KINDS = (
    Kind(
        "stripe-key",
        _GROUP,
        "a Stripe key",
        token("(?:sk|rk)_(?:test|live|prod)_", "[a-zA-Z0-9]{10,247}"),
        r"[sr]k_(?:test|live|prod)_[a-zA-Z0-9]{10}",
        check="mixed",
    ),
    Kind(
        "stripe-webhook-secret",
        _GROUP,
        "a Stripe webhook secret",
        token("whsec_", "[a-zA-Z0-9+/=]{32,64}"),
        r"whsec_[a-zA-Z0-9+/=]{32}",
        check="mixed",
    ),
    Kind(
        "square-token",
        _GROUP,
        "a Square token",
        rf"{EDGE}(sq0(?:atp|csp|idp)-[\w-]{{22,60}}|EAAA[\w-]{{22,60}}){END_DASH}",
        r"sq0(?:atp|csp|idp)-[\w-]{20}|\bEAAA[\w-]{22}",
        floor=3.2,
        check="mixed",
    ),
    Kind(
        "braintree-token",
        _GROUP,
        "a PayPal Braintree token",
        r"(access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32})",
        r"access_token\$(?:production|sandbox)\$",
    ),
    Kind(
        "paypal-secret",
        _GROUP,
        "a PayPal secret",
        named("paypal", "E[A-Za-z0-9_-]{79}"),
        words="paypal",
        rank=BY_NAME,
    ),
    Kind(
        "adyen-key",
        _GROUP,
        "an Adyen key",
        token("AQE[a-zA-Z0-9]h", "[A-Za-z0-9+/=*:.!@#$%^&(){}|~_-]{99,299}[A-Za-z0-9+/=]"),
        r"\bAQE[a-zA-Z0-9]h[A-Za-z0-9+/=]{40}",
    ),
    Kind(
        "razorpay-key",
        _GROUP,
        "a Razorpay key",
        token("rzp_(?:live|test)_", "[A-Za-z0-9]{14,20}"),
        "rzp_(?:live|test)_",
    ),
    Kind(
        "flutterwave-key",
        _GROUP,
        "a Flutterwave key",
        token("FLW(?:SECK|PUBK)(?:_TEST)?-", "(?:[a-hA-H0-9]{32}-X|[a-hA-H0-9]{12})", END_DASH),
        "FLW(?:SECK|PUBK)(?:_TEST)?-",
    ),
    Kind(
        "plaid-key",
        _GROUP,
        "a Plaid token",
        rf"{EDGE}(access-(?:sandbox|development|production)-{_UUID}){END_DASH}"
        f"|{named('plaid', '[a-z0-9]{30}')}",
        mark="access-(?:sandbox|development|production)-[0-9a-f]{8}-",
        words="plaid",
        check="mixed",
    ),
    Kind(
        "gocardless-token",
        _GROUP,
        "a GoCardless token",
        named("gocardless", "live_[a-zA-Z0-9_=-]{40}"),
        words="gocardless",
        rank=BY_NAME,
    ),
    Kind(
        "shipping-key",
        _GROUP,
        "an EasyPost, Shippo or Lob key",
        rf"{EDGE}(EZ[AT]K[A-Za-z0-9]{{54}}|shippo_(?:live|test)_[a-fA-F0-9]{{40}}){END_DASH}"
        f"|{named('lob', '(?:live|test)_(?:[a-f0-9]{35}|pub_[a-f0-9]{31})')}",
        mark=r"\bEZ[AT]K[A-Za-z0-9]{54}|shippo_(?:live|test)_[a-fA-F0-9]{16}|(?:live|test)_"
        r"(?:pub_)?[a-f0-9]{31}",
        check="mixed",
    ),
    Kind(
        "duffel-token",
        _GROUP,
        "a Duffel token",
        token("duffel_(?:test|live)_", "[a-zA-Z0-9_=-]{43}", END_DASH),
        "duffel_(?:test|live)_",
    ),
    Kind(
        "exchange-key",
        _GROUP,
        "a key of a currency exchange",
        named("coinbase", "[a-zA-Z0-9_-]{64}")
        + f"|{named('kraken', '[a-zA-Z0-9/=_+-]{80,90}')}"
        + f"|{named('bittrex', '[a-zA-Z0-9]{32}')}|{named('kucoin', '[a-f0-9]{24}|' + _UUID)}"
        + f"|{named('binance', '[a-zA-Z0-9]{64}')}",
        words="coinbase|kraken|bittrex|kucoin|binance",
        floor=3.2,
        check="mixed",
        rank=BY_NAME,
    ),
    Kind(
        "bank-data-key",
        _GROUP,
        "a key of a service for bank data",
        named("finicity", "[a-f0-9]{32}|[a-z0-9]{20}")
        + f"|{named('freshbooks', '[a-z0-9]{64}')}"
        + f"|{named('finnhub', '[a-z0-9]{20}')}",
        words="finicity|freshbooks|finnhub",
        floor=3.2,
        check="mixed",
        rank=BY_NAME,
    ),
)
