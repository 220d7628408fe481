from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("learning", "0003_two_clocks")]

    operations = [
        migrations.AddField(
            "activityprogress",
            "completed_on",
            models.DateField(blank=True, help_text="Day in Lima", null=True),
        ),
    ]
