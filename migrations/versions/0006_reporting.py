"""Reporting groups, their cells and sums, and how few people a figure may be about."""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('report_sum',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('dimension', sa.Enum('cohort', 'course', 'department', 'location', 'language', 'hire_month', name='dimension', native_enum=False, length=30), nullable=True),
    sa.Column('value', sa.String(length=255), nullable=True),
    sa.Column('source', sa.Enum('contact', 'first_contact', 'commitments', 'fit', 'trust', 'asks', 'advising', name='source', native_enum=False, length=30), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('tally', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_report_sum_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_sum'))
    )
    with op.batch_alter_table('report_sum', schema=None) as batch_op:
        batch_op.create_index('ix_report_sum_question', ['programme_id', 'dimension', 'value'], unique=False)

    op.create_table('reporting_group',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_reporting_group_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reporting_group'))
    )
    with op.batch_alter_table('reporting_group', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reporting_group_programme_id'), ['programme_id'], unique=False)

    op.create_table('reporting_rules',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('least', sa.Integer(), nullable=False),
    sa.Column('least_for_text', sa.Integer(), nullable=False),
    sa.Column('fixed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('reported_until', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_reporting_rules_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_reporting_rules'))
    )
    op.create_table('report_cell',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('source', sa.Enum('contact', 'first_contact', 'commitments', 'fit', 'trust', 'asks', 'advising', name='source', native_enum=False, length=30), nullable=False),
    sa.Column('first', sa.Date(), nullable=False),
    sa.Column('last', sa.Date(), nullable=False),
    sa.Column('people', sa.Integer(), nullable=False),
    sa.Column('tally', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['reporting_group.id'], name=op.f('fk_report_cell_group_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_report_cell')),
    sa.UniqueConstraint('group_id', 'source', 'first', name=op.f('uq_report_cell_group_id_source_first'))
    )
    op.create_table('reporting_member',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('group_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['reporting_group.id'], name=op.f('fk_reporting_member_group_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_reporting_member_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_reporting_member_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'person_id', name=op.f('pk_reporting_member'))
    )
    with op.batch_alter_table('reporting_member', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_reporting_member_group_id'), ['group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_reporting_member_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('reporting_member', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reporting_member_person_id'))
        batch_op.drop_index(batch_op.f('ix_reporting_member_group_id'))

    op.drop_table('reporting_member')
    op.drop_table('report_cell')
    op.drop_table('reporting_rules')
    with op.batch_alter_table('reporting_group', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_reporting_group_programme_id'))

    op.drop_table('reporting_group')
    with op.batch_alter_table('report_sum', schema=None) as batch_op:
        batch_op.drop_index('ix_report_sum_question')

    op.drop_table('report_sum')
