from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('quizzes', '0003_more_time_is_given'),
    ]

    operations = [
        migrations.AddField(
            model_name='attempt',
            name='opens_more',
            field=models.PositiveSmallIntegerField(default=0, help_text='How many attempts somebody gave after this one (quizzes.Accommodation)'),
        ),
        migrations.AddField(
            model_name='accommodation',
            name='count',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddConstraint(
            model_name='accommodation',
            constraint=models.CheckConstraint(condition=models.Q(('count__gte', 1), ('count__lte', 3)), name='attempts_given_are_few'),
        ),
    ]
