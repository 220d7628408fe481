from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('roster', '0006_lists_of_institutions'),
    ]

    operations = [
        migrations.AddField(
            model_name='rosterfile',
            name='courses',
            field=models.JSONField(default=list, help_text='Keys of the courses in which its people are enrolled'),
        ),
        migrations.AddField(
            model_name='rosterrow',
            name='courses',
            field=models.JSONField(default=dict, help_text='What became of each course, by its key'),
        ),
    ]
