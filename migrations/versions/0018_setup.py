"""What setting up leaves behind: that the installation was checked, and which defaults of a programme were kept."""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)
PART = sa.Enum('charter', 'cadence', 'weights', name='part', native_enum=False, length=30)


def upgrade() -> None:
    op.add_column('site', sa.Column('checked_at', MOMENT, nullable=True))
    op.create_table('programme_settled',
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('part', PART, nullable=False),
    sa.Column('settled_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name='fk_programme_settled_programme_id',
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'part', name='pk_programme_settled'))


def downgrade() -> None:
    op.drop_table('programme_settled')
    op.drop_column('site', 'checked_at')
