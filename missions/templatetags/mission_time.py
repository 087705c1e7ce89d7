"""How a mission's time is called in the templates."""

from django import template

from missions.calendar import zone_name

register = template.Library()
register.filter(zone_name)
