"""What a sync collects is written without a log and without looking each row's site up; a site may have no token."""

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

STAGED = ('course', 'list', 'enrolment', 'time', 'wanted', 'person', 'cohort', 'member')


def upgrade() -> None:
    for name in STAGED:
        table = f'sync_staged_{name}'
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(f'fk_{table}_site_id', type_='foreignkey')
    _log('UNLOGGED')
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.alter_column('token_encrypted', existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE site SET token_encrypted = '' WHERE token_encrypted IS NULL")
    with op.batch_alter_table('site', schema=None) as batch_op:
        batch_op.alter_column('token_encrypted', existing_type=sa.LargeBinary(), nullable=False)
    _log('LOGGED')
    for name in STAGED:
        table = f'sync_staged_{name}'
        op.execute(f'DELETE FROM {table} WHERE site_id NOT IN (SELECT id FROM site)')
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_foreign_key(f'fk_{table}_site_id', 'site', ['site_id'], ['id'], ondelete='CASCADE')


def _log(how: str) -> None:
    """All of them together, the reading as well: after a crash there is none, or it has all its pages."""
    if op.get_bind().dialect.name == 'postgresql':
        for table in ('sync_reading', *(f'sync_staged_{name}' for name in STAGED)):
            op.execute(f'ALTER TABLE {table} SET {how}')
