"""Joining a circle that runs: since when somebody is in it, and the circle that a proposed learner is to join."""

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.add_column('engagement_member', sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('proposed_pair', schema=None) as batch_op:
        batch_op.add_column(sa.Column('joins_id', ID, nullable=True))
        batch_op.create_index('ix_proposed_pair_joins_id', ['joins_id'])
        batch_op.create_foreign_key(
            'fk_proposed_pair_joins_id', 'engagement', ['joins_id'], ['id'], ondelete='CASCADE'
        )


def downgrade() -> None:
    with op.batch_alter_table('proposed_pair', schema=None) as batch_op:
        batch_op.drop_constraint('fk_proposed_pair_joins_id', type_='foreignkey')
        batch_op.drop_index('ix_proposed_pair_joins_id')
        batch_op.drop_column('joins_id')
    with op.batch_alter_table('engagement_member', schema=None) as batch_op:
        batch_op.drop_column('joined_at')
