// docs/reference/errors.md: why records are set aside, and the kinds of errors, each with what to do. A reason that is not
// here does not compile.
import { EXIT } from '../../kit/exit-codes.ts'
import { REJECT_REASONS, type RejectReason } from '../../streaming/decode/value.ts'
import { code, page, table } from './markdown.ts'

type Advice = readonly [meaning: string, toDo: string]

const PRODUCER = 'Mend the producer; the detail says what was expected and what was got.'

const REASONS: Readonly<Record<RejectReason, Advice>> = {
  missing: ['A field that must be there is absent, null or empty.', PRODUCER],
  type: ['A field is of another type: text where a number belongs.', PRODUCER],
  time: [
    'The event time is no epoch milliseconds and no ISO 8601 with zone.',
    'Send epoch milliseconds, or add the zone.',
  ],
  range: ['A number is below its minimum or above its maximum.', PRODUCER],
  decimals: [
    'A decimal has more decimals than the schema allows, so it could not be added exactly.',
    'Round it where it is made, or allow more decimals in the schema.',
  ],
  currency: ['A code that is not of ISO 4217.', 'Send codes like `USD`.'],
  json: [
    'The value is no JSON object.',
    'Look at its bytes: `windrow dead-letters show <place> --raw`. Often another producer writes to the topic.',
  ],
  utf8: ['The value is no UTF-8.', 'Encode it as UTF-8.'],
  empty: ['The value has no bytes.', 'Find out who sends empty records.'],
  tombstone: [
    'The record has no value: what a compacted topic deletes with.',
    'An event topic should not be compacted; else ignore these.',
  ],
  too_large: [
    'The value is larger than `max_event_bytes`.',
    'Send less, or raise it in `streaming.yaml`, then replay.',
  ],
  avro: [
    "The value begins as Confluent's wire format and does not follow the schema.",
    'Bring the schema of the pipeline and that of the producer together, then replay.',
  ],
  future: [
    'The event time is more than `max_ahead` after the log took it.',
    "Set the producer's clock right. `ahead: clamp` counts such events as of when the log took them.",
  ],
}

const KINDS: readonly (readonly [name: string, exit: string, meaning: string, toDo: string])[] = [
  [
    'configuration',
    String(EXIT.usage),
    'A flag, variable or setting is wrong, or a metric is. Nothing was done; all problems are told at once.',
    'Mend what is named, at the place that is named.',
  ],
  [
    'refused',
    String(EXIT.failed),
    'A store answered and said no: wrong token, no right, a disk that is full for good, a damaged log. Waiting does not help.',
    'Do what the message says; it names the variable.',
  ],
  [
    'unavailable',
    String(EXIT.unavailable),
    'A store does not answer or is busy. The running job never ends for this: it holds its place, says so once, and goes on.',
    'See to the store. Commands that ask once end with this code: try again.',
  ],
  [
    'lease lost',
    'goes on',
    'Another instance took over, since this one gave no sign of life for too long. It writes nothing more and stands by.',
    'Nothing. If it comes often the machine is short of CPU or memory.',
  ],
  [
    'anything else',
    String(EXIT.failed),
    'A bug in windrow, with a trace. What was saved is right; the next start goes on from there.',
    'Start it again, and report it with the trace: secrets are masked in it.',
  ],
]

export const errorsPage = (): string =>
  page(
    'Errors and dead letters',
    'Every error says what was expected, what was got, where, and what to do.',
    '## Kinds of errors',
    table(['kind', 'exit code', 'what it means', 'what to do'], KINDS),
    '## Why a record is set aside',
    'A record that is no event goes to `<topic>.dead-letters`, or the table `dead_letters` of SQLite, with reason, field, ' +
      'detail, place and its bytes. `windrow dead-letters list` shows them; once the cause is mended `replay` gives them back.',
    table(
      ['reason', 'what it means', 'what to do'],
      REJECT_REASONS.map((reason) => [code(reason), ...REASONS[reason]]),
    ),
    '## What is set aside and is no error',
    'An event whose windows can change no more is late, and kept in `<topic>.late` or the table `late_events`: see ' +
      '[late events](../late-events.md).',
  )
