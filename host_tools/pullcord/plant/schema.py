"""The plant file's JSON Schema, so that editors complete its keys and underline what is wrong."""

import json
from typing import Any

from .model import Plant


def schema() -> dict[str, Any]:
    """JSON Schema 2020-12 of the file as it is written. What must fit together across sections it cannot say."""
    made = Plant.model_json_schema(by_alias=True, mode="validation")
    made["title"] = "Pullcord plant file"
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def text() -> str:
    """As docs/plant.schema.json holds it."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"
