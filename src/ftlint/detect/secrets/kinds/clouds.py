"""SEC002: credentials of clouds and of what runs in them."""

from typing import Any

from ftlint.detect.secrets.kind import (
    BETWEEN,
    BY_NAME,
    EDGE,
    END_BASE64,
    END_DASH,
    OWN_FORM,
    STOP,
    Kind,
    named,
    token,
)

_GROUP = "cloud-credential"
_UUID = r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
_AWS_SECRET = (
    rf"(?i:aws[\w .-]{{0,12}}(?:secret|sk)[\w .-]{{0,20}}|secret[_ .-]?access[_ .-]?key(?:[_ .-]?id)?)"
    rf"{BETWEEN}([A-Za-z0-9/+]{{40}}){END_BASE64}"
)
_AWS_PAIR = (
    r"A(?:KIA|SIA)[A-Z2-7]{16}(?:[^A-Z0-9](?s:.){0,160}?)?[^A-Za-z0-9/+=]([A-Za-z0-9/+]{40})"
    r"(?:[^A-Za-z0-9/+=]|\z)"
)


def _own(name: str, label: str, pattern: str, mark: str, floor: float = 3.0, **more: Any) -> Kind:
    return Kind(name, _GROUP, label, pattern, mark=mark, floor=floor, **more)


def _named(name: str, label: str, words: str, value: str, floor: float = 3.0, **more: Any) -> Kind:
    return Kind(name, _GROUP, label, named(words, value), words=words, floor=floor, rank=BY_NAME, **more)


