"""What people say for the matching is a text like any other: its column is called and empty as those are."""

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('said', schema=None) as batch_op:
        batch_op.alter_column('words_sealed', new_column_name='words_encrypted', existing_type=sa.LargeBinary(), existing_nullable=False, nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM said WHERE words_encrypted IS NULL")
    with op.batch_alter_table('said', schema=None) as batch_op:
        batch_op.alter_column('words_encrypted', new_column_name='words_sealed', existing_type=sa.LargeBinary(), existing_nullable=True, nullable=False)
