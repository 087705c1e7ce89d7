"""What of a line of the log is cut: links that open something for whoever has them."""

import logging
import re

# The addresses that carry a secret as their last part: /still-here/…, /password/…, /stop/…, and
# the code of a certificate. What they are called is in the urls.py of each app.
SECRET = re.compile(r"(/(?:still-here|password|stop|verify)/)[^/\s?]+")
CUT = r"\1…"


class WithoutSecrets(logging.Filter):
    """Django names the address of a request that it refused; a link in it may still be live."""

    def filter(self, record: logging.LogRecord) -> bool:
        if SECRET.search(record.getMessage()):
            record.msg, record.args = SECRET.sub(CUT, record.getMessage()), ()
        return True
