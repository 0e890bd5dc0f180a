"""The JSON Schema of rules in YAML, made from the same forms that the reader uses; a test compares it with the file."""

from quotarules.syntax.rules_yaml.forms import BLOCKS, CLAUSES, EDITION, RULES, TERM, Block, Field, Form

Schema = dict[str, object]

_VALUE: Schema = {"$ref": "#/$defs/value"}
_TEXT: Schema = {"$ref": "#/$defs/text"}
_ANY_VALUE: Schema = {
    "anyOf": [
        {"type": "string", "minLength": 1, "description": "a value"},
        {"type": "number"},
        {"type": "boolean"},
    ]
}


def rules_schema() -> Schema:
    """The schema, as `schemas/rules.schema.json` holds it."""
    kinds = [{"if": {"required": [kind]}, "then": {"$ref": f"#/$defs/{kind}"}} for kind in BLOCKS]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules: every declaration of the language as an entry of one list",
        "type": "object",
        "required": [EDITION, RULES],
        "additionalProperties": False,
        "properties": {
            EDITION: {**_VALUE, "description": "the edition of the language: 1"},
            RULES: {"type": "array", "items": {"type": "object", "minProperties": 1, "allOf": kinds}},
        },
        "$defs": {
            "value": _ANY_VALUE,
            "text": {"type": "string", "description": "a text"},
            **{kind: _declaration(block) for kind, block in BLOCKS.items()},
            **{f"{kind}_clause": _clause(block) for kind, block in BLOCKS.items()},
            "rows": {"type": "object", "minProperties": 1, "additionalProperties": _VALUE},
        },
    }


def _declaration(block: Block) -> Schema:
    head = block.head
    clauses: Schema = {"type": "array", "items": {"$ref": f"#/$defs/{head.fields[0].key}_clause"}}
    if block.pairs:
        clauses = {"if": {"type": "object"}, "then": {"$ref": "#/$defs/rows"}, "else": clauses}
    made = _entries(head, {block.items or CLAUSES: clauses})
    # A first entry of more than one word may hold the whole head, and what else a head must have.
    needed = made.pop("required", None)
    if needed is not None:
        alone: Schema = {"properties": {head.fields[0].key: {"pattern": r"^\S+$"}}}
        made |= {"if": alone, "then": {"required": needed, "properties": {each.key: {} for each in head.fields}}}
    # Clauses of a plan and a team are entries of their own; the grammar knows their names and tells of mistakes.
    if block.items is None and head.fields[0].key != "measure":
        made["additionalProperties"] = _VALUE
    return made


def _clause(block: Block) -> Schema:
    """A clause in a list: a text as in a rule text, one entry `word: the rest`, or a form of several entries."""
    made: Schema = {"$ref": "#/$defs/rows"}
    if not block.pairs:
        made = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": _VALUE}
    for form in block.forms:
        first = form.fields[0].key
        asked: Schema = {"required": [first]}
        if form is TERM:
            asked = {"anyOf": [{"required": [first, key]} for key in ("event", "within", "for each", "owed by", "of")]}
        made = {"if": asked, "then": _entries(form, {}), "else": made}
    return {"if": {"type": "object"}, "then": made, "else": {"type": "string", "minLength": 1}}


def _entries(form: Form, more: Schema) -> Schema:
    fields = {each.key: _field(each) for each in form.fields}
    made: Schema = {"type": "object", "additionalProperties": False}
    if form.needs:
        made["required"] = list(form.needs)
    return {**made, "properties": {**fields, **more}}


def _field(each: Field) -> Schema:
    return {**(_TEXT if each.kind == "text" else _VALUE), "description": each.what}
