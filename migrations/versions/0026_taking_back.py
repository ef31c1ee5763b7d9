"""Taking back: when somebody declined or wished to go on, and when a rest ended, so that each can still be undone."""

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('engagement', sa.Column('resumed_at', sa.DateTime(timezone=True), nullable=True))
    for name in ('declined_at', 'extension_at'):
        op.add_column('engagement_member', sa.Column(name, sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('engagement_member', schema=None) as batch_op:
        batch_op.drop_column('extension_at')
        batch_op.drop_column('declined_at')
    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.drop_column('resumed_at')
