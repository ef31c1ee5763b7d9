"""A pair that somebody chose, or that was proposed next, keeps its reasons as well: it belongs to no run."""

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('proposed_pair', schema=None) as batch_op:
        batch_op.alter_column('run_id', existing_type=sa.BigInteger(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM proposed_pair WHERE run_id IS NULL")
    with op.batch_alter_table('proposed_pair', schema=None) as batch_op:
        batch_op.alter_column('run_id', existing_type=sa.BigInteger(), nullable=False)
