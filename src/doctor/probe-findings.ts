/** What a record that was written, edited and deleted again proves: rights, the key, the stamp and who sets it. */
import { type Api, shownBy } from '../core/api.ts';
import { count, duration } from '../composition/words.ts';
import type { ServerConfiguration } from '../config/configuration.ts';
import { type Interval, middle, uncertainty } from '../core/interval.ts';
import type { StampSource } from '../core/link.ts';
import { zoneErrorMs } from '../core/server-clock.ts';
import { shownInstants } from '../core/stamp.ts';
import { type TimeZone, offsetAt } from '../core/time-zone.ts';
import type { WriteOutcome } from '../ports/server.ts';
import { checks } from './catalogue.ts';
import { failed, type Found, ok, unproven, warning } from './finding.ts';
import { findingOf } from './server-errors.ts';
import type { FitTable } from './table-checks.ts';
import type { ProbeResult, SeenWrite, Step } from './write-probe.ts';

export type ProbedOn = {
  readonly fit: FitTable;
  readonly server: ServerConfiguration;
  /** The host's clock minus ours, ms. */
  readonly offset: Interval;
};

export function probeFindings(result: ProbeResult, on: ProbedOn): readonly Found[] {
  const { created, edited, error } = result;
  return [
    ...(error === undefined || error === 'stopped' ? [] : [findingOf(error)]),
    rightsFinding(result, on.fit),
    ...leftFindings(result, on.fit, on.server.api),
    ...(created === undefined ? [] : [keyKeptFinding(result.key, created, on.fit)]),
    ...(created === undefined ? [] : [movesFinding(result, created, on.fit)]),
    ...stampFindings(edited ?? created, on),
    ...rateFindings(result),
  ];
}

const done: Readonly<Record<Step, string>> = { create: 'created', edit: 'edited', delete: 'deleted' };

function rightsFinding(result: ProbeResult, fit: FitTable): Found {
  const { refusals, created, editsMs, isDeleted, error, editedField } = result;
  const [first] = refusals;
  if (first !== undefined) return refusedFinding(first.step, first.outcome);
  if (created === undefined)
    return error === undefined
      ? failed('rights', 'a record could be created, and is not seen afterwards', checks.rows.remedy)
      : unproven(
          'rights',
          'whether records may be created, edited and deleted: the probe did not come that far',
        );
  const steps = ['created', ...(editsMs.length > 0 ? ['edited'] : []), ...(isDeleted ? ['deleted'] : [])];
  const all = `a record was ${steps.join(', ')}`;
  if (editsMs.length > 0 && isDeleted) return ok('rights', `${all}: the account may do all that`);
  const noField = `no plain text field of ${fit.binding.layout} is in the configuration`;
  const why = editedField === undefined ? noField : 'the probe did not come that far';
  const missing = editsMs.length > 0 ? 'deleting' : `editing (${why})`;
  return unproven('rights', `${all}; not proven: ${missing}`);
}

/** Codes by which FileMaker says that the account may not (help.claris.com pro-help error-codes). */
const privilegeCodes = ['9', '200', '201', '202'];

function refusedFinding(step: Step, outcome: WriteOutcome): Found {
  const what = `a record could not be ${done[step]}`;
  if (outcome.kind === 'locked')
    return unproven('rights', `${what}: somebody has it open (${outcome.code})`, 'Run it again.');
  if (outcome.kind !== 'refused')
    return unproven(
      'rights',
      `whether a record was ${done[step]} is not known: its answer was lost, or came too late`,
    );
  const { code, reason, field } = outcome;
  const text = `${what}: ${code}${field === undefined ? '' : ` on field ${field}`}, ${reason}`;
  if (privilegeCodes.includes(code)) return failed('rights', text, checks.rights.remedy);
  return unproven(
    'rights',
    text,
    'A validation refuses the values of the probe. The rights themselves are not proven.',
  );
}

/** What is still there has to be deleted by a person. */
function leftFindings(
  { leftBehind, key, refusals, isDeleted }: ProbeResult,
  { binding }: FitTable,
  api: Api,
): readonly Found[] {
  const where = `${shownBy[api]} ${binding.layout} of ${binding.database}`;
  if (leftBehind !== undefined) {
    const text = `the record of the probe could not be deleted: record id ${leftBehind} on ${where}, ${binding.keyField} ${key}`;
    return [failed('rights', text, 'Delete it in FileMaker: find it by that key.')];
  }
  const isLost = refusals.some(({ step, outcome }) => step === 'create' && outcome.kind === 'unknown');
  if (!isLost || isDeleted) return [];
  const text = `a record may have been made whose answer was lost; it was not found since, on ${where}`;
  return [warning('rights', text, `Look for ${binding.keyField} ${key} there in a minute, and delete it.`)];
}

