"""LTI Advantage: self-registration, deep linking, rosters, scores, and the way from a launch to the admin."""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), 'sqlite')
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column('platform', sa.Column('waiting', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('platform', sa.Column('scores', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column('launch', sa.Column('lms_admin', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table('lti_registration_link',
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('created_at', MOMENT, nullable=False),
    sa.Column('expires_at', MOMENT, nullable=False),
    sa.Column('used_at', MOMENT, nullable=True),
    sa.Column('problem', sa.String(length=500), nullable=True),
    sa.PrimaryKeyConstraint('code_hash', name='pk_lti_registration_link')
    )
    op.create_index('ix_lti_registration_link_expires_at', 'lti_registration_link', ['expires_at'])
    op.create_table('lti_deep_linking',
    sa.Column('launch_id', sa.String(length=43), nullable=False),
    sa.Column('settings_encrypted', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['launch_id'], ['launch.id'], name='fk_lti_deep_linking_launch_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('launch_id', name='pk_lti_deep_linking')
    )
    op.create_table('lti_context',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('platform_id', ID, nullable=False),
    sa.Column('context_id', sa.String(length=255), nullable=False),
    sa.Column('course_id', ID, nullable=True),
    sa.Column('memberships_url', sa.String(length=1000), nullable=True),
    sa.Column('lineitems_url', sa.String(length=1000), nullable=True),
    sa.Column('seen_at', MOMENT, nullable=False),
    sa.Column('members', sa.Integer(), nullable=True),
    sa.Column('counted_at', MOMENT, nullable=True),
    sa.ForeignKeyConstraint(['platform_id'], ['platform.id'], name='fk_lti_context_platform_id', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name='fk_lti_context_course_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_lti_context'),
    sa.UniqueConstraint('platform_id', 'context_id', name='uq_lti_context_platform_id_context_id')
    )
    op.create_index('ix_lti_context_platform_id', 'lti_context', ['platform_id'])
    op.create_index('ix_lti_context_course_id', 'lti_context', ['course_id'])
    op.create_table('lti_line_item',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('platform_id', ID, nullable=False),
    sa.Column('resource_link_id', sa.String(length=255), nullable=False),
    sa.Column('url', sa.String(length=1000), nullable=False),
    sa.ForeignKeyConstraint(['platform_id'], ['platform.id'], name='fk_lti_line_item_platform_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_lti_line_item'),
    sa.UniqueConstraint('platform_id', 'resource_link_id', name='uq_lti_line_item_platform_id_resource_link_id')
    )
    op.create_index('ix_lti_line_item_platform_id', 'lti_line_item', ['platform_id'])
    op.create_table('administrator_identity',
    sa.Column('id', ID, autoincrement=True, nullable=False),
    sa.Column('issuer', sa.String(length=500), nullable=False),
    sa.Column('subject', sa.String(length=255), nullable=False),
    sa.Column('administrator_id', ID, nullable=False),
    sa.Column('linked_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['administrator_id'], ['administrator.id'],
        name='fk_administrator_identity_administrator_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name='pk_administrator_identity'),
    sa.UniqueConstraint('issuer', 'subject', name='uq_administrator_identity_issuer_subject')
    )
    op.create_index('ix_administrator_identity_administrator_id', 'administrator_identity', ['administrator_id'])
    op.create_table('lti_admin_ticket',
    sa.Column('token_hash', sa.String(length=64), nullable=False),
    sa.Column('launch_id', sa.String(length=43), nullable=False),
    sa.Column('expires_at', MOMENT, nullable=False),
    sa.ForeignKeyConstraint(['launch_id'], ['launch.id'], name='fk_lti_admin_ticket_launch_id', ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('token_hash', name='pk_lti_admin_ticket')
    )
    op.create_index('ix_lti_admin_ticket_launch_id', 'lti_admin_ticket', ['launch_id'])
    op.create_index('ix_lti_admin_ticket_expires_at', 'lti_admin_ticket', ['expires_at'])


def downgrade() -> None:
    op.drop_table('lti_admin_ticket')
    op.drop_table('administrator_identity')
    op.drop_table('lti_line_item')
    op.drop_table('lti_context')
    op.drop_table('lti_deep_linking')
    op.drop_table('lti_registration_link')
    # Not in batches: SQLite would copy the table, and dropping the old one takes along every row that refers to it.
    op.drop_column('launch', 'lms_admin')
    op.drop_column('platform', 'scores')
    op.drop_column('platform', 'waiting')
