"""SEC008: passwords in addresses and in commands."""

from ftlint.detect.secrets.kind import BY_PLACE, Kind

_GROUP = "password-in-url"
_DATABASES = (
    "postgres(?:ql)?|mysql|mariadb|mongodb|rediss?|amqps?|mssql|sqlserver|clickhouse|cockroachdb|neo4j|bolt"
    "|cassandra|couchbase|oracle|snowflake|redshift|ldaps?|kafka|nats|jdbc:[a-z0-9]{2,20}|db2|influxdb"
)
_LOGIN = r"[^\s/@:\"'<>`|,;()]{0,80}:([^\s/\"'<>`|(),;\\]{3,120})@"

_VALUE = r"\\*[\"']?([^\s\"'\\]{3,120})"
_ON = r"[^\n|;&]*?[ ]"
# Commands and the option that gives them a password; of some the value has to stand right behind it.
_GIVEN = (
    rf"\b(?:mysql|mariadb)[a-z-]*{_ON}-p{_VALUE}",
    rf"\b(?:(?:docker|podman|az|oc)[ ]login|mongo[a-z]*|cqlsh){_ON}"
    rf"(?:-p[ ]{{0,3}}|--password(?:=|[ ]{{1,3}})){_VALUE}",
    rf"\bsshpass[ ]{{1,3}}-p[ ]{{0,3}}{_VALUE}",
    rf"\b(?:smbclient|rpcclient|smbmap|smbget|winexe){_ON}"
    rf"-U[ =]{{0,3}}[\"']?[\w\\/.@-]{{1,80}}%([^\s\"'\\]{{3,120}})",
    rf"\bredis-cli{_ON}(?:-a|--pass)[ ]{{1,3}}{_VALUE}",
    rf"\bldap[a-z]{{3,8}}{_ON}-w[ ]{{0,3}}{_VALUE}",
    rf"\bsqlcmd{_ON}-P[ ]{{0,3}}{_VALUE}",
    rf"\b(?:plink|pscp)(?:\.exe)?{_ON}-pw[ ]{{1,3}}{_VALUE}",
)
_COMMANDS = (
    r"\b(?:(?:mysql|mariadb|mongo)[a-z-]* -|(?:docker|podman|az|oc) login |sshpass "
    r"|(?:smbclient|rpcclient|smbmap|smbget|winexe|redis-cli|cqlsh|sqlcmd) |ldap[a-z]* -"
    r"|(?:plink|pscp)(?:\.exe)? )"
)

KINDS = (
    Kind(
        "database-url",
        _GROUP,
        "the password of a database address",
        rf"\b(?i:{_DATABASES})(?:\+[a-z0-9]{{1,20}})?://{_LOGIN}[\w$\[{{.-]",
        mark=r"://[^\s/@:\"'<>`]*:[^\s/\"'<>`]+@",
        floor=1.5,
        check="url_password",
        rank=BY_PLACE,
        guessable=True,
    ),
    Kind(
        "url-password",
        _GROUP,
        "the password of an address",
        rf"\b(?i:https?|ftps?|sftp|ssh|git|svn|smb|smtps?|imaps?|wss?|socks[45]h?|rtsp|mqtts?|git\+https"
        rf"|git\+ssh)://{_LOGIN}[\w\[.-]",
        mark=r"://[^\s/@:\"'<>`]*:[^\s/\"'<>`]+@",
        floor=1.5,
        check="url_password",
        rank=BY_PLACE,
        guessable=True,
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
        check="curl_password",
        expand="password_of_login",
        rank=BY_PLACE,
        guessable=True,
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
        check="curl_header",
        rank=BY_PLACE,
        guessable=True,
    ),
    Kind(
        "command-password",
        _GROUP,
        "the password of a command",
        "|".join(_GIVEN),
        mark=_COMMANDS,
        floor=2.0,
        check="curl_password",
        rank=BY_PLACE,
        guessable=True,
    ),
    Kind(
        "netrc-password",
        _GROUP,
        "a password of .netrc",
        r"\bmachine\s+[\w.-]+\s+login\s+\S+\s+password\s+(\S{4,200})",
        mark=r"\bmachine\s+[\w.-]+\s+login\s",
        floor=2.0,
        check="url_password",
        rank=BY_PLACE,
        guessable=True,
    ),
)
