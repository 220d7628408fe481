from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0001_initial")]

    operations = [
        migrations.AddField(
            "responseevent",
            "occurred_at",
            models.DateTimeField(null=True, help_text="As the client tells it; no rule asks it"),
        ),
        migrations.RunSQL("UPDATE quizzes_responseevent SET occurred_at = received_at", migrations.RunSQL.noop),
        migrations.AlterField(
            "responseevent",
            "occurred_at",
            models.DateTimeField(help_text="As the client tells it; no rule asks it"),
        ),
        migrations.AddConstraint(
            "responseevent",
            models.CheckConstraint(
                condition=Q(occurred_at__lte=F("received_at")), name="response_event_occurs_before_it_is_received"
            ),
        ),
    ]