KINDS = (
    _own(
        "aws-access-key-id",
        "an AWS access key id",
        token("(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)", "[A-Z2-7]{16}"),
        r"\bA(?:3T[A-Z0-9]|KIA|SIA|BIA|CCA)[A-Z2-7]{16}|\\[nrt]A(?:KIA|SIA)[A-Z2-7]{16}",
        2.7,
        check="aws_id",
    ),
    _own(
        "aws-secret-key",
        "an AWS secret access key",
        f"{_AWS_SECRET}|{_AWS_PAIR}",
        r"(?i:secret[_ .-]?access[_ .-]?key|aws[\w .-]{0,12}(?:secret|sk))|\bA(?:KIA|SIA)[A-Z2-7]{16}",
        4.0,
        check="aws_secret",
    ),
    _own(
        "aws-bedrock-key",
        "an Amazon Bedrock API key",
        f"{EDGE}(ABSK[A-Za-z0-9+/]{{109,269}}={{0,2}}){END_BASE64}"
        rf"|(bedrock-api-key-"
        r"YmVkcm9jay5hbWF6b25hd3MuY29t[A-Za-z0-9+/=]*)",
        r"ABSK[A-Za-z0-9+/]{40}|bedrock-api-key-YmVk",
    ),
    _own(
        "gcp-service-account",
        "a Google Cloud service account key",
        r"private_key\\*[\"']\s*:\s*\\*[\"'](-----BEGIN PRIVATE KEY-----[^-]{64,}"
        r"-----END PRIVATE KEY-----(?:\\+n)?)",
        r"private_key\\*[\"']\s*:\s*\\*[\"']-----BEGIN",
        check="service_account",
        rank=OWN_FORM + 1,
    ),
    _own("google-api-key", "a Google API key", token("AIza", r"[\w-]{35}", END_DASH), r"AIza[\w-]{20}", 3.6),
    _own(
        "google-oauth-token",
        "a Google OAuth access token",
        token(r"ya29\.", r"[\w-]{30,600}", END_DASH),
        r"ya29\.[\w-]{20}",
    ),
    _own(
        "google-client-secret",
        "a Google OAuth client secret",
        token("GOCSPX-", r"[\w-]{28}", END_DASH),
        r"GOCSPX-",
    ),
    _own(
        "azure-storage-key",
        "an Azure storage account key",
        rf"(?i:AccountKey|SharedAccessKey|storage[_ .-]?(?:account[_ .-]?)?key|account[_ .-]?key)"
        rf"{BETWEEN}([A-Za-z0-9+/]{{86}}==|[A-Za-z0-9+/]{{43}}=)",
        r"(?i:AccountKey|SharedAccessKey|storage[_ .-]?key"
        r"|account[_ .-]?key)[\w\s\"'\\:=`]{1,16}[A-Za-z0-9+/]{40}",
        4.0,
    ),
    _own(
        "azure-sas-token",
        "an Azure shared access signature",
        r"[?&](?:s[vrep]|st|spr|srt|ss)=[^\s\"'<>]{0,400}?&(?:amp;)?sig=([A-Za-z0-9%+/]{40,60}(?:=|%3[dD]))",
        r"&(?:amp;)?sig=[A-Za-z0-9%+/]{40}|[?]sig=[A-Za-z0-9%+/]{40}",
        3.5,
    ),
    _own(
        "azure-client-secret",
        "an Azure AD client secret",
        r"(?:\A|[\\'\"`\s>=:(,]|\\[nrt])([a-zA-Z0-9_~.]{3}\dQ~[a-zA-Z0-9_~.-]{31,34})(?:[^\w~-]|\z)",
        r"\dQ~[a-zA-Z0-9_~.-]{31}",
    ),
    _own(
        "digitalocean-token",
        "a DigitalOcean token",
        token("(?i:do[opr]_v1_)", "[a-fA-F0-9]{64}"),
        r"(?i:do[opr]_v1_)[a-fA-F0-9]{16}",
    ),
    _own(
        "alibaba-access-key-id",
        "an Alibaba Cloud access key id",
        token("LTAI", "[A-Za-z0-9]{12,20}"),
        "LTAI[A-Za-z0-9]{12}",
        check="mixed",
    ),
    _named(
        "alibaba-secret-key",
        "an Alibaba Cloud secret key",
        "alibaba|aliyun",
        "[A-Za-z0-9]{30}",
        check="mixed",
    ),
    _own(
        "tencent-secret-id",
        "a Tencent Cloud secret id",
        token("AKID", "[A-Za-z0-9]{32}"),
        r"\bAKID[A-Za-z0-9]{32}",
        check="mixed",
    ),
    _named(
        "ibm-cloud-key",
        "an IBM Cloud API key",
        r"ibm[_ .-]?(?:cloud|iam|api)|bluemix|watson",
        r"[A-Za-z0-9_-]{44}",
        3.8,
        check="mixed",
    ),
    Kind(
        "heroku-key",
        _GROUP,
        "a Heroku API key",
        f"{EDGE}(HRKU-AA[0-9a-zA-Z_-]{{58}}){END_DASH}|{named('heroku', _UUID)}",
        mark="HRKU-AA[0-9a-zA-Z_-]{20}",
        words="heroku",
    ),
    Kind(
        "cloudflare-key",
        _GROUP,
        "a Cloudflare key",
        f"{EDGE}(v1\\.0-[a-f0-9]{{24}}-[a-f0-9]{{146}}){END_DASH}"
        f"|{named('cloudflare|cf', '[a-f0-9]{37}|[A-Za-z0-9_-]{40}')}",
        mark=r"v1\.0-[a-f0-9]{24}-",
        words="cloudflare|cf_api",
        check="mixed",
    ),
    _own(
        "fly-token",
        "a Fly.io access token",
        f"{EDGE}(fo1_[\\w-]{{43}}|fm1[ar]_[a-zA-Z0-9+/]{{100,600}}={{0,3}}"
        f"|fm2_[a-zA-Z0-9+/]{{100,600}}={{0,3}})" + END_BASE64,
        r"\bfo1_[\w-]{43}|fm1[ar]_[a-zA-Z0-9+/]{40}|fm2_[a-zA-Z0-9+/]{40}",
    ),
    _named("vercel-token", "a Vercel token", "vercel", "[A-Za-z0-9]{24}", 3.4, check="mixed"),
    Kind(
        "netlify-token",
        _GROUP,
        "a Netlify token",
        f"{token('nfp_', '[A-Za-z0-9]{36}')}|{named('netlify', '[A-Za-z0-9=_-]{40,46}')}",
        mark="nfp_[A-Za-z0-9]{36}",
        words="netlify",
        check="mixed",
    ),
    _own(
        "render-key",
        "a Render API key",
        token("rnd_", "[A-Za-z0-9]{32}"),
        r"\brnd_[A-Za-z0-9]{32}",
        check="mixed",
    ),
    _own(
        "scaleway-key",
        "a Scaleway access key",
        token("SCW", "[A-Z0-9]{17}"),
        r"\bSCW[A-Z0-9]{17}",
        check="mixed",
    ),
    _own(
        "supabase-key",
        "a Supabase key",
        rf"{EDGE}(sbp_[a-f0-9]{{40}}|sb_secret_[A-Za-z0-9_-]{{22,}}){END_DASH}",
        r"\bsbp_[a-f0-9]{40}|sb_secret_[A-Za-z0-9_-]{22}",
    ),
    _own(
        "planetscale-token",
        "a PlanetScale token",
        token("(?i:pscale_(?:tkn|oauth|pw)_)", r"[\w=.-]{31,63}[\w=-]", END_DASH),
        r"(?i:pscale_(?:tkn|oauth|pw)_)",
    ),
    _own(
        "databricks-token",
        "a Databricks token",
        token("dapi", r"[a-f0-9]{32}(?:-\d)?", END_DASH),
        r"dapi[a-f0-9]{32}",
    ),
    _own(
        "vault-token",
        "a HashiCorp Vault token",
        rf"{EDGE}(hvs\.[\w-]{{90,120}}|hv[br]\.[\w-]{{90,300}}){END_DASH}"
        rf"|(?:\A|[\s\"'=:`(\\])(s\.[A-Za-z0-9]{{24}})(?:[^\w.-]|\z)",
        r"hv[sbr]\.[\w-]{40}|\bs\.[A-Za-z0-9]{24}",
        3.4,
        check="mixed",
    ),
    _own(
        "terraform-token",
        "a Terraform Cloud token",
        r"([a-zA-Z0-9]{14}\.atlasv1\.[a-zA-Z0-9_=-]{60,70})",
        r"\.atlasv1\.[a-zA-Z0-9_=-]{20}",
    ),
    _own("pulumi-token", "a Pulumi token", token("pul-", "[a-f0-9]{40}"), r"\bpul-[a-f0-9]{40}"),
    _own(
        "doppler-token",
        "a Doppler token",
        token(r"dp\.(?:pt|ct|st|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?", "[a-zA-Z0-9]{40,44}"),
        r"\bdp\.(?:pt|ct|st|sa|scim|audit)\.[\w.-]{20}",
    ),
    _own(
        "openshift-token",
        "an OpenShift token",
        token("sha256~", r"[\w-]{43}", END_DASH),
        r"sha256~[\w-]{20}",
        3.5,
    ),
    _own(
        "clickhouse-key",
        "a ClickHouse Cloud key",
        token("4b1d", "[A-Za-z0-9]{38}"),
        r"\b4b1d[A-Za-z0-9]{38}",
        3.6,
        check="mixed",
    ),
    _own(
        "yandex-key",
        "a Yandex Cloud key",
        rf"{EDGE}(t1\.[A-Z0-9a-z_-]+[=]{{0,2}}\.[A-Z0-9a-z_-]{{86}}={{0,2}}|AQVN[A-Za-z0-9_-]{{35,38}}"
        rf"|YC[a-zA-Z0-9_-]{{38}}){END_DASH}",
        r"\bt1\.[A-Z0-9a-z_-]+={0,2}\.[A-Z0-9a-z_-]{40}|AQVN[A-Za-z0-9_-]{35}|\bYC[a-zA-Z0-9_-]{38}",
        3.6,
        check="mixed",
    ),
    _own(
        "openstack-secret",
        "an OpenStack application credential",
        rf"(?i:os_application_credential_secret){BETWEEN}([\w~!@#%^&*+=-]{{20,90}}){STOP}",
        r"(?i:os_application_credential_secret)",
        check="mixed",
    ),
    _named("confluent-secret", "a Confluent secret", "confluent", "[A-Za-z0-9+/]{64}", 3.8, check="mixed"),
)
