"""Where a reading of the LMS is collected, and what more is told of a sync."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
KIND = sa.Enum('full', 'changes', name='synckind', native_enum=False, length=30)
ROUTE = sa.Enum('block', 'report', 'batch', 'single', name='route', native_enum=False, length=30)
ROLE = sa.Enum('learner', 'teacher', name='enrolmentrole', native_enum=False, length=30)


def site(name: str) -> tuple[sa.Column, sa.ForeignKeyConstraint]:
    return (sa.Column('site_id', ID, nullable=False),
            sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=f'fk_{name}_site_id', ondelete='CASCADE'))


def key(name: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint('site_id', *columns, name=f'pk_{name}')


def upgrade() -> None:
    op.add_column('site', sa.Column('report_id', ID, nullable=True))
    op.add_column('site', sa.Column('report_filters', sa.JSON(), nullable=False, server_default='[]'))
    for column in (
        sa.Column('kind', KIND, nullable=False, server_default='full'),
        # No digest is empty: after this upgrade a full reading comes first.
        sa.Column('scope', sa.String(length=64), nullable=False, server_default=''),
        sa.Column('route', sa.String(length=30), nullable=True),
        sa.Column('read_at', MOMENT, nullable=True),
        sa.Column('resumed', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('complete', sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column('steps_done', sa.Integer(), nullable=False, server_default='0'),
        sa.Column('steps', sa.Integer(), nullable=True),
        sa.Column('held_back', sa.Integer(), nullable=False, server_default='0'),
    ):
        op.add_column('sync_run', column)
    op.create_table('sync_reading', *site('sync_reading'),
    sa.Column('kind', KIND, nullable=False),
    sa.Column('scope', sa.String(length=64), nullable=False),
    sa.Column('started_at', MOMENT, nullable=False),
    sa.Column('since', MOMENT, nullable=True),
    sa.Column('route', ROUTE, nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('places', sa.JSON(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    key('sync_reading'))
    op.create_table('sync_staged_course', *site('sync_staged_course'),
    sa.Column('lms_id', ID, nullable=False),
    sa.Column('short_name', sa.String(length=255), nullable=False),
    sa.Column('full_name', sa.String(length=1333), nullable=False),
    sa.Column('visible', sa.Boolean(), nullable=False),
    key('sync_staged_course', 'lms_id'))
    op.create_table('sync_staged_list', *site('sync_staged_list'),
    sa.Column('course_lms_id', ID, nullable=False),
    sa.Column('page', sa.Integer(), nullable=False),
    sa.Column('last_id', ID, nullable=False),
    sa.Column('restarts', sa.Integer(), nullable=False),
    sa.Column('ended', sa.Boolean(), nullable=False),
    sa.Column('whole', sa.Boolean(), nullable=False),
    key('sync_staged_list', 'course_lms_id'))
    op.create_table('sync_staged_enrolment', *site('sync_staged_enrolment'),
    sa.Column('course_lms_id', ID, nullable=False),
    sa.Column('person_lms_id', ID, nullable=False),
    sa.Column('role', ROLE, nullable=False),
    sa.Column('last_access', MOMENT, nullable=True),
    sa.Column('person_seen_at', MOMENT, nullable=True),
    key('sync_staged_enrolment', 'course_lms_id', 'person_lms_id'))
    op.create_table('sync_staged_time', *site('sync_staged_time'),
    sa.Column('course_lms_id', ID, nullable=False),
    sa.Column('person_lms_id', ID, nullable=False),
    sa.Column('enrolled_at', MOMENT, nullable=True),
    sa.Column('completed_at', MOMENT, nullable=True),
    sa.Column('completed', sa.SmallInteger(), nullable=False),
    sa.Column('unknown', sa.SmallInteger(), nullable=False),
    sa.Column('bulk', sa.SmallInteger(), nullable=False),
    sa.Column('role', ROLE, nullable=True),
    sa.Column('last_access', MOMENT, nullable=True))
    op.create_table('sync_staged_wanted', *site('sync_staged_wanted'),
    sa.Column('person_lms_id', ID, nullable=False),
    key('sync_staged_wanted', 'person_lms_id'))
    op.create_table('sync_staged_person', *site('sync_staged_person'),
    sa.Column('lms_id', ID, nullable=False),
    sa.Column('full_name', sa.String(length=300), nullable=False),
    sa.Column('email', sa.String(length=300), nullable=True),
    sa.Column('id_number', sa.String(length=255), nullable=True),
    sa.Column('language', sa.String(length=30), nullable=True),
    sa.Column('time_zone', sa.String(length=100), nullable=True),
    sa.Column('department', sa.String(length=255), nullable=True),
    sa.Column('interests', sa.Text(), nullable=False),
    sa.Column('profile', sa.Text(), nullable=False),
    sa.Column('suspended', sa.Boolean(), nullable=False),
    sa.Column('first_access', MOMENT, nullable=True),
    sa.Column('last_access', MOMENT, nullable=True),
    key('sync_staged_person', 'lms_id'))
    op.create_table('sync_staged_cohort', *site('sync_staged_cohort'),
    sa.Column('lms_id', ID, nullable=False),
    sa.Column('name', sa.String(length=254), nullable=False),
    key('sync_staged_cohort', 'lms_id'))
    op.create_table('sync_staged_member', *site('sync_staged_member'),
    sa.Column('cohort_lms_id', ID, nullable=False),
    sa.Column('person_lms_id', ID, nullable=False),
    key('sync_staged_member', 'cohort_lms_id', 'person_lms_id'))


def downgrade() -> None:
    for name in ('member', 'cohort', 'person', 'wanted', 'time', 'enrolment', 'list', 'course'):
        op.drop_table(f'sync_staged_{name}')
    op.drop_table('sync_reading')
    with op.batch_alter_table('sync_run', schema=None) as batch_op:
        for name in ('held_back', 'steps', 'steps_done', 'complete', 'resumed', 'read_at', 'route', 'scope', 'kind'):
            batch_op.drop_column(name)
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.drop_column('report_filters')
        batch_op.drop_column('report_id')
