from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("learning", "0002_conditions_check")]

    operations = [
        migrations.AlterField(
            "statement",
            "occurred_at",
            models.DateTimeField(help_text="As the client tells it; no rule asks it"),
        ),
        migrations.AddConstraint(
            "statement",
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("received_at")), name="statement_occurs_before_it_is_received"
            ),
        ),
    ]
