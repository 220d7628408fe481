from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0010_transfers_may_be_rejected'),
    ]

    operations = [
        migrations.AddField(
            model_name='membership',
            name='ended_at',
            field=models.DateTimeField(blank=True, help_text='When somebody ended it without another one', null=True),
        ),
        migrations.AddConstraint(
            model_name='membership',
            constraint=models.CheckConstraint(condition=models.Q(('ended_at', None), ('ended_on__isnull', False), _connector='OR'), name='membership_that_somebody_ended_is_over'),
        ),
    ]
