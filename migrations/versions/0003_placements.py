"""The way a widget came into its course page, and the runs that place widgets."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

WAYS = ('template', 'block', 'deep-link', 'snippet')


def upgrade() -> None:
    with op.batch_alter_table('placement', schema=None) as batch_op:
        # Whatever stands was imported from the template: there was no other way before.
        batch_op.add_column(sa.Column('way', sa.Enum(*WAYS, name='way', native_enum=False, length=30), nullable=False,
                                      server_default='template'))
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.alter_column('way', server_default=None)

    op.create_table('placement_run',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('site_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('action', sa.Enum('place', 'remove', name='placementaction', native_enum=False, length=30), nullable=False),
    sa.Column('way', sa.Enum(*WAYS, name='way', native_enum=False, length=30), nullable=False),
    sa.Column('to_top', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('asked', 'running', 'done', 'failed', name='placementstate', native_enum=False, length=30),
              nullable=False),
    sa.Column('asked_by', sa.String(length=300), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('heartbeat_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('added', sa.Integer(), nullable=False),
    sa.Column('moved', sa.Integer(), nullable=False),
    sa.Column('removed', sa.Integer(), nullable=False),
    sa.Column('problems', sa.JSON(), nullable=False),
    sa.Column('error', sa.String(length=500), nullable=True),
    sa.ForeignKeyConstraint(['site_id'], ['site.id'], name=op.f('fk_placement_run_site_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_placement_run_programme_id'),
                            ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement_run'))
    )
    with op.batch_alter_table('placement_run', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_run_site_id'), ['site_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_run_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index('uq_placement_run_running', ['site_id'], unique=True,
                              sqlite_where=sa.text("state = 'running'"),
                              postgresql_where=sa.text("state = 'running'"))


def downgrade() -> None:
    op.drop_table('placement_run')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_column('way')
