from registrations.admin import queue, registers

__all__ = ["queue", "registers"]
