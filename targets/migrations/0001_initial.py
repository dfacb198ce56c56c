import django.db.models.deletion
import ntm.core.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('communes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Plan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='phiên bản')),
                ('trust', models.CharField(choices=[('verified', 'Đã kiểm chứng'), ('recalled', 'Chờ xác nhận'), ('illustrative', 'Minh họa')], default='verified', max_length=12, verbose_name='mức tin cậy')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='nguồn')),
                ('year', models.PositiveSmallIntegerField(verbose_name='năm')),
                ('revision', models.PositiveSmallIntegerField(default=1, verbose_name='lần ban hành')),
                ('state', models.CharField(choices=[('draft', 'Dự thảo'), ('approved', 'Đã phê duyệt'), ('superseded', 'Đã được thay thế')], default='draft', max_length=10, verbose_name='tình trạng')),
                ('approved_on', models.DateField(blank=True, null=True, verbose_name='ngày phê duyệt')),
                ('note', ntm.core.fields.CleanCharField(blank=True, max_length=500, verbose_name='ghi chú')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='lập lúc')),
                ('approved_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người phê duyệt')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='communes.document', verbose_name='văn bản giao kế hoạch')),
                ('drafted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='người lập')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='communes.place', verbose_name='tỉnh')),
            ],
            options={
                'verbose_name': 'kế hoạch năm',
                'verbose_name_plural': 'kế hoạch năm',
                'ordering': ['-year', '-revision'],
                'permissions': [('view_plan', 'Xem kế hoạch'), ('draft_plan', 'Lập dự thảo kế hoạch'), ('approve_plan', 'Phê duyệt kế hoạch')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('province', 'year', 'revision'), name='plan_revision_once'), models.UniqueConstraint(condition=models.Q(('state', 'draft')), fields=('province', 'year'), name='plan_one_draft', violation_error_message='Năm này đang có một dự thảo; hãy sửa hoặc phê duyệt dự thảo đó.'), models.UniqueConstraint(condition=models.Q(('state', 'approved')), fields=('province', 'year'), name='plan_one_approved', violation_error_message='Năm này đã có một kế hoạch được phê duyệt.'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'approved', 'superseded'])), name='plan_state_known'), models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2100)), name='plan_year_in_range', violation_error_message='Năm kế hoạch phải từ 2000 đến 2100.')],
            },
        ),
        migrations.CreateModel(
            name='Registration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('trust', models.CharField(choices=[('verified', 'Đã kiểm chứng'), ('recalled', 'Chờ xác nhận'), ('illustrative', 'Minh họa')], default='verified', max_length=12, verbose_name='mức tin cậy')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='nguồn')),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='communes.level', verbose_name='mức')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='targets.plan', verbose_name='kế hoạch')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='registrations', to='communes.unit', verbose_name='đơn vị')),
            ],
            options={
                'verbose_name': 'đơn vị đăng ký',
                'verbose_name_plural': 'đơn vị đăng ký',
                'ordering': ['plan', 'level__tier', 'level__rank', 'unit__sort_key', 'pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('plan', 'level', 'unit'), name='registration_once', violation_error_message='Đơn vị này đã đăng ký mức đó trong kế hoạch.')],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='phiên bản')),
                ('trust', models.CharField(choices=[('verified', 'Đã kiểm chứng'), ('recalled', 'Chờ xác nhận'), ('illustrative', 'Minh họa')], default='verified', max_length=12, verbose_name='mức tin cậy')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='nguồn')),
                ('kind', models.CharField(choices=[('new', 'Đạt thêm trong năm'), ('cumulative', 'Lũy kế đến hết năm')], default='new', max_length=10, verbose_name='cách tính')),
                ('value', models.PositiveIntegerField(verbose_name='số đơn vị')),
                ('level', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='communes.level', verbose_name='mức')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='targets', to='targets.plan', verbose_name='kế hoạch')),
            ],
            options={
                'verbose_name': 'chỉ tiêu kế hoạch',
                'verbose_name_plural': 'chỉ tiêu kế hoạch',
                'ordering': ['plan', 'level__tier', 'level__rank', '-kind', 'pk'],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('plan', 'level', 'kind'), name='target_once', violation_error_message='Kế hoạch này đã giao chỉ tiêu cho mức đó.'), models.CheckConstraint(condition=models.Q(('kind__in', ['new', 'cumulative'])), name='target_kind_known')],
            },
        ),
    ]
