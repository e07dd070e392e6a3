"""The nouns: what a rule sees and what it returns. Standard library only.

What a run ends in stands in `ftlint.model.report`: no rule needs it, and every class here costs start-up.
"""

from ftlint.model.batch import Batch
from ftlint.model.config_tree import Entry, Node, Range
from ftlint.model.dataset import SPLITS, Dataset, Evidence, Part, Split
from ftlint.model.error import FtlintError, MissingExtraError
from ftlint.model.fault import Fault
from ftlint.model.finding import Finding, Related
from ftlint.model.fix import Drop, Edit, Fix, ReplaceBytes, Rewrite, SetValue
from ftlint.model.format import Format, PlainChat, PlainFlat
from ftlint.model.match import Match
from ftlint.model.project import Project, Training
from ftlint.model.record import Record, Shape
from ftlint.model.run_log import RunLog
from ftlint.model.severity import Severity
from ftlint.model.source import Source
from ftlint.model.span import Span
from ftlint.model.training_config import DataRef, Field, TrainingConfig
from ftlint.model.turn import Text, Turn

__all__ = [
    "SPLITS",
    "Batch",
    "DataRef",
    "Dataset",
    "Drop",
    "Edit",
    "Entry",
    "Evidence",
    "Fault",
    "Field",
    "Finding",
    "Fix",
    "Format",
    "FtlintError",
    "Match",
    "MissingExtraError",
    "Node",
    "Part",
    "PlainChat",
    "PlainFlat",
    "Project",
    "Range",
    "Record",
    "Related",
    "ReplaceBytes",
    "Rewrite",
    "RunLog",
    "SetValue",
    "Severity",
    "Shape",
    "Source",
    "Span",
    "Split",
    "Text",
    "Training",
    "TrainingConfig",
    "Turn",
]
