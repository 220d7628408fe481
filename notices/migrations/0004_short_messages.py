from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0003_count_what_is_not_read'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShortMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner', models.UUIDField(help_text='Opaque identifier of who gets it')),
                ('kind', models.CharField(max_length=40)),
                ('cause', models.CharField(help_text='What it is about: sent once', max_length=80)),
                ('sent_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'mensaje corto',
                'constraints': [models.UniqueConstraint(fields=('learner', 'kind', 'cause'), name='each_short_message_is_sent_once')],
            },
        ),
        migrations.CreateModel(
            name='ShortMessageConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('learner', models.UUIDField(help_text='Opaque identifier of the person', unique=True)),
                ('telephone', models.TextField(help_text='Sealed with the keys of personal data')),
                ('agreed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'acuerdo sobre mensajes',
                'constraints': [models.CheckConstraint(condition=models.Q(('telephone', ''), _negated=True), name='short_messages_go_somewhere')],
            },
        ),
    ]
