from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0013_addresses_that_take_no_letters'),
    ]

    operations = [
        migrations.AddField(
            model_name='rolegrant',
            name='came_back_on',
            field=models.DateField(blank=True, help_text='Day on which a restored backup brought it back; empty once somebody decided', null=True),
        ),
    ]
