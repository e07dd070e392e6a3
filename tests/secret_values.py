"""A made value for every kind of secret: by its form, by the name before it, by what stands around it."""

import base64
import json
from random import Random

from secret_examples import made

UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
HEX = "[a-f0-9]{32}"
AN = "[A-Za-z0-9]"

OWN_FORM = {
    "age-secret-key": "AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}",
    "aws-access-key-id": "AKIA[A-Z2-7]{14}[2-7]{2}",
    "aws-bedrock-key": "ABSK[A-Za-z0-9+/]{120}=",
    "google-api-key": "AIza[A-Za-z0-9_-]{34}[a-z]",
    "google-oauth-token": r"ya29\.[A-Za-z0-9_-]{59}[a-z]",
    "google-client-secret": "GOCSPX-[A-Za-z0-9_-]{28}",
    "azure-client-secret": "[a-zA-Z0-9_~.]{3}8Q~[a-zA-Z0-9_~.-]{33}[a-z]",
    "digitalocean-token": "dop_v1_[a-f0-9]{64}",
    "alibaba-access-key-id": "LTAI5t[a-zA-Z0-9]{18}",
    "tencent-secret-id": "AKID[A-Za-z0-9]{32}",
    "heroku-key": "HRKU-AA[0-9a-zA-Z_-]{57}[a-z]",
    "fly-token": "fm2_[a-zA-Z0-9+/]{120}",
    "netlify-token": "nfp_[A-Za-z0-9]{36}",
    "render-key": "rnd_[A-Za-z0-9]{32}",
    "scaleway-key": "SCW[A-Z0-9]{17}",
    "supabase-key": "sbp_[a-f0-9]{40}",
    "planetscale-token": "pscale_tkn_[A-Za-z0-9_]{43}",
    "databricks-token": "dapi[a-f0-9]{32}",
    "vault-token": r"hvs\.[A-Za-z0-9_-]{95}",
    "terraform-token": r"[a-zA-Z0-9]{14}\.atlasv1\.[a-zA-Z0-9]{67}",
    "pulumi-token": "pul-[a-f0-9]{40}",
    "doppler-token": r"dp\.pt\.[a-zA-Z0-9]{43}",
    "openshift-token": "sha256~[A-Za-z0-9_-]{43}",
    "clickhouse-key": "4b1d[A-Za-z0-9]{38}",
    "yandex-key": "AQVN[A-Za-z0-9_-]{35}[a-z]",
    "openai-key": "sk-[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}",
    "anthropic-key": "sk-ant-api03-[A-Za-z0-9_-]{93}AA",
    "hugging-face-token": "hf_[A-Za-z]{34}",
    "groq-key": "gsk_[A-Za-z0-9]{52}",
    "replicate-token": "r8_[A-Za-z0-9]{37}",
    "perplexity-key": "pplx-[A-Za-z0-9]{48}",
    "xai-key": "xai-[A-Za-z0-9]{80}",
    "openrouter-key": "sk-or-v1-[a-f0-9]{64}",
    "fireworks-key": "fw_[A-Za-z0-9]{23}[0-9]",
    "langsmith-key": "lsv2_pt_[a-f0-9]{32}_[a-f0-9]{10}",
    "pinecone-key": "pcsk_[A-Za-z0-9_]{69}[a-z]",
    "nvidia-key": "nvapi-[A-Za-z0-9_-]{63}[a-z]",
    "cerebras-key": "csk-[a-z0-9]{48}",
    "voyage-key": "pa-[A-Za-z0-9_-]{42}[a-z]",
    "elevenlabs-key": "sk_[a-f0-9]{48}",
    "tavily-key": "tvly-dev-[A-Za-z0-9]{32}",
    "jina-key": "jina_[A-Za-z0-9_-]{59}[a-z]",
    "llamacloud-key": "llx-[A-Za-z0-9]{48}",
    "model-api-key": "sk-[A-Za-z0-9]{48}",
    "github-token": "ghp_[0-9a-zA-Z]{36}",
    "github-app-token": "ghs_[0-9a-zA-Z]{50}",
    "github-fine-grained-token": "github_pat_[0-9A-Za-z]{22}_[0-9A-Za-z]{59}",
    "gitlab-token": "glpat-[0-9a-zA-Z]{20}",
    "gitlab-session": "_gitlab_session=[0-9a-z]{32}",
    "circleci-token": "CCIPAT_[A-Za-z0-9]{22}_[a-f0-9]{40}",
    "buildkite-token": "bkua_[a-f0-9]{40}",
    "octopus-key": "API-[A-Z0-9]{26}",
    "harness-token": r"pat\.[a-zA-Z0-9_-]{22}\.[a-f0-9]{24}\.[a-zA-Z0-9]{20}",
    "infracost-key": "ico-[a-zA-Z0-9]{32}",
    "prefect-token": "pnu_[a-zA-Z0-9]{36}",
    "slack-token": "xoxb-[0-9]{12}-[0-9]{12}-[A-Za-z0-9]{24}",
    "slack-app-token": "xapp-1-A[A-Z0-9]{10}-[0-9]{13}-[a-f0-9]{64}",
    "slack-webhook": r"hooks\.slack\.com/services/T[A-Z0-9]{8}/B[A-Z0-9]{8}/[A-Za-z0-9]{24}",
    "discord-bot-token": r"MT[AEIMQUYcgk][A-Za-z0-9]{23}\.G[A-Za-z0-9]{5}\.[A-Za-z0-9_-]{37}[a-z]",
    "discord-webhook": r"discord\.com/api/webhooks/[1-9][0-9]{17}/[A-Za-z0-9_-]{67}[a-z]",
    "telegram-bot-token": "[1-9][0-9]{9}:AA[A-Za-z0-9_-]{32}[a-z]",
    "twilio-key": "SK[0-9a-f]{32}",
    "sendgrid-key": r"SG\.[A-Za-z0-9]{22}\.[A-Za-z0-9_-]{42}[a-z]",
    "mailgun-key": "key-[a-f0-9]{32}",
    "mailchimp-key": "[a-f0-9]{32}-us14",
    "brevo-key": "xkeysib-[a-f0-9]{64}-[a-zA-Z0-9]{16}",
    "resend-key": "re_[A-Za-z0-9]{8}_[A-Za-z0-9]{24}",
    "teams-webhook": rf"acme\.webhook\.office\.com/webhookb2/{UUID}@{UUID}/IncomingWebhook/{HEX}/{UUID}",
    "facebook-token": "EAAC[A-Za-z0-9]{150}",
    "stripe-key": "sk_live_[a-zA-Z0-9]{24}",
    "stripe-webhook-secret": "whsec_[a-zA-Z0-9]{32}",
    "square-token": "sq0atp-[A-Za-z0-9_-]{21}[a-z]",
    "braintree-token": r"access_token\$production\$[0-9a-z]{16}\$[0-9a-f]{32}",
    "adyen-key": "AQEyh[A-Za-z0-9+/]{120}=",
    "razorpay-key": "rzp_live_[A-Za-z0-9]{14}",
    "flutterwave-key": "FLWSECK_TEST-[a-h0-9]{32}-X",
    "plaid-key": f"access-production-{UUID}",
    "shipping-key": "EZAK[A-Za-z0-9]{54}",
    "duffel-token": "duffel_live_[A-Za-z0-9_-]{42}[a-z]",
    "npm-token": "npm_[a-zA-Z0-9]{36}",
    "pypi-token": "pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{60}[a-z]",
    "rubygems-token": "rubygems_[a-f0-9]{48}",
    "crates-token": "cio[A-Za-z0-9]{32}",
    "nuget-key": "oy2[a-z0-9]{43}",
    "docker-hub-token": "dckr_pat_[A-Za-z0-9_-]{26}[a-z]",
    "clojars-token": "CLOJARS_[a-f0-9]{60}",
    "jfrog-token": "AKCp[A-Za-z0-9]{69}",
    "new-relic-key": "NRAK-[A-Z0-9]{27}",
    "sentry-token": "sntryu_[a-f0-9]{64}",
    "grafana-token": "glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}",
    "dynatrace-token": r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    "shopify-token": "shpat_[a-f0-9]{32}",
    "linear-key": "lin_api_[a-zA-Z0-9]{40}",
    "notion-token": "ntn_[0-9]{11}[A-Za-z0-9]{35}",
    "airtable-token": r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}",
    "figma-token": "figd_[A-Za-z0-9_-]{39}[a-z]",
    "postman-key": "PMAK-[a-f0-9]{24}-[a-f0-9]{34}",
    "one-password-secret": "A3-[A-Z0-9]{6}-[A-Z0-9]{6}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}-[A-Z0-9]{5}",
    "maxmind-key": "[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk",
    "readme-key": "rdme_[a-z0-9]{70}",
    "typeform-token": "tfp_[a-zA-Z0-9_-]{58}[a-z]",
    "adobe-secret": "p8e-[a-zA-Z0-9]{32}",
    "frameio-token": "fio-u-[a-zA-Z0-9_-]{63}[a-z]",
    "scalingo-token": "tk-us-[A-Za-z0-9_-]{47}[a-z]",
    "settlemint-token": "sm_pat_[a-zA-Z0-9]{16}",
    "intra42-secret": "s-s4t2ud-[a-f0-9]{64}",
    "authress-key": r"sc_[a-z0-9]{20}\.[a-z0-9]{4}\.acc_[a-z0-9]{20}\.[A-Za-z0-9]{64}",
    "defined-networking-key": "dnkey-[A-Z0-9]{26}-[A-Z0-9]{52}",
    "launchdarkly-key": f"sdk-{UUID}",
    "contentful-token": "CFPAT-[A-Za-z0-9_-]{42}[a-z]",
    "hubspot-key": f"pat-na1-{UUID}",
    "dropbox-token": r"sl\.[A-Za-z0-9_-]{139}[a-z]",
    "mapbox-token": r"sk\.eyJ1Ijoi[a-zA-Z0-9]{60}\.[a-zA-Z0-9_-]{21}[a-z]",
    "twitch-token": "oauth:[a-z0-9]{30}",
    "twitter-token": "A{22}[a-zA-Z0-9%]{85}[a-z]",
    "wandb-key": "wandb_v1_[A-Za-z0-9]{77}",
    "together-key": "tgp_v1_[A-Za-z0-9_-]{42}[a-z]",
}
"""Kinds that are told by their own form alone."""

