from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("learning", "0005_copy_days_of_progress")]

    operations = [
        migrations.RemoveConstraint("activityprogress", "completed_progress_has_a_day"),
        migrations.RemoveField("activityprogress", "completed_on_day"),
        migrations.AddConstraint(
            "activityprogress",
            models.CheckConstraint(
                condition=~Q(state="completed") | Q(completed_on__isnull=False),
                name="completed_progress_has_a_day",
            ),
        ),
    ]
