from collections.abc import Iterator

from ftlint.model import Fault, Finding
from ftlint.rule import Example, Rule, Severity
from ftlint_rules.fmt.edits import noted

SETTINGS = '[[dataset]]\nname = "data"\nschema = "row.schema.json"\ntrain = "train.jsonl"\n'

SCHEMA = """{
    "type": "object",
    "required": ["prompt", "completion"],
    "properties": {"completion": {"enum": ["yes", "no"]}}
}"""


class SchemaViolation(Rule[Fault]):
    """A row that your own JSON Schema rejects.

    ## Why it matters
    You said what a row of this dataset must look like, and this one does not.

    ## What to do
    Mend the row, or the schema (`schema = "row.schema.json"` of the dataset in `ftlint.toml`).

    ## References
    json-schema.org. Messages name the place and the broken keyword, never the value, so that they can be
    shown in a public log.
    """

    code = "FMT044"
    name = "schema-violation"
    severity = Severity.ERROR
    headline = "{count} places break the dataset's schema"
    help = "mend the row, or the schema"
    kinds = ("schema-violation",)
    bad = (
        Example(
            files={
                "ftlint.toml": SETTINGS,
                "row.schema.json": SCHEMA,
                "train.jsonl": '{"prompt": "p", "completion": "maybe"}\n{"prompt": "p"}\n',
            }
        ),
    )
    good = (
        Example(
            files={
                "ftlint.toml": SETTINGS,
                "row.schema.json": SCHEMA,
                "train.jsonl": '{"prompt": "maybe", "completion": "yes", "more": 1}\n',
            }
        ),
    )

    def check(self, fault: Fault) -> Iterator[Finding]:
        yield Finding(noted("the row breaks the dataset's schema", fault))
