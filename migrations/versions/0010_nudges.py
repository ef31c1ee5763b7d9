"""The last nudge of each person, and how many stayed unanswered."""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('wishes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('nudged_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('unanswered', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('wishes', schema=None) as batch_op:
        batch_op.alter_column('unanswered', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('wishes', schema=None) as batch_op:
        batch_op.drop_column('unanswered')
        batch_op.drop_column('nudged_at')
