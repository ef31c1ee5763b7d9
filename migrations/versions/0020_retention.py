"""After how many days whoever left the LMS is forgotten."""

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('look', sa.Column('forget_gone_days', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('look', 'forget_gone_days')
