"""Matching in the background and in shards, pins, what people said for it, and the versions of a programme's rules."""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('person_wish',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('other_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('please', 'please_not', name='wishkind', native_enum=False, length=30), nullable=False),
    sa.ForeignKeyConstraint(['other_id'], ['person.id'], name=op.f('fk_person_wish_other_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_person_wish_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'other_id', name=op.f('pk_person_wish'))
    )
    with op.batch_alter_table('person_wish', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_person_wish_other_id'), ['other_id'], unique=False)

    op.create_table('said',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('capacity', sa.Integer(), nullable=True),
    sa.Column('paused_until', sa.Date(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_said_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_said'))
    )
    op.create_table('pair_instruction',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('learner_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('adviser_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('pin', 'forbid', name='instruction', native_enum=False, length=30), nullable=False),
    sa.Column('given_by', sa.String(length=300), nullable=False),
    sa.Column('given_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['adviser_id'], ['person.id'], name=op.f('fk_pair_instruction_adviser_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['learner_id'], ['person.id'], name=op.f('fk_pair_instruction_learner_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_pair_instruction_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pair_instruction')),
    sa.UniqueConstraint('programme_id', 'learner_id', 'adviser_id', name=op.f('uq_pair_instruction_programme_id_learner_id_adviser_id'))
    )
    with op.batch_alter_table('pair_instruction', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pair_instruction_adviser_id'), ['adviser_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pair_instruction_learner_id'), ['learner_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pair_instruction_programme_id'), ['programme_id'], unique=False)

    op.create_table('programme_version',
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('rules', sa.JSON(), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_version_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('programme_id', 'version', name=op.f('pk_programme_version'))
    )
    op.create_table('match_shard',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('run_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=300), nullable=False),
    sa.Column('input_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('result', sa.JSON(), nullable=True),
    sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['run_id'], ['match_run.id'], name=op.f('fk_match_shard_run_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_match_shard')),
    sa.UniqueConstraint('run_id', 'position', name=op.f('uq_match_shard_run_id_position'))
    )
    with op.batch_alter_table('match_shard', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_match_shard_run_id'), ['run_id'], unique=False)

    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.add_column(sa.Column('what_if', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('phase', sa.String(length=100), nullable=False, server_default=''))
        batch_op.add_column(sa.Column('counts', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('lease_until', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('frame_sealed', sa.LargeBinary(), nullable=True))
        batch_op.add_column(sa.Column('certificate', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('fairness', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('error', sa.String(length=500), nullable=True))
        batch_op.create_index('uq_match_run_running', ['programme_id'], unique=True, sqlite_where=sa.text("state = 'running' AND NOT what_if"), postgresql_where=sa.text("state = 'running' AND NOT what_if"))

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('matching', sa.JSON(), nullable=False, server_default='{}'))

    with op.batch_alter_table('proposed_pair', schema=None) as batch_op:
        batch_op.add_column(sa.Column('circle', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('by_hand', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True))

    # What was approved before was approved as a whole.
    op.execute(
        sa.text(
            "UPDATE proposed_pair SET decided_at ="
            " (SELECT decided_at FROM match_run WHERE match_run.id = proposed_pair.run_id)"
            " WHERE run_id IN (SELECT id FROM match_run WHERE state = 'approved')"
        )
    )


def downgrade() -> None:
    # The version before knows neither unfinished runs nor those that were only looked at.
    op.execute(sa.text("DELETE FROM match_run WHERE state IN ('running', 'failed') OR what_if"))
    with op.batch_alter_table('proposed_pair', schema=None) as batch_op:
        batch_op.drop_column('decided_at')
        batch_op.drop_column('by_hand')
        batch_op.drop_column('circle')

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_column('matching')

    with op.batch_alter_table('match_run', schema=None) as batch_op:
        batch_op.drop_index('uq_match_run_running', sqlite_where=sa.text("state = 'running' AND NOT what_if"), postgresql_where=sa.text("state = 'running' AND NOT what_if"))
        batch_op.drop_column('error')
        batch_op.drop_column('fairness')
        batch_op.drop_column('certificate')
        batch_op.drop_column('frame_sealed')
        batch_op.drop_column('lease_until')
        batch_op.drop_column('counts')
        batch_op.drop_column('phase')
        batch_op.drop_column('what_if')

    with op.batch_alter_table('match_shard', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_match_shard_run_id'))

    op.drop_table('match_shard')
    op.drop_table('programme_version')
    with op.batch_alter_table('pair_instruction', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pair_instruction_programme_id'))
        batch_op.drop_index(batch_op.f('ix_pair_instruction_learner_id'))
        batch_op.drop_index(batch_op.f('ix_pair_instruction_adviser_id'))

    op.drop_table('pair_instruction')
    op.drop_table('said')
    with op.batch_alter_table('person_wish', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_person_wish_other_id'))

    op.drop_table('person_wish')
