"""Asks, thanks and lessons; nudges, what people decided about their data, a programme's prompts, course sections."""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('course_section',
    sa.Column('course_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_course_section_course_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('course_id', 'number', name=op.f('pk_course_section'))
    )
    op.create_table('nudge',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('ask', 'proposal', 'first_contact', 'commitment', 'close', 'feedback', 'check_in', name='nudgekind', native_enum=False, length=30), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('course_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_nudge_course_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nudge_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_nudge'))
    )
    with op.batch_alter_table('nudge', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_nudge_course_id'), ['course_id'], unique=False)
        batch_op.create_index('ix_nudge_person_id_created_at', ['person_id', 'created_at'], unique=False)

    op.create_table('wishes',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('nudges_stopped_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('took_part_shown_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('held_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_wishes_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_wishes'))
    )
    op.create_table('ask',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('asker_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('course_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('section', sa.Integer(), nullable=True),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('text_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Enum('open', 'more_wanted', 'answered', 'passed_on', 'resolved', 'expired', name='askstate', native_enum=False, length=30), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['asker_id'], ['person.id'], name=op.f('fk_ask_asker_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_ask_course_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_ask_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask')),
    sa.UniqueConstraint('form_key', name=op.f('uq_ask_form_key'))
    )
    with op.batch_alter_table('ask', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ask_asker_id'), ['asker_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ask_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ask_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ask_state'), ['state'], unique=False)

    op.create_table('programme_prompt',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('occasion', sa.Enum('opening', 'week', 'advice', 'section', 'hard', 'circle', 'feedback', 'close', name='occasion', native_enum=False, length=30), nullable=False),
    sa.Column('side', sa.String(length=30), nullable=True),
    sa.Column('first_week', sa.Integer(), nullable=True),
    sa.Column('last_week', sa.Integer(), nullable=True),
    sa.Column('course_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('section', sa.Integer(), nullable=True),
    sa.Column('texts', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_programme_prompt_course_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_programme_prompt_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_programme_prompt')),
    sa.UniqueConstraint('programme_id', 'key', name=op.f('uq_programme_prompt_programme_id_key'))
    )
    with op.batch_alter_table('programme_prompt', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_programme_prompt_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_programme_prompt_programme_id'), ['programme_id'], unique=False)

    op.create_table('ask_word',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('answer', 'want_more', 'addition', name='wordkind', native_enum=False, length=30), nullable=False),
    sa.Column('text_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_ask_word_ask_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_ask_word_author_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ask_word')),
    sa.UniqueConstraint('form_key', name=op.f('uq_ask_word_form_key'))
    )
    with op.batch_alter_table('ask_word', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ask_word_ask_id'), ['ask_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_ask_word_author_id'), ['author_id'], unique=False)

    op.create_table('asked_person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('waiting', 'answered', 'more_wanted', 'passed_on', name='askedstate', native_enum=False, length=30), nullable=False),
    sa.Column('strengths', sa.JSON(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('wishes', sa.Boolean(), nullable=False),
    sa.Column('asker_wishes', sa.Boolean(), nullable=False),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_asked_person_ask_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_asked_person_engagement_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_asked_person_person_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_asked_person')),
    sa.UniqueConstraint('ask_id', 'person_id', name=op.f('uq_asked_person_ask_id_person_id'))
    )
    with op.batch_alter_table('asked_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_asked_person_ask_id'), ['ask_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_asked_person_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_asked_person_person_id'), ['person_id'], unique=False)

    op.create_table('lesson',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('programme_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('course_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('section', sa.Integer(), nullable=True),
    sa.Column('kind', sa.Enum('went_right', 'went_wrong', name='lessonkind', native_enum=False, length=30), nullable=False),
    sa.Column('audience', sa.Enum('myself', 'engagement', 'next_cohort', name='lessonaudience', native_enum=False, length=30), nullable=False),
    sa.Column('as_learner', sa.Boolean(), nullable=False),
    sa.Column('text_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('state', sa.Enum('kept', 'waiting', 'published', 'declined', name='lessonstate', native_enum=False, length=30), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by', sa.String(length=300), nullable=True),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_lesson_author_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['course_id'], ['course.id'], name=op.f('fk_lesson_course_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_lesson_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['programme_id'], ['programme.id'], name=op.f('fk_lesson_programme_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_lesson')),
    sa.UniqueConstraint('form_key', name=op.f('uq_lesson_form_key'))
    )
    with op.batch_alter_table('lesson', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_lesson_author_id'), ['author_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_course_id'), ['course_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_programme_id'), ['programme_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_lesson_state'), ['state'], unique=False)

    op.create_table('thanks',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=True, nullable=False),
    sa.Column('by_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('to_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('credited_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('engagement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('ask_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('about', sa.Enum('answer', 'commitment', 'check_in', 'other', name='thanksfor', native_enum=False, length=30), nullable=False),
    sa.Column('subject_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('text_encrypted', sa.LargeBinary(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('form_key', sa.String(length=64), nullable=False),
    sa.ForeignKeyConstraint(['ask_id'], ['ask.id'], name=op.f('fk_thanks_ask_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_thanks_by_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['credited_id'], ['person.id'], name=op.f('fk_thanks_credited_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['engagement_id'], ['engagement.id'], name=op.f('fk_thanks_engagement_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_id'], ['person.id'], name=op.f('fk_thanks_to_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_thanks')),
    sa.UniqueConstraint('form_key', name=op.f('uq_thanks_form_key'))
    )
    with op.batch_alter_table('thanks', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_thanks_ask_id'), ['ask_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thanks_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thanks_credited_id'), ['credited_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thanks_engagement_id'), ['engagement_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_thanks_to_id'), ['to_id'], unique=False)

    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.add_column(sa.Column('keep_texts_days', sa.Integer(), nullable=False, server_default='180'))
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.alter_column('keep_texts_days', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('programme', schema=None) as batch_op:
        batch_op.drop_column('keep_texts_days')
    for table in ('thanks', 'lesson', 'asked_person', 'ask_word', 'programme_prompt', 'ask', 'wishes', 'nudge',
                  'course_section'):
        op.drop_table(table)