OPEN_ENDED = {"slack-app-token"}

BY_NAME = {
    "alibaba-secret-key": ("alibaba_secret_key", f"{AN}{{30}}"),
    "ibm-cloud-key": ("IBM_CLOUD_API_KEY", f"{AN}{{44}}"),
    "cloudflare-key": ("cloudflare_api_token", "[A-Za-z0-9_-]{39}[a-z]"),
    "vercel-token": ("VERCEL_TOKEN", f"{AN}{{23}}[0-9]"),
    "openstack-secret": ("OS_APPLICATION_CREDENTIAL_SECRET", f"{AN}{{86}}"),
    "confluent-secret": ("confluent_api_secret", f"{AN}{{64}}"),
    "cohere-key": ("CO_API_KEY", f"{AN}{{40}}"),
    "mistral-key": ("MISTRAL_API_KEY", f"{AN}{{32}}"),
    "comet-key": ("COMET_API_KEY", f"{AN}{{25}}"),
    "vector-store-key": ("weaviate_api_key", f"{AN}{{40}}"),
    "bitbucket-token": ("bitbucket_client_secret", f"{AN}{{64}}"),
    "atlassian-token": ("jira_api_token", "[a-zA-Z0-9]{20}[a-f0-9]{4}"),
    "sourcegraph-token": ("sourcegraph_access_token", "[a-f0-9]{40}"),
    "sonar-token": ("SONAR_TOKEN", "[a-f0-9]{40}"),
    "snyk-token": ("SNYK_TOKEN", UUID),
    "build-service-token": ("CODECOV_TOKEN", "[a-z0-9]{32}"),
    "discord-secret": ("discord_client_secret", f"{AN}{{32}}"),
    "chat-service-token": ("mattermost_token", "[a-z0-9]{26}"),
    "sendbird-token": ("sendbird_api_token", "[a-f0-9]{40}"),
    "messagebird-token": ("messagebird_api_key", f"{AN}{{25}}"),
    "linkedin-secret": ("linkedin_client_secret", "[A-Z][a-z]{3}[0-9][A-Za-z]{10}[0-9]"),
    "paypal-secret": ("paypal_client_secret", "E[A-Za-z0-9_-]{78}[a-z]"),
    "gocardless-token": ("gocardless_token", "live_[A-Za-z0-9_-]{39}[a-z]"),
    "exchange-key": ("binance_api_secret", f"{AN}{{64}}"),
    "bank-data-key": ("finnhub_api_key", "[a-z0-9]{20}"),
    "datadog-key": ("DD_API_KEY", "[a-f0-9]{32}"),
    "pagerduty-key": ("pagerduty_api_key", f"{AN}{{20}}"),
    "sumologic-key": ("sumo_access_key", f"{AN}{{64}}"),
    "asana-token": ("asana_client_secret", "[a-z0-9]{32}"),
    "okta-token": ("okta_api_token", "00[A-Za-z0-9_-]{39}[a-z]"),
    "algolia-key": ("algolia_admin_key", "[a-f0-9]{32}"),
    "fastly-token": ("FASTLY_API_TOKEN", f"{AN}{{32}}"),
    "zendesk-key": ("zendesk_api_token", f"{AN}{{40}}"),
    "intercom-key": ("intercom_access_token", f"{AN}{{60}}"),
    "rapidapi-key": ("rapidapi_key", f"{AN}{{50}}"),
    "squarespace-token": ("squarespace_api_key", UUID),
    "adafruit-key": ("adafruit_io_key", f"{AN}{{32}}"),
    "beamer-token": ("beamer_api_key", f"b_{AN}{{44}}"),
    "meraki-key": ("meraki_api_key", "[a-f0-9]{40}"),
    "flickr-key": ("flickr_api_key", "[a-f0-9]{32}"),
    "etsy-key": ("etsy_api_key", "[a-z0-9]{24}"),
    "looker-secret": ("looker_client_secret", f"{AN}{{24}}"),
    "private-ai-key": ("private_ai_api_key", "[a-z0-9]{32}"),
    "nytimes-key": ("NYTIMES_API_KEY", f"{AN}{{32}}"),
    "assigned-secret": ("client_secret", f"{AN}{{40}}"),
}
"""Kinds that are told by the name in front of them."""


