"""How many learners an adviser agreed to have, where they have more than the programme gives."""

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('remedy_taken', sa.Column('agreed', sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column('remedy_taken', 'agreed')
