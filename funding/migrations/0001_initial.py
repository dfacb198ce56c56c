import django.db.models.deletion
import ntm.core.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('communes', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='phiên bản')),
                ('code', models.SlugField(max_length=40, unique=True, verbose_name='mã')),
                ('name', ntm.core.fields.CleanCharField(max_length=120, verbose_name='tên')),
                ('order', models.PositiveSmallIntegerField(default=0, verbose_name='thứ tự')),
                ('last_year', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='dùng đến hết năm')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='funding.source', verbose_name='thuộc nguồn')),
            ],
            options={
                'verbose_name': 'nguồn vốn',
                'verbose_name_plural': 'nguồn vốn',
                'ordering': ['order', 'code'],
                'permissions': [('change_catalogue', 'Sửa danh mục nguồn vốn')],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='source_not_its_own_parent', violation_error_message='Một nguồn không thể thuộc chính nó.')],
            },
        ),
        migrations.CreateModel(
            name='Amount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField(default=1, editable=False, verbose_name='phiên bản')),
                ('trust', models.CharField(choices=[('verified', 'Đã kiểm chứng'), ('recalled', 'Chờ xác nhận'), ('illustrative', 'Minh họa')], default='verified', max_length=12, verbose_name='mức tin cậy')),
                ('source', models.CharField(blank=True, max_length=500, verbose_name='nguồn')),
                ('year', models.PositiveSmallIntegerField(verbose_name='năm')),
                ('amount', models.BigIntegerField(verbose_name='số tiền (đồng)')),
                ('qualifier', models.CharField(choices=[('exact', 'Đúng bằng'), ('at_least', 'Trên'), ('about', 'Khoảng')], default='exact', max_length=8, verbose_name='cách ghi')),
                ('note', ntm.core.fields.CleanCharField(blank=True, max_length=500, verbose_name='ghi chú')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='amounts', to='communes.document', verbose_name='văn bản')),
                ('province', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amounts', to='communes.place', verbose_name='tỉnh')),
                ('source_of_funds', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='amounts', to='funding.source', verbose_name='nguồn vốn')),
            ],
            options={
                'verbose_name': 'số vốn',
                'verbose_name_plural': 'số vốn',
                'ordering': ['-year', 'source_of_funds__order', 'pk'],
                'permissions': [('view_amount', 'Xem nguồn vốn'), ('change_amount', 'Nhập nguồn vốn')],
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('province', 'year', 'source_of_funds'), name='amount_once', violation_error_message='Năm này đã có số vốn của nguồn đó.'), models.CheckConstraint(condition=models.Q(('amount__gte', 0), ('amount__lte', 1000000000000000)), name='amount_in_range', violation_error_message='Số tiền phải từ 0 đồng đến một triệu tỷ đồng.'), models.CheckConstraint(condition=models.Q(('year__gte', 2000), ('year__lte', 2100)), name='amount_year_in_range', violation_error_message='Năm phải từ 2000 đến 2100.'), models.CheckConstraint(condition=models.Q(('qualifier__in', ['exact', 'at_least', 'about'])), name='amount_qualifier_known')],
            },
        ),
    ]
