"""What an administrator's account is for, and the programmes of coordinators."""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    with op.batch_alter_table('administrator', schema=None) as batch_op:
        # Whoever had an account could do everything, and still can.
        batch_op.add_column(sa.Column('role', sa.Enum('owner', 'coordinator', 'auditor', name='staffrole', native_enum=False, length=30), nullable=False, server_default='owner'))
    with op.batch_alter_table('administrator', schema=None) as batch_op:
        batch_op.alter_column('role', server_default=None)

    op.create_table('programme_coordinator',
    sa.Column('administrator_id', ID, nullable=False),
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('hears_concerns', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['administrator_id'], ['administrator.id'], name=op.f('fk_programme_coordinator_administrator_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_coordinator_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('administrator_id', 'programme_id', name=op.f('pk_programme_coordinator'))
    )
    with op.batch_alter_table('programme_coordinator', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_coordinator_programme_id'), ['programme_id'], unique=False)


def downgrade() -> None:
    op.drop_table('programme_coordinator')
    with op.batch_alter_table('administrator', schema=None) as batch_op:
        batch_op.drop_column('role')
