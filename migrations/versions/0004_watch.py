"""The figures and risks that coordinators look at first, and what they did about them."""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('programme_watch',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('as_of', sa.DateTime(timezone=True), nullable=False),
    sa.Column('new_hires', sa.Integer(), nullable=False),
    sa.Column('recent_learners', sa.Integer(), nullable=False),
    sa.Column('covered', sa.Integer(), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=False),
    sa.Column('due', sa.Integer(), nullable=False),
    sa.Column('in_touch', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_watch_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', name=op.f('pk_programme_watch'))
    )
    op.create_table('remedy_taken',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('remedy', sa.Enum('nudge', 'call', 'extend', 'rematch', 'close', name='remedy', native_enum=False, length=30), nullable=False),
    sa.Column('by', sa.String(length=300), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_remedy_taken_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_remedy_taken_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_remedy_taken_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_remedy_taken'))
    )
    with op.batch_alter_table('remedy_taken', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_remedy_taken_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_remedy_taken_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_remedy_taken_programme_id'), ['programme_id'], unique=False)

    op.create_table('risk_found',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('risk', sa.Enum('concern', 'not_good', 'no_first_contact', 'silence', 'unanswered', 'over_capacity', name='risk', native_enum=False, length=30), nullable=False),
    sa.Column('rank', sa.Integer(), nullable=False),
    sa.Column('since', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_risk_found_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_risk_found_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_risk_found_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_risk_found'))
    )
    with op.batch_alter_table('risk_found', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_risk_found_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_risk_found_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_risk_found_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index('ix_risk_found_programme_id_rank', ['programme_id', 'rank', 'since'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('risk_found', schema=None) as batch_op:
        batch_op.drop_index('ix_risk_found_programme_id_rank')
        batch_op.drop_index(batch_op.f('ix_risk_found_programme_id'))
        batch_op.drop_index(batch_op.f('ix_risk_found_person_id'))
        batch_op.drop_index(batch_op.f('ix_risk_found_engagement_id'))

    op.drop_table('risk_found')
    with op.batch_alter_table('remedy_taken', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_remedy_taken_programme_id'))
        batch_op.drop_index(batch_op.f('ix_remedy_taken_person_id'))
        batch_op.drop_index(batch_op.f('ix_remedy_taken_engagement_id'))

    op.drop_table('remedy_taken')
    op.drop_table('programme_watch')