def password(random: Random) -> str:
    return made("[A-Z][a-z]{2}[0-9]{2}[!#-][a-z]{2}[0-9][A-Z][a-z]{3}", random)


def encoded(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def token(random: Random) -> str:
    signature = made("[A-Za-z0-9_-]{43}", random)
    return f"{encoded({'alg': 'HS256', 'typ': 'JWT'})}.{encoded({'sub': 'jo', 'iat': 1})}.{signature}"


def key_block(random: Random) -> str:
    lines = [made("[A-Za-z0-9+/]{64}", random) for _ in range(20)]
    return "\n".join(["-----BEGIN PRIVATE" + " KEY-----", *lines, "-----END PRIVATE" + " KEY-----"])


def by_place(random: Random) -> dict[str, tuple[str, str]]:
    """Kinds that are told by what stands around them: a text with a hole, and the value."""
    block, word, jwt = key_block(random), password(random), token(random)
    account = '{{"type": "service_account", "private_key": "{}"}}'
    neptune = base64.b64encode(
        b'{"api_address":"https://app.tamwick.net","api_key":"' + word.encode() + b'"}'
    )
    putty = "PuTTY-User-Key-File-3: ssh-rsa\n" + made("[A-Za-z0-9+/]{300}", random) + "\nPrivate-MAC: "
    return {
        "private-key": ("cat key.pem\n{}\n", block),
        "putty-private-key": ("{}", putty + made("[a-f0-9]{64}", random)),
        "gcp-service-account": (account, block.replace("\n", "\\n") + "\\n"),
        "aws-secret-key": ("aws_secret_access_key = {}\n", made("[A-Za-z0-9+/]{38}[0-9][a-z]", random)),
        "azure-storage-key": ("AccountName=a;AccountKey={};", made("[A-Za-z0-9+/]{86}==", random)),
        "azure-sas-token": ("https://a.net/b?sv=2022&se=2030&sig={}&x", made("[A-Za-z0-9]{43}%3D", random)),
        "neptune-token": ("NEPTUNE_API_TOKEN={}", neptune.decode()),
        "npmrc-token": ("//npm.tamwick.net/:_authToken={}\n", made(UUID, random)),
        "pypirc-password": ("[pypi]\nusername = jo\npassword = {}\n", word),
        "nuget-password": ('<add key="ClearTextPassword" value="{}" />', word),
        "sidekiq-credentials": ("https://{}@gems.contribsys.com/", made("[a-f0-9]{8}:[a-f0-9]{8}", random)),
        "database-url": ("postgresql://shop:{}@db.tamwick.net:5432/shop", word),
        "url-password": ("git clone https://jo:{}@git.tamwick.net/pots.git", word),
        "curl-user": ("curl -s -u {} https://api.tamwick.net", f"jo:{word}"),
        "curl-header": ('curl -H "X-Api-Key: {}" https://api.tamwick.net', made("[A-Za-z0-9]{32}", random)),
        "command-password": ("mysql -h db.tamwick.net -u shop -p{} shop", word),
        "netrc-password": ("machine api.tamwick.net login jo password {}\n", word),
        "jwt": ("session {} is over", jwt),
        "jwt-base64": ("jwt {}", base64.b64encode(jwt.encode()).decode()),
        "bearer-token": ("Authorization: Bearer {}\n", made("[A-Za-z0-9]{32}", random)),
        "session-cookie": ("Cookie: theme=dark; sessionid={}; lang=de", made("[a-z0-9]{32}", random)),
        "basic-auth": ("Authorization: Basic {}\n", base64.b64encode(f"jo:{word}".encode()).decode()),
        "kubernetes-secret": (
            "kind: Secret\ndata:\n  db: {}\n",
            base64.b64encode(word.encode()).decode(),
        ),
    }
