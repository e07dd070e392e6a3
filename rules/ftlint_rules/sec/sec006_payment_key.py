from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_STRIPE = "sk_" + "live_" + "q7Xw2LkTz9PmVb4RnYcEu1Hg"
_SQUARE = "sq0" + "atp-" + "q7Xw2LkTz9PmVb4RnYcEu1"


class PaymentKey(Rule[Span]):
    """A key that moves money stands in the data, a config, a log or a notebook.

    ## Why it matters
    A live key of Stripe refunds, charges and lists customers with their addresses.

    ## What to do
    Roll it in the service's dashboard, then `ftlint data redact`. A test key moves nothing; it is found all
    the same, because it shows that keys get into this data.

    Found are keys of Stripe (secret, restricted, webhook), Square, PayPal and Braintree, Adyen, Razorpay,
    Flutterwave, Plaid, GoCardless, EasyPost, Shippo, Lob, Duffel, exchanges (Coinbase, Kraken, Binance,
    KuCoin, Bittrex) and services for bank data.

    ## References
    Stripe, "API keys"; Square, "Access tokens"; Plaid, "Tokens".

    ## Known limits
    Keys that were published to be used in browsers (Stripe's `pk_`) are no secrets and are not found.
    """

    code = "SEC006"
    name = "payment-key"
    severity = Severity.ERROR
    headline = "{count} keys of payment services (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "stripe-key",
        "stripe-webhook-secret",
        "square-token",
        "braintree-token",
        "paypal-secret",
        "adyen-key",
        "razorpay-key",
        "flutterwave-key",
        "plaid-key",
        "gocardless-token",
        "shipping-key",
        "duffel-token",
        "exchange-key",
        "bank-data-key",
    )
    bad = (
        Example([chat("Charge it.", f'stripe.api_key = "{_STRIPE}"')]),
        Example([chat("Charge it.", f"SQUARE_ACCESS_TOKEN: {_SQUARE}")]),
    )
    good = (
        Example([chat("Charge it.", 'stripe.api_key = os.environ["STRIPE_KEY"]')]),
        Example([chat("Charge it.", 'stripe.api_key = "sk_test_your_key_here"')]),
        Example([chat("Which columns?", "risk_live_weight_of_animals, task_test_results")]),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
