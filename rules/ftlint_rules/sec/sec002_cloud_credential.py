from __future__ import annotations

from collections.abc import Iterator

from ftlint.model import Finding, Span
from ftlint.rule import Example, Rule, Severity, chat
from ftlint_rules.sec.wording import HELP, told

_ID = "AKIA" + "Q3EGTZ5WJ2MNR7XB"
_SECRET = "k7Q+zT2m" + "/Vx9Lw4R" + "sB1nYpE6" + "uHcD3jFg" + "0aKo5XiM"
_GOOGLE = "AIza" + "SyB3xQ9v_Tn2Lw7RkZ0pYcE5uHgD1jFmXoA"
_HASH = "9f86d081884c7d65" + "9a2feaa0c55ad015" + "a3bf4f1b"


class CloudCredential(Rule[Span]):
    """A credential of a cloud, or of what runs in one, stands in the data, a config, a log or a notebook.

    ## Why it matters
    A key of AWS, Google Cloud or Azure rents machines and opens buckets on its owner's account. Leaked keys
    are tried within minutes of being public.

    ## What to do
    Revoke it in the provider's console and look through its use since; then `ftlint data redact`.

    Found are AWS access key ids and their secrets (surest where both stand together), Bedrock keys, Google
    API keys, service accounts, OAuth tokens and client secrets, Azure storage keys, SAS and client secrets,
    DigitalOcean, Alibaba, Tencent, IBM, Heroku, Cloudflare, Fly, Vercel, Netlify, Render, Scaleway, Supabase,
    PlanetScale, Databricks, Vault, Terraform, Pulumi, Doppler, OpenShift, ClickHouse, Yandex, Confluent. The
    message names the kind; `ignore-kinds` of `[secrets]` takes one out.

    Keys out of the providers' own documentation (AKIA...EXAMPLE) are told at `info` or not at all.

    ## References
    AWS, IAM user guide, "IAM identifiers: unique ID prefixes"; Google, "API keys overview"; Microsoft,
    "Sensitive information type: Azure AD client secret".

    ## Known limits
    Kinds without a form of their own (IBM, Alibaba's secret, Vercel) are found only beside their name.
    """

    code = "SEC002"
    name = "cloud-credential"
    severity = Severity.ERROR
    headline = "{count} cloud credentials (values hidden)"
    help = HELP
    documents = True
    kinds = (
        "aws-access-key-id",
        "aws-secret-key",
        "aws-bedrock-key",
        "gcp-service-account",
        "google-api-key",
        "google-oauth-token",
        "google-client-secret",
        "azure-storage-key",
        "azure-sas-token",
        "azure-client-secret",
        "digitalocean-token",
        "alibaba-access-key-id",
        "alibaba-secret-key",
        "tencent-secret-id",
        "ibm-cloud-key",
        "heroku-key",
        "cloudflare-key",
        "fly-token",
        "vercel-token",
        "netlify-token",
        "render-key",
        "scaleway-key",
        "supabase-key",
        "planetscale-token",
        "databricks-token",
        "vault-token",
        "terraform-token",
        "pulumi-token",
        "doppler-token",
        "openshift-token",
        "clickhouse-key",
        "yandex-key",
        "openstack-secret",
        "confluent-secret",
    )
    bad = (
        Example([chat("Upload it.", f"aws_access_key_id = {_ID}\naws_secret_access_key = {_SECRET}")]),
        Example([{"prompt": "Where is it?", "completion": f'{{"key": "{_GOOGLE}"}}'}]),
    )
    good = (
        Example(
            [chat("Upload it.", "aws_access_key_id = AKIA" + "IOSFODNN7EXAMPLE")], note="AWS's own sample"
        ),
        Example([chat("Upload it.", "aws_secret_access_key = <your secret key>")]),
        Example([chat("Which commit?", f"aws provider secret store: {_HASH}")], note="a commit, 40 digits"),
    )

    def check(self, span: Span) -> Iterator[Finding]:
        yield told(span)
