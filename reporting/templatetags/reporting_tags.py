"""Shows the moment of the data inside any template."""

from django import template

from reporting.wording import moment

register = template.Library()
register.filter("moment", moment)
