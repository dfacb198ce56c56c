"""One event is one line of JSON, whatever the text in it."""

import json
import logging
from datetime import UTC, datetime


class JsonFormatter(logging.Formatter):
    """Line breaks and control characters in a message are escaped by JSON, so no input can forge a line."""

    def format(self, record: logging.LogRecord) -> str:
        event = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        # A refused page (403, 404) is an answer, not a fault: one line without the way to it is enough.
        if record.exc_info and getattr(record, "status_code", 500) >= 500:
            event["exception"] = self.formatException(record.exc_info)
        return json.dumps(event, ensure_ascii=True)
