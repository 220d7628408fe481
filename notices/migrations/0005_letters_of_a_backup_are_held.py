from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0004_short_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='letter',
            name='held_since',
            field=models.DateTimeField(blank=True, help_text='It waited in a backup that was restored: an operator says whether it leaves', null=True),
        ),
    ]
