"""One index less: the key of an enrolment begins with its person, and every row of a sync was written to both."""

from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index('ix_enrolment_person_id', table_name='enrolment')


def downgrade() -> None:
    op.create_index('ix_enrolment_person_id', 'enrolment', ['person_id'], unique=False)
