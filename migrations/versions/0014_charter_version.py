"""The version of its charter that holds, with the programme; whether people are asked first is a rule of the matching."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_column('acceptance')
        batch_op.add_column(sa.Column('charter_version', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.alter_column('charter_version', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_column('charter_version')
        batch_op.add_column(sa.Column('acceptance', sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.alter_column('acceptance', server_default=None)
