"""SEC008: passwords in addresses and in commands."""

from ftlint.detect.secrets.checks import curl_header, curl_password, password_of_login, url_password
from ftlint.detect.secrets.kind import BY_PLACE, Kind

_GROUP = "password-in-url"
_DATABASES = (
    "postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb|neo4j|bolt"
    "|cassandra|couchbase|oracle|snowflake|redshift|ldaps?|kafka|nats|jdbc:[a-z0-9]{2,20}|db2|influxdb"
)
_LOGIN = r"[^\s/@:\"'<>`|,;()]{0,80}:([^\s/\"'<>`|(),;\\]{3,120})@"

KINDS = (
    Kind(
        "database-url",
        _GROUP,
        "the password of a database address",
        rf"\b(?i:{_DATABASES})(?:\+[a-z0-9]{{1,20}})?://{_LOGIN}[\w$\[{{.-]",
        mark=r"://[^\s/@:\"'<>`]*:[^\s/\"'<>`]+@",
        floor=1.5,
        check=url_password,
        rank=BY_PLACE,
    ),
    Kind(
        "url-password",
        _GROUP,
        "the password of an address",
        rf"\b(?i:https?|ftps?|sftp|ssh|git|svn|smb|smtps?|imaps?|wss?|socks[45]h?|rtsp|mqtts?|git\+https"
        rf"|git\+ssh)://{_LOGIN}[\w\[.-]",
        mark=r"://[^\s/@:\"'<>`]*:[^\s/\"'<>`]+@",
        floor=1.5,
        check=url_password,
        rank=BY_PLACE,
    ),
    Kind(
        "curl-user",
        _GROUP,
        "the password of a curl command",
        r"\bcurl\b(?s:.){0,600}?[ \t\n](?:-u|--user|--proxy-user|-U)(?:=|[ \t]{0,5})"
        r"((?:\\*[\"'](?:[^\"'\\\n]{0,120})\\*[\"']|[\w$@{}.+-]{0,80}):"
        r"(?:\\*[\"'][^\"'\\\n]{1,120}\\*[\"']|[^\s\"'\\]{3,120})"
        r"|\\*\"[^\"\\\n:]{0,120}:[^\"\\\n]{0,120}\\*\"|'[^'\n:]{0,120}:[^'\n]{0,120}')",
        mark=r"\bcurl(?: |\.exe)",
        floor=2.0,
        check=curl_password,
        expand=password_of_login,
        rank=BY_PLACE,
    ),
    Kind(
        "curl-header",
        _GROUP,
        "the key in a header of a curl command",
        r"\bcurl\b(?s:.){0,600}?[ \t\n](?:-H|--header)(?:=|[ \t]{0,5})\\*[\"']"
        r"(?i:authorization[ ]?:[ \t]{0,5}"
        r"|(?:x-(?:[a-z]+-)?)?(?:api-?|auth-?|access-?|private-?)?(?:key|token)[ ]?:[ \t]{0,5})"
        r"([\w=~@.+/-]{8,500})\\*[\"']",
        mark=r"\bcurl(?: |\.exe)",
        floor=2.75,
        check=curl_header,
        rank=BY_PLACE,
    ),
    Kind(
        "netrc-password",
        _GROUP,
        "a password of .netrc",
        r"\bmachine\s+[\w.-]+\s+login\s+\S+\s+password\s+(\S{4,200})",
        mark=r"\bmachine\s+[\w.-]+\s+login\s",
        floor=2.0,
        check=url_password,
        rank=BY_PLACE,
    ),
)
