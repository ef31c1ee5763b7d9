"""Reasons are kept as a ground with its values instead of sentences, so that everybody reads them in their language."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op
from babel import Locale, UnknownLocaleError

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None

READERS = ('learner', 'adviser', 'admin')
AS_TOLD = 'as_told'
CHUNK = 1000
PAIRS = sa.table(
    'proposed_pair', sa.column('id', sa.BigInteger), sa.column('run_id', sa.BigInteger), sa.column('reasons', sa.JSON),
    sa.column('decided_at', sa.DateTime(timezone=True)),
)
RUNS = sa.table('match_run', sa.column('id', sa.BigInteger), sa.column('parameters', sa.JSON))


def _both(words: str, admin: str) -> tuple[str, str, str]:
    return words, words, admin


# What was told until now: by rule the ground, and the sentence for each reader.
TOLD = (
    ('topics', 'topics_offered', ('Can help with {names}.', 'You can help with {names}.',
                                  'The adviser can help with {names}.')),
    ('topics', 'topics_shared', _both('You are both interested in {names}.', 'Both are interested in {names}.')),
    ('work_style', 'style_close', _both('You like to work in similar ways: {names}.',
                                        'Both like to work in similar ways: {names}.')),
    ('work_style', 'style_apart', _both('You differ in how you like to work, though not in everything.',
                                        'They differ in how they like to work, though not in everything.')),
    ('path', 'course_taken', ('Finished {names} {ago}, which you take.', 'You finished {names} {ago}, which they take.',
                              'The adviser finished {names} {ago}, which the learner takes.')),
    ('path', 'course_finished', ('Finished {names} {ago}.', 'You finished {names} {ago}.',
                                 'The adviser finished {names} {ago}.')),
    ('role', 'same_role', _both('You both hold the same role: {names}.', 'Both hold the same role: {names}.')),
    ('hours', 'shared_hours', _both('You both work {hours} your time.', 'Both work {hours} UTC.')),
    ('language', 'languages', _both('You both speak {names}.', 'Both speak {names}.')),
    ('location', 'same_location', _both('You both work in {names}.', 'Both work in {names}.')),
    ('same_team', 'same_team', _both('You both belong to {names}.', 'Both belong to {names}.')),
    ('same_cohort', 'same_cohort', _both('You belong to one cohort.', 'Both belong to one cohort.')),
    ('wish_of_learner', 'learner_asked', ('You asked for this person.', 'They would like to learn from you.',
                                          'The learner asked for this adviser.')),
    ('wish_of_adviser', 'adviser_asked', ('They would like to help you.', 'You asked for this person.',
                                          'The adviser asked for this learner.')),
    ('low_bandwidth', 'little_time', ('They have little time this week.',
                                      'You said that you have little time this week.',
                                      'The adviser has little time this week.')),
)
SENTENCES = {ground: sentences for _, ground, sentences in TOLD}
LISTS = ('topics_offered', 'topics_shared', 'style_close', 'languages')
PLACES = {
    'names': r'(?P<names>.+)',
    'ago': r'(?P<ago>today|[0-9]{1,5} days? ago)',
    'hours': r'(?P<hours>\d+:\d\d to \d+:\d\d(?: and \d+:\d\d to \d+:\d\d)*)',
}
PATTERNS = [
    (rule, ground, [re.compile(re.escape(each).replace(r'\{', '{').replace(r'\}', '}').format(**PLACES), re.DOTALL)
                    for each in sentences])
    for rule, ground, sentences in TOLD
]
CODES = {name: code for code, name in sorted(Locale('en').languages.items(), reverse=True)}


def upgrade() -> None:
    _each(_as_ground)


def downgrade() -> None:
    _each(_as_sentences)


def _each(changed: Any) -> None:
    connection, last = op.get_bind(), 0
    put = sa.update(PAIRS).where(PAIRS.c.id == sa.bindparam('pair')).values(reasons=sa.bindparam('new', type_=sa.JSON))
    next_ones = (
        sa.select(PAIRS, RUNS.c.parameters).outerjoin_from(PAIRS, RUNS, RUNS.c.id == PAIRS.c.run_id)
        .where(PAIRS.c.id > sa.bindparam('last')).order_by(PAIRS.c.id).limit(CHUNK)
    )
    while rows := connection.execute(next_ones, {'last': last}).all():
        connection.execute(
            put, [{'pair': row.id, 'new': [changed(each, _matched_on(row)) for each in row.reasons]} for row in rows]
        )
        last = rows[-1].id


def _matched_on(row: Any) -> date:
    """The day from which it was told how long ago something was."""
    on = (row.parameters or {}).get('on')
    if on:
        return date.fromisoformat(on)
    at = row.decided_at or datetime.now(UTC)
    return (at.astimezone(UTC) if at.tzinfo else at).date()


def _as_ground(reason: Mapping[str, Any], on: date) -> dict[str, Any]:
    """A sentence whose values, told again, are not word for word what was told is kept as it was."""
    told = [reason.get(f'text_{reader}', '') for reader in READERS]
    kept = {'rule': reason.get('rule', ''), 'points': reason.get('points', 0)}
    for rule, ground, patterns in PATTERNS:
        matches = [pattern.fullmatch(text) for pattern, text in zip(patterns, told, strict=True)]
        if rule == kept['rule'] and all(matches):
            said = _said(ground, [match.groupdict() for match in matches if match], on)
            if [_sentence(said, reader, on) for reader in READERS] == told:
                return {**kept, 'said': said}
    return {**kept, 'said': _values(AS_TOLD, told)}


def _said(ground: str, found: list[dict[str, str]], on: date) -> dict[str, Any]:
    admin = found[-1]
    names = [admin['names']] if 'names' in admin else []
    if ground in LISTS:
        names = re.split(', | and ', names[0])
    if ground == 'languages':
        names = [CODES.get(name, name) for name in names]
    ago = re.match('[0-9]+', admin.get('ago', ''))
    finished = on - timedelta(int(ago[0]) if ago else 0) if 'ago' in admin else None
    hours = {
        reader: [span.split(' to ') for span in each['hours'].split(' and ')]
        for reader, each in zip(READERS, found, strict=True)
    } if 'hours' in admin else None
    return _values(ground, names, finished.isoformat() if finished else None, hours)


def _values(ground: str, names: list[str], finished: str | None = None, hours: Any = None) -> dict[str, Any]:
    said = {'ground': ground, 'names': names, 'finished': finished, 'hours': hours}
    return {name: value for name, value in said.items() if value}


def _as_sentences(reason: Mapping[str, Any], on: date) -> dict[str, Any]:
    said = reason['said']
    told = {f'text_{reader}': _sentence(said, reader, on) if said else '' for reader in READERS}
    return {'rule': reason['rule'], 'points': reason['points'], **told}


def _sentence(said: Mapping[str, Any], reader: str, on: date) -> str:
    at = READERS.index(reader)
    if said['ground'] == AS_TOLD:
        return str(said['names'][at])
    names = said.get('names', [])
    days = (on - date.fromisoformat(said['finished'])).days if 'finished' in said else 0
    if said['ground'] == 'languages':
        names = sorted(map(_language, names))
    ago = 'today' if not days else f'{days} day{"" if days == 1 else "s"} ago'
    hours = ' and '.join(' to '.join(span) for span in said.get('hours', {}).get(reader, ()))
    return SENTENCES[said['ground']][at].format(names=_listed(names), ago=ago, hours=hours)


def _listed(names: list[str]) -> str:
    return ' and '.join([', '.join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _language(code: str) -> str:
    try:
        return Locale.parse(code.replace('-', '_')).get_display_name('en') or code
    except (UnknownLocaleError, ValueError):
        return code
