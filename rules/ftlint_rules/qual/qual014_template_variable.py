from __future__ import annotations

import re
from collections.abc import Iterator

from ftlint.model import Finding, Match
from ftlint.rule import Example, Rule, Severity, chat

_CODE = (
    r"```|\{%|%\}|</?[a-zA-Z]|\b(?:def|function|const|var|import|return|class)\b|=>|[;{]\n|\$\{"
    r"|\\\w+\{|==|\{\{ ?#"
)
_TOPIC = (
    r"(?i)template|placeholder|jinja|mustache|handlebars|vue|angular|liquid|latex|wiki|variable|helm"
    r"|\btags?\b|\b(?:WP|User|Talk|Image|File|Commons):"
)


class TemplateVariable(Rule[Match]):
    """A template was not filled in: `{{name}}` stands in the text.

    ## Why it matters
    The model learns to say "I am {{name}}" to its users.

    ## What to do
    Fill the template before training, or drop the row.

    Found is a word between double braces in prose. Texts that hold code or markup, are about templates, or
    talk of a wiki's pages and tags, are left alone.

    ## References
    Measured: 85 of the 91 rows of LLaMA-Factory's `identity.json`, which ships with `{{name}}` and
    `{{author}}` to be replaced before use.
    On 56 public files: 85 hits, 20 looked at, 20 true.
    """

    code = "QUAL014"
    name = "template-variable"
    severity = Severity.WARNING
    headline = "{count} texts hold an unfilled template variable"
    help = "fill the template before training"
    pattern = r"\{\{ ?[A-Za-z_][A-Za-z0-9_. ]{0,40} ?\}\}"
    bad = (
        Example([chat("Who are you?", "I am {{name}}, an assistant developed by {{ author }}.")]),
        Example([chat("Dear {{customer_name}}, how was it?", "Fine.")]),
    )
    good = (
        Example([chat("Show a Vue component.", "<template><p>{{ message }}</p></template>")]),
        Example([chat("Loop in Jinja?", "{% for item in items %}{{ item }}{% endfor %}")]),
        Example([chat("Norm?", r"It is $\frac{{a}}{{b}}$.")]),
        Example([chat("I put the {{fact}} tag behind it, see WP:CITE.", "Thanks.")], note="a wiki's markup"),
        Example([chat("How do I insert a name?", "Write {{name}} where the template should show it.")]),
    )

    def check(self, match: Match) -> Iterator[Finding]:
        text = match.text.value
        if (
            match.record.format.kind in ("text", "tokenised")
            or re.search(_CODE, text)
            or re.search(_TOPIC, text)
        ):
            return
        yield Finding("a template variable is not filled in")
