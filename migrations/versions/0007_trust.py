"""Circles, charters, work styles, commitments, concerns, feedback in words; what a programme decides about them."""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')


def upgrade() -> None:
    op.create_table('full_week',
    sa.Column('person_id', ID, nullable=False),
    sa.Column('monday', sa.Date(), nullable=False),
    sa.Column('said_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_full_week_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', 'monday', name=op.f('pk_full_week'))
    )
    op.create_table('work_style',
    sa.Column('person_id', ID, nullable=False),
    sa.Column('reach_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('away_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('feedback_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_work_style_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_work_style'))
    )
    op.create_table('charter',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('norms', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('created_by', sa.String(length=300), nullable=False),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_charter_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_charter')),
    sa.UniqueConstraint('programme_id', 'version', name=op.f('uq_charter_programme_id_version'))
    )
    with op.batch_alter_table('charter', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_charter_programme_id'), ['programme_id'], unique=False)

    op.create_table('commitment',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('engagement_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('intent_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('sign_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('state', sa.Enum('open', 'kept', 'late', 'dropped', name='commitmentstate', native_enum=False, length=30), nullable=False),
    sa.Column('was_late', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_commitment_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_commitment_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment')),
    sa.UniqueConstraint('form_key', name=op.f('uq_commitment_form_key'))
    )
    with op.batch_alter_table('commitment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_commitment_person_id'), ['person_id'], unique=False)
        batch_op.create_index('ix_commitment_state_due_on', ['state', 'due_on'], unique=False)

    op.create_table('concern',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('programme_id', ID, nullable=False),
    sa.Column('engagement_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('kind', sa.Enum('concern', 'exit', name='concernkind', native_enum=False, length=30), nullable=False),
    sa.Column('share', sa.Enum('fact', 'topic', 'words', name='share', native_enum=False, length=30), nullable=False),
    sa.Column('topic', sa.Enum('silence', 'fit', 'time', 'conduct', 'other', name='concerntopic', native_enum=False, length=30), nullable=True),
    sa.Column('text_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('rematch', sa.Boolean(), nullable=False),
    sa.Column('state', sa.Enum('open', 'seen', 'handled', name='concernstate', native_enum=False, length=30), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handled_by', sa.String(length=300), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_concern_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_concern_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_concern_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_concern')),
    sa.UniqueConstraint('form_key', name=op.f('uq_concern_form_key'))
    )
    with op.batch_alter_table('concern', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_concern_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_concern_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index('ix_concern_programme_id_state', ['programme_id', 'state'], unique=False)

    op.create_table('feedback_request',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('engagement_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('about_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_feedback_request_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feedback_request_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_request')),
    sa.UniqueConstraint('form_key', name=op.f('uq_feedback_request_form_key'))
    )
    with op.batch_alter_table('feedback_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_request_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_request_person_id'), ['person_id'], unique=False)

    op.create_table('commitment_day',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('commitment_id', ID, nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('moved_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('in_time', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['commitment_id'], ['commitment.id'], name=op.f('fk_commitment_day_commitment_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_commitment_day'))
    )
    with op.batch_alter_table('commitment_day', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_commitment_day_commitment_id'), ['commitment_id'], unique=False)

    op.create_table('feedback_reply',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('request_id', ID, nullable=False),
    sa.Column('person_id', ID, nullable=False),
    sa.Column('helps_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('wish_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_feedback_reply_person_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['request_id'], ['feedback_request.id'], name=op.f('fk_feedback_reply_request_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_feedback_reply')),
    sa.UniqueConstraint('form_key', name=op.f('uq_feedback_reply_form_key')),
    sa.UniqueConstraint('request_id', 'person_id', name=op.f('uq_feedback_reply_request_id_person_id'))
    )
    with op.batch_alter_table('feedback_reply', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_feedback_reply_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_feedback_reply_request_id'), ['request_id'], unique=False)

    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.create_index('ix_check_in_engagement_id_created_at', ['engagement_id', 'created_at'], unique=False)

    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kind', sa.Enum('pair', 'circle', name='engagementkind', native_enum=False, length=30), nullable=False, server_default='pair'))
        batch_op.add_column(sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('texts_purged_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('engagement_member', schema=None) as batch_op:
        batch_op.add_column(sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('charter_version', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('charter_accepted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('extension_until', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('left_at', sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.alter_column('fit',
               existing_type=sa.VARCHAR(length=30),
               nullable=True)
        batch_op.alter_column('trust_item',
               existing_type=sa.VARCHAR(length=30),
               nullable=True)
        batch_op.alter_column('trust_score',
               existing_type=sa.INTEGER(),
               nullable=True)

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('acceptance', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('nudges', sa.Boolean(), nullable=False, server_default=sa.true()))
        batch_op.add_column(sa.Column('cadence', sa.Enum('tapering', 'weekly', 'fortnightly', name='cadence', native_enum=False, length=30), nullable=False, server_default='tapering'))
        batch_op.add_column(sa.Column('tells_took_part', sa.Boolean(), nullable=False, server_default=sa.false()))

    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.alter_column('kind', server_default=None)
    with op.batch_alter_table('programme', schema=None) as batch_op:
        for name in ('acceptance', 'nudges', 'cadence', 'tells_took_part'):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_column('tells_took_part')
        batch_op.drop_column('cadence')
        batch_op.drop_column('nudges')
        batch_op.drop_column('acceptance')

    op.execute('DELETE FROM feedback WHERE fit IS NULL OR trust_score IS NULL')
    with op.batch_alter_table('feedback', schema=None) as batch_op:
        batch_op.alter_column('trust_score',
               existing_type=sa.INTEGER(),
               nullable=False)
        batch_op.alter_column('trust_item',
               existing_type=sa.VARCHAR(length=30),
               nullable=False)
        batch_op.alter_column('fit',
               existing_type=sa.VARCHAR(length=30),
               nullable=False)

    with op.batch_alter_table('engagement_member', schema=None) as batch_op:
        batch_op.drop_column('left_at')
        batch_op.drop_column('extension_until')
        batch_op.drop_column('charter_accepted_at')
        batch_op.drop_column('charter_version')
        batch_op.drop_column('accepted_at')

    with op.batch_alter_table('engagement', schema=None) as batch_op:
        batch_op.drop_column('texts_purged_at')
        batch_op.drop_column('paused_at')
        batch_op.drop_column('kind')

    with op.batch_alter_table('check_in', schema=None) as batch_op:
        batch_op.drop_index('ix_check_in_engagement_id_created_at')

    for table in ('feedback_reply', 'commitment_day', 'feedback_request', 'concern', 'commitment', 'charter', 'work_style',
                  'full_week'):
        op.drop_table(table)
