from registrations.admin import queue, registers, requests

__all__ = ["queue", "registers", "requests"]
