from registrations.admin import address_changes, queue, registers

__all__ = ["address_changes", "queue", "registers"]
