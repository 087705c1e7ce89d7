from registrations.admin import address_changes, queue, registers, requests, voting

__all__ = ["address_changes", "queue", "registers", "requests", "voting"]
