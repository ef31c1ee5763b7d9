"""The adviser whom a learner passes over: one in each programme, kept by the key of the table."""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('veto',
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('other_id', ID, nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name='fk_veto_programme_id', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name='fk_veto_person_id', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name='fk_veto_other_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'person_id', name='pk_veto'))
    op.create_index('ix_veto_person_id', 'veto', ['person_id'])
    op.create_index('ix_veto_other_id', 'veto', ['other_id'])


def downgrade() -> None:
    op.drop_table('veto')
