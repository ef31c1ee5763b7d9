"""The sections of the course pages."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('course_section',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('course_id', ID, nullable=False),
    sa.Column('lms_id', ID, nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=1333), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name='fk_course_section_course_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_course_section'),
    sa.UniqueConstraint('course_id', 'lms_id', name='uq_course_section_course_id_lms_id')
    )
    op.create_index('ix_course_section_course_id', 'course_section', ['course_id'])


def downgrade() -> None:
    op.drop_table('course_section')