function keyKeptFinding(sent: string, { key }: SeenWrite, { binding }: FitTable): Found {
  const field = binding.keyField;
  if (key === sent) return ok('key-kept', `key ${field}: what is sent with a new record stays`);
  const text = `key ${field}: FileMaker replaced the key that was sent with a new record, so that it would never be found again`;
  return failed('key-kept', text, checks['key-kept'].remedy);
}

function movesFinding(
  { edited, editedField }: ProbeResult,
  created: SeenWrite,
  { binding }: FitTable,
): Found {
  const field = binding.stampField;
  const { remedy } = checks['stamp-moves'];
  if (created.stamp.kind === 'empty')
    return failed('stamp-moves', `stamp ${field} was not set when a record was created`, remedy);
  if (edited === undefined) {
    const why =
      editedField === undefined ? 'no plain text field is in the configuration' : 'no edit was made';
    return unproven(
      'stamp-moves',
      `stamp ${field} was set when a record was created; whether an edit moves it: ${why}`,
    );
  }
  if (edited.modId <= created.modId)
    return failed(
      'stamp-moves',
      'the modification count did not grow with an edit',
      'Ask the maker of the server: FileMaker counts each commit of a record.',
    );
  if (JSON.stringify(edited.stamp) === JSON.stringify(created.stamp))
    return failed(
      'stamp-moves',
      `stamp ${field} did not move with an edit, so that changes would be found by sweeps only`,
      remedy,
    );
  return ok(
    'stamp-moves',
    `stamp ${field} is set with a new record and moves with an edit; so does the modification count`,
  );
}

/** The clock that stamped, against the host's: both as intervals against ours. */
function stampFindings(seen: SeenWrite | undefined, { server, offset, fit }: ProbedOn): readonly Found[] {
  if (seen === undefined) return [];
  const { timeZone } = server;
  const shown = shownInstants(seen.stamp, timeZone);
  if (shown === undefined) return [];
  const { stampedBy, stampField } = fit.binding;
  const off = { lo: shown.lo - seen.answeredAt - offset.hi, hi: shown.hi - seen.sentAt - offset.lo };
  const figures = { offLoMs: off.lo, offHiMs: off.hi };
  const by = middle(off);
  if (off.lo <= 0 && off.hi >= 0) {
    const zone = stampedBy === 'utcMilliseconds' ? 'as UTC milliseconds' : `in the zone ${timeZone}`;
    const text = `what the sync writes is stamped by the host's clock, ${zone} (${stampField} agrees within ± ${duration(uncertainty(off))})`;
    return [ok('stamp-zone', text, figures), ...usersFinding(stampedBy)];
  }
  const direction = `${duration(by)} ${by < 0 ? 'behind' : 'ahead of'} the host's clock`;
  if (Math.abs(by) < zoneErrorMs) {
    const text = `what the sync writes is stamped ${direction}: by another clock than that of the host, in the zone ${timeZone}`;
    return [
      warning('stamp-zone', text, 'Have whatever sets the stamp take Get ( CurrentHostTimestamp ).', figures),
    ];
  }
  const found =
    stampedBy === 'utcMilliseconds'
      ? ''
      : `, which is ${utcOffset(shown.lo, timeZone)} now; the stamps are those of ${utcOffsetOf(offsetAt(shown.lo, timeZone) + by)}`;
  const text = `what the sync writes is stamped ${direction}, read in the zone ${timeZone}${found}`;
  return [failed('stamp-zone', text, checks['stamp-zone'].remedy, figures)];
}

/** A probe writes as the server itself does. */
function usersFinding(stampedBy: StampSource): readonly Found[] {
  const text =
    'whose clock stamps what people change in FileMaker Pro: a write over the Data API does not show it';
  const remedy =
    stampedBy === 'host'
      ? "The host's, where the stamp ends in Get ( CurrentHostTimestamp ). A plain Modification: Timestamp takes the user's own clock: then write stampedBy: user."
      : "Users' own clocks are reckoned with as the configuration says (stampedBy).";
  return [unproven('stamp-zone', text, remedy)];
}

const quarterMs = 15 * 60_000;

const utcOffset = (instant: number, zone: TimeZone): string => utcOffsetOf(offsetAt(instant, zone));

const two = (n: number): string => String(n).padStart(2, '0');

/** `UTC+01:00`, to the quarter of an hour that zones differ by. */
function utcOffsetOf(ms: number): string {
  const minutes = (Math.round(ms / quarterMs) * quarterMs) / 60_000;
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${two(hours)}:${two(rest)}`;
}

function rateFindings({ editsMs }: ProbeResult): readonly Found[] {
  if (editsMs.length === 0) return [];
  const sum = editsMs.reduce((all, each) => all + each, 0);
  const eachMs = Math.round(sum / editsMs.length);
  const perSecond = Math.round(1000 / Math.max(1, eachMs));
  const text = `${count(editsMs.length, 'edit')}, ${eachMs} ms each: ${count(perSecond, 'write')} a second over one session`;
  return [ok('write-rate', text, { edits: editsMs.length, eachMs, perSecond })];
}
