from registrations.admin import address_changes, queue, registers, requests

__all__ = ["address_changes", "queue", "registers", "requests"]
