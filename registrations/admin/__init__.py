from registrations.admin import address_changes, kinds_of_request, queue, registers, voting

__all__ = ["address_changes", "kinds_of_request", "queue", "registers", "voting"]
