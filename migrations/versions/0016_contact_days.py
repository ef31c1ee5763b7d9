"""The cadence as a table of days, which a programme writes itself, in the place of three set ones."""

import json

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

_DAYS = {
    'tapering': [7] * 4 + [14] * 3 + [28] * 2,
    'weekly': [7] * 12,
    'fortnightly': [7] + [14] * 6,
}


def upgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_days', sa.JSON(), nullable=False, server_default=json.dumps(_DAYS['tapering'])))
    programme = sa.table('programme', sa.column('cadence', sa.String), sa.column('contact_days', sa.JSON))
    for name, days in _DAYS.items():
        op.execute(programme.update().where(programme.c.cadence == name).values(contact_days=days))
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.alter_column('contact_days', server_default=None)
        batch_op.drop_column('cadence')


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cadence', sa.Enum('tapering', 'weekly', 'fortnightly', name='cadence', native_enum=False, length=30), nullable=False, server_default='tapering'))
    programme = sa.table('programme', sa.column('id', sa.BigInteger), sa.column('cadence', sa.String), sa.column('contact_days', sa.JSON))
    for number, days in op.get_bind().execute(sa.select(programme.c.id, programme.c.contact_days)).all():
        name = next((name for name, known in _DAYS.items() if known == days), 'tapering')
        op.execute(programme.update().where(programme.c.id == number).values(cadence=name))
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.alter_column('cadence', server_default=None)
        batch_op.drop_column('contact_days')
